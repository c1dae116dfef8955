import java.util.Optional;

/** Whoever idiCORE could not be asked about has no phone: nothing is scrubbed for them and nobody can call them. */
class NotEnriched extends Check {
    NotEnriched() {
        super("Completed but not enriched");
        sees("people without phones because idiCORE failed while the job is `completed`");
        severity(Status.FAIL).cause("idiCORE's errors are swallowed, one person at a time");
        resolution("Run the job again for these records when idiCORE answers.", "docker compose logs celery-worker");
        explains("idiCORE Enrichment");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        Finding enrichment = trace.finding("idiCORE Enrichment");
        boolean lacking = enrichment != null && (enrichment.status() == Status.FAIL || enrichment.numbers().containsKey("failed")
            || enrichment.numbers().containsKey("errors"));
        return lacking && trace.job.status().equals("completed") ? found(enrichment.summary(), enrichment.quotes()) : nothing();
    }
}
