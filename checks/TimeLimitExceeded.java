import java.util.List;

/** Celery's soft time limit raises an exception in the task; the hard one kills its process, which is a lost worker. */
class TimeLimitExceeded extends Check {
    TimeLimitExceeded() {
        super("Time limit exceeded");
        detects("a task that failed after Celery's soft time limit was exceeded");
        severity(Status.FAIL).cause("the task ran longer than its time limit allows");
    }

    @Override
    Issue inspect(Trace trace) {
        List<Message> limits = trace.finding(TaskStarted.class).lines("softTimeLimit");
        if (limits.isEmpty() || trace.lost() || trace.finding(JobComplete.class).status() != Status.FAIL) {
            return nothing();
        }
        return found("Celery interrupted its task", limits.get(limits.size() - 1)).explaining(trace.interrupted(JobComplete.class))
            .resolution(Rerun.after(trace, "Raise the task's time limit, or give the job fewer records."));
    }
}
