import java.util.List;

/** What goes into a stage must come out of it: retrieved, filtered, enriched, uploaded. Records without a name are uploaded without a look-up. */
class CompletedButNotStored extends Check {
    private record Step(Class<? extends Stage> from, String out, Class<? extends Stage> to, String in) {}

    private static final List<Step> STEPS = List.of(new Step(PreFiltering.class, "named", IdiCoreEnrichment.class, "records"),
        new Step(PreFiltering.class, "kept", ResultsUpload.class, "saved"));

    CompletedButNotStored() {
        super("Completed but not stored");
        detects("fewer records out than in, from the filter to the upload, while the job is `completed`");
        severity(Status.FAIL).cause("the upload was refused in whole or in part, or records were dropped on the way");
        explains(ResultsUpload.class);
    }

    @Override
    Issue inspect(Trace trace) {
        for (Step step : STEPS) {
            Finding from = trace.finding(step.from());
            Finding to = trace.finding(step.to());
            boolean known = from.knows(step.out()) && to.knows(step.in());
            double missing = known && trace.claimsSuccess() ? from.number(step.out()) - to.number(step.in()) : 0;
            if (missing > 0) {
                return found(Times.number(missing) + " of " + Times.number(from.number(step.out())) + " records went missing at " + to.stage().title,
                    to.shown()).resolution(Rerun.after(trace, to.number(step.in()) == 0 ? "Nothing was stored." : "See in Snowflake which records are not stored."));
            }
        }
        return nothing();
    }
}
