import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Whose each message of one log is, in the order in which they stand there; of any number of jobs in one pass. The rules, in
 * this order: the job's id in the line; its Celery task id; the worker process between the first line there that names the
 * job and the end of its task; the twin of such a line; the line above, for what continues a message; and the lines of
 * Celery's main process that tell of the end of a worker. What is a job's goes into its fold; the rest is gone.
 */
final class Attribution implements LogHandler {
    /** Many times what a system has: more is made up, and would fill the memory. */
    private static final int MOST_CONTAINERS = 1_000;
    private final String service;
    private final Map<String, String> services;
    private final TimeWindow window;
    private final Redactor redactor;
    private final Folds folds;
    private final Map<String, Worker> containers = new LinkedHashMap<>();
    private final LogLine.Reader reader = new LogLine.Reader();
    private Worker latest;
    private long order;
    private long lines;
    private boolean finished;
    /** True when there were more containers than are read. */
    private boolean full;

    /** @param services of a log of several services: whose each container is */
    Attribution(String service, Map<String, String> services, TimeWindow window, Redactor redactor, Folds folds) {
        this.service = service;
        this.services = services;
        this.window = window;
        this.redactor = redactor;
        this.folds = folds;
    }

    /** One container: its messages, their copies, and whose its worker processes are. */
    private final class Worker {
        final String name;
        final ContainerLog log;
        final Copies copies = new Copies(folds::event);
        final WorkerProcesses processes;

        Worker(String container) {
            name = container;
            log = new ContainerLog(redactor.text(container), service.contains(" ") ? services.getOrDefault(container, service) : service, () -> ++order,
                (message, form) -> attribute(this, message, form));
            processes = new WorkerProcesses(folds, log.container());
        }
    }

    @Override
    public boolean coversWindow(long tail) {
        return window.since() == null || containers.values().stream().allMatch(one -> one.log.covers(tail, window.since()));
    }

    @Override
    public Instant earliest() {
        // A container that has fewer lines has no more of them.
        long most = containers.values().stream().mapToLong(one -> one.log.lines()).max().orElse(0);
        return containers.values().stream().filter(one -> one.log.lines() == most).map(one -> one.log.first()).filter(Objects::nonNull)
            .max(Comparator.naturalOrder()).orElse(Instant.now());
    }

    /** How far its messages have come, by Docker's time, UTC; null before the first. */
    Instant reached() {
        Instant reached = null;
        for (Worker worker : containers.values()) {
            Instant one = worker.log.reached();
            boolean waits = worker.log.waits();
            reached = one == null || reached != null && (waits ? one.isAfter(reached) : one.isBefore(reached)) ? reached : one;
        }
        return reached;
    }

    @Override
    public boolean line(String raw) {
        LogLine line = reader.read(raw);
        Worker worker = latest != null && latest.name.equals(line.container()) ? latest : containers.get(line.container());
        if (worker == null && containers.size() >= MOST_CONTAINERS) {
            full = true;
            return true;
        }
        worker = worker != null ? worker : containers.computeIfAbsent(line.container(), Worker::new);
        latest = worker;
        worker.log.count(line);
        if (window.contains(line.at())) {
            lines++;
            worker.log.line(line);
        }
        return true;
    }

    /** No line has come for a while: the last message is whole. @param quiet true for a container that has written nothing */
    void pause(Predicate<String> quiet) {
        containers.values().stream().filter(worker -> quiet.test(worker.name)).forEach(worker -> worker.log.pause());
    }

    /** Waits for no copies of older messages any more. @param now what the log's time is, UTC */
    void release(Instant now) {
        containers.values().forEach(worker -> worker.copies.release(now));
    }

    /** What the log shows of the job so far, not redacted yet; the log goes on, and so do these lists. */
    FoldedLog soFar(Job job) {
        folds.claimRevoked(job);
        List<Message> waiting = containers.values().stream().flatMap(worker -> worker.copies.waiting(job.id()).stream()).toList();
        return folded(job, folds.of(job.id())).and(waiting);
    }

    /** Ends the log: what waited is decided. */
    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        for (Worker worker : containers.values()) {
            worker.log.finish();
            worker.copies.finish();
            worker.processes.finish();
        }
    }

    /** Ends the log; what it shows of the job, not redacted yet. */
    FoldedLog of(Job job) {
        finish();
        folds.claimRevoked(job);
        return folded(job, folds.take(job.id()));
    }

    private FoldedLog folded(Job job, JobFold own) {
        Map<String, Duration> offsets = new LinkedHashMap<>();
        containers.values().stream().map(one -> one.log).filter(log -> log.offset() != null).forEach(log -> offsets.put(log.service(), log.offset()));
        if (full) {
            own.lose("containers");
        } else if (containers.values().stream().anyMatch(one -> one.processes.full())) {
            own.lose("worker processes");
        }
        return own.folded(lines, folds.others(own), folds.overheard(Objects.requireNonNullElse(job.time("created_at"), Instant.MIN),
            Objects.requireNonNullElse(job.time("completed_at"), Instant.MAX)), offsets);
    }

    /** Gives the budget back what it took: the log is read anew, from further back. */
    void release() {
        folds.all().forEach(JobFold::release);
    }

    private void attribute(Worker worker, Message message, LogHeader.Form form) {
        if (form == LogHeader.Form.WORKER) {
            worker.processes.wholeWorker(message);
            return;
        }
        boolean celery = form == LogHeader.Form.CELERY;
        if (celery && message.process.equals("MainProcess")) {
            worker.processes.main(message);
        } else if (celery) {
            worker.processes.process(message);
        } else {
            String label = JobIds.label(message.text);
            JobFold job = label == null ? null : folds.of(label);
            if (job != null) {
                Folds.place(message, job, PlacedBy.ID);
            }
        }
        worker.copies.take(message, celery);
    }
}
