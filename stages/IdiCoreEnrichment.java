/** Spec step 4, stage 2. Whoever could not be looked up is left without phones, and the closing line claims success. */
class IdiCoreEnrichment extends Stage {
    /** So many people and not one phone: not credible, whatever the log claims. */
    private static final int SURELY_SOME = 10;

    IdiCoreEnrichment() {
        super("idiCORE Enrichment", 60);
        step("4, stage 2").jobLogs("Batch Processing").after("Pre-filtering").given("kept");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Processing batch of (?<records>\\d+) people for idiCORE lookup", "idiCORE enrichment started for (?<records>\\d+) records");
        ends("Parallel API calls completed: \\d+ people, (?<phones>\\d+) phones found", "Cache lookup complete: \\d+ hits, 0 misses",
            "idiCORE enrichment completed: \\d+ records, (?<phones>\\d+) phones found, (?<calls>\\d+) API calls, took (?<took>[\\d.]+)s");
        shows("Cache lookup complete: (?<hits>\\d+) hits", "Making API calls for (?<calls>\\d+) uncached people");
        shows("Attempt \\d+/\\d+ failed").counts("retries");
        breaks("Error looking up phones for ", "Circuit breaker open for ").counts("failed");
        shows("Circuit breaker open for ").counts("skipped");
        breaks("Failed to obtain authentication token", "Circuit breaker OPENED", "idiCORE circuit breaker OPEN", "idiCORE error: ");
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+");
        typically("5-20s").concern(60).per(200, "records").row("idiCORE");
        says("Processed {records} records");
        remedy("Check the circuit breaker and the API's rate limit.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        long records = sight.number("records");
        long failed = Math.min(records, sight.number("failed"));
        boolean nobody = sight.number("phones") == 0 && sight.number("hits") == 0;
        if (records > 0 && failed == records || sight.broken() && nobody) {
            return sight.fail(failed > 0 && failed < records ? "not one phone was found for {records} records, {failed} look-ups failed"
                : "nobody of {records} records was enriched");
        }
        if (failed > 0) {
            return sight.warn("Processed {records} records, " + failed + " of them not enriched");
        }
        if (sight.broken()) {
            sight.put("errors", sight.breaks.size());
            return sight.warn("Processed {records} records, with errors");
        }
        return nobody && records >= SURELY_SOME ? sight.warn("not one phone was found for {records} records") : sight.ok();
    }
}
