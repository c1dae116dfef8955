/** A task that the broker delivers again runs again from the start; Celery's retries do so on purpose. */
class RunMoreThanOnce extends Check {
    RunMoreThanOnce() {
        super("Run more than once");
        detects("a task that the broker delivered again, Celery's retries, and what the runs stored twice or not at all between them");
        resolution("Compare what was stored with what was retrieved.", "docker compose logs celery-worker");
    }

    @Override
    Issue inspect(Trace trace) {
        Runs runs = Runs.of(trace);
        if (trace.earlier.isEmpty() && !runs.nextLeavesOut()) {
            return nothing();
        }
        Issue issue = found(runs.sentence(), runs.ends())
            .because(runs.onPurpose() ? "Celery tried the task again after an error" : "the broker delivered the task again");
        return runs.nextLeavesOut() ? issue.resolution(Rerun.after(trace, "Its results are stored by no later run."))
            : runs.lost() > 0 ? issue.as(Status.FAIL).resolution(Rerun.after(trace, "The last run left out whoever an earlier one had looked up."))
            : runs.twice() > 0 ? issue.resolution("Delete from MASTER_PROCESSED_DB what is stored twice.", "docker compose logs celery-worker") : issue;
    }
}
