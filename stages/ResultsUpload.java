/** Spec step 4, stage 5. "Upload Complete" is said after a refused upload too: the client's own lines decide. A job from a file uploads each batch. */
class ResultsUpload extends Stage {
    ResultsUpload() {
        super("Results Upload", 90);
        step("4, stage 5").jobLogs("Final Upload").after("Pre-filtering").given("kept");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Final Upload: Uploading ALL (?<records>\\d+) processed records", "results upload started",
            "Batch Upload: Uploading batch \\d+/\\d+ to \\S+ \\((?<records>\\d+) records\\)");
        ends("Upload Complete: Successfully stored (?<claimed>\\d+) records", "Batch Upload Complete: Batch \\d+ stored in \\S+ (?<claimed>\\d+) records",
            "results upload completed: (?<claimed>\\d+) records saved, took (?<took>[\\d.]+)s", "Upload Warning: Upload may have failed");
        shows("Bulk upload complete: (?<loaded>\\d+) rows loaded, (?<errors>\\d+) errors",
            "Stored batch of (?<inserted>\\d+) records \\(standard method\\)");
        shows("Falling back to standard INSERT method").counts("fallback");
        // Before the file is made a table is prepared, and caches ask too: what they failed at is told by the numbers.
        shows("SQL execution failed: ", "Failed to connect to Snowflake: ", "Bulk upload failed: ", "Failed to store batch - ", "Error storing batch: ")
            .counts("refused").inTurn();
        breaks("SQL execution failed: ").counts("notStaged").onlyBetween("Created temp file ", "Staged file |Bulk upload complete: |Falling back to ");
        breaks("Upload Warning: Upload may have failed", "Cannot store results - not connected", "results upload failed", "Error uploading").counts("stopped");
        typically("1-5s").concern(30).row("Upload");
        says("{saved} records saved").computes("saved", "lost").stores("saved", "loaded", "inserted");
        remedy("See what Snowflake refused.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation sight) {
        sight.put("saved", sight.visits.stream().mapToLong(ResultsUpload::saved).sum());
        long expected = Math.max(sight.number("records"), sight.number("claimed"));
        long lost = expected - sight.number("saved");
        if (lost > 0 || sight.number("records") == 0 && sight.broken()) {
            sight.put("lost", lost);
            return sight.fail("{lost} of " + expected + " records were not saved").quoting(sight.seen().stream()
                .filter(line -> sight.breaks.contains(line) || line.error()).toList());
        }
        return sight.has("fallback") ? sight.ok().noting("the bulk upload failed; all was stored by INSERT") : sight.ok();
    }

    /** What a part of the upload claims is only believed where nothing contradicts it. */
    private static long saved(Visit part) {
        return part.has("inserted") || part.has("fallback") ? part.number("inserted")
            : part.has("notStaged") || part.has("stopped") ? 0
            : part.has("loaded") ? part.number("loaded") : part.has("refused") ? 0 : part.number("claimed");
    }
}
