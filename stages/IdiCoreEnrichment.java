/** Spec step 4, stage 2. Whoever could not be looked up is left without phones, and the closing line claims success. */
class IdiCoreEnrichment extends PipelineStage {
    IdiCoreEnrichment() {
        super("idiCORE Enrichment", 60);
        step("4, stage 2").after(PreFiltering.class).needs("kept").jobLogs("Batch Processing").remembers("lookedUp").inBatches();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Processing batch of (?<records>\\d+) people for idiCORE lookup(?: using (?<threads>\\d+) threads)?",
            "idiCORE enrichment started for (?<records>\\d+) records");
        ends("Parallel API calls completed: \\d+ people, (?<phones>\\d+) phones found", "Cache lookup complete: \\d+ hits, 0 misses",
            "All people found in cache, no API calls needed",
            "idiCORE enrichment completed: \\d+ records, (?<phones>\\d+) phones found, (?<calls>\\d+) API calls, took (?<took>[\\d.]+)s")
            .countedAs("lookedUp");
        details("Cache lookup complete: (?<hits>\\d+) hits", "Making API calls for (?<calls>\\d+) uncached people");
        retries("Attempt \\d+/\\d+ failed: .{0,400}Retrying in (?<waited>[\\d.]+)s");
        // By the reason alone, after a person's name, which can hold any word.
        fails("Error looking up phones for (?:[^:]{0,200}: )?", "Error processing individual (?:person|request for) (?:[^:]{0,200}: )?").countedAs("failed");
        // What opened the circuit breaker is the cause, not that it is open.
        fails("Circuit breaker open for ").countedAs("failed");
        details("Circuit breaker open for ").countedAs("skipped");
        fails("Failed to obtain authentication token", "Failed to get authentication token", "Auth failed with status ", "Missing IDI credentials")
            .countedAs("withoutToken").because(Cause.ofTokens("idiCORE"));
        fails("Circuit breaker OPENED", "idiCORE circuit breaker OPEN").countedAs("errors").named("breakerOpened");
        fails("idiCORE error: ").countedAs("errors");
        causes(Cause.ofCalls("idiCORE"));
        typical(5, 20).warnAfter(60).scaledBy(200, "records").performanceRow("idiCORE");
        whenOk("Processed {records} records");
        resolution("See why idiCORE did not answer.", "docker compose logs celery-worker");
    }

    @Override
    Finding judgeBroken(Observation observed) {
        long records = observed.number("records");
        long failed = observed.sum("failed", IdiCoreEnrichment::failed);
        String what = failed == 0 ? "Processed {records} records, with errors" : failed == records ? "none of {records} records was enriched"
            : "{failed} of {records} records were not enriched";
        return failed * 2 >= records ? observed.fail(what) : observed.warn(what);
    }

    /** Without a token nobody of the batch is looked up; else each failure has a line of its own. */
    private static long failed(Visit visit) {
        long asked = visit.has("calls") ? visit.number("calls") : visit.number("records") - visit.number("hits");
        boolean nobody = visit.number("phones") == 0 && (visit.has("withoutToken") || visit.has("errors") && !visit.has("failed"));
        return nobody ? asked : Math.min(asked, visit.number("failed"));
    }
}
