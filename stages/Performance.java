/** Spec step 8: where the time went. The thresholds stand with the stages. */
class Performance extends Stage {
    /** Milliseconds; where nothing took longer, nothing holds the job up. */
    private static final long WORTH_NAMING = 1_000;

    Performance() {
        super("Performance", 140);
        step("8").hideWhenOk().summary();
        whenOk("no stage took long");
    }

    @Override
    Finding judge(Observation observed) {
        Finding longest = observed.trace.findings.values().stream().filter(finding -> finding.stage() instanceof PipelineStage && finding.millis() >= WORTH_NAMING)
            .max(java.util.Comparator.comparingLong(Finding::millis)).orElse(null);
        if (longest == null) {
            return observed.ok();
        }
        observed.trace.bottleneck = longest.stage().title;
        return observed.ok("bottleneck is " + longest.stage().title + ", " + Times.duration(longest.millis()));
    }
}
