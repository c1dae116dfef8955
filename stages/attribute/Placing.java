import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Places the lines of one service's log, in the order in which they stand there. The rules, in this order: the job's id
 * in the line; its Celery task id; the worker process between the first line there that names the job and the end of its
 * task; the twin of such a line; the line above, for what continues a message; and the lines of Celery's main process
 * that tell of the end of a worker. Keeps the job's messages only, and no more of them than its bounds.
 */
final class Placing implements LogReader {
    private static final int MOST_MESSAGES = 60_000;
    /** `Job 2 of 5` names no job. */
    private static final int SHORTEST_ID = 8;
    /** Seconds; less is the way that a line takes to Docker. */
    private static final long A_CLOCK_IS_OFF = 60;
    /** Many times what a system has: more is made up, and would fill the memory. */
    private static final int MOST_ATTEMPTS = 1_000;
    private static final int MOST_PROCESSES = 10_000;
    private static final int MOST_CONTAINERS = 1_000;
    private static final int MOST_SHUTDOWNS = 100;
    private static final int MOST_LIMITS = 20;
    private static final int MOST_WAITING = 5_000;
    private static final int MOST_CHARACTERS_WAITING = 2 << 20;
    /** Of one first line at one time. */
    private static final int MOST_TORN = 20;
    /** Of so many lines the middle one tells what the application's clock differs by; they wait until it is known. */
    private static final int CLOCK_LINES = 999;
    private static final int MOST_CHARACTERS_EARLY = 1 << 20;
    private static final int MOST_OVERHEARD = 100;
    /** Characters at the start of a message that are in Docker's first piece, whatever stands before them. */
    private static final int IN_ONE_PIECE = 5_000;
    private static final long TWINS_WAIT = 2_000;
    /** Seconds from the line of a hard time limit to the exit of the process that Celery kills for it. */
    private static final long EXIT_WAITS = 10;
    /** Seconds between the row's time of queueing and the task's arrival at a worker. */
    private static final long ARRIVES_WITHIN = 2;
    /** Milliseconds: both copies come from one record of the logger. */
    private static final long TWINS_APART = 3;
    /** The lines that name their job before anything else; what stands after it may come from anywhere. */
    private static final Pattern LABEL = Pattern.compile("(?:Generated table_id for job|Updated job|Executing \\S{1,40} ETL job"
        + "|Job event: \\w{1,40} for job|Job)(?: ID:?)? ([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");
    private static final Pattern TASK = Pattern.compile("Task ([\\w.]{1,200})\\[([\\w-]{1,100})\\] (\\w+)");
    private static final Pattern EXITED = Pattern.compile("Process '([\\w.:-]{1,100})' pid:\\d+ exited with ");
    private static final Pattern LOST = Pattern.compile("Task handler raised error: WorkerLostError");
    /** What the main process says of a task alone: whose it is, the task's other lines tell, or the process that exits. */
    private static final Pattern OF_TASK = Pattern.compile("(?:(Hard|Soft) time limit \\(([\\d.]{1,20})s\\) exceeded for|Discarding revoked task:)"
        + " [\\w.]{1,200}\\[([\\w-]{1,100})\\]");
    private static final Pattern OVER_LIMIT = Pattern.compile("Task handler raised error: TimeLimitExceeded\\(");
    private static final Set<String> ENDS = Set.of("succeeded", "raised", "retry", "failed", "ignored", "rejected", "INTERNAL");
    private static final Pattern IN_LOGS = Pattern.compile(
        "(?:[Jj]ob(?: ID)?:? |job_|etl_job\\[|jobs/)([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");

    private final String service;
    private final Map<String, String> services;
    private final String job;
    private final Window window;
    private final Mask mask;
    private final Room room;
    private final Predicate<Message> overhears;
    private final List<Message> overheard = new ArrayList<>();
    private final Map<String, Worker> containers = new LinkedHashMap<>();
    private final List<Message> kept = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final Set<String> tasks = new HashSet<>();
    /** Lines that name only a task, by the task, the eldest first. */
    private final Map<String, List<Message>> received = new LinkedHashMap<>();
    private int receivedLines;
    private long receivedCharacters;
    private boolean forgotten;
    private int processes;
    private final Map<String, Integer> placed = new TreeMap<>();
    private long order;
    private long lines;
    private long characters;
    /** What there was too much of, so that the rest is not placed; null when all had room. */
    private String lost;
    private boolean full;

    /** @param services of a log of several services: whose each container is; @param overhears what is kept of nobody's errors */
    Placing(String service, Map<String, String> services, String job, Window window, Mask mask, Room room, Predicate<Message> overhears) {
        this.room = room;
        this.overhears = overhears;
        this.service = service;
        this.services = services;
        this.job = job;
        this.window = window;
        this.mask = mask;
    }

    /** Adds to ids what looks like a job's id in this line and has this part. */
    static void ids(String line, String part, Set<String> ids) {
        Matcher id = IN_LOGS.matcher(line);
        while (id.find()) {
            if (id.group(1).toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT))
                    && id.group(1).chars().anyMatch(Character::isDigit)) {
                ids.add(id.group(1).toLowerCase(Locale.ROOT));
            }
        }
    }

    /** The state of one container: its worker processes, and the lines that wait for their twins. */
    private final class Worker {
        final String container;
        final String service;
        /** Whose a worker process is: an attempt of ours, or OTHERS; absent when nobody's. */
        final Map<String, Attempt> owners = new HashMap<>();
        final Map<String, Deque<Message>> application = new HashMap<>();
        final Map<String, Deque<Message>> celery = new HashMap<>();
        final Set<Message> waiting = new LinkedHashSet<>();
        /** Those of several lines among them, by level and first line. */
        final Map<String, List<Message>> several = new HashMap<>();
        long waitingCharacters;
        final Deque<Attempt> died = new ArrayDeque<>();
        /** The lines of hard time limits whose processes have not exited yet. */
        final Deque<Message> limits = new ArrayDeque<>();
        final List<Message> shutdown = new ArrayList<>();
        long lines;
        Instant first;
        /** By how much the application's clock differs from UTC; null until it is known. */
        Duration offset;
        /** The lines from the first that has the application's time, as long as the offset is not known. */
        final List<LogLine> early = new ArrayList<>();
        final List<Long> apart = new ArrayList<>();
        long earlyCharacters;
        Message draft;
        Head.Form form;
        Message torn;
        Head.Form tornForm;

        Worker(String container) {
            this.container = mask.text(container);
            this.service = Placing.this.service.contains(" ") ? services.getOrDefault(container, Placing.this.service) : Placing.this.service;
        }

        void wait(Message message) {
            waiting.add(message);
            waitingCharacters += message.text.length();
            if (message.text.indexOf('\n') >= 0) {
                several.computeIfAbsent(head(message), of -> new ArrayList<>()).add(message);
            }
        }

        void stopWaiting(Message message) {
            waiting.remove(message);
            waitingCharacters -= message.text.length();
            List<Message> same = message.text.indexOf('\n') < 0 ? null : several.get(head(message));
            if (same != null && same.remove(message) && same.isEmpty()) {
                several.remove(head(message));
            }
        }

        /** Keeps a line until the offset is known; false when it is, or when no line has needed it yet. */
        boolean early(LogLine line, Head head) {
            boolean timed = head != null && head.local() != null;
            if (offset != null || early.isEmpty() && !timed) {
                return false;
            }
            early.add(line);
            earlyCharacters += line.text().length() + Recording.LINE_COSTS;
            if (timed && line.at() != null) {
                apart.add(Duration.between(line.at(), head.local().toInstant(ZoneOffset.UTC)).toMillis());
            }
            if (apart.size() >= CLOCK_LINES || earlyCharacters > MOST_CHARACTERS_EARLY) {
                settle();
            }
            return true;
        }

        /**
         * The application's zone is what its lines differ from Docker's time by, in quarters of an hour: by the middle one of many,
         * since single lines can come to Docker late. What waited for it is taken.
         */
        void settle() {
            Collections.sort(apart);
            long seconds = apart.isEmpty() ? 0 : Math.round(apart.get(apart.size() / 2) / 1000.0);
            long zone = Math.round(seconds / 900.0) * 900;
            offset = Duration.ofSeconds(Math.abs(seconds - zone) < A_CLOCK_IS_OFF ? zone : seconds);
            early.forEach(line -> take(this, line, Head.of(line.text(), false)));
            early.clear();
            apart.clear();
        }

        /** The application's time in UTC. */
        Instant utc(LocalDateTime local, Instant docker) {
            return local == null ? docker : local.toInstant(ZoneOffset.UTC).minus(offset);
        }
    }

    private static final Attempt OTHERS = new Attempt("", "", Instant.EPOCH);

    @Override
    public boolean reaches(long tail) {
        return window.since() == null || containers.values().stream()
            .allMatch(one -> one.lines < tail || one.first != null && one.first.isBefore(window.since()));
    }

    @Override
    public Instant earliest() {
        return containers.values().stream().map(one -> one.first).filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse(Instant.now());
    }

    @Override
    public boolean line(String raw) {
        LogLine line = LogLine.of(raw);
        Worker worker = containers.get(line.container());
        if (worker == null && containers.size() >= MOST_CONTAINERS) {
            lose("containers");
            return true;
        }
        worker = containers.computeIfAbsent(line.container(), Worker::new);
        worker.lines++;
        if (worker.first == null) {
            worker.first = line.at();
        }
        if (!window.holds(line.at())) {
            return true;
        }
        lines++;
        Head head = Head.of(line.text(), false);
        if (!worker.early(line, head)) {
            take(worker, line, head);
        }
        return true;
    }

    /** Adds the line to the message above, or begins one. */
    private void take(Worker worker, LogLine line, Head head) {
        if (head == null && worker.torn != null && !worker.draft.unfinished) {
            worker.torn.add(line.text());
            if (!worker.torn.unfinished) {
                mend(worker);
            }
            return;
        }
        if (worker.draft != null && (head == null && worker.form != null || head != null && head.depends())) {
            worker.draft.add(head == null ? line.text() : head.text());
            return;
        }
        if (worker.torn != null && ends(worker.torn, worker.tornForm, head)) {
            mend(worker);
        }
        if (worker.draft != null && worker.draft.unfinished && !ends(worker.draft, worker.form, head)) {
            mend(worker);
            worker.torn = worker.draft;
            worker.tornForm = worker.form;
        } else {
            close(worker);
        }
        worker.form = head == null ? null : head.form();
        worker.draft = head == null ? new Message(worker.service, worker.container, line.at(), "", "", line.text())
            : new Message(worker.service, worker.container, worker.utc(head.local(), line.at()), head.level(), head.process(), head.text());
        worker.draft.order = ++order;
    }

    /** True when this head shows that the message above has ended: nobody else writes for its process, or repeats its words. */
    private static boolean ends(Message message, Head.Form form, Head head) {
        return head != null && (head.form() == Head.Form.CELERY && head.process().equals(message.process)
            || head.form() != form && head.text().equals(message.firstLine()));
    }

    /** The traceback that was torn apart is whole, or as whole as it gets. */
    private void mend(Worker worker) {
        if (worker.torn != null) {
            Message torn = worker.torn;
            worker.torn = null;
            place(worker, torn, worker.tornForm);
        }
    }

    /** Ends the log: what waited is decided, and all that is the job's goes into the trace, not masked yet. */
    void finish(Evidence trace) {
        for (Worker worker : containers.values()) {
            if (!worker.early.isEmpty()) {
                worker.settle();
            }
            close(worker);
            mend(worker);
            while (!worker.waiting.isEmpty()) {
                expire(worker, worker.waiting.iterator().next());
            }
            // Told to stop is not stopped: it may finish the job first. Whether it did stop, its container tells.
            worker.shutdown.forEach(message -> worker.owners.values().stream().filter(owner -> owner != OTHERS).forEach(owner -> {
                keep(message, "worker");
                message.attempt = owner;
            }));
        }
        claimRevoked(trace.job);
        overheard.stream().filter(message -> !message.time.isBefore(Objects.requireNonNullElse(trace.job.time("created_at"), Instant.MIN))
            && !message.time.isAfter(Objects.requireNonNullElse(trace.job.time("completed_at"), Instant.MAX))).forEach(trace.overheard::add);
        trace.messages.addAll(kept);
        trace.attempts.addAll(attempts);
        placed.forEach((rule, count) -> trace.placed.merge(rule, count, Integer::sum));
        trace.linesRead += lines;
        containers.values().stream().filter(one -> one.offset != null).forEach(one -> {
            trace.zones.put(one.service, one.offset);
            if (one.offset.toSeconds() % 900 != 0) {
                trace.skewed.put(one.service, one.offset);
            }
        });
        if (forgotten && !tasks.isEmpty() && kept.stream().noneMatch(message -> message.placedBy.equals("task"))) {
            lose("waiting tasks");
        }
        if (lost != null) {
            trace.missing.put(service.contains(" ") ? Ask.OTHERS : "log " + service, lost);
        }
    }

    private void lose(String what) {
        lost = lost == null ? "more " + what + " than are kept" : lost;
    }

    private void own(Worker worker, String process, Attempt owner) {
        if (processes >= MOST_PROCESSES && !worker.owners.containsKey(process)) {
            lose("worker processes");
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

    private void close(Worker worker) {
        Message message = worker.draft;
        worker.draft = null;
        if (message != null && message.time != null) {
            // The empty line before Celery's banner is not the end of the message above it, and its copy lacks it.
            message.text = message.text.stripTrailing();
            place(worker, message, worker.form);
        }
    }

    private void place(Worker worker, Message message, Head.Form form) {
        if (form == Head.Form.WORKER) {
            wholeWorker(worker, message);
        } else if (form == Head.Form.CELERY) {
            String rule = message.process.equals("MainProcess") ? main(worker, message) : process(worker, message);
            pair(worker, message, rule, worker.celery, worker.application);
        } else {
            String label = label(message.text);
            String rule = label != null ? job.equalsIgnoreCase(label) ? "id" : "" : null;
            pair(worker, message, rule, worker.application, worker.celery);
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
        return named(message.text) ? "id" : null;
    }

    /** The rule that places a line of the main process that names a task; null when it is not known to be the job's. */
    private String ofTask(String task, Message message, boolean waits) {
        if (job.equalsIgnoreCase(task)) {
            return "id";
        }
        if (tasks.contains(task)) {
            return "task";
        }
        return waits ? wait(task, message) : null;
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
                    lines.forEach(one -> keep(one, "task"));
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
        List<Message> waited = waited(task);
        if (waited != null) {
            waited.forEach(before -> keep(before, "task"));
        }
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
        List<String> arrived = received.entrySet().stream().filter(task -> task.getValue().stream().anyMatch(line -> TASK.matcher(line.text).lookingAt()
            && !line.time.isBefore(created) && !line.time.isAfter(queued))).map(Map.Entry::getKey).toList();
        if (arrived.size() == 1 && received.get(arrived.get(0)).stream().anyMatch(Message::revokes)) {
            claim(arrived.get(0));
        }
    }

    /** Keeps a line that names only a task until it is known whose task that is. */
    private String wait(String task, Message message) {
        received.computeIfAbsent(task, of -> new ArrayList<>()).add(message);
        receivedLines++;
        receivedCharacters += message.text.length();
        while (receivedLines > MOST_WAITING || receivedCharacters > MOST_CHARACTERS_WAITING) {
            waited(received.keySet().iterator().next());
            forgotten = true;
        }
        return null;
    }

    /** The lines that waited for this task, which wait no longer; null when there are none. */
    private List<Message> waited(String task) {
        List<Message> waited = received.remove(task);
        if (waited != null) {
            receivedLines -= waited.size();
            waited.forEach(message -> receivedCharacters -= message.text.length());
        }
        return waited;
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
                wait(id, message);
            } else if (!ours) {
                waited(id);
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
        String label = task.lookingAt() && (owner == null || job.equalsIgnoreCase(task.group(2))) ? task.group(2) : label(message.text);
        if (owner == null && label == null && named(message.text)) {
            // It speaks of the job, as a task that cleans up does; that is not a beginning.
            return "id";
        }
        if (label != null && job.equalsIgnoreCase(label)) {
            if ((owner == null || owner == OTHERS) && attempts.size() >= MOST_ATTEMPTS) {
                lose("attempts of the job");
                return "id";
            }
            if (owner == null || owner == OTHERS) {
                owner = new Attempt(worker.container, message.process, message.time);
                attempts.add(owner);
                own(worker, message.process, owner);
            }
            message.attempt = owner;
            return "id";
        }
        if (label != null && !tasks.contains(label) && looksLikeId(label)) {
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
                keep(message, "worker");
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

    /**
     * Brings the two copies of a message together, the application's and Celery's, whichever comes first: one event,
     * counted once. Only Celery's says which worker wrote it; the other is placed as its twin.
     *
     * @param rule the rule that places it; empty when it is another job's; null when nothing in it tells
     */
    private void pair(Worker worker, Message message, String rule, Map<String, Deque<Message>> own, Map<String, Deque<Message>> others) {
        boolean ours = rule != null && !rule.isEmpty();
        Message twin = nearest(others.get(key(message)), message);
        if (twin == null) {
            if (ours) {
                keep(message, rule);
            }
            own.computeIfAbsent(key(message), of -> new ArrayDeque<>()).add(message);
            worker.wait(message);
            while (!worker.waiting.isEmpty() && (worker.waiting.size() > MOST_WAITING || worker.waitingCharacters > MOST_CHARACTERS_WAITING
                    || worker.waiting.iterator().next().time.isBefore(message.time.minusMillis(TWINS_WAIT)))) {
                expire(worker, worker.waiting.iterator().next());
            }
            return;
        }
        remove(worker, twin);
        if (twin.placedBy == null && !ours) {
            return;
        }
        Message first = twin.placedBy != null ? twin : message;
        Message second = first == twin ? message : twin;
        if (first.placedBy == null) {
            keep(first, rule);
        }
        first.text = filled(first.text, second.text);
        join(first, second);
        count(second, ours && second == message ? rule : "twin");
    }

    /** Gives the message what only its copy tells. */
    private static void join(Message first, Message second) {
        first.process = first.process.isEmpty() ? second.process : first.process;
        first.attempt = first.attempt == null ? second.attempt : first.attempt;
        first.lines += second.lines;
    }

    private static String head(Message message) {
        return message.level + " " + message.firstLine();
    }

    /**
     * The other copy of a message that has found none with its text: copies come over stdout and stderr, and Docker may put lines
     * of one process into a message of another, or leave them behind it. It has the same first line, and at least half of the
     * lines of the shorter one; null when there is none.
     */
    private static Message tornCopy(Worker worker, Message message) {
        boolean several = message.text.indexOf('\n') >= 0;
        if (!several && worker.several.isEmpty()) {
            return null;
        }
        boolean celery = !message.process.isEmpty();
        Stream<Message> single = !several ? Stream.empty()
            : (celery ? worker.application : worker.celery).getOrDefault(head(message), new ArrayDeque<>()).stream();
        return Stream.concat(single, worker.several.getOrDefault(head(message), List.of()).stream())
            .filter(one -> one.process.isEmpty() == celery && Math.abs(Duration.between(one.time, message.time).toMillis()) <= TWINS_APART)
            .limit(MOST_TORN)
            .filter(one -> 2 * shared(one, message) >= Math.min(one.text.lines().count(), message.text.lines().count()) - 1)
            .max(Comparator.comparingLong(one -> shared(one, message))).orElse(null);
    }

    /** How many lines after the first both have. */
    private static long shared(Message one, Message other) {
        Set<String> lines = other.text.lines().skip(1).collect(Collectors.toSet());
        return one.text.lines().skip(1).filter(lines::contains).count();
    }

    /**
     * Of two torn copies the text that is whole. What one has in its midst beyond the other is another process's; what it has at its
     * end is its own, unless the other has come to its end too.
     */
    private static String whole(Message one, Message other) {
        boolean less = other.text.lines().toList().containsAll(one.text.lines().toList());
        if (!less && !one.text.lines().toList().containsAll(other.text.lines().toList())) {
            return one.text;
        }
        Message shorter = less ? one : other;
        Message longer = less ? other : one;
        return lastLine(shorter).equals(lastLine(longer)) || shorter.text.contains("\nTraceback (most recent call last)") && !shorter.unfinished ? shorter.text : longer.text;
    }

    private static String lastLine(Message message) {
        return message.text.substring(message.text.lastIndexOf('\n') + 1);
    }

    /** Makes one of a message and its torn copy, where one of them is the job's; false when neither is. */
    private boolean joined(Worker worker, Message message, Message copy) {
        Message first = message.placedBy != null ? message : copy;
        Message second = first == message ? copy : message;
        if (first.placedBy == null) {
            return false;
        }
        remove(worker, copy);
        if (second.placedBy == null) {
            count(second, "twin");
        } else if (kept.remove(second)) {
            characters -= second.text.length();
            room.gives(second.text.length());
        }
        first.text = whole(first, second);
        join(first, second);
        return true;
    }

    /** The same for both copies of a message, also where Docker cut them in pieces at other characters. */
    private static String key(Message message) {
        String text = message.text;
        return message.level + " " + (text.length() <= IN_ONE_PIECE ? text
            : (text.length() < Message.LONGEST ? text.codePointCount(0, text.length()) : "cut") + " " + text.substring(0, IN_ONE_PIECE));
    }

    /** True for texts that differ in nothing but characters that are lost. */
    private static boolean same(String text, String other) {
        if (text.length() <= IN_ONE_PIECE || text.equals(other)) {
            return text.equals(other);
        }
        int at = 0;
        for (int i = 0; at < text.length() && i < other.length(); i = other.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(at);
            int d = other.codePointAt(i);
            if (c != d && c != LogLine.BROKEN && d != LogLine.BROKEN) {
                return false;
            }
            at = text.offsetByCodePoints(at, 1);
        }
        return true;
    }

    /** The text with what it has lost, where its copy still has it. */
    private static String filled(String text, String copy) {
        if (text.indexOf(LogLine.BROKEN) < 0 || text.length() <= IN_ONE_PIECE) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text.length());
        int at = 0;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            int other = at < copy.length() ? copy.codePointAt(at) : c;
            whole.appendCodePoint(c == LogLine.BROKEN ? other : c);
            at = Math.min(copy.length(), at + Character.charCount(other));
        }
        return whole.toString();
    }

    /** The message with the same text that is nearest in time, and in the log when times are equal; null when none is near. */
    private static Message nearest(Deque<Message> copies, Message message) {
        Message nearest = null;
        long distance = TWINS_APART + 1;
        if (copies != null) {
            for (Message one : copies) {
                if (!same(one.text, message.text)) {
                    continue;
                }
                long apart = Math.abs(Duration.between(one.time, message.time).toMillis());
                if (apart < distance || apart == distance && nearest != null && one.order > nearest.order) {
                    distance = apart;
                    nearest = one;
                }
            }
        }
        return nearest;
    }

    /** No twin came: a line that names the job somewhere is the job's after all. */
    private void expire(Worker worker, Message message) {
        remove(worker, message);
        Message copy = tornCopy(worker, message);
        if (copy != null && joined(worker, message, copy)) {
            return;
        }
        if (message.placedBy == null && message.process.isEmpty() && label(message.text) == null && named(message.text)) {
            keep(message, "id");
        } else if (message.placedBy == null && message.error() && label(message.text) == null
                && overheard.size() < MOST_OVERHEARD && overhears.test(message)) {
            overheard.add(message);
        }
    }

    private static void remove(Worker worker, Message message) {
        worker.stopWaiting(message);
        for (Map<String, Deque<Message>> copies : List.of(worker.application, worker.celery)) {
            Deque<Message> same = copies.get(key(message));
            if (same != null && same.remove(message) && same.isEmpty()) {
                copies.remove(key(message));
            }
        }
    }

    private void keep(Message message, String rule) {
        if (message.placedBy != null) {
            return;
        }
        message.placedBy = rule;
        count(message, rule);
        if (!mine(message)) {
            characters += message.text.length();
            full |= kept.size() >= MOST_MESSAGES || !room.takes(message.text.length());
            if (full) {
                lose("lines of the job");
            } else {
                kept.add(message);
            }
        }
    }

    /** Gives the room back: the log is read anew, from further back. */
    void forget() {
        room.gives(characters);
    }

    /** The hand-run page's own SELECT and ours stand in Postgres's log with the id in them: a trace must not find itself. */
    private static boolean mine(Message message) {
        return message.text.contains("/* trace-job */") || message.text.contains("id::text LIKE '%");
    }

    private void count(Message message, String rule) {
        placed.merge(rule, 1, Integer::sum);
        if (message.lines > 1) {
            placed.merge("continuation", message.lines - 1, Integer::sum);
        }
    }

    /** The id that the message is labelled with; null when it has no label. */
    private static String label(String text) {
        Matcher label = LABEL.matcher(text);
        return label.lookingAt() && (looksLikeId(label.group(1))) ? label.group(1) : null;
    }

    /** True for a line that names another job as its own. */
    static boolean labelledWithAnother(String text, String job) {
        String label = label(text);
        return label != null && !label.equalsIgnoreCase(job);
    }

    private static boolean looksLikeId(String word) {
        return word.length() >= SHORTEST_ID && word.chars().anyMatch(Character::isDigit);
    }

    /** True when the id stands in the text as a word of its own. */
    private boolean named(String text) {
        return named(text, job);
    }

    static boolean named(String text, String job) {
        String small = job.toLowerCase(Locale.ROOT);
        return contains(text, job) || !small.equals(job.toUpperCase(Locale.ROOT)) && contains(text.toLowerCase(Locale.ROOT), small);
    }

    private static boolean contains(String text, String job) {
        for (int at = text.indexOf(job); at >= 0; at = text.indexOf(job, at + 1)) {
            int end = at + job.length();
            if ((at == 0 || !idLetter(text.charAt(at - 1))) && (end == text.length() || !idLetter(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean idLetter(char c) {
        return c == '-' || c < 128 && Character.isLetterOrDigit(c);
    }
}
