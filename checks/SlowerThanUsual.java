import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Per record, each step of job_logs against the same step of the last 20 completed jobs: both sides computed from those rows. */
class SlowerThanUsual extends Check {
    /** The steps that tell of a stage: the others are over at once. */
    private static final Map<String, String> STEPS = Map.of("SQL Execution", "Snowflake Query", "Batch Processing", "idiCORE Enrichment",
        "Litigator Check", "CCC Litigator Check", "DNC Check", "DNC Check", "Final Upload", "Results Upload");
    private static final int ENOUGH = 5;
    private static final double WORTH_SAYING = 2.0;

    SlowerThanUsual() {
        super("Slower than usual");
        sees("a step that takes longer per record than in the last 20 completed jobs (median, 95th percentile)");
        cause("the service behind the step is slower than it was");
        resolution("Compare with an earlier job.", "docker compose logs --tail 500 celery-worker");
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
    Optional<Issue> look(Trace trace) {
        Map<String, List<JsonNode>> jobs = new LinkedHashMap<>();
        trace.rows("rows of past steps").forEach(row -> jobs.computeIfAbsent(row.path("job").asText(), job -> new ArrayList<>()).add(row));
        List<JsonNode> own = jobs.remove(trace.job.id());
        if (own == null || jobs.size() < ENOUGH) {
            return nothing();
        }
        List<Map<String, Double>> past = jobs.values().stream().map(SlowerThanUsual::perRecord).toList();
        for (Map.Entry<String, Double> step : perRecord(own).entrySet()) {
            List<Double> before = past.stream().map(one -> one.get(step.getKey())).filter(java.util.Objects::nonNull).sorted().toList();
            double seconds = step.getValue() * own.get(0).path("records").asDouble();
            if (before.size() >= ENOUGH && seconds > WORTH_SAYING && step.getValue() > before.get((int) Math.ceil(before.size() * 0.95) - 1)
                    && step.getValue() > 2 * before.get(before.size() / 2)) {
                String what = String.format(java.util.Locale.ROOT, "%s took %.1fs, %.1f times the median of %d jobs per record",
                    STEPS.get(step.getKey()), seconds, step.getValue() / before.get(before.size() / 2), before.size());
                return found(what, trace.messages(message -> message.text.startsWith("📋 " + step.getKey() + ": ")));
            }
        }
        return nothing();
    }

    /** Seconds a record from each step to the next, summed over the batches. */
    private static Map<String, Double> perRecord(List<JsonNode> rows) {
        Map<String, Double> seconds = new HashMap<>();
        List<JsonNode> ordered = rows.stream().sorted(java.util.Comparator.comparing(row -> Times.parse(row.path("at").asText()))).toList();
        for (int i = 0; i + 1 < ordered.size(); i++) {
            Instant from = Times.parse(ordered.get(i).path("at").asText());
            Instant to = Times.parse(ordered.get(i + 1).path("at").asText());
            String step = ordered.get(i).path("step").asText().replaceFirst("^\\W+", "");
            if (!STEPS.containsKey(step)) {
                continue;
            }
            seconds.merge(step, Duration.between(from, to).toMillis() / 1000.0 / ordered.get(i).path("records").asDouble(1), Double::sum);
        }
        return seconds;
    }
}
