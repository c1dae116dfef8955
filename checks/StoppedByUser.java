import java.util.List;
import java.util.Optional;

/** A stop by a user ends the job as failed; what it was at had not failed. */
class StoppedByUser extends Check {
    StoppedByUser() {
        super("Stopped by a user");
        detects("a job that ended because a user stopped it");
        cause("a user stopped it");
        explains(JobComplete.class);
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        if (trace.stopped == null) {
            return nothing();
        }
        List<Finding> stopped = trace.interrupted(JobComplete.class);
        return found("it did not come to its end", List.of(trace.stopped)).map(issue -> issue.explaining(stopped)
            .todo(Rerun.after(trace, "Where its work is wanted after all:")));
    }
}
