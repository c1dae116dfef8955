/** Spec step 3. Stock Celery names the task, not the job, in `received`; backend sets started_at when it has queued the task. */
class TaskQueued extends Stage {
    TaskQueued() {
        super("Task Queued", 20);
        step("3");
        runs("docker compose logs celery-worker");
        shows("^Task \\S+ received");
        says("Celery task dispatched");
        remedy("The API did not hand the job to Celery.", "docker compose logs backend", "docker compose exec -T redis redis-cli PING");
    }

    @Override
    Finding judge(Observation sight) {
        Evidence trace = sight.trace;
        if (trace.job.preview()) {
            return sight.skip("a preview runs in backend, not in Celery");
        }
        boolean dispatched = !sight.shows.isEmpty() || trace.begun() != null || trace.job.time("started_at") != null;
        return dispatched ? sight.ok() : trace.job.ended() ? sight.unknown("no line tells of it") : sight.skip("not yet dispatched");
    }
}
