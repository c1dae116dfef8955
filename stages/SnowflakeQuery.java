/** Spec step 4, stage 1. A query that fails ends in "0 records" and a completed job: the error stands some lines above. */
class SnowflakeQuery extends Stage {
    SnowflakeQuery() {
        super("Snowflake Query", 40);
        step("4, stage 1").jobLogs("SQL Execution");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Database Connections: ", "Connecting to Snowflake account", "SQL Optimization: ", "SQL Execution: ", "Snowflake query started");
        ends("Snowflake query returned (?<records>\\d+) records in (?<took>[\\d.]+)s");
        ends("SQL executed successfully, returned (?<records>\\d+) rows").onlyAfter("SQL Execution: Executing");
        // Where only job_logs are left, this step is what comes after the query.
        ends("Data Filtering: Retrieved ");
        breaks("SQL execution failed: ", "SQL compilation error", "Query optimization failed: ", "Snowflake query failed");
        breaks("Failed to connect to Snowflake").counts("refused");
        once();
        typically("1-5s").concern(30).row("Snowflake");
        says("Retrieved {records} records");
        remedy("Check the script's syntax, and run it in Snowflake.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        return sight.has("refused") ? sight.fail("no connection to Snowflake") : sight.broken() ? sight.fail("the query failed") : sight.ok();
    }
}
