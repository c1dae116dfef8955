/** A stop by a user ends the job as failed; what it was at had not failed. */
class StoppedByAUser extends Check {
    StoppedByAUser() {
        super("Stopped by a user");
        detects("a job that ended because a user stopped it");
        cause("a user stopped it");
        explains(JobComplete.class);
    }

    @Override
    Issue inspect(Trace trace) {
        return trace.stopped == null ? nothing() : found("it did not come to its end", trace.stopped)
            .explaining(trace.interrupted(JobComplete.class)).resolution(Rerun.after(trace, "Where its work is wanted after all:"));
    }
}
