/** One attempt at a job. */
final class ModelRun {
    final ModelJob job;
    final WorkerProcess slot;
    final String process;
    final int number;
    long from;
    /** The last moment in which its process was alive for it. */
    long to = Long.MAX_VALUE;
    ModelLine end;
    /** The time of its last line, had nothing cut it short. */
    long finished = Long.MAX_VALUE;
    /** Its worker was told to stop while it ran. */
    ModelLine warning;
    /** What Celery says after its process died. */
    ModelLine handler;
    /** What shows that its process died. */
    ModelLine death;
    boolean retries;

    ModelRun(ModelJob job, WorkerProcess slot, int number) {
        this.job = job;
        this.slot = slot;
        this.process = slot.process;
        this.number = number;
    }
}
