/** Spec step 7: what the job's lines in all services call an error, tracebacks whole. A level is a level; a word in a name is none. */
class ErrorAnalysis extends Stage {
    ErrorAnalysis() {
        super("Error Analysis", 130);
        step("7").hideWhenOk().summary();
        runs("docker compose logs");
        harmless("Failed to send NTFY ", "NTFY sync error: ", "NTFY failed: ", "Connection from pool was stale", "Error returning connection to pool: ",
            "Large result set \\(");
        // A cache that fails makes the job slower and dearer. Its statements come in every stage of the batches, and between them.
        harmless("Could not initialize Snowflake cache: ", "Error (?:batch )?checking Snowflake cache: ", "Error caching to Snowflake: ",
            "Error (?:loading|saving) (?:person|phone) cache: ", "SQL execution failed: ", "Failed to connect to Snowflake: ");
        whenOk("no errors").computes("errors", "tracebacks", "harmless", "unrecognised");
        resolution("Read the errors of the job.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        for (Message message : Findings.openErrors(observed.trace)) {
            observed.takeFailure(message, "errors");
            if (message.text.contains("Traceback (most recent call last)")) {
                observed.takeFailure(message, "tracebacks");
            }
        }
        observed.put("harmless", Observation.count(observed.trace.harmless));
        observed.put("unrecognised", Observation.count(observed.trace.unrecognised));
        if (observed.broken()) {
            return observed.warn(Times.count(observed.number("errors"), "error")
                + (observed.has("tracebacks") ? ", " + Times.count(observed.number("tracebacks"), "traceback") : ""));
        }
        return observed.missingLog() == null ? observed.ok() : observed.unknown("not every log could be read");
    }
}
