import java.time.Duration;
import java.util.List;

/** Spec step 3. Received is not begun: a job is begun with the first line of a worker process that names it. */
class TaskStarted extends Stage {
    private static final long LONG_WAIT = 60_000;

    TaskStarted() {
        super("Task Started", 30);
        step("3");
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
        if (trace.job.preview()) {
            return observed.skip("a preview runs in backend, not in Celery");
        }
        if (attempt == null) {
            return notBegun(observed, trace);
        }
        observed.put("attempts", trace.attempts.size());
        if (trace.job.time("created_at") != null) {
            observed.put("waitSeconds", Math.max(0, Duration.between(trace.job.time("created_at"), trace.begun()).toMillis() / 1000.0));
        }
        if (trace.lost()) {
            return observed.fail(attempt.process + " was lost at " + Times.iso(attempt.to) + ": " + attempt.why)
                .quoting(attempt.end == null ? List.of() : List.of(attempt.end));
        }
        if (observed.broken() && trace.job.column("table_id").isEmpty()) {
            return observed.warn("Worker picked up job, and the row does not name the table of its results");
        }
        return (trace.attempts.size() > 1 ? observed.ok("Worker picked up job, attempt {attempts}") : observed.ok())
            .noting(attempt.process + " in " + attempt.container + ", " + observed.fill("{waitSeconds}s after creation"));
    }

    private Finding notBegun(Observation observed, Evidence trace) {
        if (trace.gone != null) {
            return observed.fail("it was begun, and the container that ran it is gone since " + Times.iso(trace.gone));
        }
        if (trace.revoked()) {
            return observed.skip("revoked before it was started");
        }
        String why = trace.missing.get("log celery-worker");
        if (why == null && !trace.recorded().isEmpty()) {
            return observed.unknown("it was started; the log that would show its worker process is lost");
        }
        if (why != null || trace.over() && !trace.job.status().equals("cancelled")) {
            return observed.unknown(why == null ? "no worker process names the job" : "log of celery-worker: " + why);
        }
        if (trace.job.time("created_at") == null) {
            return observed.unknown("no worker process names the job");
        }
        long waited = trace.waitedMillis();
        String says = "no worker has started it after " + Times.duration(waited);
        return waited > LONG_WAIT ? observed.warn(says) : observed.skip(says);
    }
}
