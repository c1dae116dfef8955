/** Spec step 4, stage 5. "Upload Complete" is said after a refused upload too: the client's own lines decide. */
class ResultsUpload extends Stage {
    ResultsUpload() {
        super("Results Upload", 90);
        step("4, stage 5").jobLogs("Final Upload").after("Pre-filtering").given("kept");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Final Upload: Uploading ALL (?<records>\\d+) processed records", "results upload started");
        ends("Upload Complete: Successfully stored (?<claimed>\\d+) records",
            "results upload completed: (?<claimed>\\d+) records saved, took (?<took>[\\d.]+)s");
        shows("Bulk upload complete: (?<loaded>\\d+) rows loaded, (?<errors>\\d+) errors");
        breaks("SQL execution failed: ", "[Uu]pload failed", "Error uploading");
        typically("1-5s").concern(30).row("Upload");
        says("{saved} records saved");
        remedy("Store the results again when Snowflake takes them.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        sight.put("saved", sight.has("loaded") ? sight.number("loaded") : sight.broken() ? 0 : sight.number("claimed"));
        long expected = sight.has("records") ? sight.number("records") : sight.number("claimed");
        long lost = Math.max(sight.number("errors"), expected - sight.number("saved"));
        if (sight.broken() || lost > 0) {
            sight.put("lost", lost);
            Finding failed = sight.fail("{lost} of " + Math.max(sight.number("records"), sight.number("claimed")) + " records were not saved");
            return sight.broken() ? failed : failed.quoting(sight.shows);
        }
        return sight.ok();
    }
}
