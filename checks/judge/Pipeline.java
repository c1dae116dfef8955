import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Walks through the job's messages in the order of time, and shows each stage its own: when it began and ended, and its numbers. */
final class Pipeline {
    private final Evidence trace;
    private final List<Stage> stages;
    /** What each stage was shown. */
    final Map<Stage, Observation> sights = new LinkedHashMap<>();
    private final Map<Stage, Instant> lastEnd = new HashMap<>();
    /** How many visits of a stage another one ended. */
    private final Map<Stage, Integer> unclosed = new HashMap<>();
    private final Set<LinePattern> armed = new HashSet<>();
    private Instant consoleFrom;
    private Instant consoleTo;
    /** The stage whose turn it is: the last that began, or ended without a beginning. */
    private Stage turn;

    private Pipeline(Evidence trace, List<Stage> stages) {
        this.trace = trace;
        this.stages = stages;
        stages.forEach(stage -> sights.put(stage, new Observation(stage, trace)));
    }

    /** What the stages were shown of this evidence. */
    static Pipeline of(Evidence trace, List<Stage> stages) {
        Pipeline pipeline = new Pipeline(trace, stages);
        pipeline.findConsole();
        trace.messages.forEach(pipeline::see);
        pipeline.closeAll();
        return pipeline;
    }

    /** True when a visit of the stage has no line that ends it. */
    boolean unclosed(Stage stage) {
        return unclosed.containsKey(stage);
    }

    /** True for a stage that, by the database alone, began before the log tells of the job. */
    boolean beganBeforeTheLog(Stage stage) {
        return consoleFrom != null && stage.flows() && sights.get(stage).begins.stream()
            .anyMatch(message -> "database".equals(message.placedBy) && message.time.isBefore(consoleFrom));
    }

    /** From when to when the console tells of the pipeline: there it alone counts, and other sources only fill in around it. */
    private void findConsole() {
        List<Instant> times = new ArrayList<>();
        trace.messages.stream().filter(message -> fromConsole(message) && stages.stream().noneMatch(stage -> stage.keeps(message))
            && stages.stream().anyMatch(stage -> stage.flows() && stage.marks(message))).forEach(message -> times.add(message.time));
        if (!times.isEmpty()) {
            trace.attempts.forEach(attempt -> Stream.of(attempt.from, attempt.to).filter(Objects::nonNull).forEach(times::add));
            consoleFrom = Collections.min(times);
            consoleTo = Collections.max(times);
        }
    }

    static boolean fromConsole(Message message) {
        return !message.placedBy.equals("database") && !message.placedBy.equals(Message.JOB_FILE);
    }

    /** A line of the job file or a row of job_logs that says in its own words what the console says in others counts once. */
    private boolean repeats(Message message) {
        return consoleFrom != null && !fromConsole(message) && !message.time.isBefore(consoleFrom) && !message.time.isAfter(consoleTo);
    }

    private void see(Message message) {
        Optional<Stage> keeper = stages.stream().filter(stage -> stage.keeps(message)).findFirst();
        List<Stage> audience = keeper.map(List::of).orElse(stages).stream()
            .filter(stage -> !stage.flows() || trace.ofLastAttempt(message) && !repeats(message)).toList();
        boolean known = keeper.isPresent();
        for (LinePattern.Role role : List.of(LinePattern.Role.END, LinePattern.Role.BEGIN, LinePattern.Role.BREAK, LinePattern.Role.SHOW)) {
            for (Stage stage : audience) {
                for (LinePattern word : stage.words) {
                    if (word.role == role) {
                        known |= match(stage, word, message);
                    }
                }
            }
        }
        for (Stage stage : audience) {
            for (LinePattern word : stage.words) {
                if (word.until != null && word.until.matcher(message.text).find()) {
                    armed.remove(word);
                }
                if (word.after != null && word.after.matcher(message.text).find()) {
                    armed.add(word);
                }
            }
        }
        if (stages.stream().anyMatch(stage -> stage.stops(message)) && trace.ofLastAttempt(message)) {
            trace.stopped = message;
            known = true;
        }
        if (!known && stages.stream().anyMatch(stage -> harmless(stage, message))) {
            trace.harmless.add(message);
            known = true;
        }
        if (!known && (message.error() || message.level.equals("WARNING")) && !repeats(message)) {
            trace.unrecognised.add(message);
        }
        if (!known && message.error() && turn != null && trace.ofLastAttempt(message) && !repeats(message) && !turn.recovers(message)
                && atWork(message)) {
            sights.get(turn).errors.add(message);
        }
    }

    private static boolean harmless(Stage stage, Message message) {
        return stage.words.stream().anyMatch(word -> word.role == LinePattern.Role.HARMLESS
            && stands(word, word.pattern.matcher(message.text), message));
    }

    /** True for what was written where the job ran: an error elsewhere that names the job is no error of the stage that has its turn. */
    private boolean atWork(Message message) {
        return !fromConsole(message) || (trace.attempt() != null ? message.container.equals(trace.attempt().container)
            : turn.asks.stream().anyMatch(ask -> ask.kind() == Command.Kind.LOG && ask.service().equals(message.service)));
    }

    /** True when the message is this stage's by this word. */
    private boolean match(Stage stage, LinePattern word, Message message) {
        Matcher found = word.pattern.matcher(message.text);
        if (word.inTurn && turn != stage || word.after != null && !armed.contains(word) || !(stage.flows() ? stands(word, found, message) : found.find())) {
            return false;
        }
        Observation sight = sights.get(stage);
        boolean begun = !sight.begins.isEmpty() || !sight.ends.isEmpty();
        switch (word.role) {
            case END:
                if (sight.openSince == null && turn != stage && begun && stage.flows()) {
                    return false;
                }
                end(sight, message, begun);
                sight.ends.add(message);
                break;
            case BEGIN:
                if (stage.once && begun && turn != stage) {
                    return false;
                }
                begin(sight, message);
                sight.begins.add(message);
                break;
            case BREAK:
                if (stage.recovers(message) || stage.flows() && !word.anywhere && turn != stage) {
                    return stage.recovers(message);
                }
                sight.breaks.add(message);
                break;
            default:
                sight.shows.add(message);
        }
        numbers(sight, word, found);
        return true;
    }

    /** Signs, and the label of the form in which every line names its job. */
    private static final Pattern BEFORE_WORDS = Pattern.compile("[^\\p{Alnum}]*(?:Job [A-Za-z0-9-]{1,64}: )?");

    /**
     * The engine's words stand at the start of a message: further in, they may be part of a script's or a person's name.
     * Only what is logged as a warning or an error while the stage has its turn may hold what broke it further in.
     */
    private static boolean stands(LinePattern word, Matcher found, Message message) {
        if (word.role == LinePattern.Role.BREAK && !word.anywhere && (message.error() || message.level.equals("WARNING"))) {
            return found.find();
        }
        Matcher before = BEFORE_WORDS.matcher(message.text);
        return found.region(before.lookingAt() ? before.end() : 0, message.text.length()).lookingAt();
    }

    private static void numbers(Observation sight, LinePattern word, Matcher found) {
        for (String name : word.numbers) {
            if (found.group(name) != null && found.group(name).matches("\\d{1,15}(\\.\\d{1,9})?")) {
                sight.add(name, Double.parseDouble(found.group(name)));
            }
        }
        if (word.counts != null) {
            sight.add(word.counts, 1);
        }
    }

    private void begin(Observation sight, Message message) {
        if (!sight.stage.flows() || sight.openSince != null) {
            return;
        }
        for (Observation other : sights.values()) {
            if (other.openSince != null && other != sight) {
                close(other, message.time);
                unclosed.merge(other.stage, 1, Integer::sum);
            }
        }
        sight.visits.add(new Visit(message.time, new HashMap<>()));
        sight.openSince = sight.stage.once && lastEnd.containsKey(sight.stage) ? lastEnd.get(sight.stage) : message.time;
        turn = sight.stage;
    }

    private void end(Observation sight, Message message, boolean begun) {
        if (!sight.stage.flows()) {
            return;
        }
        if (sight.openSince != null) {
            close(sight, message.time);
        } else if (begun && lastEnd.containsKey(sight.stage)) {
            sight.millis = Math.max(0, sight.millis) + Math.max(0, Duration.between(lastEnd.get(sight.stage), message.time).toMillis());
        }
        lastEnd.put(sight.stage, message.time);
        turn = sight.stage;
    }

    private void close(Observation sight, Instant at) {
        sight.millis = Math.max(0, sight.millis) + Math.max(0, Duration.between(sight.openSince, at).toMillis());
        sight.openSince = null;
        lastEnd.put(sight.stage, at);
    }

    private void closeAll() {
        Attempt attempt = trace.attempt();
        Instant end = trace.gone != null ? trace.messages.get(trace.messages.size() - 1).time
            : attempt != null && attempt.to != null ? attempt.to : trace.ended();
        for (Observation sight : sights.values()) {
            if (sight.openSince != null) {
                Instant since = sight.openSince;
                close(sight, end != null ? end : trace.now);
                sight.openSince = since;
            } else if (sight.millis < 0 && sight.has("took")) {
                sight.millis = Math.round(sight.numbers.get("took") * 1000);
            }
            sight.numbers.remove("took");
        }
    }
}
