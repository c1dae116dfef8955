import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Spec, Common Issues: job stuck "pending", Celery worker down. The row says running as soon as the task is queued. */
class JobStuck extends Check {
    JobStuck() {
        super("Job stuck, Celery worker down");
        detects("no line of the job from any worker process, the workers' containers, the length of the queue");
        severity(Status.FAIL).cause("no Celery worker takes tasks");
        resolution("Restart celery-worker.", "docker compose ps -a celery-worker", "docker compose restart celery-worker",
            "docker compose exec -T redis redis-cli LLEN celery");
        explains(TaskStarted.class, TaskQueued.class);
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        Finding started = trace.finding(TaskStarted.class);
        boolean paused = trace.attempt() != null && trace.verdict.state() == Verdict.State.STUCK;
        if (paused) {
            return found(trace.verdict.because(), "somebody paused it", List.of())
                .map(issue -> issue.since(trace.verdict.since()).todo("Let it go on.", "docker compose unpause celery-worker"));
        }
        boolean waits = trace.attempt() == null && trace.recorded().isEmpty() && !trace.over() && !trace.job.preview();
        if (!waits || started == null) {
            return nothing();
        }
        Instant created = trace.job.time("created_at");
        String queue = trace.queueLength() < 0 ? "" : "; tasks in the queue: " + trace.queueLength();
        return switch (trace.verdict.state()) {
            // What has no container cannot be restarted.
            case STUCK -> found(trace.verdict.because() + queue, started.evidence()).map(issue -> trace.containers("celery-worker").isEmpty()
                ? issue.since(created).todo("Start celery-worker.", "docker compose up -d celery-worker")
                : issue.since(created).todo(Rerun.withWorker(trace, "Then it takes the job by itself.", "docker compose exec -T redis redis-cli LLEN celery")));
            case ZOMBIE -> found(trace.verdict.because(), trace.revoked() ? "its task was revoked" : "the task was taken by a worker that is gone, or the queue was emptied",
                    started.evidence())
                .map(issue -> issue.since(created).todo("Start the job again.", "docker compose ps -a celery-worker"));
            case QUEUED -> started.status() != Status.WARN ? nothing()
                : found(started.summary() + queue, "the workers are busy", started.evidence())
                    .map(issue -> issue.as(Status.WARN).since(created).todo("Look at what the workers run; a restart would lose it.",
                        "docker compose exec -T celery-worker celery -A {app} inspect active"));
            default -> nothing();
        };
    }
}
