import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Which lines of one container were read already, where its log is read again from a little before its end. What a container writes to
 * stdout and to stderr is not strictly in the order of Docker's times, so a line that is older than the last one can be new.
 */
final class ReadLines {
    /** A line is older than one that stands before it by no more than this. */
    private static final Duration DISORDER = Duration.ofSeconds(3);
    private static final int MOST = 50_000;
    private final Deque<Read> latest = new ArrayDeque<>();
    private Instant newest = Instant.MIN;
    /** Up to then all was read when the log was begun again, UTC; what is a little older is among these, by how often each stood there. */
    private Instant border = Instant.MIN;
    private Map<Long, Integer> before = Map.of();

    private record Read(Instant at, long key) {}

    /** The log is read again, from before its end. */
    void again() {
        border = newest;
        before = new HashMap<>();
        latest.forEach(one -> before.merge(one.key(), 1, Integer::sum));
    }

    /** True for a line, one that has Docker's time, that was not read before. */
    boolean isNew(LogLine line) {
        Instant at = line.at();
        // What Compose writes before it is as wide as the names of the containers that there are.
        long key = at.getEpochSecond() * 1_000_000_000L + at.getNano() + 31L * line.whole().substring(line.from()).hashCode();
        if (!border.equals(Instant.MIN) && at.isBefore(border.minus(DISORDER))) {
            return false;
        }
        if (!at.isAfter(border) && before.getOrDefault(key, 0) > 0) {
            before.merge(key, -1, Integer::sum);
            return false;
        }
        newest = at.isAfter(newest) ? at : newest;
        latest.add(new Read(at, key));
        while (latest.size() > MOST || latest.peek().at().isBefore(newest.minus(DISORDER))) {
            latest.remove();
        }
        return true;
    }
}
