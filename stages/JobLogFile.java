import java.util.List;
import java.util.regex.Pattern;

/** Spec step 5. The real file lies under logs/jobs in the container that ran the job; the same steps are kept in job_logs. */
class JobLogFile extends Stage {
    private static final List<String> FILES = List.of("file celery-worker:logs/jobs/{job}.log", "file backend:logs/etl_job_{job}.log");

    /** What says nothing of the file: a command that did not come to its end, or not to its beginning. */
    private static final Pattern UNANSWERED = Pattern.compile("timed out|timeout|not asked|is not running|is paused|is restarting|no such service|No such container|permission denied");

    JobLogFile() {
        super("Job Log File", 110);
        step("5").quiet();
        runs("docker compose exec -T celery-worker cat logs/jobs/{job}.log", "docker compose exec -T backend cat logs/etl_job_{job}.log",
            "docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"SELECT to_jsonb(l) FROM job_logs l"
                + " WHERE job_id::text = '{job}' ORDER BY created_at, id LIMIT 20000\"");
        says("{lines} lines");
    }

    @Override
    Finding judge(Sight sight) {
        for (String file : FILES) {
            Answer answer = sight.trace.answers.get(file);
            if (answer != null && answer.problem() == null) {
                sight.put("lines", answer.lines());
                return sight.ok();
            }
        }
        // The same steps stand in job_logs: without a file they are what this stage would tell.
        for (String source : sight.trace.attempt() == null ? List.<String>of() : List.of(FILES.get(0), FILES.get(1), "rows of job_logs")) {
            Answer answer = sight.trace.answers.get(source);
            if (answer != null && UNANSWERED.matcher(String.valueOf(answer.problem())).find() && (source != FILES.get(1) || answer.timedOut())) {
                return sight.unknown((source.startsWith("rows") ? "job_logs" : "the file") + " could not be read: " + answer.problem());
            }
        }
        return sight.skip("no dedicated log file found");
    }
}
