//SOURCES Attribution.java
//SOURCES AuditCollector.java
//SOURCES ContainerLog.java
//SOURCES Copies.java
//SOURCES CopyText.java
//SOURCES Duplicates.java
//SOURCES FollowedLogs.java
//SOURCES Folds.java
//SOURCES JobFileReader.java
//SOURCES JobFiles.java
//SOURCES JobFold.java
//SOURCES JobIds.java
//SOURCES JobLogRows.java
//SOURCES JobLogs.java
//SOURCES LineStream.java
//SOURCES LogHeader.java
//SOURCES LogPass.java
//SOURCES ReadLines.java
//SOURCES StageOfLine.java
//SOURCES TaskLines.java
//SOURCES TextBudget.java
//SOURCES WatchedJob.java
//SOURCES WorkerProcesses.java

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks for all that the stages named, side by side, and puts a trace together from the answers. */
final class Collector {
    private static final Command QUEUE = new Command("queue length", Command.Kind.OTHER, "redis",
        Command.split("docker compose exec -T redis redis-cli LLEN celery"));
    private static final List<Command> TASKS = Stream.of("active", "reserved").map(which -> new Command(which + " tasks", Command.Kind.OTHER, "celery-worker",
        Command.split("docker compose exec -T celery-worker timeout 5 celery -A {app} inspect " + which + " --json -t 1"))).toList();
    /** What is asked of the queue and the workers as long as the row does not say that the job has ended. */
    static final List<Command> WHILE_IT_RUNS = Stream.concat(Stream.of(QUEUE), TASKS.stream()).toList();
    /** Before the row's creation and after its end, in seconds: clocks differ a little, end lines come a little later. */
    private static final long MARGIN = 30;
    /** A job not older than this is looked for in the tail of the log first. */
    private static final Duration RECENT = Duration.ofHours(2);
    private final Source stack;
    private final Command finder;
    private final List<Stage> stages;
    private final List<Command> more;
    private final Redactor mask;
    private final ComposeTarget target;
    private final KnownLines known;
    /** How many messages that say the same are kept as they are. */
    int whole = JobFold.WHOLE;
    /** True until a job is looked up that is traced at once. */
    boolean askAhead;
    /** How many jobs a look-up shows; one more is asked for, to know whether there are. */
    int listed = 20;
    final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "gathering");
        thread.setDaemon(true);
        return thread;
    });

    Collector(Source stack, Command finder, List<Stage> stages, List<Command> more, Redactor mask, ComposeTarget target) {
        this.stack = stack;
        this.finder = finder;
        this.more = more;
        this.stages = stages;
        this.mask = mask;
        this.target = target;
        this.known = KnownLines.of(stages);
    }

    /** What the look-up of a job came to. */
    record Found(List<Job> jobs, long matches, String problem, CommandResult rows, CommandResult containers) {
        /** That the database did not answer, and why. */
        String unanswered() {
            return "could not query the database (" + problem + ")";
        }

        /** What to try when nothing of the stack answers; empty when something does. */
        String hint() {
            String project = "; go to the folder of docker-compose.prod.yml, or say -f FILE or -p PROJECT (docker compose ls names them)";
            String why = String.valueOf(containers.problem());
            return why.contains("no configuration file") ? project
                : !DockerTrouble.hint(why).isEmpty() ? DockerTrouble.hint(why)
                : containers.timedOut() ? "; docker did not say in time what containers there are (--timeout gives it more)"
                : containers.problem() == null && containers.out().stream().noneMatch(line -> line.contains("{"))
                    ? "; this project has no containers" + project
                : "";
        }
    }

    /** Finds the jobs whose id has this part, newest first, a whole id before all. */
    Found find(String typed, String status) {
        String part = Job.isWholeId(typed) ? typed.toLowerCase(Locale.ROOT) : typed;
        if (askAhead) {
            askAhead = false;
            stack.askAhead(Job.isWholeId(part) ? needingNoMoreThanTheId() : List.of(), fill(part, status));
        }
        Found found = find(finder, fill(part, status));
        List<Job> jobs = found.jobs();
        boolean whole = jobs.stream().anyMatch(job -> job.id().equalsIgnoreCase(part));
        // A recording answers with its rows whatever is asked.
        boolean others = jobs.removeIf(job -> whole && !job.id().equalsIgnoreCase(part) || !job.column("status").startsWith(status)
            || !job.id().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
        return new Found(jobs, others ? jobs.size() : Math.max(found.matches(), jobs.size()), found.problem(), found.rows(), found.containers());
    }

    private List<Command> needingNoMoreThanTheId() {
        Stream<Command> rows = Stream.concat(Stream.of(finder), asks(Command.Kind.ROWS).stream()).filter(ask -> !ask.sql().contains("{script}"));
        return Stream.concat(rows, JobFiles.of(stages, more).stream().map(files -> files.get(0))).toList();
    }

    /** What stands in the SELECT that finds jobs: a part of the id, the beginning of the row's status, and one more than are listed. */
    Map<String, String> fill(String part, String status) {
        return Map.of("job", part, "status", status, "limit", Integer.toString(listed + 1));
    }

    /** Finds the jobs that this SELECT shows, and looks for the containers. */
    Found find(Command finder, Map<String, String> fill) {
        CompletableFuture<CommandResult> containers = later(() -> stack.ask(LiveSource.CONTAINERS, Map.of()));
        CommandResult rows = stack.ask(finder, fill);
        CommandResult seen = containers.join();
        if (stack.settle(seen)) {
            containers = later(() -> stack.ask(LiveSource.CONTAINERS, Map.of()));
            rows = stack.ask(finder, fill);
            seen = containers.join();
        }
        return found(rows, seen);
    }

    /** @param rows of jobs; @param containers what `docker compose ps` said */
    Found found(CommandResult rows, CommandResult containers) {
        List<Job> jobs = new ArrayList<>();
        long matches = 0;
        for (JsonNode row : Json.list(rows.out())) {
            String id = row.path("id").asText();
            if (Job.ID.matcher(id).matches()) {
                matches = Math.max(matches, row.path("matches").asLong(1));
                jobs.add(new Job(id, mask.row(row), true));
            }
        }
        return new Found(jobs, Math.max(matches, jobs.size()), rows.problem(), rows, containers);
    }

    /** Gives each job the name of its script, where its row has an id for one; what was answered. */
    List<CommandResult> name(List<Job> jobs) {
        List<CommandResult> answers = new ArrayList<>();
        String scripts = jobs.stream().map(job -> job.column("script_id")).filter(id -> Job.ID.matcher(id).matches()).distinct()
            .collect(Collectors.joining("','"));
        for (Command ask : asks(Command.Kind.ROWS)) {
            if (ask.sql().contains("{script}") && !scripts.isEmpty()) {
                answers.add(stack.ask(ask, Map.of("script", scripts)));
                name(jobs, answers.get(answers.size() - 1));
            }
        }
        return answers;
    }

    private void name(List<Job> jobs, CommandResult scripts) {
        for (JsonNode script : Json.list(scripts.out())) {
            jobs.stream().filter(job -> job.column("script_id").equals(script.path("id").asText()) && job.row().isObject())
                .forEach(job -> ((ObjectNode) job.row()).put("script", mask.text(Printable.plain(script.path("script").asText()))));
        }
    }

    /** The ids in the logs that have this part, when the database cannot say. The whole log is read. */
    Set<String> idsInLogs(String part) {
        Set<String> ids = Collections.synchronizedSet(new LinkedHashSet<>());
        List<CompletableFuture<CommandResult>> reads = new ArrayList<>();
        for (Command ask : asks(Command.Kind.LOG)) {
            if (!ask.service().isEmpty()) {
                reads.add(later(() -> stack.log(ask, TimeWindow.ALL, () -> line -> {
                    if (ids.size() < 1000) {
                        JobIds.find(line, part, ids);
                    }
                    return true;
                })));
            }
        }
        reads.forEach(CompletableFuture::join);
        return ids;
    }

    /** All that can be had of one job. */
    Evidence trace(Job job, Found found) {
        Evidence trace = trace(job, found, stack.now(), null);
        return trace.begunMeanwhile() ? trace(job, found, stack.now(), null) : trace;
    }

    /** @param now the time of the trace, UTC; @param logs where they are read already; null where they are not */
    Evidence trace(Job job, Found found, Instant now, JobLogs logs) {
        Evidence trace = new Evidence(job, now);
        trace.keep(found.rows());
        trace.keep(found.containers());
        StackContainers containers = new StackContainers(found.containers(), target, mask);
        CompletableFuture<CommandResult> state = inspect(containers);
        String script = Job.ID.matcher(job.column("script_id")).matches() ? job.column("script_id") : "";
        Map<String, String> fill = Map.of("job", job.id(), "script", script, "app", target.celeryApp);
        TimeWindow window = window(job, trace.now);
        if (window.until() == null || !window.until().isBefore(stack.now())) {
            // What was read before the row may lack what the row tells of.
            stack.dropFiles();
        }

        JobLogRows steps = new JobLogRows("postgres", known, job.id(), List.of(job));
        Map<Command, LineHandler> sinks = new LinkedHashMap<>();
        for (Command ask : asks(Command.Kind.ROWS)) {
            if (ask.sql().contains("{script}") && script.isEmpty()) {
                continue;
            }
            if (job.inDatabase()) {
                sinks.put(ask, isJobLog(ask) ? steps : new KeptLines());
            } else {
                trace.missing.put(ask.key(), found.problem());
            }
        }
        Map<Command, CompletableFuture<CommandResult>> rows = stack.rows(sinks, fill);
        List<Command> others = new ArrayList<>(asks(Command.Kind.OTHER));
        if (job.canBeAtWork()) {
            others.add(QUEUE);
        }
        List<CompletableFuture<CommandResult>> other = new ArrayList<>(others.stream().map(ask -> later(() -> stack.ask(ask, fill))).toList());
        TextBudget budget = new TextBudget();
        JobLogs ofJob = logs != null ? logs : new LogPass(stack, logs(containers.services().values()), containers.services(), new JobIds(List.of(job.id())),
            window, known, mask, id -> new JobFold(id, known, budget, whole), threads);
        ofJob.addTo(trace);
        trace.sort();
        // It costs the worker's machine seconds to answer.
        if (job.canBeAtWork() && !trace.isHeard()) {
            TASKS.forEach(ask -> other.add(later(() -> stack.ask(ask, fill))));
        }
        if (state != null) {
            trace.keep(state.join());
            trace.containers.addAll(containers.inspected(state.join()));
        }
        Duplicates duplicates = new Duplicates(trace);
        JobFiles files = new JobFiles(stack, JobFiles.of(stages, more), fill, trace, known, () -> new JobFold(job.id(), known, budget, whole), threads);
        // While the files are read: the limit of time for the whole run is for those who answer.
        mask.evidence(trace);
        files.addTo(trace, (ask, lines) -> addFile(ask, lines, trace, duplicates));
        rows.forEach((ask, answer) -> {
            CommandResult read = sinks.get(ask) instanceof KeptLines kept ? kept.of(answer.join()) : answer.join();
            trace.keep(read);
            if (isJobLog(ask)) {
                addSteps(steps, trace, duplicates);
            }
            name(List.of(job), read);
        });
        other.forEach(answer -> trace.keep(answer.join()));
        trace.messages.sort(Evidence.IN_TIME);
        return endedMeanwhile(trace).map(later -> better(trace, trace(later.jobs().get(0), later), later)).orElse(trace);
    }

    /**
     * Hands on the job's lines in the order of time, without more memory for more of them. Answers what could not be read whole.
     *
     * @param more true as long as the logs are to be followed; null where they are only read
     */
    List<String> lines(Job job, Found found, Consumer<Message> each, Predicate<Boolean> more) throws InterruptedException {
        Map<String, String> services = new StackContainers(found.containers(), target, mask).services();
        // One command a service: of several in one command the lines would come one service after the other.
        Set<Command> logs = new LinkedHashSet<>();
        for (Command log : logs(services.values())) {
            for (String service : stack instanceof Recording ? List.of(log.service()) : List.of(log.service().split(" "))) {
                logs.add(service.equals(log.service()) ? log : Command.of("docker compose logs " + service));
            }
        }
        TimeWindow window = window(job, stack.now());
        TimeWindow whole = new TimeWindow(window.since(), more == null ? window.until() : null, false);
        return new LineStream(stack, job, whole, services, known, mask, target.celeryApp, threads).run(logs, each, more);
    }

    CompletableFuture<CommandResult> inspect(StackContainers containers) {
        return containers.ids().isEmpty() ? null : later(() -> stack.ask(LiveSource.inspect(containers.ids()), Map.of()));
    }

    boolean isJobLog(Command ask) {
        return stages.stream().anyMatch(stage -> stage.isJobLog(ask));
    }

    /** The rows of job_logs, once each event. */
    void addSteps(JobLogRows steps, Evidence trace, Duplicates duplicates) {
        String id = trace.job.id();
        trace.count(PlacedBy.DATABASE, steps.count(id));
        if (steps.full(id)) {
            trace.missing.put("rows of job_logs", "more rows than are kept");
        }
        List<Message> rows = steps.take(id);
        rows.forEach(row -> row.text = mask.text(row.text));
        duplicates.add(rows, PlacedBy.DATABASE);
    }

    private void addFile(Command ask, FoldedLog lines, Evidence trace, Duplicates duplicates) {
        lines.messages().forEach(message -> message.text = mask.text(message.text));
        lines.placed().forEach((rule, count) -> trace.placed.merge(rule, count, Integer::sum));
        trace.events += lines.events();
        duplicates.add(lines.messages(), PlacedBy.JOB_FILE);
        stack.folded(ask, lines);
    }

    /**
     * Of two traces of a job that ended between them. The second has what is left of the run's time: where it lost what the
     * first one had, and saw no end of the task that the first did not see, only the row is taken from it.
     */
    private Evidence better(Evidence first, Evidence second, Found now) {
        boolean lost = second.missing.keySet().stream().anyMatch(key -> first.answers.containsKey(key) && !first.missing.containsKey(key));
        if (!lost || second.taskEnded() && !first.taskEnded()) {
            return second;
        }
        if (!first.job.column("script").isEmpty()) {
            ((ObjectNode) second.job.row()).put("script", first.job.column("script"));
        }
        Evidence kept = new Evidence(first, second.job);
        kept.keep(now.rows());
        return kept;
    }

    /** True for a job that looks forgotten: it may have ended while it was traced. */
    static boolean looksForgotten(Evidence trace) {
        Attempt attempt = trace.attempt();
        return !trace.job.ended() && trace.job.inDatabase() && (trace.nobodyHasIt() || attempt != null && attempt.to != null && !attempt.lost);
    }

    /** Before it is said that a job is forgotten, its row is read once more. */
    private Optional<Found> endedMeanwhile(Evidence trace) {
        if (!looksForgotten(trace)) {
            return Optional.empty();
        }
        Found now = find(trace.job.id(), "");
        return now.jobs().size() == 1 && now.jobs().get(0).ended() ? Optional.of(now) : Optional.empty();
    }

    <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, threads);
    }

    /** What the stages ask, and what else is asked. */
    static Stream<Command> asks(List<Stage> stages, List<Command> more) {
        return Stream.concat(stages.stream().flatMap(stage -> stage.runs.stream()), more.stream());
    }

    Set<Command> asks(Command.Kind kind) {
        Map<String, Command> asks = new LinkedHashMap<>();
        asks(stages, more).filter(ask -> ask.kind() == kind).forEach(ask -> asks.putIfAbsent(ask.key(), ask));
        return new LinkedHashSet<>(asks.values());
    }

    /** The logs to read: `docker compose logs` without a service stands for all the others of the project, in one command. */
    Set<Command> logs(Collection<String> services) {
        Set<Command> logs = new LinkedHashSet<>(asks(Command.Kind.LOG));
        Set<String> named = logs.stream().map(Command::service).collect(Collectors.toSet());
        String others = services.stream().filter(service -> Command.SERVICE.matcher(service).matches() && !named.contains(service))
            .distinct().sorted().collect(Collectors.joining(" "));
        if (logs.removeIf(ask -> ask.service().isEmpty()) && !others.isEmpty()) {
            logs.add(new Command(Command.OTHERS, Command.Kind.LOG, others, Command.split("docker compose logs " + others)));
        }
        return logs;
    }

    static TimeWindow window(Job job, Instant now) {
        Instant created = job.time("created_at");
        if (created == null) {
            return TimeWindow.ALL;
        }
        Instant completed = job.time("completed_at");
        // Where the database's clock differs, its times are searched for on both sides.
        Instant clock = job.time("now");
        long off = clock == null ? 0 : Math.abs(Duration.between(now, clock).toSeconds());
        long margin = MARGIN + (off < 5 ? 0 : off);
        // Of a job that goes on the lines since its row was read count too: what else is asked may know of them.
        return new TimeWindow(created.minusSeconds(margin), !job.ended() ? null : completed == null ? now : completed.plusSeconds(margin),
            Duration.between(created, now).compareTo(RECENT) < 0);
    }
}
