import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The messages of one job as its logs are read, in the order of time over all of them, each event once. A message is handed on when
 * no log can show an earlier one any more; so many can wait for that, and a log that is ahead of the others waits with them.
 */
final class LineStream {
    private static final int MOST_WAITING = 5_000;
    /** Milliseconds: the copy of a message may come so much later, and the message waits for it. */
    private static final long COPIES_APART = 2_500;
    /** Nanoseconds without a line, after which a log that is followed shows nothing older; on a busy machine its reader can stand still for a second. */
    private static final long QUIET = 2_000_000_000;
    /** The same before its first line: Docker's client has to start. */
    private static final long QUIET_AT_FIRST = 5_000_000_000L;
    /** Milliseconds. */
    private static final long LOOK = 200;
    private final Source stack;
    private final Job job;
    private final TimeWindow window;
    private final Map<String, String> services;
    private final KnownLines known;
    private final Redactor redactor;
    private final String app;
    private final ExecutorService threads;
    private final List<Log> logs = new ArrayList<>();
    private final PriorityQueue<Message> waiting =
        new PriorityQueue<>(Comparator.comparing((Message message) -> message.time).thenComparing(message -> message.service)
            .thenComparingLong(message -> message.order));
    private boolean stopped;

    /** @param app the Celery app, to ask the workers which task is the job's */
    LineStream(Source stack, Job job, TimeWindow window, Map<String, String> services, KnownLines known, Redactor redactor, String app,
        ExecutorService threads) {
        this.stack = stack;
        this.job = job;
        this.window = window;
        this.services = services;
        this.known = known;
        this.redactor = redactor;
        this.app = app;
        this.threads = threads;
    }

    /** One log, in the order of time. */
    private final class Log implements LogHandler {
        final Command command;
        final Guarded<Attribution> reader;
        /** What a recording keeps of a log that was too large for it; null for any other. */
        private final FoldedLog recorded;
        private volatile Instant reached = Instant.MIN;
        private volatile long lastSeen = System.nanoTime();
        private boolean ended;
        private volatile Runnable stop = () -> {};
        CompletableFuture<CommandResult> answer;

        Log(Command command, Collection<String> tasks) {
            this.command = command;
            JsonNode folded = stack.folded(command);
            recorded = folded == null ? null : FoldedLog.of(folded, known.declared());
            Folds folds = new Folds(new JobIds(List.of(job.id())), id -> new JobFold(id, known, new TextBudget(), 0).handing(this::take), known);
            tasks.forEach(task -> folds.claim(task, folds.of(job.id())));
            reader = new Guarded<>(new Attribution(command.service(), services, window, redactor, folds));
        }

        private void take(Message message) {
            synchronized (LineStream.this) {
                waiting.add(message);
            }
        }

        @Override
        public boolean line(String raw) {
            Instant at;
            synchronized (this) {
                reader.line(raw);
                at = reader.reader.reached();
            }
            synchronized (LineStream.this) {
                reached = at == null ? reached : at;
                lastSeen = System.nanoTime();
                LineStream.this.notifyAll();
                while (!stopped && waiting.size() > MOST_WAITING && isAhead(this)) {
                    pause();
                }
                return !stopped;
            }
        }

        void read() {
            answer = CompletableFuture.supplyAsync(() -> stack.log(command, window, () -> this), threads).whenComplete((read, fault) -> end());
        }

        void follow(Instant since) {
            answer = CompletableFuture.supplyAsync(() -> stack.follow(command, since, this, stopper -> stop = stopper), threads)
                .whenComplete((read, fault) -> end());
        }

        /** A log that is followed has no end that would decide what waits: where nothing has come for a while, time does. */
        synchronized void quiet() {
            long silent = System.nanoTime() - lastSeen;
            if (isQuiet() && !reached.equals(Instant.MIN)) {
                reader.finish(lines -> {
                    lines.pause(container -> true);
                    // What stands still may be its reader: a copy that is not given up too early is not shown twice.
                    lines.release(reached.plusNanos(silent - QUIET));
                    return lines;
                });
            }
        }

        private boolean isQuiet() {
            return System.nanoTime() - lastSeen > (reached.equals(Instant.MIN) ? QUIET_AT_FIRST : QUIET);
        }

        private void end() {
            synchronized (this) {
                reader.finish(lines -> lines.of(job));
                if (recorded != null) {
                    recorded.messages().forEach(this::take);
                }
            }
            synchronized (LineStream.this) {
                ended = true;
                LineStream.this.notifyAll();
            }
        }

        /** Before this time, UTC, it shows nothing any more. */
        private Instant shown(boolean follows) {
            boolean caughtUp = ended || follows && isQuiet();
            return caughtUp ? Instant.MAX : reached.equals(Instant.MIN) ? reached : reached.minusMillis(COPIES_APART);
        }
    }

    private boolean isAhead(Log log) {
        return logs.stream().anyMatch(other -> other != log && !other.ended && other.reached.isBefore(log.reached));
    }

    private void pause() {
        try {
            wait(LOOK);
        } catch (InterruptedException over) {
            stopped = true;
            Thread.currentThread().interrupt();
        }
    }

    /** The Celery tasks of the job: one read of the worker's log tells them, for the lines that name nothing else come before the one that says whose they are. */
    private Collection<String> tasks(Set<Command> commands, boolean runs) {
        Set<String> tasks = new LinkedHashSet<>();
        // While the job goes on only the workers know it.
        for (Command ask : runs ? Collector.WHILE_IT_RUNS : List.<Command>of()) {
            Map<String, String> fill = Map.of("job", job.id(), "app", app);
            Json.list(ask.key().endsWith(" tasks") ? stack.ask(ask, fill).out() : List.of()).stream().filter(task -> task.path("job").asBoolean())
                .forEach(task -> tasks.add(task.path("task").asText()));
        }
        for (Command command : commands) {
            if (command.service().equals(Container.WORKER)) {
                JobFold fold = new JobFold(job.id(), known, new TextBudget(), 0).handing(message -> { });
                Folds folds = new Folds(new JobIds(List.of(job.id())), id -> fold, known);
                Guarded<Attribution> reader = new Guarded<>(new Attribution(command.service(), services, window, redactor, folds));
                stack.log(command, window, () -> reader);
                reader.finish(lines -> lines.of(job));
                tasks.addAll(fold.tasks);
            }
        }
        return tasks;
    }

    /**
     * Hands on each message, redacted. Answers what could not be read whole.
     *
     * @param more true as long as the logs are to be followed, told whether nothing more comes from them just now; null where they are only read
     */
    List<String> run(Set<Command> commands, Consumer<Message> each, Predicate<Boolean> more) throws InterruptedException {
        Collection<String> tasks = tasks(commands, more != null);
        commands.forEach(command -> logs.add(new Log(command, tasks)));
        for (Log log : logs) {
            if (more == null) {
                log.read();
            } else {
                log.follow(window.since() == null ? Instant.EPOCH : window.since());
            }
        }
        while (true) {
            List<Message> next = new ArrayList<>();
            boolean done;
            synchronized (this) {
                done = logs.stream().allMatch(log -> log.ended);
                Instant safe = logs.stream().map(log -> log.shown(more != null)).min(Comparator.naturalOrder()).orElse(Instant.MAX);
                while (!waiting.isEmpty() && (done || waiting.peek().time.isBefore(safe) || waiting.size() > 2 * MOST_WAITING)) {
                    next.add(waiting.poll());
                }
                notifyAll();
                if (next.isEmpty() && !done) {
                    wait(LOOK);
                }
            }
            for (Message message : next) {
                message.text = redactor.text(message.text);
                each.accept(message);
            }
            if (done && next.isEmpty()) {
                break;
            }
            if (more != null && !done) {
                logs.forEach(Log::quiet);
                if (!more.test(logs.stream().allMatch(log -> log.ended || log.isQuiet()))) {
                    stop();
                }
            }
        }
        List<String> unread = new ArrayList<>();
        for (Log log : logs) {
            CommandResult answer = log.reader.judge(log.answer.join());
            if (answer.problem() != null && !stopped) {
                unread.add(log.command.key() + ": " + answer.problem());
            }
        }
        return unread;
    }

    private void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        logs.forEach(log -> log.stop.run());
    }
}
