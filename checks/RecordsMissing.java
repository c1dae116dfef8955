import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What goes into a stage must come out of it: retrieved, filtered, enriched, uploaded. */
class RecordsMissing extends Check {
    private record Step(String from, String out, String to, String in) {}

    private static final List<Step> STEPS = List.of(new Step("Pre-filtering", "kept", "idiCORE Enrichment", "records"),
        new Step("idiCORE Enrichment", "records", "Results Upload", "saved"));

    RecordsMissing() {
        super("Completed but not stored");
        sees("fewer records out than in, from the filter to the upload, while the job is `completed`");
        severity(Status.FAIL).cause("the upload was refused in whole or in part, or records were dropped on the way");
        resolution("Store the results again when Snowflake takes them.", "docker compose logs celery-worker");
        explains("Results Upload");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        for (Step step : STEPS) {
            Finding from = trace.finding(step.from());
            Finding to = trace.finding(step.to());
            boolean known = tells(from, step.out()) && tells(to, step.in());
            double missing = known && trace.job.status().equals("completed") ? from.numbers().get(step.out()) - to.numbers().get(step.in()) : 0;
            if (missing > 0) {
                String in = Times.number(from.numbers().get(step.out()));
                Stream<Message> before = from.evidence().stream().filter(line -> line.text.contains(" " + in + " "));
                Stream<Message> after = (to.quotes().isEmpty() ? to.evidence() : to.quotes()).stream();
                return found(Times.number(missing) + " of " + in + " records went missing at " + step.to(),
                    Stream.concat(before, after).distinct().limit(3).toList());
            }
        }
        return nothing();
    }

    /** A number of a stage that was not read to its end is too small. */
    private static boolean tells(Finding finding, String number) {
        return finding != null && finding.status() != Status.UNKNOWN && finding.numbers().containsKey(number);
    }
}
