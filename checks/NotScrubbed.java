import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The system reports success when litigator or DNC look-ups failed: the leads went out unscrubbed, and that is a legal risk. */
class NotScrubbed extends Check {
    NotScrubbed() {
        super("Completed but not scrubbed");
        sees("litigator or DNC look-ups that failed while the job is `completed`");
        severity(Status.FAIL).first().cause("a look-up that fails counts its phones as clean; calling them risks a claim under the TCPA");
        resolution("Hold these leads back until every phone is checked; then run the job again.", "docker compose logs celery-worker");
        explains("CCC Litigator Check", "DNC Check");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        if (!trace.job.status().equals("completed")) {
            return nothing();
        }
        List<Finding> failed = Stream.of("CCC Litigator Check", "DNC Check").map(trace::finding)
            .filter(finding -> finding != null && finding.status() == Status.FAIL).toList();
        String what = String.join("; ", failed.stream().map(finding -> finding.stage().title + ": " + finding.summary()).toList());
        return failed.isEmpty() ? neverReached(trace) : found(what, failed.stream().flatMap(finding -> finding.quotes().stream()).toList());
    }

    /** Phones that idiCORE found and a check was never asked about. */
    private Optional<Issue> neverReached(Trace trace) {
        Finding enrichment = trace.finding("idiCORE Enrichment");
        Finding litigators = trace.finding("CCC Litigator Check");
        Finding list = trace.finding("DNC Check");
        if (enrichment == null || enrichment.status() == Status.UNKNOWN || litigators == null || list == null
                || litigators.status() != Status.OK || list.status() != Status.OK
                || !litigators.numbers().containsKey("blacklisted")) {
            return nothing();
        }
        double found = enrichment.numbers().getOrDefault("phones", 0.0) - litigators.numbers().getOrDefault("blacklisted", 0.0);
        double reached = Math.min(litigators.numbers().getOrDefault("checked", 0.0), list.numbers().getOrDefault("checked", 0.0));
        return reached >= found ? nothing() : found(Times.number(found - reached) + " of " + Times.number(found) + " phones were never asked about",
            Stream.of(enrichment, litigators, list).flatMap(finding -> finding.evidence().stream()
                .filter(line -> line.text.contains("phones found, ") || line.text.endsWith("phones found")
                    || line.text.contains("Checking "))).toList());
    }
}
