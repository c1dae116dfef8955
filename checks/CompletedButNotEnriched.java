/** Whoever idiCORE could not be asked about has no phone: nothing is scrubbed for them and nobody can call them. */
class CompletedButNotEnriched extends Check {
    CompletedButNotEnriched() {
        super("Completed but not enriched");
        detects("people without phones because idiCORE failed while the job is `completed`");
        first().cause("the application ignores idiCORE's errors for individual people");
        explains(IdiCoreEnrichment.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding enrichment = trace.finding(IdiCoreEnrichment.class);
        return !trace.claimsSuccess() || !enrichment.undone() || !enrichment.has("failed") ? nothing()
            : found(enrichment.summary(), enrichment.quotes()).as(enrichment.status()).resolution(
                Rerun.after(trace, "When idiCORE answers, take these people out of person_cache.csv in celery-worker too.",
                    "docker compose exec -T celery-worker find . -name person_cache.csv"));
    }
}
