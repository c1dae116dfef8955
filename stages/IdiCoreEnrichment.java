/** Spec step 4, stage 2. Whoever could not be looked up is left without phones, and the closing line claims success. */
class IdiCoreEnrichment extends PipelineStage {
    /** Seconds that retries may cost for 200 people: the stage's own typical time at most. */
    private static final double TYPICAL = 20;

    private static final Cause REFUSED = cause("idiCORE refused the credentials").resolution("Check idiCORE's credentials.");
    /** By the reason alone, after a person's name, which can hold any word. A 429 never opens the circuit breaker. */
    private static final Cause[] CAUSES = {
        REFUSED.where("authentication token|Auth failed|IDI credentials|401|403"),
        cause("API rate limit").where("429|Rate limit").resolution("Check the circuit breaker and the API's rate limit."),
        cause("idiCORE did not answer in time").where("timed out|[Tt]imeout").resolution("See whether idiCORE answers, and how fast."),
        cause("idiCORE could not be reached").where("Connection refused|Max retries exceeded|ConnectionError|resolve").resolution("Check the way to idiCORE."),
        cause("idiCORE answered with errors").resolution("See what idiCORE answered.")};

    IdiCoreEnrichment() {
        super("idiCORE Enrichment", 60);
        step("4, stage 2").after(PreFiltering.class).needs("kept").jobLogs("Batch Processing").remembers("lookedUp");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Processing batch of (?<records>\\d+) people for idiCORE lookup(?: using (?<threads>\\d+) threads)?",
            "idiCORE enrichment started for (?<records>\\d+) records");
        ends("Parallel API calls completed: \\d+ people, (?<phones>\\d+) phones found", "Cache lookup complete: \\d+ hits, 0 misses",
            "All people found in cache, no API calls needed",
            "idiCORE enrichment completed: \\d+ records, (?<phones>\\d+) phones found, (?<calls>\\d+) API calls, took (?<took>[\\d.]+)s")
            .countedAs("lookedUp");
        details("Cache lookup complete: (?<hits>\\d+) hits", "Making API calls for (?<calls>\\d+) uncached people");
        details("Attempt \\d+/\\d+ failed: .{0,400}Retrying in (?<waited>[\\d.]+)s").countedAs("retries").inTurn();
        fails("Error looking up phones for (?:[^:]{0,200}: )?", "Error processing individual (?:person|request for) (?:[^:]{0,200}: )?")
            .countedAs("failed").because(CAUSES);
        // What opened the circuit breaker is the cause, not that it is open.
        fails("Circuit breaker open for ").countedAs("failed");
        details("Circuit breaker open for ").countedAs("skipped");
        fails("Failed to obtain authentication token", "Failed to get authentication token", "Auth failed with status ", "Missing IDI credentials")
            .countedAs("withoutToken").because(REFUSED);
        fails("Circuit breaker OPENED", "idiCORE circuit breaker OPEN").countedAs("errors").named("breakerOpened");
        fails("idiCORE error: ").countedAs("errors").because(CAUSES);
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+|Attempt \\d+/\\d+ failed: .{0,400}Retrying in ");
        // A cache that fails makes the job slower and dearer. Its statements come in every stage of the batches, and between them.
        harmless("Could not initialize Snowflake cache: ", "Error (?:batch )?checking Snowflake cache: ", "Error caching to Snowflake: ",
            "Error (?:loading|saving) person cache: ", "SQL execution failed: ", "Failed to connect to Snowflake: ");
        typical("5-20s").warnAfter(60).scaledBy(200, "records").performanceRow("idiCORE");
        whenOk("Processed {records} records");
        resolution("See why idiCORE did not answer.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        long records = observed.number("records");
        long failed = observed.visits.stream().mapToLong(IdiCoreEnrichment::failed).sum();
        double cost = observed.visits.stream().mapToDouble(visit -> visit.number("waited") / Math.max(1.0, visit.number("threads"))).sum();
        if (observed.broken()) {
            observed.put("failed", failed);
            String what = failed == 0 ? "Processed {records} records, with errors" : failed == records ? "none of {records} records was enriched"
                : "{failed} of {records} records were not enriched";
            return failed * 2 >= records ? observed.fail(what) : observed.warn(what);
        }
        return cost > TYPICAL * Math.max(1, records / 200.0) ? observed.warn("Processed {records} records; {retries} retries cost " + Times.number(cost) + "s")
            : observed.has("retries") ? observed.ok().noting(Times.count(observed.number("retries"), "retry") + " after errors such as 429, answered in the end") : observed.ok();
    }

    /** Without a token nobody of the batch is looked up; else each failure has a line of its own. */
    private static long failed(Visit visit) {
        long asked = visit.has("calls") ? visit.number("calls") : visit.number("records") - visit.number("hits");
        boolean nobody = visit.number("phones") == 0 && (visit.has("withoutToken") || visit.has("errors") && !visit.has("failed"));
        return nobody ? asked : Math.min(asked, visit.number("failed"));
    }
}
