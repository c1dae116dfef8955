import java.util.List;
import java.util.stream.Stream;

/** The system reports success when litigator or DNC look-ups failed: the leads went out unscrubbed, and that is a legal risk. */
class CompletedButNotScrubbed extends Check {
    CompletedButNotScrubbed() {
        super("Completed but not scrubbed");
        detects("litigator or DNC look-ups that failed or were not made, while the job is `completed` or its results are stored");
        severity(Status.FAIL).first().cause("look-ups failed, and a phone without an answer counts as clean");
        explains(LitigatorCheck.class, DncCheck.class);
    }

    @Override
    Issue inspect(Trace trace) {
        if (!trace.claimsSuccess() && Rerun.stored(trace) == 0) {
            return nothing();
        }
        String[] again = Rerun.after(trace, "Hold these leads back until every phone is checked: calling them risks a claim under the TCPA.");
        if (!failed(trace).isEmpty()) {
            return issue("", failed(trace)).resolution(again);
        }
        for (Trace run : trace.earlier) {
            if (!failed(run).isEmpty() && run.finding(ResultsUpload.class).number("saved") > 0) {
                return issue("in an earlier run, whose results are stored: ", failed(run)).resolution(again);
            }
        }
        Finding litigators = trace.finding(LitigatorCheck.class);
        Finding list = trace.finding(DncCheck.class);
        // Phones from the cache stand in no count of idiCORE's; the DNC list is asked about them too.
        boolean onlyListed = litigators.status() == Status.SKIP && list.status() == Status.OK && litigators.number("filtered") == 0
            && litigators.number("blacklisted") == 0;
        return !onlyListed ? nothing()
            : found("CCC was asked about nobody, and the DNC list about " + Times.number(list.number("phones")) + " phones", list.shown()).resolution(again);
    }

    private static List<Finding> failed(Trace run) {
        return Stream.of(run.finding(LitigatorCheck.class), run.finding(DncCheck.class))
            .filter(finding -> finding.status() == Status.FAIL && !finding.isInterrupted()).toList();
    }

    private Issue issue(String where, List<Finding> failed) {
        return found(where + String.join("; ", failed.stream().map(finding -> finding.stage().title + ": " + finding.summary()).toList()),
            failed.stream().flatMap(finding -> finding.shown().stream()).toList());
    }
}
