import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The messages of one log that were found to be the job's, and by which rule; no more of them than its bounds. */
final class JobMessages {
    private static final int MOST = 60_000;
    private final TextBudget budget;
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, Integer> placed = new TreeMap<>();
    private long characters;
    /** What there was too much of, so that the rest is not placed; null when there was not. */
    private String lost;
    private boolean full;

    JobMessages(TextBudget budget) {
        this.budget = budget;
    }

    /** Makes the message the job's by this rule, unless it is already. */
    void add(Message message, String rule) {
        if (message.placedBy != null) {
            return;
        }
        message.placedBy = rule;
        count(message, rule);
        if (!oursAsked(message)) {
            characters += message.text.length();
            full |= messages.size() >= MOST || !budget.takes(message.text.length());
            if (full) {
                lose("lines of the job");
            } else {
                messages.add(message);
            }
        }
    }

    /** The hand-run page's own SELECT and ours stand in Postgres's log with the id in them: a trace must not find itself. */
    private static boolean oursAsked(Message message) {
        return message.text.contains("/* trace-job */") || message.text.contains("id::text LIKE '%");
    }

    /** Counts the lines of a message of the job. */
    void count(Message message, String rule) {
        placed.merge(rule, 1, Integer::sum);
        if (message.lines > 1) {
            placed.merge("continuation", message.lines - 1, Integer::sum);
        }
    }

    /** Takes out one that turned out to be a copy of another. */
    void remove(Message message) {
        if (messages.remove(message)) {
            characters -= message.text.length();
            budget.gives(message.text.length());
        }
    }

    /** Notes that there was more of something than is kept. */
    void lose(String what) {
        lost = lost == null ? "more " + what + " than are kept" : lost;
    }

    /** Why some lines are not placed; null when all were. */
    String lost() {
        return lost;
    }

    boolean has(String rule) {
        return messages.stream().anyMatch(message -> message.placedBy.equals(rule));
    }

    /** Gives the budget back what it took: the log is read anew, from further back. */
    void forget() {
        budget.gives(characters);
    }

    void finish(Evidence trace) {
        trace.messages.addAll(messages);
        placed.forEach((rule, count) -> trace.placed.merge(rule, count, Integer::sum));
    }
}
