import java.util.ArrayList;
import java.util.List;

/** Holds the first lines of an answer until somebody takes them. Who writes more than these waits that long, or has written in vain. */
final class HeldLines implements LineHandler {
    private static final int MOST = 5_000;
    private final boolean waits;
    private final List<String> held = new ArrayList<>();
    private LineHandler taker;
    private boolean unwanted;

    /** @param waits true where it is taken soon: a command that waits for long would run into its time limit */
    HeldLines(boolean waits) {
        this.waits = waits;
    }

    @Override
    public synchronized boolean line(String line) {
        try {
            while (taker == null && !unwanted && held.size() >= MOST) {
                if (!waits) {
                    drop();
                    return false;
                }
                wait();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !unwanted && (taker != null ? taker.line(line) : held.add(line));
    }

    /** Hands on what there is, and what comes from now on; false, and nothing is handed on, where there was more than could be held. */
    synchronized boolean to(LineHandler taker) {
        if (unwanted) {
            return false;
        }
        unwanted = !held.stream().allMatch(taker::line);
        held.clear();
        this.taker = taker;
        notifyAll();
        return true;
    }

    /** Nobody will take them. */
    synchronized void drop() {
        unwanted = true;
        held.clear();
        notifyAll();
    }
}
