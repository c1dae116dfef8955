import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an audit says of one job: its trace without its lines.
 *
 * @param issues the worst first, each with the one message that shows it best
 * @param outcomes of the stages, in the order of the pipeline
 * @param started UTC, null while it waits; @param ended UTC, null while it runs
 * @param millis of the whole job, so far when it runs; negative when it never began
 */
record AuditedJob(Job job, Verdict verdict, boolean wrong, List<Issue> issues, List<Outcome> outcomes, Instant started, Instant ended, long millis) {
    /** What a stage came to. @param millis its time; negative when unknown */
    record Outcome(Stage stage, Status status, String summary, Map<String, Double> numbers, long millis) {}

    static AuditedJob of(Trace trace) {
        List<Issue> issues = trace.issues.stream().map(issue -> new Issue(issue.id(), issue.severity(), issue.symptom(), issue.cause(), issue.resolution(),
            issue.explains(), issue.since(), issue.evidence().stream().limit(1).toList())).toList();
        List<Outcome> outcomes = trace.findings.values().stream().map(finding -> new Outcome(finding.stage(), finding.status(), finding.summary(),
            Map.copyOf(finding.numbers()), finding.millis())).toList();
        return new AuditedJob(trace.job, trace.verdict, trace.isWrong(), issues, outcomes, trace.started(), trace.ended(), trace.totalMillis());
    }

    /** In a word or two: healthy, or what its verdict is. */
    String word() {
        return switch (verdict.state()) {
            case COMPLETED -> wrong ? "with warnings" : "ok";
            case DEGRADED -> "degraded";
            default -> verdict.state().toString();
        };
    }
}
