import java.util.ArrayList;
import java.util.List;

/** Holds the first lines of an answer until somebody takes them; who writes more than these waits that long. */
final class HeldLines implements LineHandler {
    private static final int MOST = 5_000;
    private final List<String> held = new ArrayList<>();
    private LineHandler taker;
    private boolean unwanted;

    @Override
    public synchronized boolean line(String line) {
        try {
            while (taker == null && !unwanted && held.size() >= MOST) {
                wait();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !unwanted && (taker != null ? taker.line(line) : held.add(line));
    }

    /** Hands on what there is, and what comes from now on. */
    synchronized void to(LineHandler taker) {
        unwanted |= !held.stream().allMatch(taker::line);
        held.clear();
        this.taker = taker;
        notifyAll();
    }

    /** Nobody will take them. */
    synchronized void drop() {
        unwanted = true;
        held.clear();
        notifyAll();
    }
}
