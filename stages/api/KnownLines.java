import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;

/** What the stages know of a message, by one look at it. */
final class KnownLines {
    /** What a pattern says of the messages that it finds. */
    private enum Use { LINE, ARMS, DISARMS, RECOVERS, STOPS, EXCLUSIVE }

    private record Entry(Stage stage, Use use, LinePattern line, Pattern pattern) {
        boolean finds(Message message) {
            return use == Use.LINE ? line.in(message, stage instanceof PipelineStage) != null
                : use == Use.STOPS ? pattern.matcher(message.text).lookingAt() : pattern.matcher(message.text).find();
        }
    }

    /** A power of two. */
    private static final int MOST_SEEN = 1 << 10;
    /** Characters: longer texts hardly come twice. */
    private static final int LONGEST_SEEN = 200;

    /** What was found of a text at a level. */
    private record Seen(String text, String level, Kind kind) {}

    /** A line that a stage declares. */
    record Declared(Stage stage, LinePattern line) {}

    /**
     * What the stages know of a message. It is the same object for all messages of which they know the same, so that these can
     * be folded into one: nothing is decided by what else stands in them.
     */
    static final class Kind {
        final List<Declared> lines = new ArrayList<>();
        final List<LinePattern> patterns = new ArrayList<>();
        /** The lines that hold from now on, and those that no longer do. */
        final Set<LinePattern> arms = new HashSet<>();
        final Set<LinePattern> disarms = new HashSet<>();
        /** The stages for which a later success makes it good. */
        final Set<Stage> recovers = new HashSet<>();
        /** It says that a user stopped the job. */
        boolean stops;
        /** The stage that alone sees it; null when all do. */
        Stage exclusive;
        /** It begins or ends a stage, at least after some other line. */
        boolean turns;
        /** It begins or ends a stage, or lets other lines hold: where it stands among other messages matters. */
        boolean boundary;
        /** It begins or ends a stage only after some other line: most often it does not. */
        boolean conditional;
        /** A stage that begins and ends knows it, or makes it good: in whose turn it stands matters. */
        boolean ordered;

        private void add(Entry entry) {
            switch (entry.use) {
                case ARMS -> arms.add(entry.line);
                case DISARMS -> disarms.add(entry.line);
                case RECOVERS -> recovers.add(entry.stage);
                case STOPS -> stops = true;
                case EXCLUSIVE -> exclusive = entry.stage;
                default -> {
                    lines.add(new Declared(entry.stage, entry.line));
                    patterns.add(entry.line);
                }
            }
        }

        private void conclude() {
            if (exclusive != null) {
                lines.removeIf(line -> line.stage != exclusive);
                arms.clear();
                disarms.clear();
            }
            turns = lines.stream().anyMatch(KnownLines::turns);
            ordered = !recovers.isEmpty() || lines.stream().anyMatch(line -> line.stage instanceof PipelineStage);
            boundary = !arms.isEmpty() || !disarms.isEmpty() || lines.stream().anyMatch(line -> turns(line) && line.line.onlyAfter == null);
            conditional = turns && !boundary;
        }
    }

    private static final Map<List<Stage>, KnownLines> MADE = new ConcurrentHashMap<>();
    private final List<Stage> stages;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Cause> causes = new ArrayList<>();
    private final LineIndex index;
    private final Map<BitSet, Kind> kinds = new ConcurrentHashMap<>();
    /** Of the texts that came last, by their hash: a long job writes the same words again and again. */
    private final AtomicReferenceArray<Seen> latest = new AtomicReferenceArray<>(MOST_SEEN);

    /** Those of these stages; made once for a run. */
    static KnownLines of(List<Stage> stages) {
        return MADE.computeIfAbsent(stages, KnownLines::new);
    }

    private KnownLines(List<Stage> stages) {
        this.stages = List.copyOf(stages);
        for (Stage stage : stages) {
            for (LinePattern line : stage.patterns) {
                add(stage, Use.LINE, line, line.pattern);
                add(stage, Use.ARMS, line, line.onlyAfter);
                add(stage, Use.DISARMS, line, line.onlyUntil);
                causes.addAll(line.causes());
            }
            add(stage, Use.RECOVERS, null, stage.recovers);
            add(stage, Use.STOPS, null, stage.stops);
            add(stage, Use.EXCLUSIVE, null, stage.exclusive);
        }
        index = new LineIndex(entries.stream().map(Entry::pattern).toList());
    }

    private void add(Stage stage, Use use, LinePattern line, Pattern pattern) {
        if (pattern != null) {
            entries.add(new Entry(stage, use, line, pattern));
        }
    }

    /** True for an error of nobody that one of the stages listens for. */
    boolean overhears(Message message) {
        return stages.stream().anyMatch(stage -> stage.overhears(message));
    }

    /** The title of the stage that this message begins, whatever came before; null when it begins none. */
    String begins(Message message) {
        Kind kind = of(message);
        return kind == null ? null : kind.lines.stream().filter(line -> line.stage instanceof PipelineStage && line.line.role == LinePattern.Role.START
            && line.line.onlyAfter == null).map(line -> line.stage.title).findFirst().orElse(null);
    }

    /** All lines that the stages declare. */
    List<LinePattern> declared() {
        return entries.stream().filter(entry -> entry.use == Use.LINE).map(Entry::line).toList();
    }

    /** What the stages know of this message; null when that is nothing. It depends on the text and the level alone. */
    Kind of(Message message) {
        if (message.text.length() > LONGEST_SEEN) {
            return lookedUp(message);
        }
        int place = message.text.hashCode() & MOST_SEEN - 1;
        Seen seen = latest.get(place);
        if (seen == null || !seen.text.equals(message.text) || !seen.level.equals(message.level)) {
            seen = new Seen(message.text, message.level, lookedUp(message));
            latest.set(place, seen);
        }
        return seen.kind;
    }

    private Kind lookedUp(Message message) {
        BitSet known = index.candidates(message.text);
        for (int i = known.nextSetBit(0); i >= 0 && i < entries.size(); i = known.nextSetBit(i + 1)) {
            Entry entry = entries.get(i);
            if (!entry.finds(message)) {
                known.clear(i);
            } else if (entry.use == Use.LINE && !entry.line.causes().isEmpty()) {
                // Messages that name another cause are of another kind.
                Cause cause = entry.line.cause(message, entry.line.in(message, entry.stage instanceof PipelineStage));
                known.set(cause == null ? i : entries.size() + causes.indexOf(cause));
            }
        }
        return known.isEmpty() ? null : kinds.computeIfAbsent(known, this::kind);
    }

    private Kind kind(BitSet known) {
        Kind kind = new Kind();
        known.stream().filter(i -> i < entries.size()).mapToObj(entries::get).forEach(kind::add);
        kind.conclude();
        return kind;
    }

    private static boolean turns(Declared line) {
        return line.stage instanceof PipelineStage && (line.line.role == LinePattern.Role.START || line.line.role == LinePattern.Role.END);
    }
}
