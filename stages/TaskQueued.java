/** Spec step 3. Stock Celery names the task, not the job, in `received`; backend sets started_at when it has queued the task. */
class TaskQueued extends Stage {
    TaskQueued() {
        super("Task Queued", 20);
        step("3").judgesMissingLines().notForPreviews("a preview runs in backend, not in Celery");
        runs("docker compose logs celery-worker");
        details("^Task \\S+ received").named("received");
        whenOk("Celery task dispatched");
        resolution("The API did not hand the job to Celery.", "docker compose logs backend", "docker compose exec -T redis redis-cli PING");
    }

    @Override
    Finding judge(Observation observed) {
        Evidence trace = observed.trace;
        boolean dispatched = !observed.lines("received").isEmpty() || trace.begun() != null || trace.job.time("started_at") != null;
        return dispatched ? observed.ok() : trace.job.ended() ? observed.unknown("no evidence in the logs") : observed.skip("not yet dispatched");
    }
}
