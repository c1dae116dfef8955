import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings together what several sources say of one event: it counts once, with the console's time where it has one. */
final class Duplicates {
    /** Milliseconds: a row is written after its line, and the database's clock may be another. */
    private static final long SOONER = 1_000;
    private static final long LATER = 10_000;
    private final Evidence trace;

    Duplicates(Evidence trace) {
        this.trace = trace;
    }

    /** Those that say the same, in the order of time. */
    private static Map<Long, Deque<Message>> same(List<Message> messages) {
        Map<Long, Deque<Message>> same = new HashMap<>();
        messages.stream().sorted(Evidence.IN_TIME).forEach(message -> same.computeIfAbsent(key(message), of -> new ArrayDeque<>()).add(message));
        return same;
    }

    /**
     * The first line without the signs that stand before its words: job_logs may hold it without them. As a number, since a
     * second copy of all texts has no room.
     */
    private static long key(Message message) {
        String line = message.firstLine();
        int start = 0;
        while (start < line.length() && !Character.isLetterOrDigit(line.charAt(start))) {
            start++;
        }
        String words = line.substring(start).strip();
        return (long) words.hashCode() << 32 | words.length();
    }

    /** Milliseconds from a line to its row, by the middle one of those that stand once on both sides: so much do the clocks differ. */
    private static long lag(Map<Long, Deque<Message>> known, Map<Long, Deque<Message>> added) {
        List<Long> lags = added.entrySet().stream().filter(one -> one.getValue().size() == 1 && known.getOrDefault(one.getKey(), NONE).size() == 1)
            .map(one -> apart(known.get(one.getKey()).peek(), one.getValue().peek())).filter(apart -> Math.abs(apart) <= LATER).sorted().toList();
        return lags.isEmpty() ? 0 : lags.get(lags.size() / 2);
    }

    private static final Deque<Message> NONE = new ArrayDeque<>();

    private static long apart(Message line, Message row) {
        return Duration.between(line.time, row.time).toMillis();
    }

    /**
     * Adds the messages of one more source, already counted; each is a copy of at most one that is known, or an event of its own. The same
     * words come again with every batch, and the log may lack the first ones: they are matched in order, and none with a
     * line that was written after it.
     */
    void add(List<Message> source, PlacedBy rule) {
        if (source.isEmpty()) {
            return;
        }
        Map<Long, Deque<Message>> known = same(trace.messages);
        long lag = lag(known, same(source));
        for (Message row : source.stream().sorted(Evidence.IN_TIME).toList()) {
            row.placedBy = rule;
            Deque<Message> lines = known.getOrDefault(key(row), NONE);
            while (!lines.isEmpty() && apart(lines.peek(), row) - lag > LATER) {
                lines.remove();
            }
            if (!lines.isEmpty() && apart(lines.peek(), row) - lag >= -SOONER) {
                lines.remove().lines++;
            } else {
                trace.messages.add(row);
            }
        }
    }
}
