import java.util.List;
import java.util.Map;

/** Spec step 5. The real file lies under logs/jobs in the container that ran the job; the same steps are kept in job_logs. */
class JobLogFile extends Stage {
    private static final String WORKERS = "file celery-worker:logs/jobs/{job}.log";
    private static final String BACKENDS = "file backend:logs/etl_job_{job}.log";

    JobLogFile() {
        super("Job Log File", 110);
        step("5").hideWhenOk().redundant();
        runs("docker compose exec -T celery-worker cat logs/jobs/{job}.log", "docker compose exec -T backend cat logs/etl_job_{job}.log");
        readsJobLog("docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"SELECT to_jsonb(l) FROM job_logs l"
            + " WHERE job_id::text = '{job}' ORDER BY created_at, id LIMIT 20000\"");
        harmless("Could not create log directory at ");
        whenOk("{lines} lines").computes("lines");
    }

    @Override
    Finding judge(Observation observed) {
        Map<String, CommandResult> answers = observed.trace.answers;
        for (String file : List.of(WORKERS, BACKENDS)) {
            if (answers.containsKey(file) && answers.get(file).problem() == null) {
                observed.put("lines", answers.get(file).lines());
                return observed.ok();
            }
        }
        if (observed.trace.attempt() == null) {
            return observed.skip("no dedicated log file found");
        }
        // The same steps stand in job_logs: without a file they are what this stage would tell.
        CommandResult file = answers.get(WORKERS);
        CommandResult rows = answers.get("rows of job_logs");
        CommandResult other = answers.get(BACKENDS);
        CommandResult lost = unread(file) ? file : unread(rows) ? rows : other != null && other.timedOut() ? other : null;
        return lost == null ? observed.skip("no dedicated log file found")
            : observed.unknown((lost == rows ? "job_logs" : "the file") + " could not be read: " + lost.problem());
    }

    /** Only where cat itself says so is there no file; any other trouble says nothing of it. */
    private static boolean unread(CommandResult answer) {
        return answer != null && answer.problem() != null && !answer.problem().contains("No such file or directory");
    }
}
