import java.util.List;

/** Spec step 4, stage 1. A query that fails ends in "0 records" and a completed job: the error stands some lines above. A job from a file reads that. */
class SnowflakeQuery extends PipelineStage {
    private static final Cause REFUSED = cause("Snowflake refused the connection").resolution("Check the credentials and the way to Snowflake.");
    private static final String INVALID = "invalid SQL script";
    private static final Cause[] CAUSES = {
        cause(INVALID).where("compilation error"),
        cause("the query took longer than Snowflake allows").where("timeout|57014").resolution("Make the query smaller, or its warehouse larger."),
        REFUSED.where("Failed to connect|250001"),
        cause("the query failed")};

    SnowflakeQuery() {
        super("Snowflake Query", 40);
        step("4, stage 1").jobLogs("SQL Execution").once();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Database Connections: ", "Connecting to Snowflake account", "SQL Optimization: ", "SQL Execution: ", "Snowflake query started",
            "File Source: ", "File Processing: Reading file: ");
        ends("Snowflake query returned (?<records>\\d+) records in (?<took>[\\d.]+)s", "File Processing: Read (?<fileRows>\\d+) rows from file");
        ends("SQL executed successfully, returned (?<records>\\d+) rows").onlyAfter("SQL Execution: Executing");
        // Where only job_logs are left, this step is what comes after the query.
        ends("Data Filtering: (?:Retrieved|All records already processed) ");
        fails("SQL execution failed: ", "Snowflake query failed").because(CAUSES);
        fails("SQL compilation error").because(INVALID);
        fails("(?:Query optimization failed: )?Query returned no results").countedAs("selectsNothing").because(
            cause("its tables are empty, or its conditions fit no row").resolution("Run the script in Snowflake."));
        fails("Query optimization failed: ").named("passedOn").because(CAUSES);
        fails("FileSource \\S+ not found", "File is empty or could not be read").countedAs("withoutFile").because(
            cause("the uploaded file is gone, empty or not of a known form").resolution("Upload the file again, and start a job from it."));
        fails("Failed to connect to Snowflake").countedAs("refused").because(REFUSED);
        details("SQL executed successfully, returned ").inTurn().named("answers");
        forChecks("Column Detection: Found address column: (?!'Address'$)").named("otherAddressColumn");
        harmless("Large result set \\(");
        typical("1-5s").warnAfter(30).performanceRow("Snowflake");
        whenOk("Retrieved {records} records");
        resolution("Check the script's syntax, and run it in Snowflake.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        if (observed.has("fileRows")) {
            observed.put("records", observed.number("fileRows"));
            return observed.ok("Read {records} rows from the file");
        }
        if (observed.has("records") || !observed.broken()) {
            return observed.ok();
        }
        // An answer after it shows that what failed was a cache's; what the engine makes of an error is not the error.
        Message cause = observed.failures().stream().filter(line -> observed.lines("answers").stream().noneMatch(answer -> answer.time.isAfter(line.time))
            && !observed.lines("passedOn").contains(line)).findFirst().orElse(observed.failures().get(observed.failures().size() - 1));
        return observed.fail(observed.lines("refused").contains(cause) ? "no connection to Snowflake"
            : observed.has("withoutFile") ? "the file could not be read"
            : observed.lines("selectsNothing").contains(cause) ? "the script selects nothing" : "the query failed").quoting(List.of(cause));
    }
}
