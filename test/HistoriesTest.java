import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every job of generated histories is traced and compared with what really happened. A history is made from a model of
 * the system: jobs, worker processes and what they say, written as logs in random interleavings. The model shares no
 * pattern and no parser with the tool. SEED, HISTORIES, HISTORY (one alone) and DUMP (a
 * folder for the recordings, to trace them with --replay) are read from -D or the environment.
 */
class HistoriesTest {
    private static final double OWN_LINES = 0.999;
    private static final int SHOWN = 40;
    private final List<Stage> stages = Scripts.all(Stage.class).stream().sorted(Comparator.comparingInt(stage -> stage.order)).toList();
    private final AtomicLong own = new AtomicLong();
    private final AtomicLong placed = new AtomicLong();
    private final AtomicLong split = new AtomicLong();
    private final AtomicLong untold = new AtomicLong();
    private final AtomicLong jobs = new AtomicLong();
    private final Map<String, Integer> verdicts = Collections.synchronizedMap(new TreeMap<>());
    private final Map<String, Integer> kinds = Collections.synchronizedMap(new TreeMap<>());

    private static String setting(String name, String otherwise) {
        String given = System.getProperty(name, System.getenv(name));
        return given == null || given.isEmpty() ? otherwise : given;
    }

    @Test
    void everyJobOfAGeneratedHistoryIsTracedAsItWas() {
        long seed = Long.parseLong(setting("SEED", "20260115"));
        int count = Integer.parseInt(setting("HISTORIES", "1000"));
        int one = Integer.parseInt(setting("HISTORY", "-1"));
        System.out.println("histories: SEED=" + seed + ", " + (one < 0 ? count + " of them" : "only HISTORY=" + one));
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        (one < 0 ? IntStream.range(0, count) : IntStream.of(one)).parallel().forEach(number -> {
            World world = new World(seed, number);
            for (Job job : world.jobs) {
                List<String> differences = new ArrayList<>();
                try {
                    new Comparison(world, job, differences).run();
                } catch (Throwable crashed) {
                    differences.add("crashed: " + crashed + " at " + Arrays.stream(crashed.getStackTrace()).limit(4).toList());
                }
                if (!differences.isEmpty()) {
                    differences.forEach(line -> kinds.merge(line.replaceAll("[:0-9].*", ""), 1, Integer::sum));
                    wrong.add(String.format("SEED=%d HISTORY=%d job %s (%s)%n    %s", seed, number, job.id, job.plan(),
                        differences.stream().limit(8).collect(Collectors.joining("\n    "))));
                }
            }
        });
        double share = own.get() == 0 ? 1 : (double) placed.get() / own.get();
        System.out.printf(Locale.ROOT, "histories: %d jobs (%d with a split message), %d own lines, %.4f %% placed (and %d that nothing tells), %s%n",
            jobs.get(), split.get(), own.get(), share * 100, untold.get(), verdicts);
        wrong.stream().sorted().limit(SHOWN).forEach(line -> System.out.println("  " + line));
        if (!wrong.isEmpty()) {
            System.out.println("histories: " + wrong.size() + " jobs wrong: " + kinds);
        }
        assertEquals(0, wrong.size(), "jobs that are not traced as they were");
        assertEquals(true, share >= OWN_LINES, "share of a job's own lines that are placed: " + share);
    }

    // -----------------------------------------------------------------------------------------------------------
    // The model: what a system did.
    // -----------------------------------------------------------------------------------------------------------

    /** One thing that a process said once, however often it is printed. */
    private static final class Said {
        String service;
        String container;
        String process = "";
        /** Milliseconds of the application's clock in UTC; Docker's clock where the line has none. */
        long time;
        String level = "INFO";
        String logger = "";
        String text;
        /** Printed by the application's handler, by Celery's, or as it is. */
        boolean application;
        boolean celery;
        /** An access line of uvicorn, without a time of its own. */
        boolean access;
        Job owner;
        int attempt = -1;
        /** Jobs that may count it as theirs without being wrong. */
        final Set<Job> shared = new HashSet<>();
        /** A row of job_logs. */
        boolean step;
        /** Of which stage it marks the beginning, the end, or a breakdown. */
        String begins = "";
        String ends = "";
        String breaks = "";
        final Map<String, Long> numbers = new TreeMap<>();
        /** Destroyed by another process's writing in the middle of it, or by it in the middle of another's. */
        boolean garbled;

        Said number(String name, long value) {
            numbers.merge(name, value, Long::sum);
            return this;
        }

        Said begins(String stage) {
            begins = stage;
            return this;
        }

        Said ends(String stage) {
            ends += " " + stage;
            return this;
        }

        Said breaks(String stage) {
            breaks = stage;
            return this;
        }

        int copies() {
            return application && celery ? 2 : 1;
        }

        int lines() {
            return copies() * text.split("\n", -1).length;
        }
    }

    /** What is to happen to a job, drawn before it runs. */
    private enum Fate { NONE, FAILS, ESCAPES, RETRIES, RETRIES_EARLY, KILLED, RESTARTED, MAIN_KILLED }

    private static final class Job {
        final String id;
        final String script;
        final String scriptId;
        final Random random;
        String task;
        long created;
        Fate fate = Fate.NONE;
        /** Which stage does not do its work: idi, ccc, dnc, upload, query or none. */
        String trouble = "";
        int batches;
        int tries;
        boolean cancelled;
        /** When the row became completed or failed; -1 while it has not. */
        long over = -1;
        String outcome = "running";
        String error;
        /** The end of each attempt by Celery's line or by its death, and whether its process died. */
        final List<Run> runs = new ArrayList<>();
        final List<Said> said = new ArrayList<>();
        Job other;
        boolean ambiguous;

        Job(Random random, String script) {
            this.random = random;
            this.id = new UUID(random.nextLong(), random.nextLong()).toString();
            this.task = new UUID(random.nextLong(), random.nextLong()).toString();
            this.scriptId = new UUID(random.nextLong(), random.nextLong()).toString();
            this.script = script;
        }

        String plan() {
            return fate + (trouble.isEmpty() ? "" : " " + trouble) + ", " + batches + " batches, " + runs.size() + " runs"
                + (cancelled ? ", cancelled" : "")
                + runs.stream().map(run -> " " + run.slot.replica.name + "/" + run.process).collect(Collectors.joining());
        }
    }

    /** One process that may run jobs; a killed one is replaced. */
    private static final class Slot {
        final Replica replica;
        String process;
        long free;

        Slot(Replica replica, String process) {
            this.replica = replica;
            this.process = process;
        }
    }

    private static final class Replica {
        final String name;
        final int number;
        final List<Slot> slots = new ArrayList<>();
        int children;
        long up;

        Replica(String name, int number) {
            this.name = name;
            this.number = number;
        }
    }

    /** One attempt at a job. */
    private static final class Run {
        final Job job;
        final Slot slot;
        final String process;
        final int number;
        long from;
        /** The last moment in which its process was alive for it. */
        long to = Long.MAX_VALUE;
        Said end;
        /** The time of its last line, had nothing cut it short. */
        long finished = Long.MAX_VALUE;
        /** Its worker was told to stop while it ran. */
        Said warning;
        /** What Celery says after its process died. */
        Said handler;
        /** What shows that its process died. */
        Said death;
        boolean retries;

        Run(Job job, Slot slot, int number) {
            this.job = job;
            this.slot = slot;
            this.process = slot.process;
            this.number = number;
        }
    }

    private record Ready(long time, Job job, int attempt) {}

    /** One history: its jobs, what was said, and the logs that hold it. */
    private static final class World {
        private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
        private static final String[] NAMES = {"Tom Error", "Ann Failed", "Jo Warning", "Max Traceback", "Lee O'Neil", "Eve Retry"};
        private static final String[] SCRIPTS = {"Refinance leads, Ohio", "Error Street buyers", "Failed Refi 2025",
            "Purchase leads", "Zoë's HELOC list"};
        final boolean specForm;
        final List<Job> jobs = new ArrayList<>();
        final List<Said> said = new ArrayList<>();
        /** What was said, by its container and its text, and by its text alone. */
        final Map<String, List<Said>> index = new HashMap<>();
        boolean garbled;
        long now;
        private final Random random;
        private final List<Replica> replicas = new ArrayList<>();
        private final String backend;
        private final boolean aligned;
        private final boolean splits;
        private final long zone;
        private final long outageFrom;
        private final long outageTo;
        private final PriorityQueue<Ready> ready = new PriorityQueue<>(Comparator.comparingLong(Ready::time));
        private final boolean fullIds;
        private String logs;

        World(long seed, int number) {
            random = new Random(seed * 1_000_003 + number);
            random.nextLong();
            specForm = chance(0.25);
            aligned = chance(0.3);
            splits = chance(0.1);
            fullIds = chance(0.2);
            zone = chance(0.2) ? (random.nextInt(25) - 12) * 3_600_000L : 0;
            long start = Instant.parse("2026-01-15T00:00:00Z").toEpochMilli() + random.nextInt(86_400_000);
            workers(start);
            backend = chance(0.5) ? "p1lending-new-backend" : "backend-1";
            boolean outage = !specForm && chance(0.12);
            outageFrom = outage ? start + 1_000 + random.nextInt(60_000) : Long.MAX_VALUE;
            outageTo = outage ? outageFrom + 2_000 + random.nextInt(40_000) : Long.MAX_VALUE;
            plan(start);
            while (!ready.isEmpty()) {
                start(ready.poll());
            }
            aside(start);
            finish();
            write();
            for (Said one : said) {
                String text = plain(one.text);
                index.computeIfAbsent(one.container + '\0' + text, of -> new ArrayList<>()).add(one);
                index.computeIfAbsent(text, of -> new ArrayList<>()).add(one);
                garbled |= one.garbled;
            }
        }

        private boolean chance(double share) {
            return random.nextDouble() < share;
        }

        private void workers(long start) {
            int count = 1 + random.nextInt(3);
            int processes = Math.max(count, 1 + random.nextInt(4));
            for (int number = 1; number <= count; number++) {
                Replica replica = new Replica(count == 1 && chance(0.5) ? "p1lending-new-celery" : "celery-worker-" + number, number);
                replica.up = start - 3_000;
                replicas.add(replica);
            }
            for (int number = 0; number < processes; number++) {
                Replica replica = replicas.get(number % count);
                Slot slot = new Slot(replica, "ForkPoolWorker-" + ++replica.children);
                slot.free = replica.up;
                replica.slots.add(slot);
            }
            for (Replica replica : replicas) {
                if (chance(0.5)) {
                    banner(replica, replica.up);
                }
            }
        }

        private void plan(long start) {
            int count = 1 + random.nextInt(8);
            long created = start;
            long same = random.nextLong();
            for (int number = 0; number < count; number++) {
                Job job = new Job(new Random(random.nextLong()), SCRIPTS[aligned ? 0 : random.nextInt(SCRIPTS.length)]);
                created += chance(aligned ? 0.6 : 0.1) ? 0 : random.nextInt(chance(0.5) ? 50 : 30_000);
                if (created >= outageFrom && created < outageTo) {
                    created = outageTo + 10 + random.nextInt(1_000);
                }
                job.created = created;
                if (aligned) {
                    job.random.setSeed(same);
                }
                job.batches = 1 + random.nextInt(4);
                double draw = random.nextDouble();
                job.fate = draw < 0.58 ? Fate.NONE : draw < 0.66 ? Fate.FAILS : draw < 0.73 ? Fate.ESCAPES : draw < 0.80 ? Fate.RETRIES
                    : draw < 0.83 && outageFrom == Long.MAX_VALUE ? Fate.RETRIES_EARLY
                    : draw < 0.90 ? Fate.KILLED : draw < 0.95 ? Fate.RESTARTED : Fate.MAIN_KILLED;
                if (chance(0.3)) {
                    job.trouble = specForm ? pick("idi", "dnc")
                        : pick("idi", "idi some", "idi token", "idi breaker", "ccc", "ccc some", "ccc breaker",
                            "dnc", "dnc missing", "upload", "upload some", "query");
                }
                if (job.fate == Fate.FAILS && job.trouble.equals("query")) {
                    job.trouble = "";
                }
                if (job.trouble.startsWith("idi") && !job.trouble.equals("idi some")) {
                    // One line for each person: two batches tell as much as four.
                    job.batches = Math.min(job.batches, 2);
                }
                job.cancelled = chance(0.08);
                jobs.add(job);
                ready.add(new Ready(created + 5 + random.nextInt(aligned ? 1 : 200), job, 1));
            }
            for (Job job : jobs) {
                job.other = jobs.get(random.nextInt(count));
            }
        }

        private String pick(String... words) {
            return words[random.nextInt(words.length)];
        }

        // ---- one attempt -----------------------------------------------------------------------------------------

        private void start(Ready next) {
            Job job = next.job;
            List<Slot> slots = replicas.stream().flatMap(replica -> replica.slots.stream()).toList();
            List<Slot> free = slots.stream().filter(slot -> slot.free <= next.time && slot.replica.up <= next.time).toList();
            Slot slot = free.isEmpty() ? Collections.min(slots, Comparator.comparingLong((Slot one) -> Math.max(one.free, one.replica.up)))
                : free.get(random.nextInt(free.size()));
            long reached = Math.max(next.time, slot.replica.up + 20);
            if (reached >= outageFrom && reached < outageTo) {
                ready.add(new Ready(outageTo + 5 + random.nextInt(200), job, next.attempt));
                return;
            }
            Run run = new Run(job, slot, next.attempt);
            job.runs.add(run);
            Said received = new Said();
            received.time = reached;
            main(slot.replica, received, "Task " + task(job) + " received");
            received.owner = job;
            new Pipeline(run, Math.max(reached + (aligned ? 1 : 1 + random.nextInt(4)), slot.free + 1 + random.nextInt(10))).go();
        }

        private String task(Job job) {
            return specForm ? "etl_job[" + job.id + "]" : "app.workers.etl_tasks.run_etl_job[" + job.task + "]";
        }

        /** A line of the main process, which only Celery's handler prints. */
        private Said main(Replica replica, Said line, String text) {
            line.service = "celery-worker";
            line.container = replica.name;
            line.process = "MainProcess";
            line.celery = true;
            line.text = text;
            said.add(line);
            return line;
        }

        /** A line that is printed as it is. */
        private Said raw(String service, String container, String process, long time, String text) {
            Said line = new Said();
            line.service = service;
            line.container = container;
            line.process = process;
            line.time = time;
            line.text = text;
            said.add(line);
            return line;
        }

        private Said banner(Replica replica, long time) {
            Said first = raw("celery-worker", replica.name, "MainProcess", time, " \n -------------- celery@"
                + Integer.toHexString(replica.name.hashCode())
                + " v5.2.6 (dawn-chorus)\n--- ***** ----- \n-- ******* ---- Linux-6.1.0-x86_64-with-glibc2.36 2026-01-15 09:30:00\n- *** --- * --- \n"
                + "- ** ---------- [config]\n- ** ---------- .> app:         p1lending:0x7f5e3c1d2e50\n"
                + "- ** ---------- .> transport:   redis://redis:6379/0\n"
                + "- *** --- * --- .> concurrency: " + replica.slots.size() + " (prefork)\n"
                + " -------------- [queues]\n                .> celery           exchange=celery\n"
                + "\n[tasks]\n  . app.workers.etl_tasks.run_etl_job\n");
            Said connected = new Said();
            connected.time = time + 4;
            main(replica, connected, "Connected to redis://redis:6379/0");
            Said there = new Said();
            there.time = time + 15;
            main(replica, there, "celery@" + Integer.toHexString(replica.name.hashCode()) + " ready.");
            return first;
        }

        /** All processes of a container end at once; whoever was at work there is lost. */
        private long restart(Run culprit, long at, boolean warm) {
            Replica replica = culprit.slot.replica;
            long dead = warm ? at + 500 + random.nextInt(9_500) : at;
            Said warning = warm ? raw("celery-worker", replica.name, "MainProcess", at, "worker: Warm shutdown (MainProcess)") : null;
            replica.up = dead + 500 + random.nextInt(5_000);
            if (outageFrom < replica.up && replica.up < outageTo) {
                replica.up = outageTo + 10;
            }
            Said banner = banner(replica, replica.up);
            for (Job job : jobs) {
                for (Run run : List.copyOf(job.runs)) {
                    if (run.slot.replica == replica && run.from < at && run.finished >= at) {
                        if (warning != null) {
                            warning.shared.add(job);
                            run.warning = warning;
                        }
                        if (run.finished >= dead) {
                            lose(run, dead, banner);
                        }
                    }
                    if (run.slot.replica == replica && run.from < at && run.end == null && (run.death == null || run.death == banner)) {
                        // Nothing in the log says that it was over before.
                        banner.shared.add(job);
                        if (warning != null) {
                            warning.shared.add(job);
                        }
                    }
                }
            }
            replica.children = 0;
            for (Slot slot : replica.slots) {
                slot.process = "ForkPoolWorker-" + ++replica.children;
                slot.free = replica.up + 20;
            }
            return dead;
        }

        private void lose(Run run, long dead, Said death) {
            Job job = run.job;
            if (run.death != null) {
                // It was to be killed later: that did not come to pass.
                said.remove(run.death);
                said.remove(run.handler);
            }
            run.to = dead;
            run.finished = dead;
            run.end = null;
            run.retries = false;
            run.death = death;
            death.shared.add(job);
            said.removeIf(line -> line.owner == job && line.attempt == run.number && line.time >= dead);
            job.said.removeIf(line -> line.attempt == run.number && line.time >= dead);
            ready.removeIf(next -> next.job == job);
            if (job.over >= dead) {
                job.over = -1;
                job.outcome = "running";
            }
        }

        /** What one attempt says, from the first line of its worker process to Celery's end line. */
        private final class Pipeline {
            private final Run run;
            private final Job job;
            private final Random luck;
            private long clock;
            private boolean last;

            Pipeline(Run run, long from) {
                this.run = run;
                this.job = run.job;
                this.luck = job.random;
                this.clock = from;
                run.from = from;
            }

            private long pass(int least, int most) {
                long passed = least + luck.nextInt(most - least + 1);
                clock += aligned ? passed / 10 * 10 + (passed < 10 ? 1 : 0) : passed;
                return clock;
            }

            private Said say(String logger, String level, String text) {
                Said line = new Said();
                line.service = "celery-worker";
                line.container = run.slot.replica.name;
                line.process = run.process;
                line.time = clock;
                line.logger = logger;
                line.level = level;
                line.text = text;
                line.application = true;
                line.celery = true;
                return keep(line);
            }

            private Said celery(String level, String text) {
                Said line = say("", level, text);
                line.application = false;
                return line;
            }

            /** A line of the specification's form, which backend prints. */
            private Said spec(String level, String text) {
                Said line = say("ETL", level, "Job " + job.id + ": " + text);
                line.service = "backend";
                line.container = backend;
                line.process = "";
                line.celery = false;
                return line;
            }

            private Said keep(Said line) {
                line.owner = job;
                line.attempt = run.number;
                said.add(line);
                job.said.add(line);
                return line;
            }

            private Said step(String text) {
                Said line = say("ETL.ETLEngine", "INFO", "📋 " + text);
                line.step = true;
                long at = clock;
                clock += 2;
                event("job_log", "{'level': 'INFO', 'message': '📋 " + text + "'}");
                clock = at + 3;
                return line;
            }

            private void event(String kind, String data) {
                if (clock >= outageFrom && clock < outageTo) {
                    say("ETL.JobEvents", "ERROR", "Failed to emit job event: Error 111 connecting to redis:6379. Connection refused.");
                } else {
                    say("ETL.JobEvents", "INFO", "Job event: " + kind + " for job " + job.id + ": " + data);
                }
                clock++;
            }

            void go() {
                last = !(job.fate == Fate.RETRIES || job.fate == Fate.RETRIES_EARLY) || run.number > 1;
                long begun = clock;
                if (specForm) {
                    celery("INFO", "Task " + task(job) + " started");
                    pass(1, 5);
                    if (!last && job.fate == Fate.RETRIES_EARLY) {
                        again(begun);
                        return;
                    }
                    specStages();
                    close(begun);
                } else {
                    if (!last && job.fate == Fate.RETRIES_EARLY) {
                        pass(5, 2_000);
                        again(begun);
                        return;
                    }
                    engine(begun);
                }
                run.finished = job.said.get(job.said.size() - 1).time;
                fate(begun);
                run.slot.free = Math.max(run.slot.free, run.end == null ? Math.min(clock, run.to) : run.end.time);
            }

            /** Celery tries the task again, perhaps elsewhere. */
            private void again(long begun) {
                run.finished = clock;
                run.end = celery("INFO", "Task " + task(job)
                    + " retry: Retry in 3s: OperationalError('could not connect to server: Connection refused')");
                run.retries = true;
                run.slot.free = clock;
                ready.add(new Ready(clock + 10 + random.nextInt(3_000), job, run.number + 1));
            }

            /** What outside cuts the attempt short is drawn after it: a moment between its first and its last line. */
            private void fate(long begun) {
                boolean cut = job.fate == Fate.KILLED || job.fate == Fate.RESTARTED || job.fate == Fate.MAIN_KILLED || !last;
                if (!cut) {
                    return;
                }
                long end = job.said.get(job.said.size() - 1).time;
                long at = begun + 30 + (long) ((end - begun - 30) * random.nextDouble());
                if (at >= outageFrom && at < outageTo) {
                    at = Math.min(end, outageTo);
                }
                if (job.fate == Fate.RETRIES) {
                    long from = at;
                    said.removeIf(line -> line.owner == job && line.attempt == run.number && line.time >= from);
                    job.said.removeIf(line -> line.attempt == run.number && line.time >= from);
                    job.over = -1;
                    job.outcome = "running";
                    clock = at;
                    again(begun);
                } else if (job.fate == Fate.KILLED) {
                    Replica replica = run.slot.replica;
                    Said exit = new Said();
                    exit.time = at + 1 + random.nextInt(40);
                    exit.level = "ERROR";
                    main(replica, exit, "Process '" + run.process + "' pid:" + (9 + random.nextInt(90)) + " exited with 'signal 9 (SIGKILL)'");
                    exit.owner = job;
                    Said handler = new Said();
                    handler.time = exit.time + 1 + random.nextInt(5);
                    handler.level = "ERROR";
                    main(replica, handler, "Task handler raised error: WorkerLostError('Worker exited prematurely: signal 9 (SIGKILL) Job: 3.')\n"
                        + "Traceback (most recent call last):\n"
                        + "  File \"/usr/lib/python3/dist-packages/billiard/pool.py\", line 1265, in mark_as_worker_lost\n"
                        + "    raise WorkerLostError(\nbilliard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 3.");
                    handler.shared.add(job);
                    lose(run, at, exit);
                    run.handler = handler;
                    run.slot.process = "ForkPoolWorker-" + ++replica.children;
                    run.slot.free = handler.time + 5;
                } else {
                    boolean warm = job.fate == Fate.RESTARTED;
                    restart(run, at, warm);
                }
            }

            // ---- the real form -------------------------------------------------------------------------------------

            private void engine(long begun) {
                String id = fullIds ? "ID: " + job.id : job.id + ": ETL_RESULTS_" + job.task.substring(0, 8).toUpperCase(Locale.ROOT);
                say("ETL.Tasks", "INFO", "Generated table_id for job " + id);
                pass(5, 20);
                say("ETL.Tasks", "INFO", "Updated job " + job.id + " status to running");
                pass(1, 10);
                say("ETL.Tasks", "INFO", "Executing Snowflake-based ETL job " + job.id);
                pass(1, 20);
                if (job.trouble.equals("dnc missing")) {
                    say("ETL.DNCChecker", "WARNING", "DNC database not found at /app/data/dnc.db. DNC checking will be disabled.").breaks("dnc");
                    pass(1, 10);
                } else if (job.trouble.equals("dnc verify")) {
                    say("ETL.DNCChecker", "ERROR", "Error verifying DNC database: database is locked. DNC checking will be disabled.").breaks("dnc");
                    pass(1, 10);
                }
                say("ETL.ETLEngine", "INFO", "🚀 Starting ETL job");
                pass(1, 20);
                step("Database Connections: Establishing connections").begins("snowflake");
                pass(2, 30);
                say("ETL.Snowflake", "INFO", "Connecting to Snowflake account: p1lending-etl");
                pass(50, 1_500);
                say("ETL.Snowflake", "INFO", "✅ Successfully connected to Snowflake!");
                pass(2, 30);
                step("SQL Optimization: Building filtered query for " + job.script);
                pass(5, 300);
                if (job.fate == Fate.FAILS) {
                    sqlError("001003 (42000): 01b1c2d3-0000-4e5f-0000-00012345: SQL compilation error:\n"
                        + "syntax error line 3 at position 14 unexpected 'FORM'.");
                    pass(1, 5);
                    fails("Query optimization failed: Query returned no results for script " + job.script, begun);
                    return;
                }
                step("SQL Execution: Executing optimized query with filtering");
                pass(200, 6_000);
                if (job.trouble.equals("query")) {
                    sqlError("000630 (57014): 01b1c2d3-0000-4e5f-0000-00012345:"
                        + " Statement reached its statement or warehouse timeout of 60 second(s)\nand was canceled.");
                    pass(5, 20);
                    nothing(begun);
                    return;
                }
                boolean none = luck.nextInt(25) == 0;
                int batch = 200;
                int kept = none ? 0 : (job.batches - 1) * batch + 1 + luck.nextInt(batch);
                int records = kept + luck.nextInt(300) + (none ? 1 : 0);
                say("ETL.Snowflake", "INFO", "✅ SQL executed successfully, returned " + records + " rows").number("snowflake records", records)
                    .ends("snowflake").begins("prefilter");
                pass(1, 5);
                if (luck.nextInt(3) == 0) {
                    say("ETL.Snowflake", "INFO", "Sample of the result:\n+---------+------------+\n"
                        + "| LEAD_ID | FIRST_NAME |\n+---------+------------+\n| 10" + luck.nextInt(99)
                        + "    | Tom        |\n" + (splits ? "| 1234567 | Max        |\n".repeat(200) : "") + "+---------+------------+");
                    pass(1, 400);
                }
                if (none) {
                    nothing(begun);
                    return;
                }
                step("Data Filtering: Retrieved " + kept + " unprocessed records in " + decimal(clock - begun, 2) + "s")
                    .number("prefilter kept", kept);
                pass(3, 10);
                event("job_progress", "{'progress': 10, 'message': '" + kept + " new records'}");
                if (luck.nextInt(4) == 0 && job.other.created < clock) {
                    pass(1, 10);
                    say("ETL.ETLEngine", "INFO", "Skipping leads that job " + job.other.id + " has delivered");
                }
                pass(3, 30);
                step("Batch Processing: Processing " + kept + " records in " + job.batches + " batches of " + batch);
                pass(3, 30);
                long flagged = 0;
                long listed = 0;
                for (int number = 1; number <= job.batches; number++) {
                    int first = (number - 1) * batch + 1;
                    int people = Math.min(batch, kept - first + 1);
                    Said line = step("Batch Processing: Processing batch " + number + "/" + job.batches
                        + " - Records " + first + " to " + (first + people - 1));
                    if (number == 1) {
                        line.ends("prefilter");
                    }
                    pass(3, 30);
                    int phones = enrichment(people);
                    pass(3, 30);
                    flagged += litigators(phones, number);
                    pass(3, 30);
                    listed += dnc(phones);
                    for (int row = luck.nextInt(3); row > 0; row--) {
                        pass(1, 10);
                        event("row_processed", "{'lead_id': '" + luck.nextInt(99_999) + "', 'name': '" + NAMES[luck.nextInt(NAMES.length)]
                            + "', 'address': '12 Failed Street, Columbus', 'email': 'tom.error@example.com',"
                            + " 'phones': ['6145550100'], 'litigator': False, 'dnc': True}");
                    }
                    pass(1, 10);
                    event("batch_progress", "{'current_batch': " + number + ", 'total_batches': " + job.batches
                        + ", 'processed': " + (first + people - 1) + ", 'total': " + kept + "}");
                    if (job.fate == Fate.ESCAPES && (number == job.batches || luck.nextBoolean())) {
                        escapes(begun);
                        return;
                    }
                    pass(3, 30);
                }
                step("Statistics: Total: " + kept + ", Litigator: " + flagged + ", DNC: " + listed
                    + ", Both: 0, Clean: " + Math.max(0, kept - flagged - listed));
                pass(3, 30);
                upload(kept);
                pass(1, 10);
                completes(kept, begun);
            }

            private void sqlError(String what) {
                StringBuilder text = new StringBuilder("SQL execution failed: " + what);
                if (splits) {
                    while (text.length() < 5_000 + luck.nextInt(4_000)) {
                        text.append("\n  AND l.LEAD_ID NOT IN (SELECT LEAD_ID FROM PROCESSED_LEADS WHERE CAMPAIGN = 'C")
                            .append(luck.nextInt(99_999)).append("')");
                    }
                }
                say("ETL.Snowflake", "ERROR", text.toString()).breaks("snowflake");
            }

            /** "0 new records": after a query that failed, or because all of them are known. */
            private void nothing(long begun) {
                step("Data Filtering: Retrieved 0 unprocessed records in " + decimal(clock - begun, 2) + "s");
                pass(3, 30);
                step("Batch Processing: 0 new records to process");
                pass(3, 30);
                step("Statistics: Total: 0, Litigator: 0, DNC: 0, Both: 0, Clean: 0");
                pass(3, 30);
                completes(0, begun);
            }

            private int enrichment(int people) {
                say("ETL.IdiCore", "INFO", "🔧 Processing batch of " + people + " people for idiCORE lookup using 8 threads with caching")
                    .begins("idicore").number("idicore records", people);
                pass(3, 40);
                boolean nobody = job.trouble.startsWith("idi") && !job.trouble.equals("idi some");
                int hits = nobody ? 0 : luck.nextInt(people + 1) / 2;
                int calls = people - hits;
                say("ETL.IdiCore", "INFO", "Cache lookup complete: " + hits + " hits, " + calls + " misses").number("idicore hits", hits);
                pass(1, 10);
                say("ETL.IdiCore", "INFO", "Making API calls for " + calls + " uncached people").number("idicore calls", calls);
                pass(20, 200);
                int failed = 0;
                if (nobody) {
                    failed = calls;
                } else if (job.trouble.equals("idi some")) {
                    failed = Math.min(calls, 1 + luck.nextInt(3));
                }
                for (int retry = luck.nextInt(6); retry > 0; retry--) {
                    int attempt = 1 + luck.nextInt(2);
                    say("ETL.IdiCore", "WARNING", "Attempt " + attempt + "/4 failed: 429 Too Many Requests. Retrying in 2.1s")
                        .number("idicore retries", 1);
                    if (luck.nextInt(3) > 0) {
                        pass(20, 400);
                    }
                }
                if (job.trouble.equals("idi token")) {
                    say("ETL.IdiCore", "ERROR", "Failed to obtain authentication token").breaks("idicore");
                    pass(1, 10);
                }
                for (int number = 0; number < failed; number++) {
                    String name = NAMES[luck.nextInt(NAMES.length)];
                    if (job.trouble.equals("idi breaker") && number >= 10) {
                        if (number == 10) {
                            say("ETL.IdiCore", "ERROR", "Circuit breaker OPENED after 10 failures").breaks("idicore");
                            pass(0, 3);
                        }
                        say("ETL.IdiCore", "WARNING", "Circuit breaker open for " + name).breaks("idicore").number("idicore failed", 1);
                    } else {
                        String why = job.trouble.equals("idi token") ? "401 Unauthorized"
                            : job.trouble.equals("idi breaker") ? "Read timed out. (read timeout=2)"
                            : "Rate limit exceeded after 4 retries";
                        say("ETL.IdiCore", "ERROR", "Error looking up phones for " + name + ": " + why).breaks("idicore").number("idicore failed", 1);
                    }
                    pass(0, 9);
                }
                pass(100, 5_000);
                int phones = nobody ? 0 : people + luck.nextInt(2 * people + 1);
                say("ETL.IdiCore", "INFO", "✅ Parallel API calls completed: " + people + " people, " + phones + " phones found").ends("idicore")
                    .number("idicore phones", phones);
                return phones;
            }

            private long litigators(int found, int batch) {
                int skipped = found == 0 ? 0 : luck.nextInt(Math.min(found, 5));
                int phones = found - skipped;
                step("Litigator Check: Checking " + phones + " phones against litigator list (skipped " + skipped + " blacklisted)")
                    .begins("ccc").number("ccc phones", phones);
                pass(20, 200);
                int checked = phones;
                if (job.trouble.startsWith("ccc") && phones > 0) {
                    int lost = job.trouble.equals("ccc some") ? Math.min(phones, 50) : phones;
                    checked = phones - lost;
                    boolean open = job.trouble.equals("ccc breaker") && batch > 1;
                    for (int left = lost; left > 0; left -= 50) {
                        if (open) {
                            say("ETL.CCCAPI", "WARNING", "Circuit breaker open, skipping batch").breaks("ccc").number("ccc failedBatches", 1);
                        } else {
                            say("ETL.CCCAPI", "ERROR", "Error in batch phone check: 500 Server Error: Internal Server Error for url: "
                                + "http://outside:8080/ccc?loginId=etl&phoneList=6145550100%2C6145550101")
                                .breaks("ccc").number("ccc failedBatches", 1);
                        }
                        pass(5, 50);
                    }
                    if (job.trouble.equals("ccc breaker") && batch == 1) {
                        say("ETL.CCCAPI", "ERROR", "Circuit breaker OPENED after 10 failures").breaks("ccc");
                    }
                }
                pass(50, 2_500);
                long flagged = checked == 0 ? 0 : luck.nextInt(Math.min(checked, 20) + 1);
                say("ETL.CCCAPI", "INFO", "Litigator check completed: " + checked + "/" + phones
                    + " successful, " + flagged + " found in list")
                    .ends("ccc").number("ccc checked", checked).number("ccc flagged", flagged);
                return flagged;
            }

            private long dnc(int phones) {
                step("DNC Check: Checking " + phones + " phones against DNC list").begins("dnc").number("dnc phones", phones);
                pass(20, 400);
                boolean broken = job.trouble.startsWith("dnc");
                if (job.trouble.equals("dnc")) {
                    for (int chunk = 1; chunk <= Math.max(1, (phones + 499) / 500); chunk++) {
                        say("ETL.DNCChecker", "ERROR", "Error querying DNC chunk " + chunk + ": database is locked")
                            .breaks("dnc").number("dnc failedChunks", 1);
                        pass(5, 50);
                    }
                }
                long found = broken || phones == 0 ? 0 : luck.nextInt(Math.min(phones, 40) + 1);
                pass(10, 1_000);
                Said line = say("ETL.DNCChecker", "INFO", "✅ DNC check completed (batched): " + found + "/" + phones
                    + " phones found in DNC list (" + phones + " successful checks)")
                    .ends("dnc").number("dnc found", found);
                if (!broken) {
                    line.number("dnc checked", phones);
                }
                return found;
            }

            private void upload(int kept) {
                step("Final Upload: Uploading ALL " + kept + " processed records to ETL_RESULTS").begins("upload").number("upload records", kept);
                pass(100, 4_000);
                int saved = kept;
                if (job.trouble.equals("upload")) {
                    saved = 0;
                    say("ETL.Snowflake", "ERROR", "SQL execution failed: 253003: Failed to upload to the stage: HTTP 403 Forbidden").breaks("upload");
                } else {
                    int errors = job.trouble.equals("upload some") ? 1 + luck.nextInt(kept) : 0;
                    saved = kept - errors;
                    Said line = say("ETL.Snowflake", "INFO", "Bulk upload complete: " + saved + " rows loaded, " + errors + " errors");
                    if (errors > 0) {
                        line.breaks("upload");
                    }
                }
                pass(0, 5);
                say("ETL.Snowflake", "INFO", kept + " records uploaded").number("upload saved", saved);
                pass(1, 10);
                step("Upload Complete: Successfully stored " + kept + " records in Snowflake").ends("upload");
            }

            private void completes(int kept, long begun) {
                say("ETL.ETLEngine", "INFO", "✅ Completed ETL job");
                duration(begun);
                job.over = clock;
                job.outcome = "completed";
                event("job_complete", "{'status': 'completed', 'total': " + kept + "}");
                pass(1, 10);
                succeeded("{'script_name': '" + job.script + "', 'success': True, 'total': " + kept + "}", begun);
            }

            private void fails(String error, long begun) {
                say("ETL.ETLEngine", "ERROR", error);
                pass(0, 3);
                say("ETL.ETLEngine", "ERROR", "❌ Failed ETL job");
                duration(begun);
                job.over = clock;
                job.outcome = "failed";
                job.error = error;
                event("job_error", "{'error': '" + error + "'}");
                pass(1, 10);
                succeeded("{'script_name': '" + job.script + "', 'success': False, 'error': '" + error + "'}", begun);
            }

            private void succeeded(String result, long begun) {
                if (clock < outageFrom || clock >= outageTo) {
                    run.end = celery("INFO", "Task " + task(job) + " succeeded in " + decimal(clock - begun, 3) + "s: " + result);
                }
            }

            private void escapes(long begun) {
                duration(begun);
                job.over = clock;
                job.outcome = "failed";
                job.error = "unsupported operand type(s) for +: 'int' and 'NoneType'";
                event("job_error", "{'error': \"" + job.error + "\"}");
                pass(1, 10);
                if (clock < outageFrom || clock >= outageTo) {
                    run.end = celery("ERROR", "Task " + task(job) + " raised unexpected: TypeError(\"" + job.error + "\")\n" + traceback(""));
                }
            }

            private String traceback(String first) {
                return "Traceback (most recent call last):" + first
                    + "\n  File \"/usr/lib/python3/dist-packages/celery/app/trace.py\", line 451, in trace_task\n"
                    + "    R = retval = fun(*args, **kwargs)\n  File \"/app/app/services/etl/engine.py\", line 210, in _process_batch\n"
                    + "    total = total + person.score\n"
                    + "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'";
            }

            private void duration(long begun) {
                pass(0, 3);
                say("ETL.ETLEngine", "INFO", "⏱️  Job duration: 0:00:" + decimal(10_000 + (clock - begun) % 50_000, 3) + "000");
                pass(1, 10);
            }

            // ---- the specification's form --------------------------------------------------------------------------

            private void specStages() {
                spec("INFO", "Snowflake query started").begins("snowflake");
                pass(200, 6_000);
                int records = job.batches * 200 + luck.nextInt(100);
                int kept = (job.batches - 1) * 200 + 1 + luck.nextInt(200);
                long began = job.said.get(job.said.size() - 1).time;
                spec("INFO", "Snowflake query returned " + records + " records in " + decimal(clock - began, 1) + "s")
                    .ends("snowflake").begins("prefilter").number("snowflake records", records);
                pass(1, 900);
                if (luck.nextInt(4) == 0 && job.other.created < clock) {
                    spec("INFO", "skipping leads that job " + job.other.id + " has delivered");
                    pass(1, 10);
                }
                spec("INFO", "pre-filtering kept " + kept + " new records of " + records).ends("prefilter").number("prefilter kept", kept);
                pass(1, 20);
                event();
                for (int number = 1; number <= job.batches; number++) {
                    int people = Math.min(200, kept - (number - 1) * 200);
                    int phones = people + luck.nextInt(2 * people);
                    specStage("idicore", "idiCORE enrichment started for " + people + " records", people,
                        "idiCORE enrichment completed: " + people + " records, " + phones
                        + " phones found, " + people + " API calls, took ", 5_000).number("idicore phones", phones).number("idicore calls", people);
                    if (job.fate == Fate.ESCAPES) {
                        return;
                    }
                    long flagged = luck.nextInt(Math.min(phones, 20) + 1);
                    specStage("ccc", "CCC litigator check started for " + phones + " phones", phones,
                        "CCC litigator check completed: " + phones + " phones checked, " + flagged
                        + " flagged, took ", 2_500).number("ccc checked", phones).number("ccc flagged", flagged);
                    long listed = job.trouble.equals("dnc") ? 0 : luck.nextInt(Math.min(phones, 40) + 1);
                    Said line = specStage("dnc", "DNC check started for " + phones + " phones", phones,
                        "DNC check completed: " + phones + " phones checked, " + listed
                        + " in DNC, took ", 1_000).number("dnc found", listed);
                    if (!job.trouble.equals("dnc")) {
                        line.number("dnc checked", phones);
                    }
                    event();
                }
                if (job.fate == Fate.FAILS) {
                    return;
                }
                specStage("upload", "results upload started", 0, "results upload completed: " + kept + " records saved, took ", 4_000)
                    .number("upload saved", kept);
            }

            private Said specStage(String stage, String start, long begins, String end, int most) {
                pass(2, 20);
                long began = clock;
                spec("INFO", start).begins(stage).number(stage + (stage.equals("idicore") ? " records" : " phones"), begins);
                pass(20, 100);
                if (stage.equals("idicore")) {
                    for (int retry = luck.nextInt(3); retry > 0; retry--) {
                        spec("WARNING", "idiCORE error: 429 Too Many Requests, attempt " + (1 + luck.nextInt(3)) + "/4");
                        pass(10, 300);
                    }
                    if (job.trouble.equals("idi")) {
                        spec("ERROR", "idiCORE circuit breaker OPEN").breaks("idicore");
                    }
                } else if (stage.equals("dnc") && job.trouble.equals("dnc")) {
                    spec("ERROR", "DNC lookup failed: database is locked").breaks("dnc").number("dnc failedChunks", 1);
                }
                pass(20, most);
                return spec("INFO", end + decimal(clock - began, 1) + "s").ends(stage);
            }

            private void event() {
                pass(1, 5);
                spec("INFO", "socket emit job_progress " + luck.nextInt(100));
                pass(1, 5);
            }

            private void close(long begun) {
                pass(1, 20);
                job.over = clock;
                if (job.fate == Fate.FAILS || job.fate == Fate.ESCAPES) {
                    job.outcome = "failed";
                    job.error = "unsupported operand type(s) for +: 'int' and 'NoneType'";
                    spec("INFO", "socket emit job_error");
                    pass(1, 5);
                    run.end = celery("ERROR", "Task " + task(job) + " failed: " + job.error + "\n" + traceback(" Job " + job.id));
                } else {
                    job.outcome = "completed";
                    spec("INFO", "socket emit job_complete");
                    pass(1, 5);
                    run.end = celery("INFO", "Task " + task(job) + " succeeded in " + decimal(clock - begun, 3) + "s: None");
                }
            }
        }

        // ---- what others say ---------------------------------------------------------------------------------------

        private void aside(long start) {
            for (Job job : jobs) {
                raw("backend", backend, "", job.created + 1,
                    "172.18.0.1:" + (40_000 + random.nextInt(9_999)) + " - \"POST /api/v1/jobs HTTP/1.1\" 201 Created").access = true;
                if (specForm) {
                    backendLine(job, job.created + 2, "ETL", "Job " + job.id + ": created over the API");
                } else {
                    if (chance(0.7)) {
                        backendLine(job, job.created + 300, "ETL.WebSocket", "Client 9fKq2LxVb7 joined job room: job_" + job.id);
                    }
                    for (int times = random.nextInt(4); times > 0; times--) {
                        Said got = raw("backend", backend, "", job.created + 50 + random.nextInt(20_000),
                            "172.18.0.1:" + (40_000 + random.nextInt(9_999))
                            + " - \"GET /api/v1/jobs/" + job.id + " HTTP/1.1\" 200 OK");
                        got.owner = job;
                        got.access = true;
                    }
                }
            }
            if (outageFrom != Long.MAX_VALUE) {
                for (Replica replica : replicas) {
                    Said lost = new Said();
                    lost.time = outageFrom + random.nextInt(50);
                    lost.level = "ERROR";
                    main(replica, lost, "consumer: Cannot connect to redis://redis:6379/0: Error 111 connecting to redis:6379. Connection refused..\n"
                        + "Trying again in 2.00 seconds... (1/100)\n");
                }
            }
        }

        private void backendLine(Job job, long time, String logger, String text) {
            Said line = raw("backend", backend, "", time, text);
            line.application = true;
            line.logger = logger;
            line.owner = job;
        }

        // ---- the moment of the trace -------------------------------------------------------------------------------

        private void finish() {
            long first = jobs.get(0).created;
            long end = said.stream().mapToLong(line -> line.time).max().orElse(first);
            now = chance(0.35) ? first + 1_000 + (long) ((end - first) * random.nextDouble()) : end + 40_000 + random.nextInt(3_000_000);
            jobs.removeIf(job -> job.created + 2 > now);
            said.removeIf(line -> line.time > now - 20 || line.owner != null && !jobs.contains(line.owner));
            said.forEach(line -> line.shared.retainAll(jobs));
            for (Job job : jobs) {
                job.said.clear();
                said.stream().filter(line -> line.owner == job).forEach(job.said::add);
                if (job.over > now - 20) {
                    job.over = -1;
                    job.outcome = "running";
                }
                for (Run run : job.runs) {
                    if (run.end != null && !said.contains(run.end)) {
                        run.end = null;
                        run.retries = false;
                    }
                    if (run.death != null && !said.contains(run.death)) {
                        run.death = null;
                    }
                }
            }
        }

        // ---- the logs ----------------------------------------------------------------------------------------------

        /** What one process hands to the pipe in one write, or a piece of it. */
        private record Piece(long at, int order, byte[] bytes, Said of) {}

        private record Copy(Said line, boolean celery) {}

        private void write() {
            Map<String, List<Said>> processes = new TreeMap<>();
            List<Said> inTime = new ArrayList<>(said);
            inTime.sort(Comparator.comparingLong(line -> line.time));
            for (Said line : inTime) {
                processes.computeIfAbsent(line.container + " " + line.process, of -> new ArrayList<>()).add(line);
            }
            Map<String, List<Piece>> containers = new TreeMap<>();
            Map<String, String> services = new HashMap<>();
            int order = 0;
            for (List<Said> process : processes.values()) {
                List<Copy> copies = new ArrayList<>();
                for (Said line : process) {
                    services.put(line.container, line.service);
                    boolean celeryFirst = chance(0.5);
                    for (int copy = 0; copy < line.copies(); copy++) {
                        copies.add(new Copy(line, line.celery && (!line.application || (copy == 0) == celeryFirst)));
                    }
                }
                // Threads of one process that log in the same millisecond come between each other's copies.
                for (int i = 1; i < copies.size(); i++) {
                    if (copies.get(i - 1).line.time == copies.get(i).line.time && chance(0.3)) {
                        Collections.swap(copies, i - 1, i);
                    }
                }
                long clock = 0;
                for (Copy copy : copies) {
                    clock = Math.max(clock + 5 + random.nextInt(40), copy.line.time * 1_000 + 60 + random.nextInt(900));
                    byte[] bytes = (printed(copy.line, copy.celery) + "\n").getBytes(StandardCharsets.UTF_8);
                    for (int from = 0; from < bytes.length; from += 4_096) {
                        containers.computeIfAbsent(copy.line.container, of -> new ArrayList<>())
                            .add(new Piece(clock, order++, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 4_096)), copy.line));
                        clock += bytes.length > 4_096 ? 1 + random.nextInt(30_000) : 0;
                    }
                }
            }
            Map<String, List<List<String>>> blocks = new TreeMap<>();
            containers.forEach((container, pieces) -> blocks.computeIfAbsent(services.get(container), of -> new ArrayList<>())
                .add(lines(container, pieces)));
            StringBuilder out = new StringBuilder();
            for (String service : List.of("celery-worker", "backend")) {
                List<List<String>> parts = blocks.getOrDefault(service, List.of());
                merge(parts).forEach(line -> entry(out, "log " + service, line));
                end(out, "log " + service);
            }
            for (Job job : jobs) {
                entry(out, "log postgres", prefix("postgres-1") + docker(job.created * 1_000 + 700)
                    + " 2026-01-15 09:30:00.000 UTC [27] ERROR:  column \"name\" does not exist at character 12");
                entry(out, "log postgres", prefix("postgres-1") + docker(job.created * 1_000 + 710)
                    + " 2026-01-15 09:30:00.000 UTC [27] STATEMENT:  SELECT id, name, status, created_at, started_at, completed_at,"
                    + " error_message FROM etl_jobs WHERE id::text LIKE '%" + job.id + "%';");
            }
            end(out, "log postgres");
            end(out, "log redis");
            logs = out.toString();
        }

        private String printed(Said line, boolean celery) {
            if (!line.application && !line.celery) {
                return (line.access ? "INFO:     " : "") + line.text;
            }
            String time = SECONDS.format(Instant.ofEpochMilli(line.time + zone)) + String.format(Locale.ROOT, ",%03d", line.time % 1_000);
            return celery ? "[" + time + ": " + line.level + "/" + line.process + "] " + line.text
                : time + " - " + line.logger + " - " + line.level + " - " + line.text;
        }

        /** The pieces in the order in which the pipe took them, cut into lines as Docker cuts them. */
        private List<String> lines(String container, List<Piece> pieces) {
            pieces.sort(Comparator.comparingLong(Piece::at).thenComparingInt(Piece::order));
            List<String> lines = new ArrayList<>();
            Said open = null;
            StringBuilder text = new StringBuilder();
            for (Piece piece : pieces) {
                Said line = piece.of;
                if (open != null && open != line) {
                    open.garbled = true;
                    line.garbled = true;
                }
                text.append(new String(piece.bytes, StandardCharsets.UTF_8));
                boolean whole = text.charAt(text.length() - 1) == '\n';
                boolean rest = piece.bytes.length == 4_096;
                open = rest ? line : open == line ? null : open;
                for (int newline = text.indexOf("\n"); newline >= 0; newline = text.indexOf("\n")) {
                    lines.add(prefix(container) + docker(piece.at) + " " + text.substring(0, newline));
                    text.delete(0, newline + 1);
                }
                if (!whole && !rest) {
                    throw new IllegalStateException("a whole message ends its line");
                }
            }
            return lines;
        }

        private String prefix(String container) {
            int draw = random.nextInt(20);
            return (draw == 0 ? "" : draw == 1 ? "\u001b[2K\u001b[2K" : "\u001b[2K") + container + "  | ";
        }

        private static String docker(long micros) {
            return Instant.ofEpochSecond(micros / 1_000_000).toString().replace("Z", "")
                + String.format(Locale.ROOT, ".%06d%03dZ", micros % 1_000_000, micros % 997);
        }

        /** Containers come one after the other, or in turns of a random length. */
        private List<String> merge(List<List<String>> parts) {
            List<String> merged = new ArrayList<>();
            List<Integer> next = new ArrayList<>(Collections.nCopies(parts.size(), 0));
            boolean blocks = chance(0.5);
            List<Integer> open = new ArrayList<>(IntStream.range(0, parts.size()).filter(part -> !parts.get(part).isEmpty()).boxed().toList());
            while (!open.isEmpty()) {
                int part = open.get(random.nextInt(open.size()));
                int from = next.get(part);
                int to = blocks ? parts.get(part).size() : Math.min(parts.get(part).size(), from + 1 + random.nextInt(30));
                merged.addAll(parts.get(part).subList(from, to));
                next.set(part, to);
                if (to == parts.get(part).size()) {
                    open.remove(Integer.valueOf(part));
                }
            }
            return merged;
        }

        // ---- the recording -----------------------------------------------------------------------------------------

        byte[] recording(Job job) {
            StringBuilder out = new StringBuilder();
            out.append("{\"recording\": \"trace-job/1\", \"job\": \"").append(job.id).append("\", \"now\": \"").append(Instant.ofEpochMilli(now))
                .append("\", \"masked\": false, \"docker\": [\"docker\"], \"compose\": [], \"services\": {}}\n");
            String status = job.over >= 0 ? job.outcome : job.cancelled ? "cancelled" : "running";
            entry(out, "rows of etl_jobs", "{\"id\": \"" + job.id + "\", \"job_type\": \"single_script\", \"script_id\": \"" + job.scriptId
                + "\", \"status\": \"" + status + "\", \"error_message\": " + (job.over >= 0 && job.error != null ? quoted(job.error) : "null")
                + ", \"started_by\": \"admin\", \"created_at\": " + at(job.created) + ", \"started_at\": " + at(job.created + 12)
                + ", \"completed_at\": " + (job.over >= 0 ? at(job.over) : "null")
                + (specForm ? ", \"name\": " + quoted(job.script) : "") + ", \"matches\": 1}");
            end(out, "rows of etl_jobs");
            List<String> names = new ArrayList<>(List.of("postgres", "redis", "backend"));
            replicas.forEach(replica -> names.add("celery-worker"));
            int number = 0;
            StringBuilder states = new StringBuilder();
            for (int i = 0; i < names.size(); i++) {
                String service = names.get(i);
                boolean worker = service.equals("celery-worker");
                number = worker ? i - 2 : 1;
                String name = worker ? replicas.get(number - 1).name : service.equals("backend") ? backend : service + "-1";
                String full = name.startsWith("p1lending") ? name : "p1lending-" + name;
                String id = String.format("%012x", 0xa1b2c3d4e5L + i);
                entry(out, "containers", "{\"ID\": \"" + id + "\", \"Name\": \"" + full + "\", \"Service\": \"" + service
                    + "\", \"State\": \"running\", \"ExitCode\": 0, \"Health\": \"\"}");
                entry(states, "state of containers", "{\"Id\": \"" + id + "0".repeat(52) + "\", \"Created\": \"2026-01-12T06:00:01.5Z\","
                    + " \"StartedAt\": \"2026-01-12T06:00:03.25Z\","
                    + " \"FinishedAt\": \"0001-01-01T00:00:00Z\", \"OOMKilled\": false, \"ExitCode\": 0, \"Status\": \"running\","
                    + " \"RestartCount\": 0, \"Name\": \"/" + full
                    + "\", \"Service\": \"" + service + "\", \"Number\": \"" + number + "\"}");
            }
            end(out, "containers");
            out.append(states);
            end(out, "state of containers");
            out.append(logs);
            file(out, job);
            int row = 100;
            for (Said line : job.said) {
                if (line.step) {
                    entry(out, "rows of job_logs", "{\"id\": " + row++ + ", \"job_id\": \"" + job.id + "\", \"level\": \"" + line.level
                        + "\", \"message\": " + quoted(line.text) + ", \"created_at\": " + at(line.time + 1) + "}");
                }
            }
            end(out, "rows of job_logs");
            entry(out, "rows of sql_scripts", "{\"id\": \"" + job.scriptId + "\", \"script\": " + quoted(job.script) + "}");
            end(out, "rows of sql_scripts");
            return out.toString().getBytes(StandardCharsets.UTF_8);
        }

        /** The job's own file: in the container of its last attempt, with what the same process wrote later for others. */
        private void file(StringBuilder out, Job job) {
            String key = specForm ? "file backend:logs/etl_job_{job}.log" : "file celery-worker:logs/jobs/{job}.log";
            String none = specForm ? "file celery-worker:logs/jobs/{job}.log" : "file backend:logs/etl_job_{job}.log";
            missing(out, none);
            if (specForm) {
                job.said.stream().filter(line -> line.application && line.service.equals("backend"))
                    .sorted(Comparator.comparingLong(line -> line.time))
                    .forEach(line -> entry(out, key, printed(line, false)));
                end(out, key);
                return;
            }
            Run last = job.runs.isEmpty() ? null : job.runs.get(job.runs.size() - 1);
            record Line(long time, String text) {}
            List<Line> lines = new ArrayList<>();
            for (Run opened : job.runs) {
                boolean silent = job.said.stream().noneMatch(line -> line.attempt == opened.number && line.application);
                if (silent || opened.slot.replica != last.slot.replica) {
                    continue;
                }
                long ended = ended(opened);
                for (Said line : said) {
                    // A process's name comes again after a restart of its container; the process does not.
                    if (line.application && line.container.equals(opened.slot.replica.name) && line.process.equals(opened.process)
                            && line.time >= opened.from && line.time < ended) {
                        lines.add(new Line(line.time, printed(line, false)
                            .replace(" - " + line.text, " - " + (line.step ? "log_step:160" : "run:42") + " - " + line.text)));
                    }
                }
            }
            if (lines.isEmpty()) {
                missing(out, key);
                return;
            }
            lines.sort(Comparator.comparingLong(Line::time));
            lines.forEach(line -> Arrays.stream(line.text.split("\n", -1)).forEach(text -> entry(out, key, text)));
            end(out, key);
        }

        /** When the process of this attempt died: at its own end if it was lost, else with the first that was lost there later. */
        private long ended(Run run) {
            return jobs.stream().flatMap(job -> job.runs.stream())
                .filter(other -> other.slot.replica == run.slot.replica && other.to != Long.MAX_VALUE && other.to >= run.from
                    && (other.process.equals(run.process) || other.job.fate != Fate.KILLED
                        || other.death != null && other.death.text.startsWith(" ")))
                .mapToLong(other -> other.to).min().orElse(Long.MAX_VALUE);
        }

        private static String at(long millis) {
            return "\"" + Instant.ofEpochMilli(millis).toString().replace("Z", "+00:00") + "\"";
        }

        private static void missing(StringBuilder out, String key) {
            out.append("{\"of\": \"").append(key).append("\", \"command\": \"docker compose exec …\","
                + " \"exit\": 1, \"seconds\": 0.1, \"timedOut\": false, \"problem\": "
                + "\"cat: no such file: No such file or directory\"}\n");
        }

        private static void end(StringBuilder out, String key) {
            out.append("{\"of\": \"").append(key).append("\", \"command\": \"docker compose …\","
                + " \"exit\": 0, \"seconds\": 0.1, \"timedOut\": false, \"problem\": null}\n");
        }

        private static void entry(StringBuilder out, String key, String line) {
            out.append("{\"of\": \"").append(key).append("\", \"out\": ").append(quoted(line)).append("}\n");
        }

        private static String quoted(String text) {
            StringBuilder quoted = new StringBuilder(text.length() + 20).append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append(c);
                } else if (c < ' ') {
                    quoted.append(String.format("\\u%04x", (int) c));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.append('"').toString();
        }

        private static String decimal(long millis, int digits) {
            return String.format(Locale.ROOT, "%." + digits + "f", millis / 1000.0);
        }
    }

    /** Empty lines at an end are nobody's, and of a banner it is enough to have found its first line. */
    private static String plain(String text) {
        return text.strip().startsWith("--------------") ? text.strip().split("\n")[0].strip() : text.stripTrailing();
    }

    // -----------------------------------------------------------------------------------------------------------
    // The comparison of one job's trace with the truth.
    // -----------------------------------------------------------------------------------------------------------

    private final class Comparison {
        private static final Set<String> LOG_RULES = Set.of("id", "task", "worker", "twin", "continuation");
        private static final Map<String, String> TITLES = Map.of("snowflake", "Snowflake Query", "prefilter", "Pre-filtering",
            "idicore", "idiCORE Enrichment", "ccc", "CCC Litigator Check", "dnc", "DNC Check", "upload", "Results Upload");
        private static final List<String> NUMBERS = List.of("snowflake records", "prefilter kept", "idicore records",
            "idicore hits", "idicore calls", "idicore phones", "idicore failed", "ccc phones", "ccc checked", "ccc flagged",
            "ccc failedBatches", "dnc phones", "dnc found", "dnc failedChunks", "upload saved");
        private final World world;
        private final Job job;
        private final List<String> differences;
        private Trace trace;

        Comparison(World world, Job job, List<String> differences) {
            this.world = world;
            this.job = job;
            this.differences = differences;
        }

        void run() throws Exception {
            byte[] bytes = world.recording(job);
            String folder = setting("DUMP", "");
            if (!folder.isEmpty()) {
                Files.write(Files.createDirectories(Path.of(folder)).resolve(job.id + ".jsonl"), bytes);
            }
            Recording recording = Recording.of("history", new ByteArrayInputStream(bytes));
            Ask finder = stages.stream().map(Stage::finder).filter(ask -> ask != null).findFirst().orElseThrow();
            Gathering gathering = new Gathering(recording, finder, stages, List.of(), new Mask(false), new Target());
            try {
                Gathering.Found found = gathering.find(recording.job(), "");
                trace = gathering.trace(found.jobs().get(0), found);
            } finally {
                // Its threads would stay for a minute each.
                var threads = Gathering.class.getDeclaredField("threads");
                threads.setAccessible(true);
                ((ExecutorService) threads.get(gathering)).shutdown();
            }
            Judging.judge(trace, stages, stages, List.of());
            jobs.incrementAndGet();
            lines();
            // Who lost the only copy that names its process cannot be told by anybody.
            boolean clear = job.said.stream().noneMatch(line -> line.garbled);
            if (clear) {
                judged();
            } else {
                split.incrementAndGet();
            }
        }

        // ---- whose line --------------------------------------------------------------------------------------------

        private void lines() {
            Set<Said> matched = new HashSet<>();
            for (Message message : trace.messages) {
                boolean log = !message.placedBy.equals("database") && !message.placedBy.equals("job-file");
                List<Said> same = log ? world.index.getOrDefault(message.container + '\0' + plain(message.text), List.of())
                    : world.index.getOrDefault(plain(message.text), List.of());
                List<Said> fit = same.stream()
                    .filter(one -> Math.abs(one.time - message.time.toEpochMilli()) <= (!log || !one.celery && !one.application ? 5 : 0))
                    .filter(one -> message.process.isEmpty() || one.process.equals(message.process)).toList();
                Said one = fit.stream().filter(said -> said.owner == job && !matched.contains(said)).findFirst()
                    .or(() -> fit.stream().filter(said -> said.shared.contains(job) && !matched.contains(said)).findFirst()).orElse(null);
                if (one != null) {
                    matched.add(one);
                    if (!log && !one.garbled) {
                        differences.add("counted twice or not placed: by " + message.placedBy + " " + shown(message));
                    }
                } else if (fit.stream().anyMatch(said -> said.owner == job)) {
                    differences.add("a copy counts as one more: " + shown(message));
                } else if (!fit.isEmpty()) {
                    differences.add("foreign line: by " + message.placedBy + " " + shown(message));
                } else if (!world.garbled) {
                    differences.add("nobody said this: by " + message.placedBy + " " + shown(message));
                }
            }
            long total = job.said.stream().filter(one -> !one.garbled && placeable(one)).mapToLong(Said::lines).sum();
            untold.addAndGet(job.said.stream().filter(one -> one.garbled || !placeable(one)).mapToLong(Said::lines).sum());
            long optional = world.said.stream().filter(one -> one.shared.contains(job) || one.garbled).mapToLong(Said::lines).sum();
            // The SELECT in postgres's log counts as placed and is not kept; a banner begins with an empty line that follows somebody's.
            optional += 2 + world.said.stream().filter(one -> one.text.contains("-------------- celery@")).count();
            long got = trace.placed.entrySet().stream().filter(rule -> LOG_RULES.contains(rule.getKey())).mapToLong(Map.Entry::getValue).sum();
            long found = matched.stream().filter(one -> one.owner == job && !one.garbled && placeable(one)).mapToLong(Said::lines).sum();
            own.addAndGet(total);
            placed.addAndGet(world.garbled ? found : Math.min(found, got));
            for (Said one : job.said) {
                if (!matched.contains(one) && !one.garbled && placeable(one)) {
                    differences.add("own line missing: " + one.time + " " + one.container + " " + one.process + " " + one.text.split("\n")[0]);
                }
            }
            if (!world.garbled && (got > total + optional || got < found)) {
                differences.add("lines placed: " + got + " where it has " + total + " and perhaps " + optional + ": " + trace.placed);
            }
        }

        /**
         * True where the log holds what tells whose it is. A task's id is linked to the job by the end line of a worker
         * process that has named the job, and the exit of a process by what that process said before.
         */
        private boolean placeable(Said one) {
            if (world.specForm || !one.text.startsWith("Task ") && !one.text.startsWith("Process ")) {
                return true;
            }
            return job.runs.stream().filter(run -> one.text.startsWith("Task ") ? run.end != null : run.death == one)
                .anyMatch(run -> job.said.stream().anyMatch(line -> line.attempt == run.number && named(line)));
        }

        private String shown(Message message) {
            return message.time + " " + message.container + " " + message.process + " "
                + message.text.replace("\n", "\\n").substring(0, Math.min(140, message.text.length()));
        }

        // ---- what it says ------------------------------------------------------------------------------------------

        private void judged() {
            List<Run> seen = job.runs.stream().filter(run -> job.said.stream().anyMatch(line -> line.attempt == run.number && named(line))).toList();
            Run last = seen.isEmpty() ? null : seen.get(seen.size() - 1);
            List<Said> told = job.said.stream().filter(line -> last != null && line.attempt == last.number)
                .sorted(Comparator.comparingLong(line -> line.time)).toList();
            Map<String, Long> times = new HashMap<>();
            Map<String, Long> open = new HashMap<>();
            Map<String, Long> numbers = new HashMap<>();
            Set<String> broken = new HashSet<>();
            Set<String> begun = new HashSet<>();
            for (Said line : told) {
                for (String stage : line.ends.trim().split(" ")) {
                    if (open.containsKey(stage)) {
                        times.merge(stage, line.time - open.remove(stage), Long::sum);
                    }
                }
                if (!line.begins.isEmpty()) {
                    open.put(line.begins, line.time);
                    begun.add(line.begins);
                }
                if (!line.breaks.isEmpty()) {
                    broken.add(line.breaks);
                }
                line.numbers.forEach((name, value) -> numbers.merge(name, value, Long::sum));
            }
            for (String stage : begun) {
                Finding finding = trace.finding(TITLES.get(stage));
                boolean closed = !open.containsKey(stage);
                if (closed && finding.millis() != times.get(stage)) {
                    differences.add("time of " + stage + ": " + times.get(stage) + " ms, told " + finding.millis());
                }
                boolean bad = broken.contains(stage);
                boolean saysBad = finding.status() == Status.FAIL || finding.status() == Status.WARN;
                if (bad != saysBad && closed || finding.status() == Status.UNKNOWN) {
                    differences.add("status of " + stage + ": " + (bad ? "broken" : "sound")
                        + ", told " + finding.status() + " " + finding.summary());
                }
            }
            for (String name : NUMBERS) {
                String[] parts = name.split(" ");
                Finding finding = trace.finding(TITLES.get(parts[0]));
                long truth = numbers.getOrDefault(name, 0L);
                long said = Math.round(finding.numbers().getOrDefault(parts[1], 0.0));
                // What an open stage has said so far is told differently: rows that are loaded are not yet all.
                if (truth != said && !(open.containsKey(parts[0]) && parts[0].equals("upload")) && begun.contains(parts[0])) {
                    differences.add(name + ": " + truth + ", told " + said);
                }
            }
            if (!world.specForm && begun.contains("idicore") && numbers.getOrDefault("idicore retries", 0L)
                    != Math.round(trace.finding("idiCORE Enrichment").numbers().getOrDefault("retries", 0.0))) {
                differences.add("idicore retries: " + numbers.get("idicore retries") + ", told " + trace.finding("idiCORE Enrichment").numbers());
            }
            if (trace.attempts.size() != seen.size()) {
                differences.add("attempts: " + seen.size() + ", told " + trace.attempts.size());
            }
            if (last != null && last.end != null && !last.retries && (trace.attempt() == null || trace.attempt().to == null
                    || trace.attempt().to.toEpochMilli() != last.end.time)) {
                differences.add("end: " + last.end.time + ", told " + (trace.attempt() == null ? null : trace.attempt().to));
            }
            if (last != null && trace.begun() != null && trace.begun().toEpochMilli() != job.said.stream().filter(this::named)
                    .mapToLong(line -> line.time).min().orElse(0)) {
                differences.add("begun: told " + trace.begun());
            }
            verdict(last, broken);
        }

        /** A line of a worker process that names the job. */
        private boolean named(Said line) {
            return line.process.startsWith("ForkPool") && line.text.contains(job.id);
        }

        private void verdict(Run last, Set<String> broken) {
            boolean events = job.said.stream().anyMatch(line -> line.text.startsWith("Failed to emit"));
            Set<String> right = job.over >= 0 && job.outcome.equals("failed") ? Set.of("failed")
                : job.over >= 0 ? !broken.isEmpty() ? Set.of("completed but degraded")
                    : events ? Set.of("completed", "completed but degraded") : Set.of("completed")
                : job.cancelled ? Set.of("cancelled")
                : last == null ? Set.of("queued")
                : last.death != null ? Set.of("lost")
                : last.retries ? Set.of("running", "queued")
                : last.warning != null && world.said.contains(last.warning) ? Set.of("running", "lost") : Set.of("running");
            verdicts.merge(trace.verdict.state(), 1, Integer::sum);
            if (!right.contains(trace.verdict.state())) {
                differences.add("verdict: " + right + ", told " + trace.verdict.state()
                    + " because " + trace.verdict.because() + " " + trace.verdict.evidence());
            }
        }
    }
}
