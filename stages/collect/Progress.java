import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** Everything that goes to stderr: notes, and progress when a run takes long. */
final class Progress {
    private static final long QUIET = 3_000;
    private final PrintWriter err;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    Progress(PrintWriter err) {
        this.err = err;
    }

    synchronized void note(String line) {
        if (said.add(line)) {
            err.println("trace-job: " + line);
            err.flush();
        }
    }

    /** Says every few seconds that the work goes on; nothing when it is done before the first time. */
    <T> T patiently(String what, Callable<T> work) throws Exception {
        Thread progress = new Thread(() -> {
            try {
                for (long waited = QUIET; ; waited += QUIET) {
                    Thread.sleep(QUIET);
                    note(what + " … " + waited / 1000 + " s");
                }
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            }
        }, "progress");
        progress.setDaemon(true);
        progress.start();
        try {
            return work.call();
        } finally {
            progress.interrupt();
        }
    }
}
