import java.util.List;

/** Spec step 4, stage 1. A query that fails ends in "0 records" and a completed job: the error stands some lines above. A job from a file reads that. */
class SnowflakeQuery extends PipelineStage {
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
        fails("SQL execution failed: ", "SQL compilation error", "Snowflake query failed");
        fails("(?:Query optimization failed: )?Query returned no results").countedAs("selectsNothing");
        fails("Query optimization failed: ");
        fails("FileSource \\S+ not found", "File is empty or could not be read").countedAs("withoutFile");
        fails("Failed to connect to Snowflake").countedAs("refused");
        details("SQL executed successfully, returned ").inTurn();
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
        Message cause = observed.failures.stream().filter(line -> observed.details.stream().noneMatch(answer -> answer.time.isAfter(line.time))
            && !line.text.contains("Query optimization failed")).findFirst().orElse(observed.failures.get(observed.failures.size() - 1));
        return observed.fail(cause.text.contains("Failed to connect") ? "no connection to Snowflake"
            : observed.has("withoutFile") ? "the file could not be read"
            : cause.text.contains("returned no results") ? "the script selects nothing" : "the query failed").quoting(List.of(cause));
    }
}
