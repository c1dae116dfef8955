import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Brings together the two copies of a message in one container's log, the application's and Celery's, whichever comes first:
 * one event, counted once. Only Celery's says which worker process wrote it; the other is placed as its twin.
 */
final class Twins {
    private static final int MOST_WAITING = 5_000;
    private static final int MOST_CHARACTERS_WAITING = 2 << 20;
    /** Of one first line at one time. */
    private static final int MOST_TORN = 20;
    /** Milliseconds. */
    private static final long WAIT = 2_000;
    /** Milliseconds: both copies come from one record of the logger. */
    private static final long APART = 3;

    private final JobMessages messages;
    private final Consumer<Message> alone;
    private final Map<String, Deque<Message>> application = new HashMap<>();
    private final Map<String, Deque<Message>> celery = new HashMap<>();
    private final Set<Message> waiting = new LinkedHashSet<>();
    /** Those of several lines among them, by level and first line. */
    private final Map<String, List<Message>> several = new HashMap<>();
    private long waitingCharacters;

    /** @param alone takes each message whose twin did not come */
    Twins(JobMessages messages, Consumer<Message> alone) {
        this.messages = messages;
        this.alone = alone;
    }

    /**
     * Pairs the message with its twin, or lets it wait for that.
     *
     * @param byCelery true for Celery's copy
     * @param rule the rule that places it; empty when it is another job's; null when nothing in it tells
     */
    void pair(Message message, String rule, boolean byCelery) {
        boolean ours = rule != null && !rule.isEmpty();
        String key = CopyText.key(message);
        Message twin = nearest((byCelery ? application : celery).get(key), message);
        if (twin == null) {
            if (ours) {
                messages.add(message, rule);
            }
            (byCelery ? celery : application).computeIfAbsent(key, of -> new ArrayDeque<>()).add(message);
            wait(message);
            while (!waiting.isEmpty() && (waiting.size() > MOST_WAITING || waitingCharacters > MOST_CHARACTERS_WAITING
                    || waiting.iterator().next().time.isBefore(message.time.minusMillis(WAIT)))) {
                expire(waiting.iterator().next());
            }
            return;
        }
        remove(twin);
        if (twin.placedBy == null && !ours) {
            return;
        }
        Message first = twin.placedBy != null ? twin : message;
        Message second = first == twin ? message : twin;
        if (first.placedBy == null) {
            messages.add(first, rule);
        }
        first.text = CopyText.filled(first.text, second.text);
        join(first, second);
        messages.count(second, ours && second == message ? rule : "twin");
    }

    /** Ends the log: no more twins come. */
    void finish() {
        while (!waiting.isEmpty()) {
            expire(waiting.iterator().next());
        }
    }

    private void wait(Message message) {
        waiting.add(message);
        waitingCharacters += message.text.length();
        if (message.text.indexOf('\n') >= 0) {
            several.computeIfAbsent(CopyText.head(message), of -> new ArrayList<>()).add(message);
        }
    }

    private void remove(Message message) {
        waiting.remove(message);
        waitingCharacters -= message.text.length();
        List<Message> torn = message.text.indexOf('\n') < 0 ? null : several.get(CopyText.head(message));
        if (torn != null && torn.remove(message) && torn.isEmpty()) {
            several.remove(CopyText.head(message));
        }
        String key = CopyText.key(message);
        for (Map<String, Deque<Message>> copies : List.of(application, celery)) {
            Deque<Message> same = copies.get(key);
            if (same != null && same.remove(message) && same.isEmpty()) {
                copies.remove(key);
            }
        }
    }

    /** No twin came, unless it is torn. */
    private void expire(Message message) {
        remove(message);
        Message copy = tornCopy(message);
        if (copy == null || !joined(message, copy)) {
            alone.accept(message);
        }
    }

    /** Gives the message what only its copy tells. */
    private static void join(Message first, Message second) {
        first.process = first.process.isEmpty() ? second.process : first.process;
        first.attempt = first.attempt == null ? second.attempt : first.attempt;
        first.lines += second.lines;
    }

    /** Makes one of a message and its torn copy, where one of them is the job's; false when neither is. */
    private boolean joined(Message message, Message copy) {
        Message first = message.placedBy != null ? message : copy;
        Message second = first == message ? copy : message;
        if (first.placedBy == null) {
            return false;
        }
        remove(copy);
        if (second.placedBy == null) {
            messages.count(second, "twin");
        } else {
            messages.remove(second);
        }
        first.text = CopyText.whole(first, second);
        join(first, second);
        return true;
    }

    /**
     * The other copy of a message that has found none with its text: copies come over stdout and stderr, and Docker may put lines
     * of one process into a message of another, or leave them behind it. It has the same first line, and at least half of the
     * lines of the shorter one; null when there is none.
     */
    private Message tornCopy(Message message) {
        boolean lines = message.text.indexOf('\n') >= 0;
        if (!lines && several.isEmpty()) {
            return null;
        }
        boolean byCelery = !message.process.isEmpty();
        String head = CopyText.head(message);
        Stream<Message> single = !lines ? Stream.empty() : (byCelery ? application : celery).getOrDefault(head, new ArrayDeque<>()).stream();
        return Stream.concat(single, several.getOrDefault(head, List.of()).stream())
            .filter(one -> one.process.isEmpty() == byCelery && apart(one, message) <= APART)
            .limit(MOST_TORN)
            .filter(one -> CopyText.half(one, message))
            .max(Comparator.comparingLong(one -> CopyText.shared(one, message))).orElse(null);
    }

    /** The message with the same text that is nearest in time, and in the log when times are equal; null when none is near. */
    private static Message nearest(Deque<Message> copies, Message message) {
        Message nearest = null;
        long distance = APART + 1;
        if (copies != null) {
            for (Message one : copies) {
                if (!CopyText.same(one.text, message.text)) {
                    continue;
                }
                long apart = apart(one, message);
                if (apart < distance || apart == distance && nearest != null && one.order > nearest.order) {
                    distance = apart;
                    nearest = one;
                }
            }
        }
        return nearest;
    }

    private static long apart(Message one, Message other) {
        return Math.abs(Duration.between(one.time, other.time).toMillis());
    }
}
