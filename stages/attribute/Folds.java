import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** The folds of the wanted jobs in one log, which Celery task is whose, and the messages that wait until that is known. */
final class Folds {
    /** In the time of one job, and in one minute. */
    private static final int MOST_OVERHEARD = 100;
    /** Many times what runs while one job waits. */
    private static final int MOST_OTHERS = 1_000;
    private static final int MOST_OVERHEARD_CHARACTERS = 2 << 20;
    /** Seconds between the row's time of queueing and the task's arrival at a worker. */
    private static final long ARRIVES_WITHIN = 2;
    private final JobIds jobs;
    private final Function<String, JobFold> fold;
    private final KnownLines known;
    private final Map<String, JobFold> folds = new HashMap<>();
    private final Map<String, JobFold> tasks = new HashMap<>();
    private final TaskLines taskLines = new TaskLines();
    private final List<Message> overheard = new ArrayList<>();
    /** What the worker processes did for jobs that are not wanted, without any text. */
    private final List<Attempt> others = new ArrayList<>();
    private long overheardCharacters;
    /** How many of them are of the latest minute, since the epoch, that has any. */
    private int overheardInMinute;
    private long overheardMinute;
    /** How many worker processes of all containers are at a job. */
    int processes;

    /** @param fold makes the fold of a job; @param known what the stages know */
    Folds(JobIds jobs, Function<String, JobFold> fold, KnownLines known) {
        this.jobs = jobs;
        this.fold = fold;
        this.known = known;
    }

    /** The fold of this job, which is kept here no longer. */
    JobFold take(String id) {
        JobFold fold = of(id);
        folds.remove(fold.job);
        if (taskLines.forgotten() && !fold.tasks.isEmpty() && !fold.has(PlacedBy.TASK)) {
            fold.lose("waiting tasks");
        }
        return fold;
    }

    Collection<JobFold> all() {
        return folds.values();
    }

    /** The fold of a job that is wanted; null for any other. */
    JobFold of(String id) {
        String wanted = jobs.wanted(id);
        return wanted == null ? null : folds.computeIfAbsent(wanted, fold);
    }

    JobFold of(Attempt attempt) {
        JobFold known = attempt == null ? null : folds.get(attempt.job);
        return known != null || attempt == null ? known : of(attempt.job);
    }

    /** The fold of the first wanted job that the text names; null when it names none. */
    JobFold named(String text) {
        String id = jobs.named(text);
        return id == null ? null : of(id);
    }

    /** The fold of the job whose task this is; null when that is not known. */
    JobFold ofTask(String task) {
        return tasks.get(task);
    }

    /** Makes the message the job's by this rule, unless it is somebody's already. */
    static void place(Message message, JobFold job, PlacedBy rule) {
        if (message.job != null || !job.covers(message.time)) {
            return;
        }
        message.job = job.job;
        message.placedBy = rule;
        if (message.handedOn) {
            job.count(rule, message.lines);
            job.add(message);
        }
    }

    /** Places the message in the job whose attempt this is, when that is wanted; false when it is not. */
    boolean placeIn(Attempt owner, Message message, PlacedBy rule) {
        JobFold job = of(owner);
        boolean wanted = job != null && job.covers(message.time);
        if (wanted) {
            message.attempt = owner;
            place(message, job, rule);
        }
        return wanted;
    }

    /** Places a line of the main process that names a task, or lets it wait until it is known whose task that is. */
    void placeTask(String task, Message message, boolean waits) {
        JobFold named = of(task);
        JobFold known = named != null ? named : tasks.get(task);
        if (known != null) {
            place(message, known, named != null ? PlacedBy.ID : PlacedBy.TASK);
        } else if (waits) {
            taskLines.add(task, message);
        }
    }

    /** From now on this task is the job's, and so is what waited for it. */
    void claim(String task, JobFold job) {
        List<Message> before = taskLines.take(task);
        if (job != null) {
            tasks.put(task, job);
            job.tasks.add(task);
            before.forEach(message -> place(message, job, PlacedBy.TASK));
        }
    }

    /** A line of a task that is nobody's yet: it waits when the task goes on, else nobody needs those before it. */
    void lineOfTask(String task, Message message, boolean goesOn) {
        if (goesOn) {
            taskLines.add(task, message);
        } else {
            taskLines.take(task);
        }
    }

    /**
     * No worker process links a task that was revoked before it was started to its job: it is the job's when no other task
     * arrived at a worker when this job was queued.
     */
    void claimRevoked(Job job) {
        JobFold own = of(job.id());
        Instant created = job.time("created_at");
        if (created == null || !own.attempts.isEmpty()) {
            return;
        }
        Instant queued = Objects.requireNonNullElse(job.time("started_at"), created).plusSeconds(ARRIVES_WITHIN);
        String task = taskLines.revoked(created, queued);
        if (task != null) {
            claim(task, own);
        }
    }

    /** An event has both its copies, or gets no second one. */
    void event(Message message, Message copy) {
        if (message.job == null) {
            alone(message);
        }
        message.handedOn = true;
        if (message.job != null) {
            JobFold job = of(message.job);
            job.count(message.placedBy, message.lines - (copy == null ? 0 : copy.lines));
            if (copy != null) {
                job.count(copy.job != null ? copy.placedBy : PlacedBy.TWIN, copy.lines);
            }
            job.add(message);
        }
    }

    /** Nothing tells whose it is: a line that names the job somewhere is the job's after all. */
    private void alone(Message message) {
        boolean unlabelled = JobIds.label(message.text) == null;
        JobFold job = unlabelled && message.process.isEmpty() ? named(message.text) : null;
        if (job != null) {
            place(message, job, PlacedBy.ID);
        } else if (unlabelled && message.error() && known.overhears(message)) {
            overhear(message);
        }
    }

    /** Of each minute some are kept: one job's time must not use up what there is room for. */
    private void overhear(Message message) {
        long minute = message.time.getEpochSecond() / 60;
        overheardInMinute = minute == overheardMinute ? overheardInMinute + 1 : 1;
        overheardMinute = minute;
        overheardCharacters += message.text.length();
        if (overheardInMinute <= MOST_OVERHEARD && overheardCharacters <= MOST_OVERHEARD_CHARACTERS) {
            overheard.add(message);
        }
    }

    /** Notes that a worker process is at a job that nobody asked for. */
    void noteOther(Attempt other) {
        if (others.size() < MOST_OTHERS) {
            others.add(other);
        }
    }

    /** Notes the stage that another job is in, as long as a wanted one may wait for its worker process. */
    void noteStage(Attempt other, Message message) {
        if (jobs.one() && folds.values().stream().allMatch(fold -> fold.attempts.isEmpty())) {
            String begun = known.begins(message);
            other.stage = begun == null ? other.stage : begun;
        }
    }

    /** What the worker processes did for other jobs before this one was begun. */
    List<Attempt> others(JobFold own) {
        Instant begun = own.attempts.stream().map(attempt -> attempt.from).min(Comparator.naturalOrder()).orElse(Instant.MAX);
        return Stream.concat(others.stream(), folds.values().stream().filter(fold -> fold != own).flatMap(fold -> fold.attempts.stream()))
            .filter(other -> other.from.isBefore(begun)).limit(MOST_OTHERS).toList();
    }

    /** Errors of nobody in this time, UTC, that a stage listens for. */
    List<Message> overheard(Instant from, Instant to) {
        return overheard.stream().filter(message -> !message.time.isBefore(from) && !message.time.isAfter(to)).limit(MOST_OVERHEARD).toList();
    }
}
