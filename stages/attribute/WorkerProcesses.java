import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose the worker processes of one container are, as Celery's lines show it: each is a job's from the first line that names
 * the job to the end of its task, of its process, or of the whole worker.
 */
final class WorkerProcesses {
    /** Many times what a system has: more is made up, and would fill the memory. */
    private static final int MOST_ATTEMPTS = 1_000;
    private static final int MOST_PROCESSES = 10_000;
    private static final int MOST_SHUTDOWNS = 100;
    private static final int MOST_LIMITS = 20;
    /** Seconds from the line of a hard time limit to the exit of the process that Celery kills for it. */
    private static final long EXIT_WAITS = 10;
    /** What the engine says once, and first, in each run. */
    private static final String FIRST_WORDS = "Generated table_id for job ";
    private static final Pattern TASK = Pattern.compile("Task ([\\w.]{1,200})\\[([\\w-]{1,100})\\] (\\w+)");
    private static final Pattern EXITED = Pattern.compile("Process '([\\w.:-]{1,100})' pid:\\d+ exited with ");
    private static final Pattern LOST = Pattern.compile("Task handler raised error: WorkerLostError");
    /** What the main process says of a task alone: whose it is, the task's other lines tell, or the process that exits. */
    private static final Pattern OF_TASK = Pattern.compile("(?:(Hard|Soft) time limit \\(([\\d.]{1,20})s\\) exceeded for|Discarding revoked task:)"
        + " [\\w.]{1,200}\\[([\\w-]{1,100})\\]");
    private static final Pattern OVER_LIMIT = Pattern.compile("Task handler raised error: TimeLimitExceeded\\(");
    private static final Set<String> ENDS = Set.of("succeeded", "raised", "retry", "failed", "ignored", "rejected", "INTERNAL");
    private final Folds folds;
    private final String container;
    /** The attempt that a worker process is at, of whatever job; absent when it is at none. */
    private final Map<String, Attempt> owners = new HashMap<>();
    private final Deque<Attempt> died = new ArrayDeque<>();
    /** The lines of hard time limits whose processes have not exited yet. */
    private final Deque<Message> limits = new ArrayDeque<>();
    private final List<Message> shutdown = new ArrayList<>();
    /** True when there were more of them than are kept. */
    private boolean full;

    WorkerProcesses(Folds folds, String container) {
        this.folds = folds;
        this.container = container;
    }

    /** True when there were more processes than are kept. */
    boolean full() {
        return full;
    }

    /** Ends the log. Told to stop is not stopped: it may finish the job first. Whether it did stop, its container tells. */
    void finish() {
        owners.values().forEach(this::toldToStop);
    }

    private void own(String process, Attempt owner) {
        if (!owners.containsKey(process) && folds.processes >= MOST_PROCESSES) {
            full = true;
        } else if (owners.put(process, owner) == null) {
            folds.processes++;
        }
    }

    /** Ends what the process was at; null when that was nothing. */
    private Attempt disown(String process) {
        Attempt owner = owners.remove(process);
        folds.processes -= owner == null ? 0 : 1;
        return owner;
    }

    /** A line of Celery's main process: tasks that were received, and worker processes that died. */
    void main(Message message) {
        Matcher task = message.text.startsWith("Task ") ? TASK.matcher(message.text) : null;
        if (task != null && task.lookingAt()) {
            folds.placeTask(task.group(2), message, task.group(3).equals("received"));
            return;
        }
        Matcher limit = OF_TASK.matcher(message.text);
        boolean ofTask = limit.lookingAt();
        if (ofTask && "Hard".equals(limit.group(1)) || OVER_LIMIT.matcher(message.text).lookingAt()) {
            limits.add(message);
            if (limits.size() > MOST_LIMITS) {
                limits.remove();
            }
        }
        if (ofTask) {
            folds.placeTask(limit.group(3), message, true);
            return;
        }
        Matcher exited = EXITED.matcher(message.text);
        if (exited.lookingAt()) {
            Attempt owner = disown(exited.group(1));
            // After a hard time limit no line tells of a lost process.
            if (!overLimit(owner, message) && owner != null && died.size() < MOST_PROCESSES) {
                died.add(owner);
            }
            end(owner, message, true);
            folds.placeIn(owner, message, PlacedBy.WORKER);
            return;
        }
        if (LOST.matcher(message.text).lookingAt()) {
            // It names nobody: it is the one process's that died, when no other died with it.
            boolean sure = died.stream().distinct().count() == 1;
            Attempt owner = died.poll();
            message.attempt = owner;
            if (sure) {
                folds.placeIn(owner, message, PlacedBy.WORKER);
            }
            return;
        }
        JobFold named = folds.named(message.text);
        if (named != null) {
            Folds.place(message, named, PlacedBy.ID);
        }
    }

    /** True when this exit is the end of a task that ran into its hard time limit: the limit's lines are the owner's then. */
    private boolean overLimit(Attempt owner, Message exit) {
        List<Message> lines = new ArrayList<>();
        while (!limits.isEmpty()) {
            Message line = limits.remove();
            if (line.time.plusSeconds(EXIT_WAITS).isBefore(exit.time)) {
                continue;
            }
            lines.add(line);
            Matcher limit = OF_TASK.matcher(line.text);
            if (limit.lookingAt()) {
                if (owner != null && owner.to == null) {
                    owner.limit = line;
                    owner.why = "it ran into Celery's hard time limit of " + limit.group(2) + "s, and its worker process " + owner.process + " was killed";
                    lines.forEach(one -> folds.placeIn(owner, one, PlacedBy.TASK));
                    folds.claim(limit.group(3), folds.of(owner));
                }
                return true;
            }
        }
        return false;
    }

    /** A line of a worker process. */
    void process(Message message) {
        Attempt owner = owners.get(message.process);
        Matcher task = message.text.startsWith("Task ") ? TASK.matcher(message.text) : null;
        boolean ofTask = task != null && task.lookingAt();
        if (ofTask && ENDS.contains(task.group(3))) {
            endOfTask(message, task.group(2), task.group(3).equals("retry"));
            return;
        }
        boolean namesJob = ofTask && (owner == null || owner.job.equalsIgnoreCase(task.group(2)) || folds.of(task.group(2)) != null);
        String label = namesJob ? task.group(2) : JobIds.label(message.text);
        JobFold named = label == null ? null : folds.of(label);
        if (named != null && named.covers(message.time)) {
            begin(owner, named, message);
            return;
        }
        if (owner == null && label == null) {
            JobFold spoken = folds.named(message.text);
            if (spoken != null) {
                // It speaks of the job, as a task that cleans up does; that is not a beginning.
                Folds.place(message, spoken, PlacedBy.ID);
                return;
            }
        }
        boolean another = label != null && folds.ofTask(label) == null && JobIds.looksLikeId(label);
        if (another && (owner == null || !owner.job.equalsIgnoreCase(label))) {
            Attempt other = new Attempt(label.toLowerCase(Locale.ROOT), container, message.process, message.time);
            own(message.process, other);
            folds.noteOther(other);
            return;
        }
        if (folds.placeIn(owner, message, PlacedBy.WORKER)) {
            owner.last = message.time;
        } else if (owner != null) {
            folds.noteStage(owner, message);
        }
    }

    /** A line that names the job: the first of an attempt, unless its process is at the job already. */
    private void begin(Attempt owner, JobFold job, Message message) {
        Attempt attempt = owner;
        boolean starts = message.text.startsWith(FIRST_WORDS);
        boolean another = starts && owner != null && owner.started && job.attempts.contains(owner);
        if (another && owner.to == null) {
            // No line ended the run before, as without Redis: it came to its end when it was last heard of.
            owner.to = owner.last;
        }
        // What the process was at outside of the job's time is no attempt of it.
        if (owner == null || another || !job.attempts.contains(owner)) {
            if (job.attempts.size() >= MOST_ATTEMPTS) {
                job.lose("attempts of the job");
                Folds.place(message, job, PlacedBy.ID);
                return;
            }
            attempt = new Attempt(job.job, container, message.process, message.time);
            job.attempts.add(attempt);
            own(message.process, attempt);
        }
        attempt.started |= starts;
        attempt.last = message.time;
        message.attempt = attempt;
        Folds.place(message, job, PlacedBy.ID);
    }

    private void endOfTask(Message message, String id, boolean retry) {
        Attempt owner = disown(message.process);
        JobFold job = folds.of(owner);
        end(owner, message, false);
        if (job != null && retry) {
            owner.retries = true;
        }
        JobFold named = folds.of(id);
        if (named != null) {
            message.attempt = job == named ? owner : null;
            Folds.place(message, named, PlacedBy.ID);
        } else if (job != null) {
            folds.claim(id, job);
            folds.placeIn(owner, message, PlacedBy.WORKER);
        } else if (folds.ofTask(id) != null) {
            Folds.place(message, folds.ofTask(id), PlacedBy.TASK);
        } else {
            folds.lineOfTask(id, message, retry);
        }
    }

    /** Celery's banner is a new start: whoever had a process here has lost it. A shutdown may still let it finish. */
    void wholeWorker(Message message) {
        message.handedOn = true;
        if (message.text.startsWith("worker:")) {
            if (shutdown.size() < MOST_SHUTDOWNS) {
                shutdown.add(message);
            }
            return;
        }
        owners.values().forEach(owner -> {
            end(owner, endOfWorker(message, owner), true);
            toldToStop(owner);
        });
        shutdown.clear();
        folds.processes -= owners.size();
        owners.clear();
        died.clear();
        limits.clear();
    }

    /** The lines that told the worker to stop are of all that it ran then. */
    private void toldToStop(Attempt owner) {
        shutdown.stream().filter(message -> !message.time.isBefore(owner.from)).forEach(message -> endOfWorker(message, owner));
    }

    /** The end of a worker is a message of all that it ran. */
    private Message endOfWorker(Message message, Attempt owner) {
        Message own = message.job == null ? message : message.copy();
        own.handedOn = true;
        folds.placeIn(owner, own, PlacedBy.WORKER);
        return own;
    }

    /** Ends an attempt. The first end is the one that counts. */
    private void end(Attempt owner, Message message, boolean lost) {
        JobFold job = folds.of(owner);
        if (owner == null || owner.to != null || job != null && !job.covers(message.time)) {
            return;
        }
        message.attempt = owner;
        owner.to = lost && owner.last != null && owner.last.isAfter(message.time) ? owner.last : message.time;
        // Of a job that nobody asked for no text is kept.
        owner.end = job == null ? null : message;
        owner.lost = lost;
    }
}
