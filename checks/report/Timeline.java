import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where the job's time went: what lasted, what no stage accounts for, and what happened at one moment. Times in UTC. */
final class Timeline {
    /** After the job's end: a container that died under it is started again a little later. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(10);
    /** Milliseconds; a shorter wait needs no other job to explain it, and so little time in no stage is no gap. */
    private static final long SHORT_WAIT = 1_000;
    private static final long SHORT_GAP = 100;
    private static final long MOST_ERRORS = 100;

    private final Trace trace;
    private final List<TimelineEntry> all = new ArrayList<>();
    /** The first line of the job's work; null when it has not begun, as far as is known. */
    private Instant begun;
    private Instant from;
    private Instant to;
    private long unaccounted;
    private long worked;
    private int errors;

    private Timeline(Trace trace) {
        this.trace = trace;
    }

    /** That of a judged trace; of the stages that it still has findings of. */
    static Timeline of(Trace trace) {
        Timeline timeline = new Timeline(trace);
        timeline.begun = timeline.begun();
        timeline.to = trace.ended() != null ? trace.ended() : trace.over() ? null : trace.now;
        timeline.queue();
        timeline.attempts();
        trace.findings.values().stream().map(Finding::stage).forEach(timeline::visits);
        timeline.gaps();
        timeline.errors();
        timeline.containers();
        timeline.all.sort(Comparator.comparing(TimelineEntry::from));
        timeline.all.stream().map(TimelineEntry::from).min(Comparator.naturalOrder()).ifPresent(first -> timeline.from = first);
        timeline.all.stream().map(TimelineEntry::to).max(Comparator.naturalOrder()).ifPresent(last -> timeline.to = last);
        return timeline;
    }

    /** In the order of time. */
    List<TimelineEntry> entries() {
        return all;
    }

    List<TimelineEntry> entries(TimelineEntry.Kind kind) {
        return all.stream().filter(entry -> entry.kind() == kind).toList();
    }

    /** When it begins; null when no time is known. */
    Instant from() {
        return from;
    }

    /** When it ends; null when no time is known. */
    Instant to() {
        return to;
    }

    /** The time from the job's first line to its end that no stage accounts for, in milliseconds, where that is more than a fifth; else 0. */
    long unaccountedMillis() {
        return unaccounted * 5 > worked && unaccounted >= SHORT_WAIT ? unaccounted : 0;
    }

    private void add(TimelineEntry.Kind kind, String name, Instant from, Instant to, boolean open) {
        add(kind, name, null, 0, 0, from, to, open, Map.of());
    }

    private void add(TimelineEntry.Kind kind, String name, Stage stage, int attempt, int visit, Instant from, Instant to, boolean open,
        Map<String, Double> numbers) {
        all.add(new TimelineEntry(kind, Printable.plain(name), stage, attempt, visit, from, to.isBefore(from) ? from : to, open, numbers, "", 1));
    }

    private void happened(TimelineEntry.Kind kind, String name, Stage stage, int attempt, int visit, Instant at, String text, long times) {
        all.add(new TimelineEntry(kind, Printable.plain(name), stage, attempt, visit, at, at, false, Map.of(), text, times));
    }

    /** Where the log no longer reaches back, a stage tells that the work had begun before the first line that is left. */
    private Instant begun() {
        return Stream.concat(Stream.ofNullable(trace.begun()), accounted().map(TimelineEntry::from)).min(Comparator.naturalOrder()).orElse(null);
    }

    /**
     * From the creation to the first sign of work: a start that only the row tells is when the task was queued. Times of two
     * clocks cannot be compared: where they differ, the wait was not measured.
     */
    private void queue() {
        Instant created = trace.job.time("created_at");
        boolean waits = begun == null && trace.started() == null && !trace.over();
        Instant end = waits ? trace.now : trace.begun() == null || !trace.databaseAhead().isZero() ? null : begun;
        if (created == null || end == null) {
            return;
        }
        created = waits ? end.minusMillis(trace.waitedMillis()) : created.isAfter(end) ? end : created;
        add(TimelineEntry.Kind.QUEUED, "Queued", created, end, waits);
        if (Duration.between(created, end).toMillis() < SHORT_WAIT) {
            return;
        }
        for (Attempt other : trace.others) {
            if (other.from.isBefore(end) && (other.to == null || other.to.isAfter(created))) {
                boolean longer = other.to == null || other.to.isAfter(end);
                add(TimelineEntry.Kind.OTHER_JOB, other.job, other.from.isBefore(created) ? created : other.from, longer ? end : other.to, waits && longer);
            }
        }
    }

    private void attempts() {
        for (int i = 0; i < trace.attempts.size(); i++) {
            Attempt attempt = trace.attempts.get(i);
            Instant first = i == 0 ? begun : attempt.from;
            Instant next = i + 1 < trace.attempts.size() ? trace.attempts.get(i + 1).from : attempt.retries && !trace.over() ? trace.now : null;
            Instant end = attempt.to != null ? attempt.to : to != null ? to : trace.lastSeen();
            add(TimelineEntry.Kind.ATTEMPT, attempt.process, null, i + 1, 0, first, end, attempt.to == null && !trace.over(), Map.of());
            if (attempt.to != null && next != null && next.isAfter(attempt.to)) {
                add(TimelineEntry.Kind.RETRY, "retry", null, i + 1, 0, attempt.to, next, i + 1 == trace.attempts.size(), Map.of());
            }
            if (attempt.lost) {
                happened(TimelineEntry.Kind.LOST, attempt.process, null, i + 1, 0, end, attempt.why.isEmpty() ? "the worker was lost" : attempt.why, 1);
            }
        }
    }

    /** The visits of this stage in each attempt, by the attempt's number. */
    private Map<Integer, List<Visit>> visitsOf(Class<? extends Stage> stage) {
        Map<Integer, List<Visit>> visits = new LinkedHashMap<>();
        for (int i = 0; i + 1 < trace.attempts.size(); i++) {
            visits.put(i + 1, trace.attempts.get(i).visits.getOrDefault(stage, List.of()));
        }
        visits.put(trace.attempts.size(), trace.visits.getOrDefault(stage, List.of()));
        return visits;
    }

    private void visits(Stage stage) {
        boolean runs = trace.finding(stage.getClass()).reasons().contains(Finding.Reason.RUNNING);
        visitsOf(stage.getClass()).forEach((attempt, visits) -> {
            for (int i = 0; i < visits.size(); i++) {
                Visit visit = visits.get(i);
                if (visit.timed()) {
                    boolean open = runs && attempt == trace.attempts.size() && i + 1 == visits.size();
                    Map<String, Double> numbers = new LinkedHashMap<>(visit.numbers());
                    numbers.remove("took");
                    add(TimelineEntry.Kind.STAGE, stage.title, stage, attempt, i + 1, visit.from(), visit.to(), open, numbers);
                }
            }
        });
    }

    /** Between the job's first line and its end, by the visits of all stages: those that nobody asked for account for their time too. */
    private void gaps() {
        if (begun == null || to == null || to.isBefore(begun)) {
            return;
        }
        worked = Duration.between(begun, to).toMillis();
        Instant at = begun;
        for (TimelineEntry known : (Iterable<TimelineEntry>) accounted()::iterator) {
            gap(at, known.from().isAfter(to) ? to : known.from());
            at = known.to().isAfter(at) ? known.to() : at;
        }
        gap(at, to);
    }

    /** All that accounts for time; where it is known. */
    private Stream<TimelineEntry> accounted() {
        Stream<TimelineEntry> visits = trace.visits.keySet().stream().flatMap(stage -> visitsOf(stage).values().stream().flatMap(List::stream))
            .filter(Visit::timed)
            .map(visit -> new TimelineEntry(TimelineEntry.Kind.STAGE, "", null, 0, 0, visit.from(), visit.to(), false, Map.of(), "", 1));
        return Stream.concat(visits, entries(TimelineEntry.Kind.RETRY).stream()).sorted(Comparator.comparing(TimelineEntry::from));
    }

    private void gap(Instant from, Instant to) {
        long millis = Duration.between(from, to).toMillis();
        unaccounted += Math.max(0, millis);
        if (millis >= Math.max(SHORT_GAP, worked / 100)) {
            add(TimelineEntry.Kind.GAP, "no stage", from, to, false);
        }
    }

    /** Each error once: of the stage whose it is, all of one visit together; those of no stage one by one. */
    private void errors() {
        Set<Message> seen = new HashSet<>(trace.harmless);
        Stream.of(false, true).forEach(summary -> trace.findings.values().stream().filter(finding -> finding.stage().isSummary == summary).forEach(finding -> {
            Map<Integer, List<Message>> byVisit = new LinkedHashMap<>();
            NavigableMap<Instant, Integer> begins = begins(finding.stage());
            finding.observed().complaints().stream().filter(seen::add).forEach(message -> {
                Map.Entry<Instant, Integer> visit = begins.floorEntry(message.time);
                byVisit.computeIfAbsent(visit == null ? 0 : visit.getValue(), number -> new ArrayList<>()).add(message);
            });
            byVisit.forEach((visit, messages) -> error(finding.stage(), trace.attempts.size(), visit, messages));
        }));
        trace.messages.stream().filter(message -> message.error() && seen.add(message))
            .forEach(message -> error(null, message.attempt == null ? 0 : trace.attempts.indexOf(message.attempt) + 1, 0, List.of(message)));
    }

    /** The numbers of the stage's visits in the last attempt, by when each began. */
    private NavigableMap<Instant, Integer> begins(Stage stage) {
        NavigableMap<Instant, Integer> begins = new TreeMap<>();
        List<Visit> visits = trace.visits.getOrDefault(stage.getClass(), List.of());
        for (int i = 0; i < visits.size(); i++) {
            if (visits.get(i).timed()) {
                begins.put(visits.get(i).from(), i + 1);
            }
        }
        return begins;
    }

    private void error(Stage stage, int attempt, int visit, List<Message> messages) {
        Message first = messages.get(0);
        if (++errors <= MOST_ERRORS) {
            happened(TimelineEntry.Kind.ERROR, stage == null ? first.service : stage.title, stage, attempt, visit, first.time,
                Printable.plain(first.firstLine()),
                Observation.count(messages));
        }
    }

    /** What happened to the containers while the job was in the system. */
    private void containers() {
        Instant first = all.stream().map(TimelineEntry::from).min(Comparator.naturalOrder()).orElse(null);
        if (first == null || to == null) {
            return;
        }
        for (Container one : trace.containers) {
            Instant died = during(one.finished(), first);
            Instant started = during(one.started(), first);
            if (died != null && !one.state().equals("running")) {
                happened(one.oomKilled() ? TimelineEntry.Kind.OUT_OF_MEMORY : TimelineEntry.Kind.STOPPED, one.name(), null, 0, 0, died,
                    one.replaced() ? one.end() : "exit code " + one.exitCode() + (one.oomKilled() ? ", out of memory" : ""), 1);
            }
            if (started != null) {
                happened(TimelineEntry.Kind.RESTART, one.name(), null, 0, 0, started, during(one.created(), first) == null ? "restarted" : "recreated", 1);
            }
        }
    }

    /** The time, where it is one of the job's; null where it is not. */
    private Instant during(Instant time, Instant first) {
        return time != null && time.isAfter(first) && !time.isAfter(to.plus(AFTERWARDS)) ? time : null;
    }
}
