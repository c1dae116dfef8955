/** Spec step 4: from the end of the main query to the first batch; for a job from a file, from its rows to its valid records. */
class PreFiltering extends PipelineStage {
    PreFiltering() {
        super("Pre-filtering", 50);
        step("4").after(SnowflakeQuery.class).needs("records").once().announcesBatches("Batch Processing: Processing batch (\\d+)/(\\d+)").judgesFailures();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Snowflake query returned ", "File Processing: Read \\d+ rows from file");
        begins("SQL executed successfully, returned ").onlyAfter("SQL Execution: Executing");
        ends("pre-filtering kept (?<kept>\\d+) new records", "Batch Processing: Processing batch ", "Data Filtering: Retrieved 0 unprocessed",
            "Data Ready: Processing (?<kept>\\d+) valid records");
        ends("Data Filtering: All records already processed \\(0 new records\\)").countedAs("nothingNew");
        details("Data Filtering: Retrieved (?<kept>\\d+) unprocessed records", "Found (?<invalid>\\d+) validation errors",
            "Data Validation: Filtered (?<nameless>\\d+) records with missing names");
        fails("Data Filtering: Error checking PERSON_CACHE: ").countedAs("unfiltered").outOfTurn();
        fails("No valid person data found for idiCORE lookup").countedAs("nobody");
        fails("No valid records after normalization and validation").countedAs("nothingValid");
        typical(0.5, 2).warnAfter(10).performanceRow("Pre-filtering").onlyWhenSlow();
        whenOk("Filtered to {kept} new records").computes("named");
        resolution("See which records were known already.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        Finding query = observed.trace.finding(after);
        if (query.status() == Status.FAIL && observed.number("kept") == 0) {
            return observed.skip("not reached");
        }
        if (observed.has("nothingNew")) {
            observed.put("kept", 0);
        }
        observed.put("named", observed.number("kept") - observed.number("nameless"));
        double dropped = query.number("fileRows") - observed.number("kept");
        return observed.has("nobody") ? observed.fail("no record has a first and a last name")
            : observed.has("unfiltered") ? observed.warn("nobody was filtered out: people processed before are processed again")
            : observed.broken() ? observed.fail("no record of the file is valid")
            : observed.has("nothingNew") ? observed.ok("nothing new: all records were processed before")
            : !observed.has("kept") ? observed.unknown("no line says how many records are new")
            : query.number("fileRows") > 0 && dropped > 0 ? observed.warn("{kept} valid records, " + Times.number(dropped) + " rows of the file were dropped")
            : observed.has("nameless") ? observed.ok("Filtered to {kept} new records, {nameless} of them without a name")
            : observed.ok();
    }
}
