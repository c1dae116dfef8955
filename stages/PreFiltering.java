/** Spec step 4: from the end of the main query to the first batch. */
class PreFiltering extends Stage {
    PreFiltering() {
        super("Pre-filtering", 50);
        step("4").after("Snowflake Query").given("records");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Snowflake query returned ");
        begins("SQL executed successfully, returned ").onlyAfter("SQL Execution: Executing");
        ends("pre-filtering kept (?<kept>\\d+) new records", "Batch Processing: Processing batch ", "Data Filtering: Retrieved 0 unprocessed");
        shows("Data Filtering: Retrieved (?<kept>\\d+) unprocessed records");
        once();
        typically("0.5-2s").concern(10).row("Pre-filtering").rowWhenSlow();
        says("Filtered to {kept} new records");
        remedy("See which records were known already.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        Finding query = sight.trace.finding(after);
        return query != null && query.status() == Status.FAIL && sight.number("kept") == 0 ? sight.skip("not reached")
            : sight.has("kept") ? sight.ok() : sight.unknown("no line says how many records are new");
    }
}
