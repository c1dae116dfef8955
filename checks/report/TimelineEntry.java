import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * Something of a job's time: what lasted from one time to another, or happened at one moment. Times in UTC.
 *
 * @param name the stage's title, the worker process, the other job's id, the container: foreign text
 * @param stage null where none is meant
 * @param attempt in which attempt, from 1; 0 where none is known
 * @param visit which visit of the stage in that attempt, such as its batch, from 1; 0 for none
 * @param to when it ended; for a moment the same as from
 * @param open true while it still lasts: then `to` is the time of the trace
 * @param numbers what was read in the visit
 * @param text what happened: foreign text, one line; empty for what lasted
 * @param times how many such errors there were
 */
record TimelineEntry(Kind kind, String name, Stage stage, int attempt, int visit, Instant from, Instant to, boolean open, Map<String, Double> numbers,
        String text, long times) {
    /** What it tells of. */
    enum Kind {
        QUEUED, OTHER_JOB, STAGE, RETRY, GAP, ATTEMPT,
        /** From here on at one moment. */
        ERROR, LOST, STOPPED, OUT_OF_MEMORY, RESTART;

        boolean moment() {
            return compareTo(ERROR) >= 0;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    long millis() {
        return Math.max(0, Duration.between(from, to).toMillis());
    }
}
