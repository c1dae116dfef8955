import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What one log shows of one job, folded: a message that no stage knows and that is no warning or error is counted, and gone; of
 * those that say the same some are kept, and one of these stands for the rest.
 */
final class JobFold {
    /** So many of each kind are kept as they are. */
    static final int WHOLE = 50;
    /** So many in each section: the first finds its stage in another state than those after it. */
    private static final int LEAST = 3;
    /** So many warnings and errors that no stage knows. */
    private static final int WHOLE_UNKNOWN = 1_000;
    /** Many times what a job has that is whole. */
    private static final int MOST = 60_000;

    /** Those that say the same: what the stages know of them, their level, where they were written, in which attempt. */
    private record Same(KnownLines.Kind kind, String level, String container, Attempt attempt) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Same same && kind == same.kind && attempt == same.attempt && level.equals(same.level)
                && container.equals(same.container);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * System.identityHashCode(kind) + System.identityHashCode(attempt)) + level.hashCode();
        }
    }

    /** Those of one kind, and how many of them stand in the current section. */
    private static final class Run {
        int kept;
        int section = -1;
        int length;
        Message beforeLast;
        Message last;
        int lastAt;
    }

    final String job;
    final List<Attempt> attempts = new ArrayList<>();
    /** The job's Celery tasks. */
    final Set<String> tasks = new HashSet<>();
    private TimeWindow window = TimeWindow.ALL;
    private final int whole;
    private final KnownLines known;
    private final TextBudget budget;
    private final List<Message> messages = new ArrayList<>();
    private final Map<Same, Run> runs = new HashMap<>();
    private final Map<PlacedBy, Integer> placed = new TreeMap<>();
    private long characters;
    private long events;
    /** Grows with each message that begins or ends something: what stands on both sides of it is not folded into one. */
    private int section;
    private boolean full;
    /** What there was too much of, so that the rest is not placed; null when there was not. */
    private String lost;
    /** Takes each message in place of the fold, which keeps none then; null where it keeps them. */
    private Consumer<Message> each;

    /** @param whole how many of each kind are kept as they are */
    JobFold(String job, KnownLines known, TextBudget budget, int whole) {
        this.job = job;
        this.known = known;
        this.budget = budget;
        this.whole = whole;
    }

    /** Keeps nothing, and hands each message on. */
    JobFold handing(Consumer<Message> each) {
        this.each = each;
        return this;
    }

    /** Only messages of this time are the job's. */
    JobFold within(TimeWindow window) {
        this.window = window;
        return this;
    }

    /** True for a time, UTC, of which messages can be the job's. */
    boolean covers(Instant time) {
        return window.contains(time);
    }

    /** Adds a message of the job, in the order of the log. */
    void add(Message message) {
        if (oursAsked(message)) {
            return;
        }
        events++;
        if (each != null) {
            each.accept(message);
            return;
        }
        KnownLines.Kind kind = full ? null : known.of(message);
        // The first shows when the job's lines begin, whatever it says.
        if (!full && (kind != null || message.error() || message.level.equals("WARNING") || events == 1)) {
            add(message, kind);
        }
    }

    private void add(Message message, KnownLines.Kind kind) {
        Run run = runs.computeIfAbsent(new Same(kind, message.level, message.container, message.attempt), same -> new Run());
        if (kind != null && kind.boundary) {
            section++;
        }
        if ((kind == null || kind.ordered) && run.section != section) {
            run.section = section;
            run.length = 0;
        }
        // What begins or ends a stage only after some other line does so at its first or second time, or not at all.
        if (kind != null && kind.conditional && run.length < LEAST - 1) {
            run.section = ++section;
        }
        if (run.kept < (kind == null ? WHOLE_UNKNOWN : whole) || run.length < LEAST) {
            keep(message, run);
            return;
        }
        run.beforeLast.fold(run.last, kind == null ? List.of() : kind.patterns);
        characters += message.text.length() - run.last.text.length();
        budget.gives(run.last.text.length() - message.text.length());
        run.last = message;
        messages.set(run.lastAt, message);
    }

    private void keep(Message message, Run run) {
        characters += message.text.length();
        full |= messages.size() >= MOST || !budget.takes(message.text.length());
        if (full) {
            lose("lines of the job");
            return;
        }
        run.kept++;
        run.length++;
        run.beforeLast = run.last;
        run.last = message;
        run.lastAt = messages.size();
        messages.add(message);
    }

    /** The hand-run page's own SELECT and ours stand in Postgres's log with the id in them: a trace must not find itself. */
    private static boolean oursAsked(Message message) {
        return message.process.isEmpty() && message.text.contains("/* trace-job */") || message.process.isEmpty() && message.text.contains("id::text LIKE '%");
    }

    /** Counts the lines of a message of the job, or of its copy, that this rule placed. */
    void count(PlacedBy rule, int lines) {
        placed.merge(rule, 1, Integer::sum);
        if (lines > 1) {
            placed.merge(PlacedBy.CONTINUATION, lines - 1, Integer::sum);
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

    boolean has(PlacedBy rule) {
        return placed.containsKey(rule);
    }

    /** Gives the budget back what it took: the log is read anew, from further back. */
    void release() {
        budget.gives(characters);
    }

    /** What it came to. @param lines that were read, of whatever job; @param others what the worker processes did for other jobs */
    FoldedLog folded(long lines, List<Attempt> others, List<Message> overheard, Map<String, Duration> offsets) {
        return new FoldedLog(messages, attempts, others, placed, lines, events, overheard, offsets, lost);
    }
}
