/** One process that may run jobs; a killed one is replaced. */
final class WorkerProcess {
    final WorkerContainer replica;
    String process;
    /** Milliseconds; when it can take the next job. */
    long free;
    /** Its connection for uploads is opened at its first upload and never again. */
    boolean uploadConnected;
    boolean uploadExpired;

    WorkerProcess(WorkerContainer replica, String process) {
        this.replica = replica;
        this.process = process;
    }

    /** Another process takes its place, without its connections. */
    void renew(String process) {
        this.process = process;
        uploadConnected = false;
        uploadExpired = false;
    }
}
