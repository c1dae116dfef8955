import java.util.Optional;

/** Spec step 8: where the time went. The limits stand with the stages. */
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
        Optional<Finding> longest = Findings.longest(observed.trace, WORTH_NAMING);
        longest.ifPresent(finding -> observed.trace.bottleneck = finding.stage().title);
        return longest.map(finding -> observed.ok("bottleneck is " + finding.stage().title + ", " + Times.duration(finding.millis())))
            .orElse(observed.ok());
    }
}
