import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that was collected of one job, and what was found in it so far. */
class Evidence {
    /** As long a worker that writes lines of the job is at work. */
    static final Duration SILENCE = Duration.ofSeconds(15);
    static final Comparator<Message> IN_TIME =
        Comparator.comparing((Message message) -> message.time).thenComparingLong(message -> message.order);

    final Job job;
    /** When it was collected, UTC: a recording keeps it. */
    final Instant now;
    /** The job's messages in the order of time, each event once. */
    final List<Message> messages = new ArrayList<>();
    final List<Attempt> attempts = new ArrayList<>();
    /** What the worker processes did for other jobs before this one was begun. */
    final List<Attempt> others = new ArrayList<>();
    final List<Container> containers = new ArrayList<>();
    final Map<String, CommandResult> answers = new LinkedHashMap<>();
    final Map<String, Finding> findings = new LinkedHashMap<>();
    final Map<PlacedBy, Integer> placed = new TreeMap<>();
    /** Why something that was asked for did not come, by the key of what was asked. */
    final Map<String, String> missing = new LinkedHashMap<>();
    /** The services whose clock is neither Docker's nor a zone's. */
    final Map<String, Duration> skewed = new TreeMap<>();
    /** Errors of services that name no job, written while this one was in the system, by what stages listen for. */
    final List<Message> overheard = new ArrayList<>();
    /** Warnings and errors that cost nothing of the job's work, as a stage declares. */
    final Set<Message> harmless = new LinkedHashSet<>();
    /** Warnings and errors of the job that no stage knows. */
    final List<Message> unrecognised = new ArrayList<>();
    /** The visits of each stage, by its class; none before they are judged. */
    final Map<Class<? extends Stage>, List<Visit>> visits = new LinkedHashMap<>();
    /** The batch that the job is at, and when the first that is known began; null before they are judged, and where no line tells. */
    Batches batches;
    /** What says that a user stopped the job; null when none did. */
    Message stopped;
    /** True when a stage that stores for good began. */
    boolean stores;
    /** When the container that ran the job was replaced, by what only the database still tells; null when it was not. */
    Instant gone;
    /** By how much the clock of a service's lines differs from UTC. */
    final Map<String, Duration> zones = new LinkedHashMap<>();
    /** The title of the stage that took longest; null when none took long. */
    String bottleneck;
    long linesRead;
    /** How many messages of the job there were, those included that are not kept. */
    long events;

    /** The engine's last words of a job. */
    private static final Pattern LAST_WORDS = Pattern.compile("\\W*(?:Completed ETL job|Failed ETL job|Job duration: )");
    /** Those of them that say how its work ended. */
    private static final Pattern OUTCOME = Pattern.compile("^\\W*(?:Completed|Failed) ETL job");

    Evidence(Job job, Instant now) {
        this.job = job;
        this.now = now;
    }

    /** The same evidence, beside a row that was read after it. */
    Evidence(Evidence same, Job later) {
        this(later, same.now);
        messages.addAll(same.messages);
        attempts.addAll(same.attempts);
        others.addAll(same.others);
        containers.addAll(same.containers);
        answers.putAll(same.answers);
        placed.putAll(same.placed);
        missing.putAll(same.missing);
        skewed.putAll(same.skewed);
        overheard.addAll(same.overheard);
        zones.putAll(same.zones);
        linesRead = same.linesRead;
        events = same.events;
    }

    /** Puts messages and attempts in the order of time. */
    void sort() {
        attempts.sort(Comparator.comparing(attempt -> attempt.from));
        messages.sort(IN_TIME);
        leaveOutOtherHosts();
    }

    /** The hosts, of several, that did not answer wholly, and why; not those of which Docker itself says that there is no more. */
    Map<String, String> hostsAway() {
        Map<String, String> away = new LinkedHashMap<>();
        answers.values().forEach(answer -> answer.away().forEach(away::putIfAbsent));
        away.values().removeIf(why -> why.endsWith(CommandResult.GONE));
        return away;
    }

    /** A log that a host did not show is whole for a job that began and ended on other hosts; what else the host could tell is still missing. */
    private void leaveOutOtherHosts() {
        Set<String> ran = attempts.stream().map(Attempt::host).collect(Collectors.toSet());
        boolean known = !attempts.isEmpty() && attempts.stream().allMatch(attempt -> attempt.to != null);
        for (CommandResult answer : answers.values()) {
            boolean elsewhere = known && !answer.away().isEmpty() && Collections.disjoint(ran, answer.away().keySet());
            if (elsewhere && answer.key().startsWith("log ") && Objects.equals(missing.get(answer.key()), answer.problem())) {
                missing.remove(answer.key());
                answer.away().forEach((host, why) -> missing.put(answer.key() + " on " + host, why));
            }
        }
    }

    /** Keeps an answer, and why it is not whole. */
    void keep(CommandResult answer) {
        answers.put(answer.key(), answer);
        if (answer.problem() != null) {
            missing.put(answer.key(), answer.problem());
        }
    }

    /** Counts messages of the job that this rule placed. */
    void count(PlacedBy rule, int messages) {
        if (messages > 0) {
            placed.merge(rule, messages, Integer::sum);
            events += messages;
        }
    }

    /** The attempt that counts: the last one begun, null when no worker process ever began the job. */
    Attempt attempt() {
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    }

    /** The start of the first attempt; null when no worker process ever began the job. */
    Instant begun() {
        return attempts.isEmpty() ? null : attempts.get(0).from;
    }

    /**
     * Started is the first line of the worker process, or of the job's file where the log no longer reaches back, else what
     * the row says; null while the job waits, because the row's time is when it was queued.
     */
    Instant started() {
        boolean waits = attempts.isEmpty() && gone == null && (!over() || job.status().equals("cancelled")) && !job.preview()
            && !holds("active tasks") && recorded().isEmpty();
        Instant before = messages.stream().filter(message -> PlacedBy.JOB_FILE.placed(message)).map(message -> message.time)
            .min(Comparator.naturalOrder()).orElse(null);
        return waits ? null : begun() == null ? before == null ? job.time("started_at") : before : before != null && before.isBefore(begun()) ? before : begun();
    }

    /** When the row says that it was completed, else when what was over ended; null while the job runs, and when it was lost. */
    Instant completed() {
        Instant row = job.time("completed_at");
        return !over() ? null : row != null ? row : attempt() != null && attempt().lost ? null : ended();
    }

    /**
     * The end of the last attempt, else what the row says; null while the job runs. A worker may end without a line of the
     * job's end, and long after it: then the row's time is the end.
     */
    Instant ended() {
        Instant row = over() ? job.time("completed_at") : null;
        if (taskEnded() && !(attempt().lost && row != null && row.isBefore(attempt().to))) {
            return attempt().to;
        }
        return gone != null ? gone : row != null || recordedEnd() == null ? row : recordedEnd().time;
    }

    /**
     * The worker's lines of the job in its own file and in job_logs, where the log has none that names a worker process: it was
     * begun, and the log that would show it is lost. None elsewhere.
     */
    List<Message> recorded() {
        return attempt() != null || job.preview() ? List.of() : messages(message -> PlacedBy.DATABASE.placed(message)
            || PlacedBy.JOB_FILE.placed(message) && message.service.equals(Container.WORKER));
    }

    /** True for a job that a worker began after its log was read: whatever else tells of it is later than this trace's time. */
    boolean begunMeanwhile() {
        List<Message> recorded = recorded();
        return !job.ended() && !recorded.isEmpty() && !recorded.get(0).time.isBefore(now);
    }

    /** The line there that ends the engine's work; null when there is none. */
    Message recordedEnd() {
        List<Message> ends = recorded().stream().filter(message -> LAST_WORDS.matcher(message.text).lookingAt()).toList();
        return ends.isEmpty() ? null : ends.get(ends.size() - 1);
    }

    /** The line of the last attempt in which the engine says how its work ended; null when there is none. */
    Message outcome() {
        return messages.stream().filter(message -> message.attempt == attempt() && OUTCOME.matcher(message.text).lookingAt())
            .reduce((first, second) -> second).orElse(null);
    }

    /** True when the job's task was revoked before any worker process took it. */
    boolean revoked() {
        return attempt() == null && messages.stream().anyMatch(Message::revokes);
    }

    /** True when the work has come to its end, whatever the row says. */
    boolean workEnded() {
        return taskEnded() || recordedEnd() != null;
    }

    /** True when the last attempt ended or was lost, and is not to be tried again: whatever the row says, nobody is at work. */
    boolean taskEnded() {
        return attempt() != null && attempt().to != null && !attempt().retries;
    }

    /** A job that was begun again is judged by its last attempt; what came before is told as retries. */
    boolean ofLastAttempt(Message message) {
        if (attempts.size() < 2) {
            return !ofALostRun(message);
        }
        return message.attempt == null ? !message.time.isBefore(attempt().from) : message.attempt == attempt();
    }

    /** True for a row of job_logs from long before the first words of the one run that the log still shows: it tells of another one. */
    boolean ofALostRun(Message message) {
        return PlacedBy.DATABASE.placed(message) && attempt() != null && attempt().started
            && message.time.isBefore(attempt().from.minus(SILENCE));
    }

    /**
     * True when there is nothing more to come, by the row or, without the database, by the worker's end line. Cancelling does
     * not reach the worker: it goes on.
     */
    boolean over() {
        if (job.status().equals("cancelled") && attempt() != null && attempt().to == null) {
            return false;
        }
        return job.inDatabase() ? job.ended() : taskEnded();
    }

    /** True when the job is said to be complete, or its results were stored or began to be. */
    boolean wentOut() {
        return job.status().equals("completed") || stores;
    }

    /** The same of all its batches: a job from a file stores each by itself, any other job all of them at its end. */
    boolean allWentOut() {
        return job.status().equals("completed") || stores && !job.fromFile();
    }

    /** The worker died under the job, and the row does not say that it ended all the same. */
    boolean lost() {
        return gone != null || attempt() != null && attempt().lost && !Set.of("completed", "failed").contains(job.status());
    }

    /** The finding of this stage; null while it was not judged yet, or where --stage left it out. */
    Finding finding(Class<? extends Stage> stage) {
        for (Finding finding : findings.values()) {
            if (finding.stage().getClass() == stage) {
                return finding;
            }
        }
        return null;
    }

    /** What tells when the last attempt ended is all there: errors of others after that are not of this job's time. */
    void settle() {
        LastAttempt.settle(this);
        overheard.removeIf(message -> ended() != null && message.time.isAfter(ended()));
    }

    /** True when the worker process that has the job wrote a line of it just now: the workers need not be asked. */
    boolean isHeard() {
        return attempt() != null && attempt().to == null && lastSeen().plus(SILENCE).isAfter(now);
    }

    /** When the last line of the last attempt was written, UTC. */
    Instant lastSeen() {
        return attempt().lastSeen();
    }

    /** The rows of an answer, one object each. */
    List<JsonNode> rows(String key) {
        return answers.containsKey(key) ? Json.list(answers.get(key).out()) : List.of();
    }

    /** True when every worker that is up answered and this job's task is with none of them. */
    boolean nobodyHasIt() {
        long up = containers(Container.WORKER).stream().filter(one -> one.state().equals("running")).count();
        return Stream.of("active tasks", "reserved tasks").allMatch(key -> answered(key) && !holds(key)
            && rows(key).stream().filter(row -> row.has("worker")).count() >= up);
    }

    boolean answered(String key) {
        return answers.containsKey(key) && answers.get(key).problem() == null && !answers.get(key).out().isEmpty();
    }

    /** True when the workers named this job's task in their answer. */
    boolean holds(String key) {
        return answered(key) && answers.get(key).out().stream().anyMatch(line -> isOwn(Json.read(line)));
    }

    private boolean isOwn(JsonNode task) {
        for (JsonNode id : task.path("jobs")) {
            if (id.asText().equalsIgnoreCase(job.id())) {
                return true;
            }
        }
        return task.path("job").asBoolean();
    }

    /** True where Redis was asked for the length of the queue, and did not answer; not where it cannot be asked from here. */
    boolean queueIsSilent() {
        return missing.containsKey("queue length") && !missing.get("queue length").contains(CommandResult.OUT_OF_REACH);
    }

    /** How many tasks stand in the queue; those that a worker has received are no longer in it. -1 when unknown. */
    long queueLength() {
        if (!answered("queue length")) {
            return -1;
        }
        String length = answers.get("queue length").out().get(0);
        return length.matches("\\d{1,9}") ? Long.parseLong(length) : -1;
    }

    /** The time of the whole job in milliseconds, so far when it runs; negative when it never began. */
    long totalMillis() {
        Instant end = ended() != null ? ended() : over() ? null : begun() == null ? databaseNow() : now;
        return started() == null || end == null ? -1 : Math.max(0, Duration.between(started(), end).toMillis());
    }

    /** How long the job has waited since its creation, or did until it ended, in milliseconds; negative when its creation is not known. */
    long waitedMillis() {
        Instant created = job.time("created_at");
        Instant end = ended() != null ? ended() : databaseNow();
        return created == null ? -1 : Math.max(0, Duration.between(created, end).toMillis());
    }

    /** The time of the trace by the database's clock, UTC: the row's times are compared with no other, this machine's may be another. */
    private Instant databaseNow() {
        Instant clock = job.time("now");
        return clock == null ? now : clock;
    }

    /** By how much the database's clock is ahead of the logs' when they differ by 10 s and more; else they are taken for one. */
    Duration databaseAhead() {
        Duration ahead = Duration.between(now, databaseNow());
        return ahead.abs().toSeconds() < 10 ? Duration.ZERO : ahead;
    }

    /** The containers of a service, by its name in the hand-run page. */
    List<Container> containers(String service) {
        return containers.stream().filter(one -> one.service().equals(service)).toList();
    }

    /** The messages of which this is true, in the order of time. */
    List<Message> messages(Predicate<Message> which) {
        return messages.stream().filter(which).toList();
    }
}
