import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Says in one word where the job is. */
interface VerdictRules {
    /** How Celery's end line says when a task is tried again. */
    Pattern RETRY = Pattern.compile("\\bRetry in (\\d{1,9})s");
    /** Seconds; before, a busy worker may be late. */
    long OVERDUE = 300;
    /** The states of a container whose processes are there. */
    Set<String> UP = Set.of("running", "paused");

    List<JudgeRule<Trace, Verdict>> RULES = List.of(
        new JudgeRule<>("the row says cancelled", trace -> trace.job.status().equals("cancelled"),
            trace -> new Verdict(Verdict.State.CANCELLED, "", trace.ended())),
        new JudgeRule<>("the container that ran it is gone", trace -> trace.lost() && trace.attempt() == null,
            trace -> new Verdict(Verdict.State.LOST, "it was started, and the container that ran it is gone", trace.gone)),
        new JudgeRule<>("its worker was lost", Trace::lost,
            trace -> new Verdict(Verdict.State.LOST, trace.attempt().why, trace.attempt().to, firstLine(trace.attempt().end))),

        new JudgeRule<>("the row says failed, or without a row its last line", trace -> trace.over() && failed(trace),
            trace -> new Verdict(Verdict.State.FAILED, "", trace.ended(), broken(trace))),
        new JudgeRule<>("it is over, and a stage did not do all of its work", trace -> trace.over() && trace.isDegraded(),
            trace -> new Verdict(Verdict.State.DEGRADED, broken(trace).get(0), trace.ended(), broken(trace))),
        new JudgeRule<>("it is over, and a stage could not be verified", trace -> trace.over() && !unproved(trace).isEmpty(),
            trace -> new Verdict(Verdict.State.UNKNOWN, unproved(trace).get(0), trace.ended(), unproved(trace))),
        new JudgeRule<>("it is over", Trace::over, trace -> new Verdict(Verdict.State.COMPLETED, "", trace.ended())),

        // A worker process has begun it.
        new JudgeRule<>("its task ended", Trace::taskEnded, trace -> new Verdict(Verdict.State.ZOMBIE, "the task ended, but the row still says running",
            trace.attempt().to, firstLine(trace.attempt().end))),
        new JudgeRule<>("it is long due to be tried again, and nobody has it", trace -> isRetried(trace) && isOverdue(trace) && isNowhere(trace),
            trace -> new Verdict(Verdict.State.ZOMBIE, "it was to be tried again at " + Times.iso(due(trace)) + ", and no worker has it", due(trace),
                firstLine(trace.attempt().end))),
        new JudgeRule<>("it is to be tried again", VerdictRules::isRetried, trace -> new Verdict(Verdict.State.QUEUED,
            "to be tried again" + (isOverdue(trace) ? ", overdue since " + Times.iso(due(trace)) : ""), trace.attempt().to, firstLine(trace.attempt().end))),
        new JudgeRule<>("its container is paused", trace -> paused(trace) != null,
            trace -> new Verdict(Verdict.State.STUCK, "its container " + paused(trace).name() + " is paused", trace.lastSeen())),
        new JudgeRule<>("it was begun, and no worker has it", trace -> trace.attempt() != null && trace.nobodyHasIt(),
            trace -> new Verdict(Verdict.State.ZOMBIE, "the row says " + trace.job.status() + ", and no worker has it", trace.lastSeen())),
        new JudgeRule<>("it was begun", trace -> trace.attempt() != null, trace -> new Verdict(Verdict.State.RUNNING, where(trace), trace.started())),

        // Its worker process is unknown, since the log is lost; its own file or job_logs show how far it came.
        new JudgeRule<>("its records show its end", trace -> trace.recordedEnd() != null, trace -> new Verdict(Verdict.State.ZOMBIE,
            "its work has ended, and the row does not say so", trace.recordedEnd().time, firstLine(trace.recordedEnd()))),
        new JudgeRule<>("its records show it, and a worker runs it", trace -> isRecorded(trace) && trace.holds("active tasks"),
            trace -> new Verdict(Verdict.State.RUNNING, "", trace.started())),
        new JudgeRule<>("its records show it, and no worker is up", trace -> isRecorded(trace) && noWorkerIs(trace, UP),
            trace -> new Verdict(Verdict.State.LOST, "it was started, and no worker is up", lastRecord(trace).time, firstLine(lastRecord(trace)))),
        new JudgeRule<>("its records show it, and no worker has it", trace -> isRecorded(trace) && trace.nobodyHasIt(),
            trace -> new Verdict(Verdict.State.ZOMBIE, "the row says " + trace.job.status() + ", and no worker has it", lastRecord(trace).time, firstLine(lastRecord(trace)))),
        new JudgeRule<>("its records show it", VerdictRules::isRecorded, trace -> new Verdict(Verdict.State.UNKNOWN,
            "it was started, and nothing shows whether a worker still has it", lastRecord(trace).time, firstLine(lastRecord(trace)))),

        // Nothing shows that it was begun.
        new JudgeRule<>("no worker is up to begin it", trace -> !trace.job.preview() && noWorkerIs(trace, Set.of("running")),
            trace -> new Verdict(Verdict.State.STUCK, "no worker is up: " + downWorker(trace), created(trace))),
        new JudgeRule<>("a stage could not be verified", trace -> !unproved(trace).isEmpty(),
            trace -> new Verdict(Verdict.State.UNKNOWN, unproved(trace).get(0), created(trace), unproved(trace))),
        new JudgeRule<>("it is a preview, and backend was started anew", trace -> trace.job.preview() && backendStarted(trace) != null,
            trace -> new Verdict(Verdict.State.LOST, "it ran in " + Container.BACKEND + ", which was started anew at " + Times.iso(backendStarted(trace)),
                backendStarted(trace))),
        new JudgeRule<>("it is a preview, or a worker runs it", trace -> trace.job.preview() || trace.holds("active tasks"),
            trace -> new Verdict(Verdict.State.RUNNING, "", trace.started())),
        new JudgeRule<>("it is neither with a worker nor in the queue", VerdictRules::isNowhere,
            trace -> new Verdict(Verdict.State.ZOMBIE, "no worker has it, and the queue is empty", created(trace))),
        new JudgeRule<>("a worker has received it", trace -> trace.holds("reserved tasks"),
            trace -> new Verdict(Verdict.State.QUEUED, "received by a worker whose processes are all busy", created(trace))),
        new JudgeRule<>("it waits", trace -> true, trace -> new Verdict(Verdict.State.QUEUED,
            trace.queueLength() > 0 ? "tasks in the queue: " + trace.queueLength() : "no worker has started it", created(trace))));

    static Verdict of(Trace trace) {
        return JudgeRule.first(RULES, trace);
    }

    /** The verdict when the checks have spoken: what looked completed is degraded where one of them found a failure. */
    static Verdict afterChecks(Trace trace) {
        return trace.verdict.state() != Verdict.State.COMPLETED ? trace.verdict
            : trace.issues.stream().filter(issue -> issue.severity() == Status.FAIL).findFirst()
                .map(issue -> new Verdict(Verdict.State.DEGRADED, issue.symptom(), trace.ended(), List.of(issue.symptom()))).orElse(trace.verdict);
    }

    private static List<String> firstLine(Message message) {
        return message == null ? List.of() : List.of(message.firstLine());
    }

    private static Instant created(Trace trace) {
        return trace.job.time("created_at");
    }

    private static boolean failed(Trace trace) {
        return trace.job.inDatabase() ? !trace.job.status().equals("completed") : trace.attempt().end.error();
    }

    private static List<String> summaries(Trace trace, Predicate<Finding> which) {
        return trace.findings.values().stream().filter(which).map(finding -> finding.stage().title + ": " + finding.summary()).toList();
    }

    /** The stages that did not do all of their work, the worst first. */
    private static List<String> broken(Trace trace) {
        return Stream.of(Status.FAIL, Status.WARN)
            .flatMap(status -> summaries(trace, finding -> finding.status() == status && finding.degrades()).stream()).toList();
    }

    /** The job's file only repeats what the log tells: without it no stage is in doubt. */
    private static List<String> unproved(Trace trace) {
        return summaries(trace, finding -> finding.status() == Status.UNKNOWN && !finding.stage().isRedundant);
    }

    private static boolean isRetried(Trace trace) {
        return trace.attempt() != null && trace.attempt().retries;
    }

    /** When a task that ended to be tried again is due, UTC. */
    private static Instant due(Trace trace) {
        Matcher wait = RETRY.matcher(trace.attempt().end.text);
        return wait.find() ? trace.attempt().to.plusSeconds(Long.parseLong(wait.group(1))) : trace.attempt().to;
    }

    /** A task that waits for its retry stands in no queue, and in no answer of the workers: only a time long past tells that it is gone. */
    private static boolean isOverdue(Trace trace) {
        return due(trace).plusSeconds(OVERDUE).isBefore(trace.now);
    }

    private static boolean isNowhere(Trace trace) {
        return trace.nobodyHasIt() && trace.queueLength() == 0;
    }

    private static Container paused(Trace trace) {
        return trace.attempt() == null ? null : trace.containers(Container.WORKER).stream()
            .filter(one -> one.is(trace.attempt().container) && one.state().equals("paused")).findFirst().orElse(null);
    }

    /** The stage that runs, and the progress that the row tells; empty when no stage is open. */
    private static String where(Trace trace) {
        String progress = trace.job.column("progress").matches("\\d{1,3}") ? ", " + trace.job.column("progress") + "%" : "";
        return trace.findings.values().stream().filter(finding -> finding.reasons().contains(Finding.Reason.RUNNING))
            .map(finding -> "in " + finding.stage().title + progress).findFirst().orElse("");
    }

    private static boolean isRecorded(Trace trace) {
        return !trace.recorded().isEmpty();
    }

    private static Message lastRecord(Trace trace) {
        return trace.recorded().get(trace.recorded().size() - 1);
    }

    /** True where the containers are known, and none of the workers' is in one of these states. */
    private static boolean noWorkerIs(Trace trace, Set<String> states) {
        return !trace.containers.isEmpty() && trace.containers(Container.WORKER).stream().noneMatch(one -> states.contains(one.state()));
    }

    private static String downWorker(Trace trace) {
        List<Container> workers = trace.containers(Container.WORKER);
        return workers.stream().filter(one -> !one.replaced()).findFirst().or(() -> workers.stream().findFirst())
            .map(one -> one.name() + " is " + one.state() + (one.reason().isEmpty() ? "" : ", " + one.reason()))
            .orElse("there is no container of " + Container.WORKER);
    }

    /** When backend was started anew since the job's creation, all of its containers; null when it was not. */
    private static Instant backendStarted(Trace trace) {
        List<Container> all = trace.containers(Container.BACKEND).stream().filter(one -> !one.replaced()).toList();
        List<Container> anew = all.stream().filter(one -> one.started() != null && one.started().isAfter(created(trace))).toList();
        return anew.isEmpty() || anew.size() < all.size() ? null : anew.get(0).started();
    }
}
