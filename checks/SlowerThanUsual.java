import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Per record, each step of job_logs against the same step of the last 20 completed jobs: both sides computed from those rows. */
class SlowerThanUsual extends Check {
    private static final int ENOUGH = 5;
    /** Seconds. */
    private static final double WORTH_SAYING = 2.0;
    /** Times the median. */
    private static final double FAR_SLOWER = 2;
    /** Seconds for a record; a median of nothing is no measure. */
    private static final double LEAST = 1e-6;

    SlowerThanUsual() {
        super("Slower than usual");
        detects("a step that takes longer per record than in the last 20 completed jobs (median, 95th percentile)");
        cause("the service behind the step is slower than it was");
        resolution("Compare with an earlier job.", "docker compose logs celery-worker");
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

    /** Seconds of one step in one job: in all, and for each record. */
    private record Time(double seconds, double perRecord) {}

    @Override
    Optional<Issue> inspect(Trace trace) {
        Map<String, List<JsonNode>> jobs = new LinkedHashMap<>();
        trace.rows("rows of past steps").forEach(row -> jobs.computeIfAbsent(row.path("job").asText(), job -> new ArrayList<>()).add(row));
        List<JsonNode> own = jobs.remove(trace.job.id());
        if (own == null || jobs.size() < ENOUGH) {
            return nothing();
        }
        // The other steps are over at once.
        Map<String, String> stages = new LinkedHashMap<>();
        trace.findings.values().forEach(finding -> {
            if (finding.stage() instanceof PipelineStage stage && !stage.jobLogs.isEmpty()) {
                stages.put(stage.jobLogs, stage.title);
            }
        });
        Map<String, Time> now = times(own);
        List<Map<String, Time>> past = jobs.values().stream().map(SlowerThanUsual::times).toList();
        String worst = "";
        double most = FAR_SLOWER;
        for (String step : stages.keySet()) {
            Time time = now.getOrDefault(step, new Time(0, 0));
            List<Time> before = past.stream().map(one -> one.get(step)).filter(Objects::nonNull).toList();
            double[] seconds = before.stream().mapToDouble(Time::seconds).sorted().toArray();
            double[] perRecord = before.stream().mapToDouble(Time::perRecord).sorted().toArray();
            int last = (int) Math.ceil(before.size() * 0.95) - 1;
            double times = before.size() < ENOUGH ? 0 : time.perRecord() / Math.max(LEAST, perRecord[before.size() / 2]);
            // Much of a step does not grow with the records: a small job is not slow because each of its records took long.
            if (times > most && time.seconds() > WORTH_SAYING && time.perRecord() > perRecord[last] && time.seconds() > seconds[last]) {
                most = times;
                worst = step;
            }
        }
        String step = worst;
        return step.isEmpty() ? nothing() : found(stages.get(step) + " took " + Times.number(now.get(step).seconds()) + "s, "
            + Times.number(most) + " times the median time per record of the last " + past.stream().filter(one -> one.containsKey(step)).count() + " jobs",
            trace.findings.get(stages.get(step)).lines(step));
    }

    /** From each step to the next, summed over the batches; rows without a time are left out. */
    private static Map<String, Time> times(List<JsonNode> rows) {
        Map<String, Time> times = new LinkedHashMap<>();
        List<JsonNode> ordered = rows.stream().filter(row -> at(row) != null).sorted(Comparator.comparing(SlowerThanUsual::at)).toList();
        for (int i = 0; i + 1 < ordered.size(); i++) {
            double seconds = Duration.between(at(ordered.get(i)), at(ordered.get(i + 1))).toMillis() / 1000.0;
            String step = ordered.get(i).path("step").asText().replaceFirst("^\\W+", "");
            times.merge(step, new Time(seconds, seconds / ordered.get(i).path("records").asDouble(1)),
                (one, more) -> new Time(one.seconds() + more.seconds(), one.perRecord() + more.perRecord()));
        }
        return times;
    }

    private static Instant at(JsonNode row) {
        return Times.parse(row.path("at").asText());
    }
}
