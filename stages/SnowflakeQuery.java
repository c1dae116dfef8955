/** Spec step 4, stage 1. A query that fails ends in "0 records" and a completed job: the error stands some lines above. A job from a file reads that. */
class SnowflakeQuery extends PipelineStage {
    private static final Cause REFUSED = cause("Snowflake refused the connection").resolution("Check the credentials and the way to Snowflake.");

    SnowflakeQuery() {
        super("Snowflake Query", 40);
        step("4, stage 1").jobLogs("SQL Execution").once().judgesFailures();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Database Connections: ", "Connecting to Snowflake account", "SQL Optimization: ", "SQL Execution: ", "Snowflake query started",
            "File Source: ", "File Processing: Reading file: ");
        ends("Snowflake query returned (?<records>\\d+) records in (?<took>[\\d.]+)s", "File Processing: Read (?<fileRows>(?<records>\\d+)) rows from file");
        ends("SQL executed successfully, returned (?<records>\\d+) rows").onlyAfter("SQL Execution: Executing");
        // Where only job_logs are left, this step is what comes after the query.
        ends("Data Filtering: (?:Retrieved|All records already processed) ");
        fails("SQL execution failed: ", "Snowflake query failed");
        fails("SQL compilation error").because("invalid SQL script");
        fails("(?:Query optimization failed: )?Query returned no results").countedAs("selectsNothing").because(
            cause("its tables are empty, or its conditions fit no row").resolution("Run the script in Snowflake."));
        fails("Query optimization failed: ").named("passedOn");
        fails("FileSource \\S+ not found", "File is empty or could not be read").countedAs("withoutFile").because(
            cause("the uploaded file is gone, empty or not of a known form").resolution("Upload the file again, and start a job from it."));
        fails("Failed to connect to Snowflake").countedAs("refused").because(REFUSED);
        causes(cause("invalid SQL script").where("compilation error"), REFUSED.where("250001"),
            cause("the query took longer than Snowflake allows").where("timeout|57014").resolution("Make the query smaller, or its warehouse larger."));
        details("SQL executed successfully, returned ").inTurn().named("answers");
        forChecks("Column Detection: Found address column: (?!'Address'$)").named("otherAddressColumn");
        typical(1, 5).warnAfter(30).performanceRow("Snowflake");
        whenOk("Retrieved {records} records");
        resolution("Check the script's syntax, and run it in Snowflake.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        if (observed.has("records") || !observed.broken()) {
            return observed.has("fileRows") ? observed.ok("Read {records} rows from the file") : observed.ok();
        }
        // An answer after it shows that what failed was a cache's; what the engine makes of an error is not the error.
        Message cause = observed.decisiveFailure(observed.lines("answers"), observed.lines("passedOn"));
        return observed.fail(observed.lines("refused").contains(cause) ? "no connection to Snowflake"
            : observed.has("withoutFile") ? "the file could not be read"
            : observed.lines("selectsNothing").contains(cause) ? "the script selects nothing" : "the query failed").quoting(cause);
    }
}
