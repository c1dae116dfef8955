import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Per record, each step of job_logs against the same step of the last 20 completed jobs: both sides computed from those rows. */
class SlowerThanUsual extends Check {
    /** Seconds; much of a step does not grow with the records: a small job is not slow because each of its records took long. */
    private static final double WORTH_SAYING = 2.0;
    /** Times the median. */
    private static final double FAR_SLOWER = 2;

    SlowerThanUsual() {
        super("Slower than usual");
        detects("a step that takes longer per record than in the last 20 completed jobs (median, 95th percentile)");
        cause("the service behind the step is slower than it was");
        resolution("Compare with the last healthy job of its script: --diff.", "docker compose logs celery-worker");
        runs("docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"/* past steps */ SELECT jsonb_build_object('job', l.job_id,"
            + " 'step', split_part(l.message, ': ', 1), 'records', j.total_rows_processed, 'at', l.created_at)"
            + " FROM job_logs l JOIN (SELECT * FROM etl_jobs"
            + " WHERE status::text = 'completed' AND total_rows_processed > 0 AND id::text <> '{job}'"
            + " AND completed_at < (SELECT created_at FROM etl_jobs WHERE id::text = '{job}')"
            + " ORDER BY completed_at DESC LIMIT 20) j ON j.id = l.job_id"
            + " UNION ALL SELECT jsonb_build_object('job', l.job_id,"
            + " 'step', split_part(l.message, ': ', 1), 'records', j.total_rows_processed, 'at', l.created_at)"
            + " FROM job_logs l JOIN etl_jobs j ON j.id = l.job_id"
            + " WHERE j.id::text = '{job}' AND j.status::text = 'completed' AND j.total_rows_processed > 0\"");
    }

    @Override
    Issue inspect(Trace trace) {
        PastJobs past = PastJobs.of(trace.rows("rows of past steps"), trace.job.id());
        // The steps that are no stage's are over at once.
        Map<String, Finding> stages = trace.steps();
        Optional<PastJobs.Step> slowest = stages.keySet().stream().flatMap(name -> past.step(name).stream())
            .filter(step -> step.times() > FAR_SLOWER && step.seconds() > WORTH_SAYING && step.isBeyondAlmostAll())
            .max(Comparator.comparingDouble(PastJobs.Step::times));
        return slowest.map(step -> found(stages.get(step.name()).stage().title + " took " + Times.number(step.seconds()) + "s, " + Times.number(step.times())
            + " times the median time per record of the last " + step.jobs() + " jobs", stages.get(step.name()).lines(step.name()))).orElse(nothing());
    }
}
