import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The batch that the job is at, by the lines that say which one begins.
 *
 * @param current its number, the first is 1; @param all how many there are
 * @param since when it began, UTC
 * @param first the first of which a line is known; @param firstSince when that one began, UTC
 */
record Batches(int current, int all, Instant since, int first, Instant firstSince) {
    /** The name of these lines. */
    static final String LINES = "batch";

    /** @param line finds the two numbers; @param messages in the order of time; null where no line tells of a batch */
    static Batches of(Pattern line, List<Message> messages) {
        Batches batches = null;
        for (Message message : messages) {
            Matcher numbers = line.matcher(message.text);
            if (!numbers.find() || numbers.group(1).length() > 6 || numbers.group(2).length() > 6) {
                continue;
            }
            int current = Integer.parseInt(numbers.group(1));
            int all = Integer.parseInt(numbers.group(2));
            batches = batches == null || current <= batches.first ? new Batches(current, all, message.time, current, message.time)
                : new Batches(current, all, message.time, batches.first, batches.firstSince);
        }
        return batches;
    }

    /** Milliseconds that a batch has taken so far, from one to the next; negative while no second one is known. */
    long pace() {
        return current == first ? -1 : Math.max(0, Duration.between(firstSince, since).toMillis() / (current - first));
    }

    /** Milliseconds until the last batch is done, should the pace stay; negative while that is not known. */
    long left(Instant now) {
        return pace() < 0 ? -1 : Math.max(0, (all - current + 1) * pace() - Math.max(0, Duration.between(since, now).toMillis()));
    }
}
