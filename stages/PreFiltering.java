/** Spec step 4: from the end of the main query to the first batch; for a job from a file, from its rows to its valid records. */
class PreFiltering extends Stage {
    PreFiltering() {
        super("Pre-filtering", 50);
        step("4").after("Snowflake Query").given("records");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Snowflake query returned ", "File Processing: Read \\d+ rows from file");
        begins("SQL executed successfully, returned ").onlyAfter("SQL Execution: Executing");
        ends("pre-filtering kept (?<kept>\\d+) new records", "Batch Processing: Processing batch ", "Data Filtering: Retrieved 0 unprocessed",
            "Data Ready: Processing (?<kept>\\d+) valid records");
        ends("Data Filtering: All records already processed \\(0 new records\\)").counts("nothingNew");
        shows("Data Filtering: Retrieved (?<kept>\\d+) unprocessed records", "Found (?<invalid>\\d+) validation errors",
            "Data Validation: Filtered (?<nameless>\\d+) records with missing names");
        breaks("Data Filtering: Error checking PERSON_CACHE: ").counts("unfiltered").anywhere();
        breaks("No valid person data found for idiCORE lookup").counts("nobody");
        breaks("No valid records after normalization and validation").counts("nothingValid");
        once();
        typically("0.5-2s").concern(10).row("Pre-filtering").rowWhenSlow();
        says("Filtered to {kept} new records").computes("named");
        remedy("See which records were known already.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation sight) {
        Finding query = sight.trace.finding(after);
        if (query.status() == Status.FAIL && sight.number("kept") == 0) {
            return sight.skip("not reached");
        }
        if (sight.has("nothingNew")) {
            sight.put("kept", 0);
        }
        sight.put("named", sight.number("kept") - sight.number("nameless"));
        double dropped = query.number("fileRows") - sight.number("kept");
        return sight.has("nobody") ? sight.fail("no record has a first and a last name")
            : sight.has("unfiltered") ? sight.warn("nobody was filtered out: people processed before are processed again")
            : sight.broken() ? sight.fail("no record of the file is valid")
            : sight.has("nothingNew") ? sight.ok("nothing new: all records were processed before")
            : !sight.has("kept") ? sight.unknown("no line says how many records are new")
            : query.number("fileRows") > 0 && dropped > 0 ? sight.warn("{kept} valid records, " + Times.number(dropped) + " rows of the file were dropped")
            : sight.has("nameless") ? sight.ok("Filtered to {kept} new records, {nameless} of them without a name")
            : sight.ok();
    }
}
