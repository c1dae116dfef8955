import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** One history: its jobs, what was said, and the logs that hold it. */
final class History {
    private record Ready(long time, ModelJob job, int attempt) {}

    private static final String[] SCRIPTS = {"Refinance leads, Ohio", "Error Street buyers", "Failed Refi 2025",
        "Purchase leads", "Zoë's HELOC list"};
    final boolean specForm;
    final List<ModelJob> jobs = new ArrayList<>();
    final List<ModelLine> said = new ArrayList<>();
    /** What was said, by its container and its text, and by its text alone. */
    final Map<String, List<ModelLine>> index = new HashMap<>();
    boolean garbled;
    long now;
    final Random random;
    private static final List<String> HOSTS = List.of("web", "worker-2", "worker-3");
    final List<WorkerContainer> replicas = new ArrayList<>();
    final String backend;
    /** Jobs begin at the same moment and say the same. */
    final boolean aligned;
    /** Some messages are longer than a pipe takes in one write. */
    final boolean splits;
    /** Milliseconds between the application's clock and UTC. */
    final long zone;
    final long outageFrom;
    final long outageTo;
    private final PriorityQueue<Ready> ready = new PriorityQueue<>(Comparator.comparingLong(Ready::time));
    final boolean fullIds;
    final String logs;

    History(long seed, int number) {
        this(seed, number, false);
    }

    /** @param hosts true for three hosts, each with one worker container; all of these have the same name */
    History(long seed, int number, boolean hosts) {
        random = new Random(seed * 1_000_003 + number);
        random.nextLong();
        specForm = chance(0.25);
        aligned = chance(0.3);
        splits = chance(0.1);
        fullIds = chance(0.2);
        zone = chance(0.2) ? (random.nextInt(25) - 12) * 3_600_000L : 0;
        long start = Instant.parse("2026-01-15T00:00:00Z").toEpochMilli() + random.nextInt(86_400_000);
        workers(start, hosts);
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
        logs = new HistoryLog(this).text();
        for (ModelLine one : said) {
            String text = HistoryComparison.plain(one.text);
            index.computeIfAbsent(one.container + '\0' + text, of -> new ArrayList<>()).add(one);
            index.computeIfAbsent(text, of -> new ArrayList<>()).add(one);
            garbled |= one.garbled;
        }
    }

    boolean outage(long time) {
        return time >= outageFrom && time < outageTo;
    }

    /** Celery begins another attempt then, or as soon as a worker process is free. */
    void later(long time, ModelJob job, int attempt) {
        ready.add(new Ready(time, job, attempt));
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private void workers(long start, boolean hosts) {
        int count = hosts ? HOSTS.size() : 1 + random.nextInt(3);
        int processes = Math.max(count, 1 + random.nextInt(4));
        for (int number = 1; number <= count; number++) {
            String name = hosts ? HOSTS.get(number - 1) + "/celery-worker-1" : count == 1 && chance(0.5) ? "p1lending-new-celery" : "celery-worker-" + number;
            WorkerContainer replica = new WorkerContainer(name, number);
            replica.up = start - 3_000;
            replicas.add(replica);
        }
        for (int number = 0; number < processes; number++) {
            WorkerContainer replica = replicas.get(number % count);
            WorkerProcess slot = new WorkerProcess(replica, "ForkPoolWorker-" + ++replica.children);
            slot.free = replica.up;
            replica.slots.add(slot);
        }
        for (WorkerContainer replica : replicas) {
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
            ModelJob job = new ModelJob(new Random(random.nextLong()), SCRIPTS[aligned ? 0 : random.nextInt(SCRIPTS.length)]);
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
            job.fate = draw < 0.58 ? ModelJob.Fate.NONE : draw < 0.66 ? ModelJob.Fate.FAILS : draw < 0.73 ? ModelJob.Fate.ESCAPES
                    : draw < 0.80 ? ModelJob.Fate.RETRIES
                : draw < 0.83 && outageFrom == Long.MAX_VALUE ? ModelJob.Fate.RETRIES_EARLY
                : draw < 0.90 ? ModelJob.Fate.KILLED : draw < 0.95 ? ModelJob.Fate.RESTARTED : ModelJob.Fate.MAIN_KILLED;
            if (chance(0.3)) {
                job.trouble = specForm ? pick("idi", "dnc")
                    : pick("idi", "idi some", "idi token", "idi breaker", "ccc", "ccc some", "ccc breaker", "ccc left out", "ccc blacklist",
                        "dnc", "dnc some", "dnc missing", "dnc verify", "dnc digits", "upload put", "upload copy", "upload zero", "upload some",
                        "upload none", "upload insert all", "upload insert some", "query", "nobody");
            }
            if (job.fate == ModelJob.Fate.FAILS && job.trouble.equals("query")) {
                job.trouble = "";
            }
            if (job.trouble.startsWith("idi") && !job.trouble.equals("idi some")) {
                // One line for each person: two batches tell as much as four.
                job.batches = Math.min(job.batches, 2);
            }
            if (job.trouble.equals("nobody")) {
                job.fate = job.fate == ModelJob.Fate.NONE ? ModelJob.Fate.FAILS : job.fate;
            }
            job.cacheFails = chance(0.15);
            job.all = chance(0.15) ? ModelBatch.Kind.values()[random.nextInt(ModelBatch.Kind.values().length)] : null;
            job.cancelled = chance(0.08);
            jobs.add(job);
            ready.add(new Ready(created + 5 + random.nextInt(aligned ? 1 : 200), job, 1));
        }
        for (ModelJob job : jobs) {
            job.other = jobs.get(random.nextInt(count));
        }
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    // ---- one attempt -----------------------------------------------------------------------------------------

    private void start(Ready next) {
        ModelJob job = next.job;
        List<WorkerProcess> slots = replicas.stream().flatMap(replica -> replica.slots.stream()).toList();
        List<WorkerProcess> free = slots.stream().filter(slot -> slot.free <= next.time && slot.replica.up <= next.time).toList();
        WorkerProcess slot = free.isEmpty() ? Collections.min(slots,
            Comparator.comparingLong((WorkerProcess one) -> Math.max(one.free, one.replica.up)))
            : free.get(random.nextInt(free.size()));
        long reached = Math.max(next.time, slot.replica.up + 20);
        if (reached >= outageFrom && reached < outageTo) {
            ready.add(new Ready(outageTo + 5 + random.nextInt(200), job, next.attempt));
            return;
        }
        ModelRun run = new ModelRun(job, slot, next.attempt);
        job.runs.add(run);
        ModelLine received = new ModelLine();
        received.time = reached;
        main(slot.replica, received, "Task " + task(job) + " received");
        received.owner = job;
        long from = Math.max(reached + (aligned ? 1 : 1 + random.nextInt(4)), slot.free + 1 + random.nextInt(10));
        (specForm ? new SpecLines(this, run, from) : new EngineLines(this, run, from)).go();
    }

    String task(ModelJob job) {
        return specForm ? "etl_job[" + job.id + "]" : "app.workers.etl_tasks.run_etl_job[" + job.task + "]";
    }

    /** A line of the main process, which only Celery's handler prints. */
    ModelLine main(WorkerContainer replica, ModelLine line, String text) {
        line.service = "celery-worker";
        line.container = replica.name;
        line.process = "MainProcess";
        line.celery = true;
        line.text = text;
        said.add(line);
        return line;
    }

    /** A line that is printed as it is. */
    private ModelLine raw(String service, String container, String process, long time, String text) {
        ModelLine line = new ModelLine();
        line.service = service;
        line.container = container;
        line.process = process;
        line.time = time;
        line.text = text;
        said.add(line);
        return line;
    }

    private ModelLine banner(WorkerContainer replica, long time) {
        ModelLine first = raw("celery-worker", replica.name, "MainProcess", time, " \n -------------- celery@"
            + Integer.toHexString(replica.name.hashCode())
            + " v5.2.6 (dawn-chorus)\n--- ***** ----- \n-- ******* ---- Linux-6.1.0-x86_64-with-glibc2.36 2026-01-15 09:30:00\n- *** --- * --- \n"
            + "- ** ---------- [config]\n- ** ---------- .> app:         p1lending:0x7f5e3c1d2e50\n"
            + "- ** ---------- .> transport:   redis://redis:6379/0\n"
            + "- *** --- * --- .> concurrency: " + replica.slots.size() + " (prefork)\n"
            + " -------------- [queues]\n                .> celery           exchange=celery\n"
            + "\n[tasks]\n  . app.workers.etl_tasks.run_etl_job\n");
        ModelLine connected = new ModelLine();
        connected.time = time + 4;
        main(replica, connected, "Connected to redis://redis:6379/0");
        ModelLine there = new ModelLine();
        there.time = time + 15;
        main(replica, there, "celery@" + Integer.toHexString(replica.name.hashCode()) + " ready.");
        return first;
    }

    /** All processes of a container end at once; whoever was at work there is lost. */
    long restart(ModelRun culprit, long at, boolean warm) {
        WorkerContainer replica = culprit.slot.replica;
        long dead = warm ? at + 500 + random.nextInt(9_500) : at;
        ModelLine warning = warm ? raw("celery-worker", replica.name, "MainProcess", at, "worker: Warm shutdown (MainProcess)") : null;
        replica.up = dead + 500 + random.nextInt(5_000);
        if (outageFrom < replica.up && replica.up < outageTo) {
            replica.up = outageTo + 10;
        }
        ModelLine banner = banner(replica, replica.up);
        for (ModelJob job : jobs) {
            for (ModelRun run : List.copyOf(job.runs)) {
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
        for (WorkerProcess slot : replica.slots) {
            slot.renew("ForkPoolWorker-" + ++replica.children);
            slot.free = replica.up + 20;
        }
        return dead;
    }

    void lose(ModelRun run, long dead, ModelLine death) {
        ModelJob job = run.job;
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

    // ---- what others say ---------------------------------------------------------------------------------------

    private void aside(long start) {
        for (ModelJob job : jobs) {
            raw("backend", backend, "", job.created + 1,
                "172.18.0.1:" + (40_000 + random.nextInt(9_999)) + " - \"POST /api/v1/jobs HTTP/1.1\" 201 Created").access = true;
            if (specForm) {
                backendLine(job, job.created + 2, "ETL", "Job " + job.id + ": created over the API");
            } else {
                if (chance(0.7)) {
                    backendLine(job, job.created + 300, "ETL.WebSocket", "Client 9fKq2LxVb7 joined job room: job_" + job.id);
                }
                for (int times = random.nextInt(4); times > 0; times--) {
                    ModelLine got = raw("backend", backend, "", job.created + 50 + random.nextInt(20_000),
                        "172.18.0.1:" + (40_000 + random.nextInt(9_999))
                        + " - \"GET /api/v1/jobs/" + job.id + " HTTP/1.1\" 200 OK");
                    got.owner = job;
                    got.access = true;
                }
            }
        }
        if (outageFrom != Long.MAX_VALUE) {
            for (WorkerContainer replica : replicas) {
                ModelLine lost = new ModelLine();
                lost.time = outageFrom + random.nextInt(50);
                lost.level = "ERROR";
                main(replica, lost, "consumer: Cannot connect to redis://redis:6379/0: Error 111 connecting to redis:6379. Connection refused..\n"
                    + "Trying again in 2.00 seconds... (1/100)\n");
            }
        }
    }

    private void backendLine(ModelJob job, long time, String logger, String text) {
        ModelLine line = raw("backend", backend, "", time, text);
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
        for (ModelJob job : jobs) {
            job.said.clear();
            said.stream().filter(line -> line.owner == job).forEach(job.said::add);
            if (job.over > now - 20) {
                job.over = -1;
                job.outcome = "running";
            }
            for (ModelRun run : job.runs) {
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
}
