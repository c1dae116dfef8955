import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** Everything that goes to stderr: notes, and progress when a run takes long. */
final class Progress {
    private static final long QUIET = 3_000;
    private final PrintWriter err;
    private final boolean seen;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** Notes alone. */
    Progress(PrintWriter err) {
        this(err, false);
    }

    /** @param seen true where a person sees stderr: what a mail or a file holds needs no progress */
    Progress(PrintWriter err, boolean seen) {
        this.err = err;
        this.seen = seen;
    }

    synchronized void note(String line) {
        if (said.add(line)) {
            err.println("trace-job: " + line);
            err.flush();
        }
    }

    /** Says every few seconds that the work goes on; nothing when it is done before the first time. */
    <T> T patiently(String what, Callable<T> work) throws Exception {
        if (!seen) {
            return work.call();
        }
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
