import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A job that goes on, and what is known of it: its logs as they are followed, and what was last answered about its row, the containers and the workers. */
final class WatchedJob {
    private static final Duration ROW = Duration.ofSeconds(2);
    private static final Duration CONTAINERS = Duration.ofSeconds(5);
    private static final Duration WORKERS = Duration.ofSeconds(5);
    private static final int MOST_LOOKS = 3;
    private final Source stack;
    private final Collector collector;
    private final Command finder;
    private final ComposeTarget target;
    private final Redactor redactor;
    private final FollowedLogs logs;
    private final Poll row = new Poll();
    private final Poll containers = new Poll();
    private final Poll state = new Poll();
    private final List<Poll> workers = Collector.WHILE_IT_RUNS.stream().map(ask -> new Poll()).toList();
    private Job job;
    private Collector.Found found;
    private String started = "";
    /** How many attempts there were when the workers were last asked. */
    private int attempts;
    private boolean urgent;

    /** Something that is asked again and again, one at a time. */
    private static final class Poll {
        /** The last that is an answer; null before there is one. */
        CommandResult answer;
        /** Why the last one is none; null when it is. */
        String problem;
        Instant asked = Instant.EPOCH;
        Instant answered = Instant.EPOCH;
        private CompletableFuture<CommandResult> pending;

        void ask(Duration every, Supplier<CompletableFuture<CommandResult>> command) {
            if (pending == null && !asked.plus(every).isAfter(Instant.now())) {
                asked = Instant.now();
                pending = command.get();
            }
        }

        /** True when an answer has come since. */
        boolean take() {
            if (pending == null || !pending.isDone()) {
                return false;
            }
            CommandResult got = pending.join();
            pending = null;
            answered = Instant.now();
            problem = got.problem();
            answer = problem == null || answer == null ? got : answer;
            return true;
        }
    }

    WatchedJob(Source stack, Collector collector, Command finder, List<Stage> stages, ComposeTarget target, Redactor redactor, Job job, Collector.Found found) {
        this.stack = stack;
        this.collector = collector;
        this.finder = finder;
        this.target = target;
        this.redactor = redactor;
        this.job = job;
        this.found = found;
        StackContainers up = new StackContainers(found.containers(), target, redactor);
        logs = new FollowedLogs(stack, collector.logs(up.services().values()), up.services(), job, Collector.window(job, stack.now()), KnownLines.of(stages),
            redactor, collector.threads);
    }

    /** Reads the logs as they are, and begins to follow them. */
    void begin() {
        collector.name(List.of(job));
        logs.begin();
    }

    /** Asks what is due, and takes what was answered; true when there is something new. */
    boolean poll(Evidence last) {
        row.ask(urgent ? Duration.ZERO : ROW, () -> collector.later(() -> stack.ask(finder, collector.fill(job.id(), ""))));
        urgent = false;
        containers.ask(CONTAINERS, () -> collector.later(() -> stack.ask(LiveSource.CONTAINERS, Map.of())));
        if (needsWorkers(last)) {
            Map<String, String> fill = Map.of("job", job.id(), "app", target.celeryApp);
            attempts = last.attempts.size();
            for (int i = 0; i < workers.size(); i++) {
                Command ask = Collector.WHILE_IT_RUNS.get(i);
                workers.get(i).ask(WORKERS, () -> collector.later(() -> stack.ask(ask, fill)));
            }
        }
        boolean news = takeRow();
        news |= takeContainers();
        for (Poll worker : workers) {
            news |= worker.take();
        }
        return news;
    }

    /** The task has ended, so its row is worth a look. */
    void hurry() {
        urgent = row.asked.isBefore(Instant.now().minusMillis(500));
    }

    /** True when the row was read since then, UTC. */
    boolean rowIsOf(Instant time) {
        return row.pending == null && row.problem == null && row.asked.isAfter(time);
    }

    private static boolean needsWorkers(Evidence last) {
        return last != null && !last.over() && (last.attempt() == null || last.attempt().to == null && !last.isHeard());
    }

    private boolean takeRow() {
        if (!row.take()) {
            return false;
        }
        if (row.problem == null) {
            take(collector.found(row.answer, found.containers()));
        }
        return true;
    }

    /** What is known of the row and the containers from now on, where the row was found. */
    private void take(Collector.Found now) {
        if (now.jobs().size() != 1) {
            found = now.containers().problem() != null ? found
                : new Collector.Found(found.jobs(), found.matches(), found.problem(), found.rows(), now.containers());
            return;
        }
        String script = job.column("script");
        job = now.jobs().get(0);
        if (!script.isEmpty()) {
            ((ObjectNode) job.row()).put("script", script);
        }
        found = now;
    }

    private boolean takeContainers() {
        boolean listed = containers.take();
        if (listed && containers.problem == null) {
            found = new Collector.Found(found.jobs(), found.matches(), found.problem(), found.rows(), containers.answer);
            List<String> ids = new StackContainers(containers.answer, target, redactor).ids();
            state.ask(Duration.ZERO, () -> ids.isEmpty() ? CompletableFuture.completedFuture(containers.answer)
                : collector.later(() -> stack.ask(LiveSource.inspect(ids), Map.of())));
        }
        if (!state.take()) {
            return listed;
        }
        String now = String.join(" ", inspected().stream().map(one -> one.name() + one.created() + one.started()).toList());
        if (!started.isEmpty() && !started.equals(now)) {
            logs.again();
        }
        started = now;
        return true;
    }

    private List<Container> inspected() {
        return state.answer == null || !state.answer.key().equals(LiveSource.inspect(List.of()).key()) ? List.of()
            : new StackContainers(found.containers(), target, redactor).inspected(state.answer);
    }

    /** How many lines the logs have had so far. */
    long lines() {
        return logs.lines();
    }

    /** True when the project has no container any more. */
    boolean isGone() {
        CommandResult listed = found.containers();
        return listed.problem() == null && new StackContainers(listed, target, redactor).ids().isEmpty();
    }

    /** What could not be asked when it was last tried, and why. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (row.problem != null) {
            problems.add("the database does not answer: " + row.problem);
        }
        if (containers.problem != null) {
            problems.add("docker does not say what containers there are: " + containers.problem);
        }
        return problems;
    }

    /** What there is of the job by now. */
    Evidence soFar() {
        Evidence trace = new Evidence(job, Instant.now());
        trace.keep(found.rows());
        trace.keep(found.containers());
        logs.addSoFar(trace);
        trace.sort();
        trace.containers.addAll(inspected());
        for (Poll worker : workers) {
            boolean fresh = worker.answer != null && worker.problem == null && trace.attempts.size() == attempts
                && worker.answered.plus(Evidence.SILENCE).isAfter(trace.now) && (trace.attempt() == null || trace.lastSeen().isBefore(worker.asked));
            if (fresh) {
                trace.keep(worker.answer);
            }
        }
        return trace;
    }

    /** Looks at the row, the containers and then the logs for the last time; follows no more, and leaves no command behind. */
    void end() {
        // What was last heard of the row and the containers is seconds old. Where a container goes between the two looks, all of them would be unknown.
        for (int look = 0; look < MOST_LOOKS; look++) {
            take(collector.find(job.id(), ""));
            CompletableFuture<CommandResult> states = collector.inspect(new StackContainers(found.containers(), target, redactor));
            if (states == null || states.join().problem() == null) {
                break;
            }
        }
        logs.end();
    }

    /** All that can be had of the job, as any trace collects it, but by the logs as they were followed. */
    Evidence whole() {
        return collector.trace(job, found, Instant.now(), logs);
    }
}
