import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an audit says of one job: its trace without its lines.
 *
 * @param issues the worst first, each with the one message that shows it best
 * @param outcomes of the stages, in the order of the pipeline
 * @param started UTC, null while it waits; @param completed UTC, null while it runs
 * @param millis of the whole job, so far when it runs; negative when it never began
 */
record AuditedJob(Job job, Verdict verdict, boolean wrong, List<Issue> issues, List<Outcome> outcomes, List<PluginResult> plugins, Instant started,
        Instant completed, long millis) {
    /** What a stage came to. @param millis its time; negative when unknown; @param bottleneck true for the one that took longest */
    record Outcome(Stage stage, Status status, String summary, Map<String, Double> numbers, long millis, boolean bottleneck) {
        static Outcome of(Finding finding, String bottleneck) {
            return new Outcome(finding.stage(), finding.status(), finding.summary(), new LinkedHashMap<>(finding.numbers()), finding.millis(),
                finding.stage().title.equals(bottleneck));
        }
    }

    static AuditedJob of(Trace trace) {
        List<Issue> issues = trace.issues.stream().map(issue -> new Issue(issue.id(), issue.severity(), issue.symptom(), issue.cause(), issue.resolution(),
            issue.explains(), issue.since(), issue.evidence().stream().limit(1).toList())).toList();
        List<Outcome> outcomes = trace.findings.values().stream().map(finding -> Outcome.of(finding, trace.bottleneck)).toList();
        return new AuditedJob(trace.job, trace.verdict, trace.isWrong(), issues, outcomes, List.copyOf(trace.plugins), trace.started(), trace.completed(),
            trace.totalMillis());
    }

    /** In a word or two: healthy, or what its verdict is. */
    String word() {
        return switch (verdict.state()) {
            case COMPLETED -> wrong ? "with warnings" : "ok";
            case DEGRADED -> "degraded";
            default -> verdict.state().toString();
        };
    }

    /** How bad it is: the worst of its issues and its verdict; OK for a healthy one. */
    Status severity() {
        Status verdict = this.verdict.state().severity();
        Status issue = issues.isEmpty() ? Status.OK : issues.get(0).severity();
        Status worst = verdict.compareTo(issue) > 0 ? verdict : issue;
        return worst == Status.OK && wrong ? Status.WARN : worst;
    }

    /** What is worst about it: the title of its worst issue; its verdict where that only sums up. */
    String worst() {
        String word = word();
        return issues.isEmpty() || sumsUp(issues.get(0)) ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) : issues.get(0).title();
    }

    /** True for the issue of a stage that sums up the others. */
    private boolean sumsUp(Issue issue) {
        return outcomes.stream().anyMatch(outcome -> outcome.stage().isSummary && outcome.stage().id().equals(issue.id()));
    }

    /** What is wrong, without what worst() says; empty when that is all. */
    String what() {
        if (issues.isEmpty() || sumsUp(issues.get(0))) {
            return !verdict.because().isEmpty() ? verdict.because() : job.column("error_message").lines().findFirst().orElse("");
        }
        String symptom = issues.get(0).symptom();
        return symptom.length() > issues.get(0).title().length() ? symptom.substring(issues.get(0).title().length() + 2) : "";
    }
}
