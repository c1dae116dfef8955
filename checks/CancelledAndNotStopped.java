import java.util.List;

/** Cancelling does not reach the worker: the row says cancelled, the work goes on, and later the row says completed. */
class CancelledAndNotStopped extends Check {
    CancelledAndNotStopped() {
        super("Cancelled, and not stopped");
        detects("a cancelled job that still waits in the queue, whose worker went on, or that was completed all the same");
        cause("cancelling changes the row and does not reach the worker");
        resolution("See whether its results were stored.", "docker compose logs celery-worker");
        explains(JobComplete.class, ResultsUpload.class);
    }

    @Override
    Issue inspect(Trace trace) {
        List<Message> cancelled = trace.finding(JobComplete.class).lines("cancelled").stream()
            .filter(line -> line.service.equals(Container.BACKEND)).toList();
        if (!trace.job.status().equals("cancelled")) {
            return cancelled.isEmpty() || !trace.job.status().equals("completed") ? nothing()
                : found("it was cancelled at " + Times.iso(cancelled.get(0).time) + ", and the worker completed it", cancelled)
                    .resolution("Delete its results from MASTER_PROCESSED_DB where they are not wanted.", "docker compose logs celery-worker");
        }
        Finding upload = trace.finding(ResultsUpload.class);
        return trace.attempt() == null ? waiting(trace)
            : trace.stopped != null ? nothing() : upload.status() == Status.OK ? found("its results were uploaded all the same", upload.evidence())
            : !trace.isAtWork(5) ? nothing()
            : found("its worker process " + trace.attempt().process + " is at work").resolution(
                "To stop it, find its task's id in what the workers run, and revoke that.",
                "docker compose exec -T celery-worker celery -A {app} inspect active",
                "docker compose exec -T celery-worker celery -A {app} control revoke TASK-ID --terminate");
    }

    private Issue waiting(Trace trace) {
        boolean received = trace.holds("reserved tasks") || trace.holds("active tasks");
        boolean answered = trace.answered("reserved tasks") && trace.answered("active tasks");
        return !received && answered && trace.queueLength() <= 0 || trace.revoked() || !trace.recorded().isEmpty() ? nothing()
            : found(received ? "a worker has received it: it will run"
                : trace.queueLength() > 0 ? "it can still be in the queue, and would run; tasks there: " + trace.queueLength()
                : "a worker can have received it, and would run it: the workers did not answer").resolution(
                    "Look what the workers hold; what they begin changes the row to completed.",
                    "docker compose exec -T celery-worker celery -A {app} inspect reserved", "docker compose exec -T redis redis-cli LLEN celery");
    }
}
