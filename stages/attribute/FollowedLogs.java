import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;

/** The logs of one job that goes on: each is read once as for any trace, and followed from where that ended. */
final class FollowedLogs implements JobLogs {
    /** Nanoseconds without a line, after which a container's last message is whole. */
    private static final long QUIET = 400_000_000;
    /** The containers of one log are read side by side: a line of one of them may be older than the last of another by this, and the time of the read. */
    private static final Duration OVERLAP = Duration.ofSeconds(5);
    /** Milliseconds; as long a log is not followed that cannot be, because Docker is away or its containers are down. */
    private static final long PAUSE = 2_500;
    private final Source stack;
    private final Job job;
    private final TimeWindow window;
    private final Map<String, String> services;
    private final KnownLines known;
    private final Redactor redactor;
    private final ExecutorService threads;
    private final Map<Command, Followed> logs = new LinkedHashMap<>();
    private volatile boolean stopped;
    /** True for the last read, after all are followed no more. */
    private volatile boolean last;
    private final LongAdder lines = new LongAdder();

    /** @param window from when the logs are read; it has no end */
    FollowedLogs(Source stack, Set<Command> logs, Map<String, String> services, Job job, TimeWindow window, KnownLines known, Redactor redactor,
            ExecutorService threads) {
        this.stack = stack;
        this.job = job;
        this.window = new TimeWindow(window.since(), null, window.recent());
        this.services = services;
        this.known = known;
        this.redactor = redactor;
        this.threads = threads;
        logs.forEach(log -> this.logs.put(log, new Followed(log)));
    }

    /** One log: its lines are those of the first read, and after these each that was not among them. */
    private final class Followed implements LogHandler {
        final Command log;
        private Guarded<Attribution> reader;
        private final LogLine.Reader heads = new LogLine.Reader();
        private final Map<String, ReadLines> read = new HashMap<>();
        private final Map<String, Long> lastSeen = new HashMap<>();
        private Instant newest;
        private CommandResult answer;
        private volatile Runnable stop = () -> {};
        private CompletableFuture<Void> following = CompletableFuture.completedFuture(null);

        Followed(Command log) {
            this.log = log;
        }

        /** Forgets what was read: the first read begins anew, from further back. */
        synchronized LogHandler anew() {
            TextBudget budget = new TextBudget();
            reader = new Guarded<>(new Attribution(log.service(), services, window, redactor,
                new Folds(new JobIds(List.of(job.id())), id -> new JobFold(id, known, budget, JobFold.WHOLE), known)));
            read.clear();
            newest = null;
            return this;
        }

        @Override
        public synchronized boolean line(String raw) {
            LogLine line = heads.read(raw);
            boolean again = line.at() != null && !read.computeIfAbsent(line.container(), of -> new ReadLines()).isNew(line);
            boolean over = stopped && !last;
            if (again || over) {
                return !over;
            }
            if (line.at() != null) {
                lastSeen.put(line.container(), System.nanoTime());
                newest = newest == null || line.at().isAfter(newest) ? line.at() : newest;
            }
            lines.increment();
            reader.line(raw);
            return true;
        }

        @Override
        public boolean coversWindow(long tail) {
            return reader.coversWindow(tail);
        }

        @Override
        public Instant earliest() {
            return reader.earliest();
        }

        void read() {
            answer = stack.log(log, window, this::anew);
        }

        /** From when the log is followed, UTC: what was read already comes again, and is passed over. */
        private synchronized Instant since() {
            read.values().forEach(ReadLines::again);
            Instant start = window.since() == null ? Instant.EPOCH : window.since();
            Instant from = newest == null ? start : newest.minus(OVERLAP).minusMillis(Math.round(answer.seconds() * 1000));
            return from.isBefore(start) ? start : from;
        }

        void follow() {
            while (!stopped) {
                stack.follow(log, since(), this, stopper -> {
                    stop = stopper;
                    if (stopped) {
                        stopper.run();
                    }
                });
                sleep();
            }
        }

        /** What its last follow did not show, because Docker was away or its client is slow; where that cannot be read, the log is not whole. */
        void readLast() {
            Instant from = since();
            CommandResult read = stack.log(log, new TimeWindow(from, null, true), () -> new LastRead(this, since()));
            answer = answer.problem() == null && read.problem() != null ? read : answer;
        }

        private void sleep() {
            try {
                Thread.sleep(stopped ? 0 : PAUSE);
            } catch (InterruptedException over) {
                stopped = true;
            }
        }

        synchronized FoldedLog soFar() {
            long now = System.nanoTime();
            if (newest != null) {
                reader.finish(lines -> {
                    // The copies of a log that stands still because Docker is away are still to come.
                    lines.pause(container -> now - lastSeen.getOrDefault(container, now) > QUIET);
                    return lines;
                });
            }
            return reader.finish(lines -> FoldedLog.of(lines.soFar(job).json(redactor::text), known.declared())).orElse(null);
        }

        synchronized FoldedLog whole() {
            return reader.finish(lines -> lines.of(job)).orElse(null);
        }
    }

    /** The end of a log, read once more: as far back as it may hold what is not known yet. */
    private static final class LastRead implements LogHandler {
        private final Followed log;
        private final Instant since;
        private final LogLine.Reader heads = new LogLine.Reader();
        private final Map<String, Long> counts = new HashMap<>();
        private final Map<String, Instant> firsts = new HashMap<>();

        LastRead(Followed log, Instant since) {
            this.log = log;
            this.since = since;
        }

        @Override
        public boolean line(String raw) {
            LogLine line = heads.read(raw);
            counts.merge(line.container(), 1L, Long::sum);
            if (line.at() != null) {
                firsts.putIfAbsent(line.container(), line.at());
            }
            return line.at() == null || line.at().isBefore(since) || log.line(raw);
        }

        @Override
        public boolean coversWindow(long tail) {
            return counts.entrySet().stream().allMatch(one -> one.getValue() < tail || firsts.getOrDefault(one.getKey(), Instant.MAX).isBefore(since));
        }

        @Override
        public Instant earliest() {
            return firsts.values().stream().max(Comparator.naturalOrder()).orElse(Instant.now());
        }
    }

    /** Reads what there is, and follows what comes. */
    void begin() {
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        logs.values().forEach(log -> reads.add(CompletableFuture.runAsync(log::read, threads)));
        reads.forEach(CompletableFuture::join);
        logs.values().forEach(log -> log.following = CompletableFuture.runAsync(log::follow, threads));
    }

    /** Follows anew: the containers are others now. */
    void again() {
        logs.values().forEach(log -> log.stop.run());
    }

    /** How many lines have come so far, of whatever job. */
    long lines() {
        return lines.sum();
    }

    /** Gives a copy of what the logs show so far into this evidence, redacted. */
    void addSoFar(Evidence trace) {
        logs.values().forEach(log -> add(log, log.soFar(), trace));
    }

    /** They are followed no more; what is there by now is read to its end. */
    void end() {
        stop();
        logs.values().forEach(log -> log.following.join());
        last = true;
        logs.values().stream().map(log -> CompletableFuture.runAsync(log::readLast, threads)).toList().forEach(CompletableFuture::join);
        last = false;
    }

    /** No more lines are taken from now on. */
    private void stop() {
        stopped = true;
        again();
    }

    @Override
    public void addTo(Evidence trace) {
        stop();
        logs.values().forEach(log -> add(log, log.whole(), trace));
    }

    private static void add(Followed log, FoldedLog folded, Evidence trace) {
        trace.keep(log.reader.judge(log.answer));
        if (folded == null) {
            return;
        }
        folded.addTo(trace);
        if (folded.lost() != null) {
            trace.missing.put(log.log.key(), folded.lost());
        }
    }
}
