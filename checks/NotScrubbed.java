import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The system reports success when litigator or DNC look-ups failed: the leads went out unscrubbed, and that is a legal risk. */
class NotScrubbed extends Check {
    NotScrubbed() {
        super("Completed but not scrubbed");
        sees("litigator or DNC look-ups that failed while the job is `completed`");
        severity(Status.FAIL).first().cause("a look-up that fails counts its phones as clean; calling them risks a claim under the TCPA");
        resolution("Hold these leads back until every phone is checked; then run the job again.", "docker compose logs --tail 500 celery-worker");
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
        return failed.isEmpty() ? nothing() : found(what, failed.stream().flatMap(finding -> finding.quotes().stream()).toList());
    }
}
