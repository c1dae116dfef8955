import java.util.List;

/** Spec step 5. The real file lies under logs/jobs in the container that ran the job; the same steps are kept in job_logs. */
class JobLogFile extends Stage {
    private static final List<String> FILES = List.of("file celery-worker:logs/jobs/{job}.log", "file backend:logs/etl_job_{job}.log");

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
        boolean late = FILES.stream().map(sight.trace.answers::get).anyMatch(answer -> answer != null && answer.timedOut());
        return late ? sight.unknown("the file could not be read in time") : sight.skip("no dedicated log file found");
    }
}
