import java.time.Instant;

/** Spec, Common Issues: job stuck "pending", Celery worker down. The row says running as soon as the task is queued. */
class JobStuckCeleryWorkerDown extends Check {
    JobStuckCeleryWorkerDown() {
        super("Job stuck, Celery worker down");
        detects("no line of the job from any worker process, the workers' containers, the length of the queue");
        severity(Status.FAIL).cause("no Celery worker takes tasks");
        resolution("Restart celery-worker.", "docker compose ps -a celery-worker", "docker compose restart celery-worker",
            "docker compose exec -T redis redis-cli LLEN celery");
        explains(TaskStarted.class, TaskQueued.class);
    }

    @Override
    Issue inspect(Trace trace) {
        if (trace.attempt() != null && trace.verdict.state() == Verdict.State.STUCK) {
            return found(trace.verdict.because()).because("somebody paused it").since(trace.verdict.since())
                .resolution("Let it go on.", "docker compose unpause celery-worker");
        }
        if (trace.attempt() != null || !trace.recorded().isEmpty() || trace.over() || trace.job.preview()) {
            return nothing();
        }
        Finding started = trace.finding(TaskStarted.class);
        Instant created = trace.job.time("created_at");
        String queue = trace.queueLength() < 0 ? "" : "; tasks in the queue: " + trace.queueLength();
        return switch (trace.verdict.state()) {
            // What has no container cannot be restarted.
            case STUCK -> found(trace.verdict.because() + queue, started.evidence()).since(created).resolution(trace.containers("celery-worker").isEmpty()
                ? new String[] {"Start celery-worker.", "docker compose up -d celery-worker"}
                : Rerun.withWorker(trace, "Then it takes the job by itself.", "docker compose exec -T redis redis-cli LLEN celery"));
            case ZOMBIE -> found(trace.verdict.because(), started.evidence()).since(created)
                .because(trace.revoked() ? "its task was revoked" : "the task was taken by a worker that is gone, or the queue was emptied")
                .resolution("Start the job again.", "docker compose ps -a celery-worker");
            case QUEUED -> started.status() != Status.WARN ? nothing()
                : found(started.summary() + queue, started.evidence()).because("the workers are busy").as(Status.WARN).since(created)
                    .resolution("Look at what the workers run; a restart would lose it.", "docker compose exec -T celery-worker celery -A {app} inspect active");
            default -> nothing();
        };
    }
}
