/** Spec step 4, stage 2. Whoever could not be looked up is left without phones, and the closing line claims success. */
class IdiCoreEnrichment extends Stage {
    /** Seconds that retries may cost for 200 people: the stage's own typical time at most. */
    private static final double TYPICAL = 20;

    IdiCoreEnrichment() {
        super("idiCORE Enrichment", 60);
        step("4, stage 2").jobLogs("Batch Processing").after("Pre-filtering").given("kept");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Processing batch of (?<records>\\d+) people for idiCORE lookup(?: using (?<threads>\\d+) threads)?",
            "idiCORE enrichment started for (?<records>\\d+) records");
        ends("Parallel API calls completed: \\d+ people, (?<phones>\\d+) phones found", "Cache lookup complete: \\d+ hits, 0 misses",
            "All people found in cache, no API calls needed",
            "idiCORE enrichment completed: \\d+ records, (?<phones>\\d+) phones found, (?<calls>\\d+) API calls, took (?<took>[\\d.]+)s")
            .counts("lookedUp");
        shows("Cache lookup complete: (?<hits>\\d+) hits", "Making API calls for (?<calls>\\d+) uncached people");
        shows("Attempt \\d+/\\d+ failed: .{0,400}Retrying in (?<waited>[\\d.]+)s").counts("retries").inTurn();
        breaks("Error looking up phones for ", "Error processing individual (?:person|request for) ", "Circuit breaker open for ").counts("failed");
        shows("Circuit breaker open for ").counts("skipped");
        breaks("Failed to obtain authentication token", "Failed to get authentication token", "Auth failed with status ", "Missing IDI credentials")
            .counts("withoutToken");
        breaks("Circuit breaker OPENED", "idiCORE circuit breaker OPEN", "idiCORE error: ").counts("errors");
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+|Attempt \\d+/\\d+ failed: .{0,400}Retrying in ");
        // A cache that fails makes the job slower and dearer. Its statements come in every stage of the batches, and between them.
        harmless("Could not initialize Snowflake cache: ", "Error (?:batch )?checking Snowflake cache: ", "Error caching to Snowflake: ",
            "Error (?:loading|saving) person cache: ", "SQL execution failed: ", "Failed to connect to Snowflake: ");
        typically("5-20s").concern(60).per(200, "records").row("idiCORE");
        says("Processed {records} records").remembers("lookedUp");
        remedy("See why idiCORE did not answer.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation sight) {
        long records = sight.number("records");
        long failed = sight.visits.stream().mapToLong(IdiCoreEnrichment::failed).sum();
        double cost = sight.visits.stream().mapToDouble(visit -> visit.number("waited") / Math.max(1.0, visit.number("threads"))).sum();
        if (sight.broken()) {
            sight.put("failed", failed);
            String what = failed == 0 ? "Processed {records} records, with errors" : failed == records ? "none of {records} records was enriched"
                : "{failed} of {records} records were not enriched";
            return failed * 2 >= records ? sight.fail(what) : sight.warn(what);
        }
        return cost > TYPICAL * Math.max(1, records / 200.0) ? sight.warn("Processed {records} records; {retries} retries cost " + Times.number(cost) + "s")
            : sight.has("retries") ? sight.ok().noting(Times.count(sight.number("retries"), "retry") + " after errors such as 429, answered in the end") : sight.ok();
    }

    /** Without a token nobody of the batch is looked up; else each failure has a line of its own. */
    private static long failed(Visit visit) {
        long asked = visit.has("calls") ? visit.number("calls") : visit.number("records") - visit.number("hits");
        boolean nobody = visit.number("phones") == 0 && (visit.has("withoutToken") || visit.has("errors") && !visit.has("failed"));
        return nobody ? asked : Math.min(asked, visit.number("failed"));
    }
}
