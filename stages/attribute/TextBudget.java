import java.util.concurrent.atomic.AtomicLong;

/** How much text of the job all its readers keep together: memory is one, however many logs tell of the job. */
final class TextBudget {
    private static final long CHARACTERS = 24 << 20;
    private final AtomicLong taken = new AtomicLong();

    /** Takes so many characters; false when that is more than the budget. */
    boolean takes(long length) {
        return taken.addAndGet(length) <= CHARACTERS;
    }

    /** Takes them back: they are kept no longer. */
    void gives(long length) {
        taken.addAndGet(-length);
    }
}
