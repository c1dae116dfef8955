import java.util.List;
import java.util.Locale;

/** The real form: what the worker process says of the engine's steps. The stages of a batch and the upload have files of their own. */
final class EngineLines extends AttemptLines {
    static final String[] NAMES = {"Tom Error", "Ann Failed", "Jo Warning", "Max Traceback", "Lee O'Neil", "Eve Retry"};
    private static final int BATCH = 200;
    /** A person a line: more of them would tell no more. */
    private static final int MANY_FAILURES = 60;

    EngineLines(History history, ModelRun run, long from) {
        super(history, run, from);
    }

    /** A step of the engine: its own line, a row of job_logs and an event. */
    ModelLine step(String text) {
        ModelLine line = say("ETL.ETLEngine", "INFO", "📋 " + text);
        line.step = true;
        long at = clock;
        clock += 2;
        event("job_log", "{'level': 'INFO', 'message': '📋 " + text + "'}");
        clock = at + 3;
        return line;
    }

    void event(String kind, String data) {
        if (history.outage(clock)) {
            say("ETL.JobEvents", "ERROR", "Failed to emit job event: Error 111 connecting to redis:6379. Connection refused.");
        } else {
            say("ETL.JobEvents", "INFO", "Job event: " + kind + " for job " + job.id + ": " + data);
        }
        clock++;
    }

    /** One of the Snowflake client's lines, which come wherever anything uses it. */
    ModelLine executed(long rows) {
        return say("ETL.Snowflake", "INFO", "✅ SQL executed successfully, returned " + rows + " rows");
    }

    ModelLine sqlFailed(String what) {
        return say("ETL.Snowflake", "ERROR", "❌ SQL execution failed: " + what);
    }

    void connect() {
        say("ETL.Snowflake", "INFO", "Connecting to Snowflake account: p1lending-etl");
        pass(50, 900);
        say("ETL.Snowflake", "INFO", "✅ Successfully connected to Snowflake!");
        pass(2, 30);
    }

    /**
     * A cache in Snowflake at work: a SELECT or MERGE for each person or phone, of which a few stand for all. What fails
     * here costs nobody anything.
     */
    void cache(String what, int most) {
        for (int statement = luck.nextInt(most + 1); statement > 0; statement--) {
            executed(luck.nextInt(2));
            pass(0, 20);
        }
        if (luck.nextInt(job.cacheFails ? 3 : 60) == 0) {
            sqlFailed("000604 (57014): 01b1c2d3-0000-4e5f-0000-0001" + (1_000 + luck.nextInt(9_000)) + ": SQL execution canceled"
                + (luck.nextBoolean() ? "\nstatement: MERGE INTO PERSON_CACHE" : ""));
            pass(0, 10);
            say("ETL." + what, "WARNING", luck.nextBoolean() ? "Error caching to Snowflake: SQL execution returned None"
                : "Error batch checking Snowflake cache: 'NoneType' object is not iterable");
            pass(0, 10);
        }
    }

    @Override
    void opening() {
        pass(5, 2_000);
    }

    @Override
    void stages() {
        String id = history.fullIds ? "ID: " + job.id : job.id + ": ETL_RESULTS_" + job.task.substring(0, 8).toUpperCase(Locale.ROOT);
        say("ETL.Tasks", "INFO", "Generated table_id for job " + id);
        pass(5, 20);
        say("ETL.Tasks", "INFO", "Updated job " + job.id + " status to running");
        pass(1, 10);
        say("ETL.Tasks", "INFO", "Executing Snowflake-based ETL job " + job.id);
        pass(1, 20);
        constructors();
        say("ETL.ETLEngine", "INFO", "🚀 Starting ETL job");
        pass(1, 20);
        step("Database Connections: Establishing connections").begins("snowflake");
        pass(2, 30);
        connect();
        if (job.trouble.equals("ccc blacklist")) {
            say("ETL.ETLEngine", "WARNING", "Failed to load blacklist: connection already closed. Continuing without blacklist filtering.")
                .breaks("ccc");
            pass(1, 10);
        }
        step("SQL Optimization: Building filtered query for " + job.script);
        pass(5, 300);
        if (!probe()) {
            return;
        }
        step("SQL Execution: Executing optimized query with filtering");
        pass(200, 6_000);
        if (job.trouble.equals("query")) {
            queryError("000630 (57014): 01b1c2d3-0000-4e5f-0000-00012345:"
                + " Statement reached its statement or warehouse timeout of 60 second(s)\nand was canceled.");
            pass(5, 20);
            step("Data Filtering: All records already processed (0 new records)");
            pass(3, 30);
            completes(new Totals());
            return;
        }
        records();
    }

    /** What the clients say when they are made. An error of the DNC list here disables nothing: the look-ups decide. */
    private void constructors() {
        if (job.trouble.equals("dnc missing")) {
            say("ETL.DNCChecker", "WARNING", "DNC database not found at /app/data/dnc.db. DNC checking will be disabled.");
            pass(1, 10);
        } else if (job.trouble.equals("dnc verify") || luck.nextInt(40) == 0) {
            say("ETL.DNCChecker", "ERROR", "Error verifying DNC database: database is locked. DNC checking will be disabled.");
            pass(1, 10);
        }
    }

    /** One row is selected to see the columns; false where the job fails there. */
    private boolean probe() {
        if (job.fate == ModelJob.Fate.FAILS && !job.trouble.equals("nobody")) {
            if (luck.nextInt(3) == 0) {
                executed(0);
            } else {
                queryError("001003 (42000): 01b1c2d3-0000-4e5f-0000-00012345: SQL compilation error:\n"
                    + "syntax error line 3 at position 14 unexpected 'FORM'.");
            }
            pass(1, 5);
            fails("Query optimization failed: Query returned no results - cannot detect columns").breaks("snowflake");
            return false;
        }
        executed(1);
        pass(1, 10);
        step("Column Detection: Found address column: 'Address'");
        pass(1, 10);
        return true;
    }

    private void queryError(String what) {
        StringBuilder text = new StringBuilder(what);
        if (history.splits) {
            while (text.length() < 5_000 + luck.nextInt(4_000)) {
                text.append("\n  AND l.LEAD_ID NOT IN (SELECT LEAD_ID FROM PROCESSED_LEADS WHERE CAMPAIGN = 'C")
                    .append(luck.nextInt(99_999)).append("')");
            }
        }
        sqlFailed(text.toString()).breaks("snowflake");
    }

    /** What the main query returned, and those of them who have a name. */
    private void records() {
        int left = run.left();
        boolean none = left < 0 ? luck.nextInt(15) == 0 : left == 0;
        int named = left >= 0 ? left : (job.batches - 1) * BATCH + 1 + luck.nextInt(BATCH);
        if (job.trouble.startsWith("idi") && !job.trouble.equals("idi some")) {
            named = Math.min(named, MANY_FAILURES);
        }
        int nameless = job.fate != ModelJob.Fate.RETRIES && luck.nextInt(6) == 0 ? 1 + luck.nextInt(40) : 0;
        int returned = none ? 0 : job.trouble.equals("nobody") ? nameless + 1 : named + nameless;
        run.named = none ? 0 : named;
        executed(returned).number("snowflake records", returned).ends("snowflake").begins("prefilter");
        pass(1, 5);
        if (none) {
            step("Data Filtering: All records already processed (0 new records)").ends("prefilter");
            pass(3, 30);
            completes(new Totals());
            return;
        }
        if (luck.nextInt(3) == 0) {
            say("ETL.Snowflake", "INFO", "Sample of the result:\n+---------+------------+\n"
                + "| LEAD_ID | FIRST_NAME |\n+---------+------------+\n| 10" + luck.nextInt(99)
                + "    | Tom        |\n" + (history.splits ? "| 1234567 | Max        |\n".repeat(200) : "") + "+---------+------------+");
            pass(1, 400);
        }
        step("Data Filtering: Retrieved " + returned + " unprocessed records in " + decimal(clock - begun, 2) + "s")
            .number("prefilter kept", returned);
        pass(3, 10);
        event("job_progress", "{'progress': 10, 'message': '" + returned + " new records'}");
        if (job.trouble.equals("nobody")) {
            step("Data Validation: Filtered " + returned + " records with missing names (0 valid of " + returned + " returned)");
            pass(1, 5);
            fails("No valid person data found for idiCORE lookup");
            return;
        }
        if (nameless > 0) {
            step("Data Validation: Filtered " + nameless + " records with missing names (" + named + " valid of " + returned + " returned)");
            pass(1, 5);
        }
        if (luck.nextInt(4) == 0 && job.other.created < clock) {
            pass(1, 10);
            say("ETL.ETLEngine", "INFO", "Skipping leads that job " + job.other.id + " has delivered");
        }
        pass(3, 30);
        batches(named, returned);
    }

    private void batches(int named, int returned) {
        int count = (named + BATCH - 1) / BATCH;
        step("Batch Processing: Processing " + named + " records in " + count + " batches of " + BATCH);
        pass(3, 30);
        Totals totals = new Totals();
        totals.named = named;
        totals.total = returned;
        BatchLines stages = new BatchLines(this);
        for (int number = 1; number <= count; number++) {
            int first = (number - 1) * BATCH + 1;
            int people = Math.min(BATCH, named - first + 1);
            ModelLine line = step("Batch Processing: Processing batch " + number + "/" + count
                + " - Records " + first + " to " + (first + people - 1));
            if (number == 1) {
                line.ends("prefilter");
            }
            pass(3, 30);
            ModelBatch batch = new ModelBatch(luck, people, job.kind(luck));
            stages.all(batch, number == 1);
            run.lookedUp.add(new long[] {clock, people});
            totals.add(batch.people);
            for (int row = luck.nextInt(3); row > 0; row--) {
                pass(1, 10);
                event("row_processed", "{'lead_id': '" + luck.nextInt(99_999) + "', 'name': '" + NAMES[luck.nextInt(NAMES.length)]
                    + "', 'address': '12 Failed Street, Columbus', 'email': 'tom.error@example.com',"
                    + " 'phones': ['6145550100'], 'litigator': False, 'dnc': True}");
            }
            pass(1, 10);
            event("batch_progress", "{'current_batch': " + number + ", 'total_batches': " + count
                + ", 'processed': " + (first + people - 1) + ", 'total': " + named + "}");
            if (job.fate == ModelJob.Fate.ESCAPES && (number == count || luck.nextBoolean())) {
                escapes();
                return;
            }
            pass(3, 30);
        }
        step("Statistics: Total: " + returned + ", Litigator: " + totals.litigators + ", DNC: " + totals.listed
            + ", Both: " + totals.both + ", Clean: " + totals.clean());
        pass(3, 30);
        new UploadLines(this).say(returned);
        pass(1, 10);
        completes(totals);
    }

    // ---- ends --------------------------------------------------------------------------------------------------

    /** What the result holds: the row and the line of Statistics tell it. */
    static final class Totals {
        int named;
        int total;
        int litigators;
        int listed;
        int both;

        void add(List<ModelBatch.Person> people) {
            for (ModelBatch.Person person : people) {
                litigators += person.litigator ? 1 : 0;
                listed += person.listed > 0 ? 1 : 0;
                both += person.litigator && person.listed > 0 ? 1 : 0;
            }
        }

        int clean() {
            return total - (litigators + listed - both);
        }
    }

    private void completes(Totals totals) {
        say("ETL.ETLEngine", "INFO", "✅ Completed ETL job");
        duration();
        job.over = clock;
        job.outcome = "completed";
        job.totals = totals;
        event("job_complete", "{'status': 'completed', 'total': " + totals.named + "}");
        pass(1, 10);
        if (luck.nextInt(12) == 0) {
            say("ETL.NTFY", "ERROR", luck.nextBoolean() ? "NTFY sync error: timed out" : "NTFY failed: 429");
            pass(1, 10);
        }
        succeeded("{'script_name': '" + job.script + "', 'success': True, 'total': " + totals.named + "}");
    }

    /** The engine gives up; the line that says why. */
    private ModelLine fails(String error) {
        ModelLine line = say("ETL.ETLEngine", "ERROR", error);
        pass(0, 3);
        say("ETL.ETLEngine", "ERROR", "❌ Failed ETL job");
        duration();
        job.over = clock;
        job.outcome = "failed";
        job.error = error;
        event("job_error", "{'error': '" + error + "'}");
        pass(1, 10);
        succeeded("{'script_name': '" + job.script + "', 'success': False, 'error': '" + error + "'}");
        return line;
    }

    private void succeeded(String result) {
        if (!history.outage(clock)) {
            run.end = celery("INFO", "Task " + history.task(job) + " succeeded in " + decimal(clock - begun, 3) + "s: " + result);
        }
    }

    private void escapes() {
        duration();
        job.over = clock;
        job.outcome = "failed";
        job.error = TYPE_ERROR;
        event("job_error", "{'error': \"" + job.error + "\"}");
        pass(1, 10);
        if (!history.outage(clock)) {
            run.end = celery("ERROR", "Task " + history.task(job) + " raised unexpected: TypeError(\"" + job.error + "\")\n" + traceback(""));
        }
    }

    private void duration() {
        pass(0, 3);
        say("ETL.ETLEngine", "INFO", "⏱️  Job duration: 0:00:" + decimal(10_000 + (clock - begun) % 50_000, 3) + "000");
        pass(1, 10);
    }
}
