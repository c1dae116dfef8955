/** Spec step 4, stage 5. "Upload Complete" is said after a refused upload too: the client's own lines decide. A job from a file uploads each batch. */
class ResultsUpload extends PipelineStage {
    ResultsUpload() {
        super("Results Upload", 90);
        step("4, stage 5").after(PreFiltering.class).needs("kept").jobLogs("Final Upload").stores("saved", "loaded", "inserted").judgesFailures();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Final Upload: Uploading ALL (?<records>\\d+) processed records", "results upload started",
            "Batch Upload: Uploading batch \\d+/\\d+ to \\S+ \\((?<records>\\d+) records\\)");
        ends("Upload Complete: Successfully stored (?<claimed>\\d+) records", "Batch Upload Complete: Batch \\d+ stored in \\S+ (?<claimed>\\d+) records",
            "results upload completed: (?<claimed>\\d+) records saved, took (?<took>[\\d.]+)s", "Upload Warning: Upload may have failed");
        details("Bulk upload complete: (?<loaded>\\d+) rows loaded, (?<errors>\\d+) errors",
            "Stored batch of (?<inserted>\\d+) records \\(standard method\\)");
        details("Falling back to standard INSERT method").countedAs("fallback");
        // Before the file is made a table is prepared, and caches ask too: what they failed at is told by the numbers.
        details("SQL execution failed: ", "Failed to connect to Snowflake: ", "Bulk upload failed: ", "Failed to store batch - ", "Error storing batch: ")
            .countedAs("refused").inTurn();
        fails("SQL execution failed: ").countedAs("notStaged").onlyBetween("Created temp file ", "Staged file |Bulk upload complete: |Falling back to ");
        fails("Upload Warning: Upload may have failed", "Cannot store results - not connected", "results upload failed", "Error uploading").countedAs("stopped");
        causes(cause("a worker process opens its upload connection once, and never again")
            .where("\\b(?:390114|390111|390112|08003)\\b|oken has expired|ession no longer exists|onnection is closed"));
        typical(1, 5).warnAfter(30).performanceRow("Upload");
        whenOk("{saved} records saved").computes("saved", "lost");
        resolution("See what Snowflake refused.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        long expected = Math.max(observed.number("records"), observed.number("claimed"));
        long lost = expected - observed.sum("saved", ResultsUpload::saved);
        if (lost > 0 || observed.number("records") == 0 && observed.broken()) {
            observed.put("lost", lost);
            return observed.fail("{lost} of " + expected + " records were not saved").quoting(observed.complaints());
        }
        return observed.has("fallback") ? observed.ok().noting("the bulk upload failed; all was stored by INSERT") : observed.ok();
    }

    /** What a part of the upload claims is only believed where nothing contradicts it. */
    private static long saved(Visit part) {
        return part.has("inserted") || part.has("fallback") ? part.number("inserted")
            : part.has("notStaged") || part.has("stopped") ? 0
            : part.has("loaded") ? part.number("loaded") : part.has("refused") ? 0 : part.number("claimed");
    }
}
