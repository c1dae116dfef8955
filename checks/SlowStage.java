import java.util.Optional;

/** Over the concern threshold of the hand-run page, with its share of the whole. */
class SlowStage extends Check {
    SlowStage() {
        super("Slow stage");
        sees("a stage over its concern threshold, with its share of the total time");
        cause("more work than usual, or the service behind the stage is slow");
        resolution("Look at what the stage waited for.", "docker compose logs --tail 500 celery-worker");
        explains("Snowflake Query", "Pre-filtering", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        return trace.findings.values().stream().filter(finding -> finding.status() == Status.WARN && !finding.degraded())
            .max(java.util.Comparator.comparingLong(Finding::millis)).flatMap(finding -> found(finding.stage().title + " took " + Times.duration(finding.millis())
                + ", " + Math.round(100.0 * finding.millis() / Math.max(1, trace.totalMillis())) + "% of the whole", finding.evidence().stream().limit(2).toList()));
    }
}
