import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    static Verdict of(Trace trace) {
        Job job = trace.job;
        Attempt attempt = trace.attempt();
        if (job.status().equals("cancelled")) {
            return new Verdict(Verdict.State.CANCELLED, "", trace.ended());
        }
        if (trace.lost()) {
            return attempt == null ? new Verdict(Verdict.State.LOST, "it was begun, and the container that ran it is gone", trace.gone, List.of())
                : new Verdict(Verdict.State.LOST, attempt.why, attempt.to, attempt.end == null ? List.of() : List.of(attempt.end.firstLine()));
        }
        if (trace.over()) {
            return ended(trace);
        }
        return attempt != null ? begun(trace, attempt) : trace.recorded().isEmpty() ? waiting(trace) : recorded(trace, trace.recorded());
    }

    private static List<String> summaries(Trace trace, Predicate<Finding> which) {
        return trace.findings.values().stream().filter(which).map(finding -> finding.stage().title + ": " + finding.summary()).toList();
    }

    /** The job's file only repeats what the log tells: without it no stage is in doubt. */
    private static List<String> unproved(Trace trace) {
        return summaries(trace, finding -> finding.status() == Status.UNKNOWN && !finding.stage().isRedundant);
    }

    private static Verdict ended(Trace trace) {
        List<String> broken = Stream.of(Status.FAIL, Status.WARN).flatMap(status -> summaries(trace, finding -> finding.status() == status
            && finding.degrades()).stream()).toList();
        List<String> unproved = unproved(trace);
        if (trace.job.inDatabase() && !trace.job.status().equals("completed")) {
            return new Verdict(Verdict.State.FAILED, "", trace.ended(), broken);
        }
        boolean failed = !trace.job.inDatabase() && trace.attempt().end.error();
        return failed ? new Verdict(Verdict.State.FAILED, "", trace.ended(), broken)
            : !broken.isEmpty() ? new Verdict(Verdict.State.DEGRADED, broken.get(0), trace.ended(), broken)
            : !unproved.isEmpty() ? new Verdict(Verdict.State.UNKNOWN, unproved.get(0), trace.ended(), unproved)
            : new Verdict(Verdict.State.COMPLETED, "", trace.ended());
    }

    private static Verdict begun(Trace trace, Attempt attempt) {
        if (trace.taskEnded()) {
            return new Verdict(Verdict.State.ZOMBIE, "the task ended, but the row still says running", attempt.to, List.of(attempt.end.firstLine()));
        }
        if (attempt.retries) {
            return retried(trace, attempt);
        }
        Optional<Container> paused = trace.containers(Container.WORKER).stream()
            .filter(one -> one.is(attempt.container) && one.state().equals("paused")).findFirst();
        if (paused.isPresent()) {
            return new Verdict(Verdict.State.STUCK, "its container " + paused.get().name() + " is paused", trace.lastSeen());
        }
        if (trace.nobodyHasIt()) {
            return new Verdict(Verdict.State.ZOMBIE, "the row says " + trace.job.status() + ", and no worker has it", trace.lastSeen());
        }
        String stage = trace.findings.values().stream().filter(finding -> finding.reasons().contains(Finding.Reason.RUNNING))
            .map(finding -> finding.stage().title).findFirst().orElse("");
        String progress = trace.job.column("progress").matches("\\d{1,3}") ? ", " + trace.job.column("progress") + "%" : "";
        return new Verdict(Verdict.State.RUNNING, stage.isEmpty() ? "" : "in " + stage + progress, trace.started());
    }

    /** Its worker process is unknown, since the log is lost; its own file or job_logs show how far it came. */
    private static Verdict recorded(Trace trace, List<Message> lines) {
        Message last = lines.get(lines.size() - 1);
        if (trace.recordedEnd() != null) {
            return new Verdict(Verdict.State.ZOMBIE, "its work has ended, and the row does not say so", trace.recordedEnd().time,
                List.of(trace.recordedEnd().firstLine()));
        }
        if (trace.holds("active tasks")) {
            return new Verdict(Verdict.State.RUNNING, "", trace.started());
        }
        List<String> evidence = List.of(last.firstLine());
        if (!trace.containers.isEmpty() && trace.containers(Container.WORKER).stream().noneMatch(one -> UP.contains(one.state()))) {
            return new Verdict(Verdict.State.LOST, "it was started, and no worker is up", last.time, evidence);
        }
        return trace.nobodyHasIt() ? new Verdict(Verdict.State.ZOMBIE, "the row says " + trace.job.status() + ", and no worker has it", last.time, evidence)
            : new Verdict(Verdict.State.UNKNOWN, "it was started, and nothing shows whether a worker still has it", last.time, evidence);
    }

    /** A task that waits for its retry stands in no queue, and in no answer of the workers: only a time long past tells that it is gone. */
    private static Verdict retried(Trace trace, Attempt attempt) {
        Matcher wait = RETRY.matcher(attempt.end.text);
        Instant due = wait.find() ? attempt.to.plusSeconds(Long.parseLong(wait.group(1))) : attempt.to;
        boolean overdue = due.plusSeconds(OVERDUE).isBefore(trace.now);
        List<String> evidence = List.of(attempt.end.firstLine());
        return overdue && trace.nobodyHasIt() && trace.queueLength() == 0
            ? new Verdict(Verdict.State.ZOMBIE, "it was to be tried again at " + Times.iso(due) + ", and no worker has it", due, evidence)
            : new Verdict(Verdict.State.QUEUED, "to be tried again" + (overdue ? ", overdue since " + Times.iso(due) : ""), attempt.to, evidence);
    }

    private static Verdict waiting(Trace trace) {
        Instant since = trace.job.time("created_at");
        List<Container> workers = trace.containers(Container.WORKER);
        if (!trace.containers.isEmpty() && !trace.job.preview() && workers.stream().noneMatch(one -> one.state().equals("running"))) {
            String why = workers.isEmpty() ? "there is no container of " + Container.WORKER : workers.get(0).name() + " is " + workers.get(0).state();
            return new Verdict(Verdict.State.STUCK, "no worker is up: " + why, since);
        }
        List<String> unproved = unproved(trace);
        if (!unproved.isEmpty()) {
            return new Verdict(Verdict.State.UNKNOWN, unproved.get(0), since, unproved);
        }
        List<Container> anew = trace.containers(Container.BACKEND).stream().filter(one -> one.started() != null && one.started().isAfter(since)).toList();
        if (trace.job.preview() && !anew.isEmpty() && anew.size() == trace.containers(Container.BACKEND).size()) {
            return new Verdict(Verdict.State.LOST, "it ran in " + Container.BACKEND + ", which was started anew at " + Times.iso(anew.get(0).started()),
                anew.get(0).started());
        }
        if (trace.job.preview() || trace.holds("active tasks")) {
            return new Verdict(Verdict.State.RUNNING, "", trace.started());
        }
        if (trace.nobodyHasIt() && trace.queueLength() == 0) {
            return new Verdict(Verdict.State.ZOMBIE, "no worker has it, and the queue is empty", since);
        }
        return new Verdict(Verdict.State.QUEUED, trace.holds("reserved tasks") ? "received by a worker whose processes are all busy"
            : trace.queueLength() > 0 ? "tasks in the queue: " + trace.queueLength() : "no worker has started it", since);
    }
}
