import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An audit in Prometheus' text format, for node_exporter's textfile collector: gauges without a label that grows with the jobs. */
interface PrometheusText {
    static String render(Audit audit) {
        StringBuilder out = new StringBuilder();
        gauge(out, "jobs", "Jobs of the period, by what they are.", "verdict", audit.words());
        gauge(out, "rows", "Jobs of the period, by the status in their rows.", "status", audit.statuses());
        Map<String, Long> issues = new TreeMap<>();
        audit.jobs().stream().flatMap(job -> job.issues().stream().map(Issue::id).distinct()).forEach(issue -> issues.merge(issue, 1L, Long::sum));
        gauge(out, "issues", "Jobs of the period that have the issue.", "issue", issues);
        Map<String, Double> seconds = new LinkedHashMap<>();
        Map<String, Double> longest = new LinkedHashMap<>();
        Map<String, Double> unchecked = new LinkedHashMap<>();
        audit.jobs().stream().flatMap(job -> job.outcomes().stream()).filter(outcome -> outcome.stage() instanceof PipelineStage).forEach(outcome -> {
            String stage = outcome.stage().id();
            if (outcome.millis() >= 0) {
                seconds.merge(stage, outcome.millis() / 1000.0, Double::sum);
                longest.merge(stage, outcome.millis() / 1000.0, Double::max);
            }
            if (outcome.stage().numbers().contains("unchecked")) {
                unchecked.merge(stage, outcome.numbers().getOrDefault("unchecked", 0.0), Double::sum);
            }
        });
        gauge(out, "stage_seconds", "Seconds that the jobs of the period spent in the stage.", "stage", seconds);
        gauge(out, "stage_longest_seconds", "Seconds that the slowest job of the period spent in the stage.", "stage", longest);
        gauge(out, "phones_unchecked", "Phones that count as clean and were not checked.", "stage", unchecked);
        gauge(out, "healthy", "1 where all jobs of the period were looked at and are healthy.", "", Map.of("", audit.isWrong() ? 0 : 1));
        gauge(out, "period_seconds", "Seconds of the period.", "", Map.of("", Duration.between(audit.scope().from(), audit.scope().to()).toSeconds()));
        gauge(out, "timestamp_seconds", "When the audit was made, Unix time.", "", Map.of("", audit.scope().now().getEpochSecond()));
        return out.toString();
    }

    private static void gauge(StringBuilder out, String name, String help, String label, Map<String, ? extends Number> values) {
        if (values.isEmpty()) {
            return;
        }
        String metric = "trace_job_audit_" + name;
        out.append("# HELP ").append(metric).append(' ').append(help).append("\n# TYPE ").append(metric).append(" gauge\n");
        values.forEach((value, number) -> out.append(metric).append(label.isEmpty() ? "" : "{" + label + "=\"" + escaped(value) + "\"}").append(' ')
            .append(number.doubleValue() == Math.rint(number.doubleValue()) ? Long.toString(number.longValue())
                : String.format(Locale.ROOT, "%.3f", number.doubleValue()))
            .append('\n'));
    }

    private static String escaped(String value) {
        return Printable.plain(value).replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
