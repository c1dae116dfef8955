import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Collects what there is of all jobs of a period at once: one read of each log, one SELECT for the rows and one for their
 * job_logs, and no command for a single job. The jobs' own files are not read.
 */
final class AuditCollector {
    /** Of each kind of message so many are kept as they are: an audit shows few lines of a job. */
    private static final int WHOLE = 3;
    private final Source stack;
    private final Collector collector;
    private final List<Stage> stages;
    private final ComposeTarget target;
    private final Redactor redactor;
    private final KnownLines known;

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
        Command select = stages.stream().map(Stage::periodFinder).filter(Objects::nonNull).findFirst()
            .orElseThrow(() -> new IllegalStateException("no stage says how the jobs of a period are found"));
        Collector.Found found = collector.find(select, Map.of("from", period.from().toString(), "to", period.to().toString(), "status", status));
        collector.name(found.jobs());
        boolean narrowed = found.jobs().removeIf(job -> !job.name().toLowerCase(Locale.ROOT).contains(script.toLowerCase(Locale.ROOT)));
        return !narrowed ? found : new Collector.Found(found.jobs(), found.jobs().size(), found.problem(), found.rows(), found.containers());
    }

    /** Collects for these jobs, and hands on the evidence of one after the other, the newest first; answers what all have in common. */
    Evidence collect(Collector.Found found, Consumer<Evidence> each) {
        Instant now = stack.now();
        StackContainers containers = new StackContainers(found.containers(), target, redactor);
        CompletableFuture<CommandResult> state = collector.inspect(containers);
        Map<String, String> fill = Map.of("job", "", "app", target.celeryApp);
        List<CompletableFuture<CommandResult>> workers = found.jobs().stream().allMatch(Job::ended) ? List.of()
            : Collector.WHILE_IT_RUNS.stream().map(ask -> collector.later(() -> stack.ask(ask, fill))).toList();
        Map<String, TimeWindow> windows = new HashMap<>();
        Map<String, TextBudget> budgets = new HashMap<>();
        for (Job job : found.jobs()) {
            windows.put(job.id().toLowerCase(Locale.ROOT), Collector.window(job, now));
            budgets.put(job.id().toLowerCase(Locale.ROOT), new TextBudget());
        }
        JobLogRows steps = new JobLogRows("postgres", known, null);
        List<CompletableFuture<CommandResult>> rows = jobLogs(found.jobs(), steps);
        LogPass logs = new LogPass(stack, collector.logs(containers.services().values()), containers.services(), new JobIds(windows.keySet()), all(windows),
            known, redactor, id -> new JobFold(id, known, budgets.get(id), WHOLE).within(windows.get(id)), collector.threads);
        Evidence shared = new Evidence(new Job("", Json.NODES.objectNode(), true), now);
        CommandResult inspected = state == null ? null : state.join();
        List<CommandResult> asked = workers.stream().map(CompletableFuture::join).toList();
        List<CommandResult> read = rows.stream().map(CompletableFuture::join).toList();
        for (Job job : found.jobs()) {
            Evidence trace = new Evidence(job, now);
            Stream.of(found.rows(), found.containers(), inspected).filter(Objects::nonNull).forEach(trace::keep);
            logs.addTo(trace);
            trace.sort();
            trace.containers.addAll(inspected == null ? List.of() : containers.inspected(inspected));
            collector.redact(trace);
            read.forEach(trace::keep);
            collector.addSteps(steps, trace, new Duplicates(trace));
            if (!job.ended() || job.status().equals("cancelled")) {
                asked.forEach(trace::keep);
            }
            trace.messages.sort(Evidence.IN_TIME);
            each.accept(trace);
            shared.answers.putAll(trace.answers);
            shared.missing.putAll(trace.missing);
        }
        return shared;
    }

    /** A command line has room for so many ids. */
    private static final int MOST_IDS = 2_000;

    private List<CompletableFuture<CommandResult>> jobLogs(List<Job> jobs, JobLogRows steps) {
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        for (Command select : collector.asks(Command.Kind.ROWS)) {
            for (int from = 0; collector.isJobLog(select) && from < jobs.size(); from += MOST_IDS) {
                String ids = String.join("','", jobs.subList(from, Math.min(jobs.size(), from + MOST_IDS)).stream().map(Job::id).toList());
                answers.add(collector.later(() -> stack.stream(select, Map.of("job", ids), 0, steps)));
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
            to = window.until() == null || window.until().isBefore(to) ? to : window.until();
        }
        return windows.isEmpty() ? TimeWindow.ALL : new TimeWindow(from, to, false);
    }
}
