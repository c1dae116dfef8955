import java.util.concurrent.atomic.AtomicLong;

/** How much text of the job all its readers keep together: memory is one, however many logs tell of the job. */
final class Room {
    private static final long CHARACTERS = 24 << 20;
    private final AtomicLong taken = new AtomicLong();

    /** False when a text of that length has no room any more. */
    boolean takes(long length) {
        return taken.addAndGet(length) <= CHARACTERS;
    }

    void gives(long length) {
        taken.addAndGet(-length);
    }
}
