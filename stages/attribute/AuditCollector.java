import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Collects what there is of all jobs of a period at once: one read of each log, one SELECT for the rows and one for their
 * job_logs, and no command for a single job. The jobs' own files are not read.
 */
final class AuditCollector {
    /** Of each kind of message so many are kept as they are: an audit shows few lines of a job. */
    private static final int WHOLE = 3;
    /** A command line has room for so many ids. */
    private static final int MOST_IDS = 2_000;
    private final Source stack;
    private final Collector collector;
    private final List<Stage> stages;
    private final ComposeTarget target;
    private final Redactor redactor;
    private final KnownLines known;
    /** Answers that are of no single job, from when the jobs were found. */
    private final List<CommandResult> shared = new ArrayList<>();
    /** How many rows were read. */
    int read;
    /** To what the audit is narrowed; empty when to nothing. */
    String narrowed = "";
    /** Finds the same jobs again, as their rows are then. */
    private Supplier<Collector.Found> again;

    AuditCollector(Source stack, Collector collector, List<Stage> stages, ComposeTarget target, Redactor redactor) {
        this.stack = stack;
        this.collector = collector;
        this.stages = stages;
        this.target = target;
        this.redactor = redactor;
        this.known = KnownLines.of(stages);
    }

    /**
     * Finds the jobs that were created, ran or ended in the period, the newest first.
     *
     * @param status of the row; empty for any
     * @param script a part of the name of its script, in whatever case; empty for any
     */
    Collector.Found find(Period period, String status, String script) {
        Collector.Found found = collector.find(finder(stages), fill(period, status));
        shared.addAll(collector.name(found.jobs()));
        read = found.jobs().size();
        found.jobs().removeIf(job -> !job.name().toLowerCase(Locale.ROOT).contains(script.toLowerCase(Locale.ROOT)));
        narrowed = Stream.of(status.isEmpty() ? "" : "status " + status, script.isEmpty() ? "" : "script " + script
            + (found.jobs().isEmpty() && read > 0 ? ", which none of " + Times.count(read, "job") + " has" : "")).filter(word -> !word.isEmpty())
            .collect(Collectors.joining(", "));
        again = () -> collector.find(finder(stages), fill(period, status));
        return found;
    }

    /** The SELECT that finds the jobs of a period. */
    static Command finder(List<Stage> stages) {
        return stages.stream().map(Stage::periodFinder).filter(Objects::nonNull).findFirst()
            .orElseThrow(() -> new IllegalStateException("no stage says how the jobs of a period are found"));
    }

    /** What stands in that SELECT. */
    static Map<String, String> fill(Period period, String status) {
        return Map.of("from", period.from().toString(), "to", period.to().toString(), "status", status);
    }

    /**
     * Collects for these jobs.
     *
     * @param first takes what all have in common; @param each takes the evidence of one job after the other
     */
    void collect(Collector.Found found, Consumer<Evidence> first, Consumer<Evidence> each) {
        Instant now = stack.now();
        Evidence common = new Evidence(new Job("", Json.NODES.objectNode(), true), now);
        Stream.concat(Stream.of(found.rows(), found.containers()), shared.stream()).forEach(common::keep);
        StackContainers containers = new StackContainers(found.containers(), target, redactor);
        CompletableFuture<CommandResult> state = collector.inspect(containers);
        List<CompletableFuture<CommandResult>> others = ask(collector.asks(Command.Kind.OTHER).stream().filter(AuditCollector::isOfNoJob).toList());
        List<CompletableFuture<CommandResult>> workers = ask(found.jobs().stream().anyMatch(Job::canBeAtWork) ? Collector.WHILE_IT_RUNS : List.of());
        Map<String, TimeWindow> windows = new HashMap<>();
        Map<String, TextBudget> budgets = new HashMap<>();
        for (Job job : found.jobs()) {
            windows.put(job.id().toLowerCase(Locale.ROOT), Collector.window(job, now));
            budgets.put(job.id().toLowerCase(Locale.ROOT), new TextBudget());
        }
        JobLogRows steps = new JobLogRows("postgres", known, null, found.jobs());
        CompletableFuture<List<CommandResult>> rows = collector.later(() -> jobLogs(found.jobs(), steps));
        // Without jobs there is nothing to look for.
        LogPass logs = new LogPass(stack, found.jobs().isEmpty() ? Set.of() : collector.logs(containers.services().values()), containers.services(),
            new JobIds(windows.keySet()), all(windows), known, redactor,
            id -> new JobFold(id, known, budgets.get(id), WHOLE).within(windows.get(id)), collector.threads);
        others.stream().map(CompletableFuture::join).forEach(common::keep);
        rows.join().forEach(common::keep);
        if (state != null) {
            common.keep(state.join());
            common.containers.addAll(containers.inspected(state.join()));
        }
        List<CommandResult> ofAll = List.copyOf(common.answers.values());
        List<CommandResult> asked = workers.stream().map(CompletableFuture::join).toList();
        asked.forEach(common::keep);
        logs.answers().forEach(common::keep);
        first.accept(common);
        List<Evidence> changed = new ArrayList<>();
        for (Job job : found.jobs()) {
            Evidence trace = new Evidence(job, now);
            logs.addTo(trace);
            trace.sort();
            redactor.evidence(trace);
            ofAll.forEach(trace::keep);
            trace.containers.addAll(common.containers);
            collector.addSteps(steps, trace, new Duplicates(trace));
            if (job.canBeAtWork()) {
                asked.forEach(trace::keep);
            }
            trace.messages.sort(Evidence.IN_TIME);
            if (Collector.looksForgotten(trace) || trace.begunMeanwhile()) {
                changed.add(trace);
            } else {
                each.accept(trace);
            }
        }
        lookAgain(changed).forEach(each);
    }

    /** Jobs that may have begun or ended while the logs were read: the rows are read once more, and the few that did are traced by themselves. */
    private List<Evidence> lookAgain(List<Evidence> changed) {
        Map<String, Job> jobs = new HashMap<>();
        Collector.Found now = changed.isEmpty() ? null : again.get();
        if (now != null) {
            now.jobs().forEach(job -> jobs.put(job.id(), job));
        }
        return changed.stream().map(trace -> {
            Job job = jobs.get(trace.job.id());
            return job != null && (job.ended() || trace.begunMeanwhile()) ? collector.trace(job, now) : trace;
        }).toList();
    }

    /** Of what the stages ask, what an audit does: no file of a job, and of the rows those that it asks for all jobs at once. */
    static Stream<Command> asks(List<Stage> stages) {
        return Collector.asks(stages, List.of()).filter(ask -> switch (ask.kind()) {
            case LOG -> true;
            case ROWS -> ask.sql().contains("{script}") || stages.stream().anyMatch(stage -> stage.isJobLog(ask));
            case FILE -> false;
            default -> isOfNoJob(ask);
        });
    }

    /** True for what is asked once, and not for each job. */
    private static boolean isOfNoJob(Command ask) {
        return ask.words().stream().noneMatch(word -> word.contains("{job}"));
    }

    private List<CompletableFuture<CommandResult>> ask(List<Command> commands) {
        Map<String, String> fill = Map.of("app", target.celeryApp);
        return commands.stream().map(ask -> collector.later(() -> stack.ask(ask, fill))).toList();
    }

    /** Reads the rows of job_logs of all jobs: so many at once as a command has room for. */
    private List<CommandResult> jobLogs(List<Job> jobs, JobLogRows steps) {
        List<CommandResult> answers = new ArrayList<>();
        for (Command select : collector.asks(Command.Kind.ROWS)) {
            for (int from = 0; collector.isJobLog(select) && from < jobs.size(); from += MOST_IDS) {
                String ids = String.join("','", jobs.subList(from, Math.min(jobs.size(), from + MOST_IDS)).stream().map(Job::id).toList());
                answers.add(stack.stream(select, Map.of("job", ids), null, steps));
            }
        }
        return answers;
    }

    /** From when to when the logs are read: around all these. */
    private static TimeWindow all(Map<String, TimeWindow> windows) {
        Instant from = Instant.MAX;
        Instant to = Instant.MIN;
        for (TimeWindow window : windows.values()) {
            from = window.since() == null || window.since().isAfter(from) ? from : window.since();
            to = to == null || window.until() == null ? null : window.until().isBefore(to) ? to : window.until();
        }
        return windows.isEmpty() ? TimeWindow.ALL : new TimeWindow(from, to, false);
    }
}
