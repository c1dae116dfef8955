/** Spec step 4, stage 1. A query that fails ends in "0 records" and a completed job: the error stands some lines above. A job from a file reads that. */
class SnowflakeQuery extends Stage {
    SnowflakeQuery() {
        super("Snowflake Query", 40);
        step("4, stage 1").jobLogs("SQL Execution");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Database Connections: ", "Connecting to Snowflake account", "SQL Optimization: ", "SQL Execution: ", "Snowflake query started",
            "File Source: ", "File Processing: Reading file: ");
        ends("Snowflake query returned (?<records>\\d+) records in (?<took>[\\d.]+)s", "File Processing: Read (?<fileRows>\\d+) rows from file");
        ends("SQL executed successfully, returned (?<records>\\d+) rows").onlyAfter("SQL Execution: Executing");
        // Where only job_logs are left, this step is what comes after the query.
        ends("Data Filtering: (?:Retrieved|All records already processed) ");
        breaks("SQL execution failed: ", "SQL compilation error", "Snowflake query failed");
        breaks("(?:Query optimization failed: )?Query returned no results").counts("selectsNothing");
        breaks("Query optimization failed: ");
        breaks("FileSource \\S+ not found", "File is empty or could not be read").counts("withoutFile");
        breaks("Failed to connect to Snowflake").counts("refused");
        harmless("Large result set \\(");
        once();
        typically("1-5s").concern(30).row("Snowflake");
        says("Retrieved {records} records");
        remedy("Check the script's syntax, and run it in Snowflake.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        if (sight.has("fileRows")) {
            sight.put("records", sight.number("fileRows"));
            return sight.ok("Read {records} rows from the file");
        }
        // What failed before the rows came was another connection, such as a cache's.
        return sight.has("records") ? sight.ok()
            : sight.has("refused") ? sight.fail("no connection to Snowflake")
            : sight.has("withoutFile") ? sight.fail("the file could not be read")
            : sight.breaks.stream().allMatch(line -> line.text.contains("Query returned no results")) && sight.broken() ? sight.fail("the script selects nothing")
            : sight.broken() ? sight.fail("the query failed") : sight.ok();
    }
}
