import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose each message of one service's log is, in the order in which they stand there. The rules, in this order: the job's id
 * in the line; its Celery task id; the worker process between the first line there that names the job and the end of its
 * task; the twin of such a line; the line above, for what continues a message; and the lines of Celery's main process
 * that tell of the end of a worker. Keeps the job's messages only, and no more of them than its bounds.
 */
final class Attribution implements LogHandler {
    /** Many times what a system has: more is made up, and would fill the memory. */
    private static final int MOST_ATTEMPTS = 1_000;
    private static final int MOST_PROCESSES = 10_000;
    private static final int MOST_CONTAINERS = 1_000;
    private static final int MOST_SHUTDOWNS = 100;
    private static final int MOST_LIMITS = 20;
    private static final int MOST_OVERHEARD = 100;
    /** Seconds from the line of a hard time limit to the exit of the process that Celery kills for it. */
    private static final long EXIT_WAITS = 10;
    /** Seconds between the row's time of queueing and the task's arrival at a worker. */
    private static final long ARRIVES_WITHIN = 2;
    private static final Pattern TASK = Pattern.compile("Task ([\\w.]{1,200})\\[([\\w-]{1,100})\\] (\\w+)");
    private static final Pattern EXITED = Pattern.compile("Process '([\\w.:-]{1,100})' pid:\\d+ exited with ");
    private static final Pattern LOST = Pattern.compile("Task handler raised error: WorkerLostError");
    /** What the main process says of a task alone: whose it is, the task's other lines tell, or the process that exits. */
    private static final Pattern OF_TASK = Pattern.compile("(?:(Hard|Soft) time limit \\(([\\d.]{1,20})s\\) exceeded for|Discarding revoked task:)"
        + " [\\w.]{1,200}\\[([\\w-]{1,100})\\]");
    private static final Pattern OVER_LIMIT = Pattern.compile("Task handler raised error: TimeLimitExceeded\\(");
    private static final Set<String> ENDS = Set.of("succeeded", "raised", "retry", "failed", "ignored", "rejected", "INTERNAL");

    private final String service;
    private final Map<String, String> services;
    private final String job;
    private final TimeWindow window;
    private final Redactor mask;
    private final Predicate<Message> overhears;
    private final List<Message> overheard = new ArrayList<>();
    private final Map<String, Worker> containers = new LinkedHashMap<>();
    private final JobMessages messages;
    private final List<Attempt> attempts = new ArrayList<>();
    private final Set<String> tasks = new HashSet<>();
    private final TaskLines taskLines = new TaskLines();
    private int processes;
    private long order;
    private long lines;

    /** @param services of a log of several services: whose each container is; @param overhears what is kept of nobody's errors */
    Attribution(String service, Map<String, String> services, String job, TimeWindow window, Redactor mask, TextBudget budget, Predicate<Message> overhears) {
        this.messages = new JobMessages(budget);
        this.overhears = overhears;
        this.service = service;
        this.services = services;
        this.job = job;
        this.window = window;
        this.mask = mask;
    }

    /** One container: its messages, their copies, and whose its worker processes are. */
    private final class Worker {
        final ContainerLog log;
        final Twins twins = new Twins(messages, message -> alone(message));
        /** Whose a worker process is: an attempt of ours, or OTHERS; absent when nobody's. */
        final Map<String, Attempt> owners = new HashMap<>();
        final Deque<Attempt> died = new ArrayDeque<>();
        /** The lines of hard time limits whose processes have not exited yet. */
        final Deque<Message> limits = new ArrayDeque<>();
        final List<Message> shutdown = new ArrayList<>();

        Worker(String container) {
            log = new ContainerLog(mask.text(container), service.contains(" ") ? services.getOrDefault(container, service) : service, () -> ++order,
                (message, form) -> place(this, message, form));
        }
    }

    private static final Attempt OTHERS = new Attempt("", "", Instant.EPOCH);

    @Override
    public boolean reaches(long tail) {
        return window.since() == null || containers.values().stream().allMatch(one -> one.log.reaches(tail, window.since()));
    }

    @Override
    public Instant earliest() {
        return containers.values().stream().map(one -> one.log.first()).filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse(Instant.now());
    }

    @Override
    public boolean line(String raw) {
        LogLine line = LogLine.of(raw);
        Worker worker = containers.get(line.container());
        if (worker == null && containers.size() >= MOST_CONTAINERS) {
            messages.lose("containers");
            return true;
        }
        worker = containers.computeIfAbsent(line.container(), Worker::new);
        worker.log.count(line);
        if (window.holds(line.at())) {
            lines++;
            worker.log.line(line);
        }
        return true;
    }

    /** Ends the log: what waited is decided, and all that is the job's goes into the trace, not masked yet. */
    void finish(Evidence trace) {
        for (Worker worker : containers.values()) {
            worker.log.finish();
            worker.twins.finish();
            // Told to stop is not stopped: it may finish the job first. Whether it did stop, its container tells.
            worker.shutdown.forEach(message -> worker.owners.values().stream().filter(owner -> owner != OTHERS).forEach(owner -> {
                messages.add(message, "worker");
                message.attempt = owner;
            }));
        }
        claimRevoked(trace.job);
        overheard.stream().filter(message -> !message.time.isBefore(Objects.requireNonNullElse(trace.job.time("created_at"), Instant.MIN))
            && !message.time.isAfter(Objects.requireNonNullElse(trace.job.time("completed_at"), Instant.MAX))).forEach(trace.overheard::add);
        messages.finish(trace);
        trace.attempts.addAll(attempts);
        trace.linesRead += lines;
        containers.values().stream().map(one -> one.log).filter(log -> log.offset() != null).forEach(log -> {
            trace.zones.put(log.service(), log.offset());
            if (log.offset().toSeconds() % 900 != 0) {
                trace.skewed.put(log.service(), log.offset());
            }
        });
        if (taskLines.forgotten() && !tasks.isEmpty() && !messages.has("task")) {
            messages.lose("waiting tasks");
        }
        if (messages.lost() != null) {
            trace.missing.put(service.contains(" ") ? Command.OTHERS : "log " + service, messages.lost());
        }
    }

    /** Gives the budget back what it took: the log is read anew, from further back. */
    void forget() {
        messages.forget();
    }

    private void own(Worker worker, String process, Attempt owner) {
        if (processes >= MOST_PROCESSES && !worker.owners.containsKey(process)) {
            messages.lose("worker processes");
        } else if (worker.owners.put(process, owner) == null) {
            processes++;
        }
    }

    /** Ends what the process was at; null when that was nobody's. */
    private Attempt disown(Worker worker, String process) {
        Attempt owner = worker.owners.remove(process);
        processes -= owner == null ? 0 : 1;
        return owner;
    }

    private void place(Worker worker, Message message, LogHeader.Form form) {
        if (form == LogHeader.Form.WORKER) {
            wholeWorker(worker, message);
        } else if (form == LogHeader.Form.CELERY) {
            worker.twins.pair(message, message.process.equals("MainProcess") ? main(worker, message) : process(worker, message), true);
        } else {
            String label = JobIds.label(message.text);
            worker.twins.pair(message, label != null ? job.equalsIgnoreCase(label) ? "id" : "" : null, false);
        }
    }

    /** No twin came: a line that names the job somewhere is the job's after all. */
    private void alone(Message message) {
        boolean unlabelled = message.placedBy == null && JobIds.label(message.text) == null;
        if (unlabelled && message.process.isEmpty() && JobIds.named(message.text, job)) {
            messages.add(message, "id");
        } else if (unlabelled && message.error() && overheard.size() < MOST_OVERHEARD && overhears.test(message)) {
            overheard.add(message);
        }
    }

    /** A line of Celery's main process: tasks that were received, and worker processes that died. Null: not the job's. */
    private String main(Worker worker, Message message) {
        Matcher task = TASK.matcher(message.text);
        if (task.lookingAt()) {
            return ofTask(task.group(2), message, task.group(3).equals("received"));
        }
        Matcher limit = OF_TASK.matcher(message.text);
        boolean ofTask = limit.lookingAt();
        if (ofTask && "Hard".equals(limit.group(1)) || OVER_LIMIT.matcher(message.text).lookingAt()) {
            worker.limits.add(message);
            if (worker.limits.size() > MOST_LIMITS) {
                worker.limits.remove();
            }
        }
        if (ofTask) {
            return ofTask(limit.group(3), message, true);
        }
        Matcher exited = EXITED.matcher(message.text);
        if (exited.lookingAt()) {
            Attempt owner = disown(worker, exited.group(1));
            // After a hard time limit no line tells of a lost worker.
            if (!overLimit(worker, owner, message) && owner != null && worker.died.size() < MOST_PROCESSES) {
                worker.died.add(owner);
            }
            return end(owner, message, true) ? "worker" : null;
        }
        if (LOST.matcher(message.text).lookingAt()) {
            // It names nobody: it is the one process's that died, when no other died with it.
            boolean sure = worker.died.stream().distinct().count() == 1;
            Attempt owner = worker.died.poll();
            message.attempt = owner;
            return sure && owner != OTHERS ? "worker" : null;
        }
        return JobIds.named(message.text, job) ? "id" : null;
    }

    /** The rule that places a line of the main process that names a task; null when it is not known to be the job's. */
    private String ofTask(String task, Message message, boolean waits) {
        if (job.equalsIgnoreCase(task)) {
            return "id";
        }
        if (tasks.contains(task)) {
            return "task";
        }
        if (waits) {
            taskLines.add(task, message);
        }
        return null;
    }

    /** True when this exit is the end of a task that ran into its hard time limit: the limit's lines are the owner's then. */
    private boolean overLimit(Worker worker, Attempt owner, Message exit) {
        List<Message> lines = new ArrayList<>();
        while (!worker.limits.isEmpty()) {
            Message line = worker.limits.remove();
            if (line.time.plusSeconds(EXIT_WAITS).isBefore(exit.time)) {
                continue;
            }
            lines.add(line);
            Matcher limit = OF_TASK.matcher(line.text);
            if (limit.lookingAt()) {
                if (owner != null && owner != OTHERS && owner.to == null) {
                    owner.limit = line;
                    owner.why = "it ran into Celery's hard time limit of " + limit.group(2) + "s, and its worker process " + owner.process + " was killed";
                    lines.forEach(one -> one.attempt = owner);
                    lines.forEach(one -> messages.add(one, "task"));
                    claim(limit.group(3));
                }
                return true;
            }
        }
        return false;
    }

    /** From now on this task is the job's, and so is what waited for it. */
    private void claim(String task) {
        tasks.add(task);
        taskLines.take(task).forEach(before -> messages.add(before, "task"));
    }

    /**
     * No worker process links a task that was revoked before it was started to its job: it is the job's when no other task
     * arrived at a worker when this job was queued.
     */
    private void claimRevoked(Job job) {
        Instant created = job.time("created_at");
        if (created == null || !attempts.isEmpty()) {
            return;
        }
        Instant queued = Objects.requireNonNullElse(job.time("started_at"), created).plusSeconds(ARRIVES_WITHIN);
        String task = taskLines.revoked(created, queued);
        if (task != null) {
            claim(task);
        }
    }

    /** A line of a worker process. Null: not the job's. */
    private String process(Worker worker, Message message) {
        Attempt owner = worker.owners.get(message.process);
        Matcher task = TASK.matcher(message.text);
        if (task.lookingAt() && ENDS.contains(task.group(3))) {
            disown(worker, message.process);
            String id = task.group(2);
            boolean retry = task.group(3).equals("retry");
            boolean ours = end(owner, message, false);
            if (!ours && retry) {
                taskLines.add(id, message);
            } else if (!ours) {
                taskLines.take(id);
            }
            if (ours && retry) {
                owner.retries = true;
            }
            if (job.equalsIgnoreCase(id)) {
                return "id";
            }
            if (!ours) {
                return tasks.contains(id) ? "task" : null;
            }
            worker.shutdown.clear();
            claim(id);
            return "worker";
        }
        String label = task.lookingAt() && (owner == null || job.equalsIgnoreCase(task.group(2))) ? task.group(2) : JobIds.label(message.text);
        if (owner == null && label == null && JobIds.named(message.text, job)) {
            // It speaks of the job, as a task that cleans up does; that is not a beginning.
            return "id";
        }
        if (label != null && job.equalsIgnoreCase(label)) {
            if ((owner == null || owner == OTHERS) && attempts.size() >= MOST_ATTEMPTS) {
                messages.lose("attempts of the job");
                return "id";
            }
            if (owner == null || owner == OTHERS) {
                owner = new Attempt(worker.log.container(), message.process, message.time);
                attempts.add(owner);
                own(worker, message.process, owner);
            }
            message.attempt = owner;
            return "id";
        }
        if (label != null && !tasks.contains(label) && JobIds.looksLikeId(label)) {
            end(owner, null, false);
            own(worker, message.process, OTHERS);
            return null;
        }
        if (owner == null || owner == OTHERS) {
            return null;
        }
        message.attempt = owner;
        owner.last = message.time;
        return "worker";
    }

    /** Celery's banner is a new start: whoever had a process here has lost it. A shutdown may still let it finish. */
    private void wholeWorker(Worker worker, Message message) {
        if (message.text.startsWith("worker:")) {
            if (worker.shutdown.size() < MOST_SHUTDOWNS) {
                worker.shutdown.add(message);
            }
            return;
        }
        endAll(worker, message);
        worker.shutdown.forEach(before -> endAll(worker, before));
        worker.shutdown.clear();
        processes -= worker.owners.size();
        worker.owners.clear();
        worker.died.clear();
        worker.limits.clear();
    }

    private void endAll(Worker worker, Message message) {
        for (Attempt owner : worker.owners.values()) {
            if (end(owner, message, true)) {
                messages.add(message, "worker");
                message.attempt = owner;
            }
        }
    }

    /** Ends an attempt of ours; false for anybody else's. The first end is the one that counts. */
    private static boolean end(Attempt owner, Message message, boolean lost) {
        if (owner == null || owner == OTHERS) {
            return false;
        }
        if (message != null) {
            message.attempt = owner;
            if (owner.to == null) {
                owner.to = lost && owner.last != null && owner.last.isAfter(message.time) ? owner.last : message.time;
                owner.end = message;
                owner.lost = lost;
            }
        }
        return true;
    }
}
