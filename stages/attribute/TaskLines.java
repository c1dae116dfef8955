import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines that name only a Celery task, kept until it is known whose task that is; the eldest go when there are too many. */
final class TaskLines {
    private static final int MOST = 5_000;
    private static final int MOST_CHARACTERS = 2 << 20;
    private final Map<String, List<Message>> waiting = new LinkedHashMap<>();
    private int lines;
    private long characters;
    private boolean forgotten;

    void add(String task, Message message) {
        waiting.computeIfAbsent(task, of -> new ArrayList<>()).add(message);
        lines++;
        characters += message.text.length();
        while (lines > MOST || characters > MOST_CHARACTERS) {
            take(waiting.keySet().iterator().next());
            forgotten = true;
        }
    }

    /** The lines that waited for this task, which wait no longer. */
    List<Message> take(String task) {
        List<Message> taken = waiting.remove(task);
        if (taken == null) {
            return List.of();
        }
        lines -= taken.size();
        taken.forEach(message -> characters -= message.text.length());
        return taken;
    }

    /** True when some lines could not be kept. */
    boolean forgotten() {
        return forgotten;
    }

    /** The task that was revoked before it was started, where it alone was received in this time; null otherwise. */
    String revoked(Instant from, Instant to) {
        List<String> received = waiting.entrySet().stream().filter(task -> task.getValue().stream().anyMatch(line -> line.text.startsWith("Task ")
            && !line.time.isBefore(from) && !line.time.isAfter(to))).map(Map.Entry::getKey).toList();
        return received.size() == 1 && waiting.get(received.get(0)).stream().anyMatch(Message::revokes) ? received.get(0) : null;
    }
}
