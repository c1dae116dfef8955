import java.util.List;

/** Spec step 3. Received is not begun: a job is begun with the first line of a worker process that names it. */
class TaskStarted extends Stage {
    /** Milliseconds; a job that waits longer for a worker is worth a warning. */
    private static final long LONG_WAIT = 60_000;

    TaskStarted() {
        super("Task Started", 30);
        step("3").judgesMissingLines().judgesFailures().notForPreviews("a preview runs in backend, not in Celery");
        runs("docker compose logs celery-worker");
        details("^Task \\S+ (?:retry|raised|succeeded|failed)", "exited with ", "WorkerLostError", "^worker: ", "celery@", "time limit", "TimeLimitExceeded",
            "^Discarding revoked task: ");
        details("^Soft time limit ").named("softTimeLimit");
        fails("Failed to update job \\S+ with table_id: ");
        whenOk("Worker picked up job").computes("attempts", "waitSeconds");
        resolution("Look at the worker; restart it when it is down.", "docker compose ps -a celery-worker", "docker compose restart celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        Evidence trace = observed.trace;
        Attempt attempt = trace.attempt();
        if (attempt == null) {
            return NotStarted.judge(observed, LONG_WAIT);
        }
        observed.put("attempts", trace.attempts.size());
        observed.putSeconds("waitSeconds", trace.job.time("created_at"), trace.begun());
        if (trace.lost()) {
            return observed.fail("lost at " + Times.iso(attempt.to) + ": " + attempt.why)
                .quoting(attempt.end == null ? List.of() : List.of(attempt.end));
        }
        if (observed.broken() && trace.job.column("table_id").isEmpty()) {
            return observed.warn("Worker picked up job, and the row does not name the table of its results");
        }
        return (trace.attempts.size() > 1 ? observed.ok("Worker picked up job, attempt {attempts}") : observed.ok())
            .noting(attempt.process + " in " + attempt.container + ", " + observed.fill("{waitSeconds}s after creation"));
    }
}
