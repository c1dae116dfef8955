import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Brings together the two copies of a message in one container's log, the application's and Celery's, whichever comes first:
 * one event, counted once. Only Celery's says which worker process wrote it; the other is placed as its twin. Each event is
 * handed on in the order of the log, when its second copy has come or comes no more.
 */
final class Copies {
    private static final int MOST_WAITING = 5_000;
    private static final int MOST_CHARACTERS_WAITING = 2 << 20;
    /** Of one first line at one time. */
    private static final int MOST_TORN = 20;
    /** Milliseconds. */
    private static final long WAIT = 2_000;
    /** Milliseconds: both copies come from one record of the logger. */
    private static final long APART = 3;

    /** A message that waits for its copy, or for its turn. */
    private static final class Waiting {
        Message message;
        final boolean byCelery;
        final String key;
        final String head;
        /** Its copy; null as long as none has come. */
        Message copy;
        /** True for one that was found to be the copy of another. */
        boolean gone;
        Waiting sameKey;

        Waiting(Message message, boolean byCelery, String key, String head) {
            this.message = message;
            this.byCelery = byCelery;
            this.key = key;
            this.head = head;
        }

        boolean open() {
            return copy == null && !gone;
        }
    }

    /** Takes each event, with its copy, or null where it has none. */
    private final BiConsumer<Message, Message> events;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    /** Those that wait for a copy, by what is the same in both. */
    private final Map<String, Waiting> byKey = new HashMap<>();
    /** Those of several lines among them, by their first. */
    private final Map<String, List<Waiting>> several = new HashMap<>();
    private long waitingCharacters;

    Copies(BiConsumer<Message, Message> events) {
        this.events = events;
    }

    /** Pairs the message with its copy, or lets it wait for that. @param byCelery true for Celery's copy */
    void take(Message message, boolean byCelery) {
        String key = CopyText.key(message);
        Waiting copy = nearest(message, byCelery, key);
        if (copy == null) {
            boolean lines = message.text.indexOf('\n') >= 0;
            Waiting waiting = new Waiting(message, byCelery, key, lines ? CopyText.head(message) : null);
            waiting.sameKey = byKey.put(key, waiting);
            queue.add(waiting);
            waitingCharacters += message.text.length();
            if (lines) {
                several.computeIfAbsent(waiting.head, of -> new ArrayList<>()).add(waiting);
            }
        } else {
            forget(copy);
            waitingCharacters -= copy.message.text.length();
            join(copy, message);
            copy.message.text = CopyText.filled(copy.message.text, copy.copy.text);
            waitingCharacters += copy.message.text.length();
        }
        release(message.time);
    }

    /** Those of a job that are not handed on yet. @param job its id */
    List<Message> waiting(String job) {
        return queue.stream().filter(one -> !one.gone && one.message.job != null && one.message.job.equalsIgnoreCase(job)).map(one -> one.message).toList();
    }

    /** Ends the log: no more copies come. */
    void finish() {
        release(null);
    }

    /** Hands on what has its copy, and what waits for none any more. @param now of the log, UTC; null at its end */
    void release(Instant now) {
        while (!queue.isEmpty()) {
            Waiting first = queue.peek();
            boolean late = now == null || queue.size() > MOST_WAITING || waitingCharacters > MOST_CHARACTERS_WAITING
                || first.message.time.isBefore(now.minusMillis(WAIT));
            if (first.open() && !late) {
                return;
            }
            queue.remove();
            waitingCharacters -= first.message.text.length();
            if (first.open()) {
                forget(first);
                joinTorn(first);
            }
            if (!first.gone) {
                events.accept(first.message, first.copy);
            }
        }
    }

    /** It waits for no copy any more. */
    private void forget(Waiting waiting) {
        Waiting same = byKey.get(waiting.key);
        if (same == waiting) {
            if (waiting.sameKey == null) {
                byKey.remove(waiting.key);
            } else {
                byKey.put(waiting.key, waiting.sameKey);
            }
        } else {
            while (same.sameKey != waiting) {
                same = same.sameKey;
            }
            same.sameKey = waiting.sameKey;
        }
        List<Waiting> torn = waiting.head == null ? null : several.get(waiting.head);
        if (torn != null && torn.remove(waiting) && torn.isEmpty()) {
            several.remove(waiting.head);
        }
    }

    /** Makes one of both: the one that is known to be the job's stays, else Celery's, which can still turn out to be. */
    private static void join(Waiting waiting, Message other) {
        boolean stays = waiting.message.job != null || other.job == null && waiting.byCelery;
        Message first = stays ? waiting.message : other;
        Message second = stays ? other : waiting.message;
        first.process = first.process.isEmpty() ? second.process : first.process;
        first.attempt = first.attempt == null ? second.attempt : first.attempt;
        first.lines += second.lines;
        waiting.message = first;
        waiting.copy = second;
    }

    /** No copy came, unless it is torn. What nobody asked for has its copy too: else that would be taken for another job's. */
    private void joinTorn(Waiting waiting) {
        Waiting copy = tornCopy(waiting);
        if (copy == null) {
            return;
        }
        forget(copy);
        copy.gone = true;
        join(waiting, copy.message);
        waiting.message.text = CopyText.whole(waiting.message, waiting.copy);
    }

    /**
     * The other copy of a message that has found none with its text: copies come over stdout and stderr, and Docker may put lines
     * of one process into a message of another, or leave them behind it. It has the same first line, and at least half of the
     * lines of the shorter one; null when there is none.
     */
    private Waiting tornCopy(Waiting waiting) {
        Message message = waiting.message;
        boolean lines = waiting.head != null;
        if (!lines && several.isEmpty()) {
            return null;
        }
        String head = CopyText.head(message);
        List<Waiting> single = new ArrayList<>();
        for (Waiting one = lines ? byKey.get(message.firstLine()) : null; one != null; one = one.sameKey) {
            single.add(one);
        }
        return Stream.concat(single.stream(), several.getOrDefault(head, List.of()).stream())
            .filter(one -> one.byCelery != waiting.byCelery && one.message.level.equals(message.level) && apart(one.message, message) <= APART)
            .limit(MOST_TORN)
            .filter(one -> CopyText.half(one.message, message))
            .max(Comparator.comparingLong(one -> CopyText.shared(one.message, message))).orElse(null);
    }

    /** The one with the same text that is nearest in time, the later one in the log when times are equal; null when none is near. */
    private Waiting nearest(Message message, boolean byCelery, String key) {
        Waiting nearest = null;
        long distance = APART + 1;
        // The latest is the first of them.
        for (Waiting one = byKey.get(key); one != null && distance > 0; one = one.sameKey) {
            long apart = one.byCelery == byCelery ? distance : apart(one.message, message);
            if (apart < distance && one.message.level.equals(message.level) && CopyText.same(one.message.text, message.text)) {
                distance = apart;
                nearest = one;
            }
        }
        return nearest;
    }

    private static long apart(Message one, Message other) {
        return Math.abs(one.time.toEpochMilli() - other.time.toEpochMilli());
    }
}
