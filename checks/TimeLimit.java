import java.util.List;
import java.util.Optional;

/** Celery's soft time limit raises an exception in the task; the hard one kills its process, which is a lost worker. */
class TimeLimit extends Check {
    TimeLimit() {
        super("Time limit exceeded");
        detects("a task that failed after Celery's soft time limit was exceeded");
        severity(Status.FAIL).cause("the task ran longer than its time limit allows");
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        List<Message> limits = trace.finding(TaskStarted.class).lines("softTimeLimit");
        if (limits.isEmpty() || trace.lost() || trace.finding(JobComplete.class).status() != Status.FAIL) {
            return nothing();
        }
        List<Finding> broken = trace.interrupted(JobComplete.class);
        return found("Celery interrupted its task", List.of(limits.get(limits.size() - 1))).map(issue -> issue.explaining(broken)
            .todo(Rerun.after(trace, "Raise the task's time limit, or give the job fewer records.")));
    }
}
