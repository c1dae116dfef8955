import java.util.Optional;

/** Spec, Common Issues: job stuck "pending", Celery worker down. The row says running as soon as the task is queued. */
class JobStuck extends Check {
    JobStuck() {
        super("Job stuck, Celery worker down");
        sees("no line of the job from any worker process, the workers' containers, the length of the queue");
        severity(Status.FAIL).cause("no Celery worker takes tasks");
        resolution("Restart celery-worker.", "docker compose ps -a celery-worker", "docker compose restart celery-worker",
            "docker compose exec -T redis redis-cli LLEN celery");
        explains("Task Started", "Task Queued");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        Finding started = trace.finding("Task Started");
        boolean waits = trace.attempt() == null && !trace.over() && !trace.job.preview();
        if (!waits || started == null) {
            return nothing();
        }
        String queue = trace.queueLength() < 0 ? "" : "; tasks in the queue: " + trace.queueLength();
        return switch (trace.verdict.state()) {
            case "stuck" -> found(trace.verdict.because() + queue, started.evidence());
            case "zombie" -> found(trace.verdict.because(), "the task was taken by a worker that is gone, or the queue was emptied", started.evidence());
            default -> started.status() == Status.WARN ? found(started.summary() + queue, "the workers are busy or do not answer", started.evidence()) : nothing();
        };
    }
}
