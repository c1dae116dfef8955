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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** Walks through the job's messages in the order of time, and shows each stage its own: when it began and ended, and its numbers. */
final class Pipeline {
    private static final List<LinePattern.Role> TAKEN = List.of(LinePattern.Role.END, LinePattern.Role.START, LinePattern.Role.FAILURE,
        LinePattern.Role.DETAIL, LinePattern.Role.FOR_CHECKS);
    private final Evidence trace;
    private final KnownLines known;
    /** What each stage was shown. */
    final Map<Stage, Observation> observations = new LinkedHashMap<>();
    private final Map<Stage, Instant> lastEnd = new HashMap<>();
    /** How many visits of a stage another one ended. */
    private final Map<Stage, Integer> unclosed = new HashMap<>();
    private final Set<LinePattern> armed = new HashSet<>();
    private Instant consoleFrom;
    private Instant consoleTo;
    /** The stage whose turn it is: the last that began, or ended without a beginning. */
    private PipelineStage current;

    private Pipeline(Evidence trace, List<Stage> stages) {
        this.trace = trace;
        this.known = KnownLines.of(stages);
        stages.forEach(stage -> observations.put(stage, new Observation(stage, trace)));
    }

    /** What the stages were shown of this evidence. */
    static Pipeline of(Evidence trace, List<Stage> stages) {
        Pipeline pipeline = new Pipeline(trace, stages);
        pipeline.findConsole();
        trace.messages.forEach(pipeline::show);
        pipeline.closeAll();
        pipeline.findBatches();
        if (trace.stopped == null) {
            pipeline.observations.values().stream().flatMap(observed -> observed.rowsError().stream()).findFirst()
                .filter(error -> pipeline.known.of(error) != null && pipeline.known.of(error).stops).ifPresent(error -> trace.stopped = error);
        }
        trace.stores = pipeline.observations.values().stream().anyMatch(observed -> observed.stage instanceof PipelineStage stage
            && !stage.stores.isEmpty() && !observed.visits.isEmpty());
        return pipeline;
    }

    /** What there is of a run that another one followed. @param run null for one that only job_logs still show */
    static Evidence alone(Evidence trace, Attempt run) {
        Evidence alone = new Evidence(trace.job, trace.now);
        alone.missing.putAll(trace.missing);
        alone.containers.addAll(trace.containers);
        if (run != null) {
            alone.attempts.add(run);
        }
        trace.messages.stream().filter(message -> run == null ? trace.ofALostRun(message)
            : message.attempt == run || message.attempt == null && run.covers(message.time)).forEach(alone.messages::add);
        return alone;
    }

    /** True when a visit of the stage has no line that ends it. */
    boolean unclosed(Stage stage) {
        return unclosed.containsKey(stage);
    }

    /** True for a stage that, by the database alone, began before the log tells of the job. */
    boolean beganBeforeTheLog(Stage stage) {
        return consoleFrom != null && observations.get(stage).begins().stream()
            .anyMatch(message -> PlacedBy.DATABASE.placed(message) && message.time.isBefore(consoleFrom));
    }

    /** True when any stage, by the database alone, began before the log tells of the job. */
    boolean jobBeganBeforeTheLog() {
        return observations.keySet().stream().anyMatch(this::beganBeforeTheLog);
    }

    /** From when to when the console tells of the pipeline: there it alone counts, and other sources only fill in around it. */
    private void findConsole() {
        List<Instant> times = new ArrayList<>();
        for (Message message : trace.messages) {
            KnownLines.Kind kind = fromConsole(message) ? known.of(message) : null;
            if (kind != null && kind.turns) {
                times.add(message.time);
            }
        }
        if (!times.isEmpty()) {
            trace.attempts.forEach(attempt -> Stream.of(attempt.from, attempt.to).filter(Objects::nonNull).forEach(times::add));
            consoleFrom = Collections.min(times);
            consoleTo = Collections.max(times);
        }
    }

    static boolean fromConsole(Message message) {
        return !PlacedBy.DATABASE.placed(message) && !PlacedBy.JOB_FILE.placed(message);
    }

    /** A line of the job file or a row of job_logs that says in its own words what the console says in others counts once. */
    private boolean repeats(Message message) {
        return consoleFrom != null && !fromConsole(message) && !message.time.isBefore(consoleFrom) && !message.time.isAfter(consoleTo);
    }

    private void findBatches() {
        observations.forEach((stage, observed) -> {
            if (stage instanceof PipelineStage flowing && flowing.batchLine != null) {
                trace.batches = Batches.of(flowing.batchLine, observed.lines(Batches.LINES));
            }
        });
    }

    private void show(Message message) {
        KnownLines.Kind kind = known.of(message);
        boolean counts = trace.ofLastAttempt(message) && !repeats(message);
        boolean isKnown = kind != null && (take(kind, message, counts) || kind.exclusive != null);
        if (kind != null && counts) {
            armed.removeAll(kind.disarms);
            armed.addAll(kind.arms);
        }
        if (kind != null && kind.stops && trace.ofLastAttempt(message)) {
            trace.stopped = message;
            isKnown = true;
        }
        if (!isKnown && kind != null && kind.lines.stream().anyMatch(line -> line.line().role == LinePattern.Role.HARMLESS)) {
            trace.harmless.add(message);
            isKnown = true;
        }
        if (isKnown || !message.error() && !message.level.equals("WARNING") || repeats(message)) {
            return;
        }
        trace.unrecognised.add(message);
        boolean madeGood = kind != null && kind.recovers.contains(current);
        if (message.error() && current != null && observations.get(current).openSince != null && counts && !madeGood && atWork(message)) {
            observations.get(current).takeError(message);
        }
    }

    /** Shows the message to the stages that declare it, ends before beginnings; true when it is one's, or was made good. */
    private boolean take(KnownLines.Kind kind, Message message, boolean counts) {
        boolean taken = false;
        for (LinePattern.Role role : TAKEN) {
            for (KnownLines.Declared line : kind.lines) {
                if (line.line().role == role && (counts || !(line.stage() instanceof PipelineStage))) {
                    taken |= match(line.stage(), line.line(), message, kind);
                }
            }
        }
        return taken;
    }

    /** True for what was written where the job ran: an error elsewhere that names the job is no error of the stage that has its turn. */
    private boolean atWork(Message message) {
        return !fromConsole(message) || (trace.attempt() != null ? message.container.equals(trace.attempt().container)
            : current.runs.stream().anyMatch(ask -> ask.kind() == Command.Kind.LOG && ask.service().equals(message.service)));
    }

    /** True when the message is known by this pattern of the stage: it is the stage's, or an error that was made good. */
    private boolean match(Stage stage, LinePattern line, Message message, KnownLines.Kind kind) {
        boolean flows = stage instanceof PipelineStage;
        Matcher found = line.inTurn && current != stage || line.onlyAfter != null && !armed.contains(line) ? null : line.in(message, flows);
        if (found == null) {
            return false;
        }
        if (line.role == LinePattern.Role.FAILURE && kind.recovers.contains(stage)) {
            return true;
        }
        Observation observed = observations.get(stage);
        if (flows && !takesTurn((PipelineStage) stage, observed, line, message)) {
            return false;
        }
        observed.take(line, found, message);
        return line.role != LinePattern.Role.FOR_CHECKS;
    }

    /** Lets the message begin or end the stage; false where the line is not the stage's now, but another one's. */
    private boolean takesTurn(PipelineStage stage, Observation observed, LinePattern line, Message message) {
        boolean begun = observed.begun();
        switch (line.role) {
            case END:
                if (observed.openSince == null && current != stage && begun) {
                    return false;
                }
                end(stage, observed, message, begun);
                return true;
            case START:
                if (stage.once && begun && current != stage) {
                    return false;
                }
                begin(stage, observed, message);
                return true;
            case FAILURE:
                return line.outOfTurn || current == stage;
            default:
                return true;
        }
    }

    private void begin(PipelineStage stage, Observation observed, Message message) {
        if (observed.openSince != null && !stage.inBatches) {
            return;
        }
        // A batch whose line of an end never came ends where the next one begins.
        for (Observation other : observations.values()) {
            if (other.openSince != null) {
                close(other, message.time);
                unclosed.merge(other.stage, 1, Integer::sum);
            }
        }
        observed.openSince = stage.once && lastEnd.containsKey(stage) ? lastEnd.get(stage) : message.time;
        observed.visits.add(new Visit(observed.openSince, null, new HashMap<>()));
        current = stage;
    }

    private void end(PipelineStage stage, Observation observed, Message message, boolean begun) {
        if (observed.openSince != null) {
            close(observed, message.time);
        } else if (begun && lastEnd.containsKey(stage)) {
            observed.millis = Math.max(0, observed.millis) + Math.max(0, Duration.between(lastEnd.get(stage), message.time).toMillis());
            observed.endVisit(message.time);
        }
        lastEnd.put(stage, message.time);
        current = stage;
    }

    private void close(Observation observed, Instant at) {
        observed.millis = Math.max(0, observed.millis) + Math.max(0, Duration.between(observed.openSince, at).toMillis());
        observed.openSince = null;
        observed.endVisit(at);
        lastEnd.put(observed.stage, at);
    }

    private void closeAll() {
        Attempt attempt = trace.attempt();
        Instant end = trace.gone != null ? trace.messages.get(trace.messages.size() - 1).time
            : attempt != null && attempt.to != null ? attempt.to : trace.ended();
        for (Observation observed : observations.values()) {
            if (observed.openSince != null) {
                Instant since = observed.openSince;
                close(observed, end != null ? end : trace.now);
                observed.openSince = since;
            } else if (observed.millis < 0 && observed.numbers.containsKey("took")) {
                observed.millis = Math.round(observed.numbers.get("took") * 1000);
            }
            observed.numbers.remove("took");
        }
    }
}
