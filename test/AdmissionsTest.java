import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * One healthy job of the real system, changed in one way at a time: each line by which the application admits that it did not
 * do its work, each legitimate end, and near misses of both. What must be said of each comes from the system's facts.
 */
class AdmissionsTest {
    private static final String ERROR = "ERROR";
    private static final String WARNING = "WARNING";
    private static final String INFO = "INFO";
    private static final String CCC = "Litigator Check: Checking 40 phones";
    private static final String CCC_END = "Litigator check completed: 40/40";
    private static final String DNC = "DNC Check: Checking 70 phones";
    private static final String DNC_END = "(70 successful checks)";
    private static final String CALLS = "Making API calls for 39 ";
    private static final String UPLOAD = "Final Upload: ";
    private static final String START = "🚀 Starting ETL job";
    private static final String NOT_SCRUBBED = "completed-but-not-scrubbed";
    private static final String NOT_STORED = "completed-but-not-stored";
    private static final String NOT_ENRICHED = "completed-but-not-enriched";
    private static final String REFUSED = "❌ SQL execution failed: 001003 (42000): SQL compilation error: syntax error";

    @TempDir
    Path folder;

    /** @param stages of those that are not OK or whose numbers matter: the status, and numbers as name=value */
    private record Row(String name, UnaryOperator<RealJob> change, int exit, List<String> issues, Map<String, String> stages) {}

    private final List<Row> rows = new ArrayList<>();

    private void row(String name, UnaryOperator<RealJob> change, List<String> issues, String... stages) {
        Map<String, String> expected = new TreeMap<>();
        for (String stage : stages) {
            expected.put(stage.substring(0, stage.indexOf(' ')), stage.substring(stage.indexOf(' ') + 1));
        }
        rows.add(new Row(name, change, issues.isEmpty() ? 0 : 1, issues, expected));
    }

    /** A change that costs nothing: exit code 0, no issue, all stages OK. */
    private void harmless(String name, UnaryOperator<RealJob> change, String... stages) {
        row(name, change, List.of(), stages);
    }

    private void ccc(String name, int unchecked, UnaryOperator<RealJob> change) {
        row(name, change, List.of(NOT_SCRUBBED), "ccc-litigator-check FAIL unchecked=" + unchecked);
    }

    private void dnc(String name, int unchecked, UnaryOperator<RealJob> change) {
        row(name, change, List.of(NOT_SCRUBBED, "dnc-list-not-usable"), "dnc-check FAIL unchecked=" + unchecked);
    }

    /** Phones that were not checked although the list can be used. */
    private void notListed(String name, int unchecked, UnaryOperator<RealJob> change) {
        row(name, change, List.of(NOT_SCRUBBED), "dnc-check FAIL unchecked=" + unchecked);
    }

    private void upload(String name, int saved, UnaryOperator<RealJob> change) {
        row(name, change, List.of(NOT_STORED), "results-upload FAIL saved=" + saved);
    }

    private void enrichment(String name, String status, int failed, UnaryOperator<RealJob> change) {
        row(name, change, List.of(NOT_ENRICHED, "idicore-errors"), "idicore-enrichment " + status + " failed=" + failed);
    }

    @TestFactory
    Stream<DynamicTest> eachLineIsTakenForWhatItMeans() {
        harmless("as it is", job -> job, "idicore-enrichment OK records=245 phones=359", "ccc-litigator-check OK checked=218", "dnc-check OK checked=385",
            "results-upload OK saved=245");
        beforeTheBatches();
        idiCore();
        litigators();
        doNotCall();
        upload();
        ends();
        fromAFile();
        return rows.stream().map(row -> dynamicTest(row.name, () -> check(row)));
    }

    private void beforeTheBatches() {
        row("blacklist not loaded", job -> job.after("Retrieved 245", WARNING, "Failed to load blacklist: timeout. Continuing without blacklist filtering."),
            List.of(NOT_SCRUBBED), "ccc-litigator-check FAIL withoutBlacklist=1");
        row("PERSON_CACHE not asked", job -> job.after("Optimization: ", INFO, "📋 Data Filtering: Error checking PERSON_CACHE: x. Processing all records."),
            List.of("pre-filtering"), "pre-filtering WARN");
        row("address column of another name", job -> job.replace("Column Detection", "📋 Column Detection: Found address column: 'Mailing Address'"),
            List.of("address-column-not-named-address"));
        row("main query fails", job -> job.replace("returned 245 rows", REFUSED).without("Retrieved 245", "✅ Completed")
            .after("SQL execution failed", INFO, "📋 Data Filtering: All records already processed (0 new records)"),
            List.of("no-snowflake-data"), "snowflake-query FAIL", "pre-filtering SKIP", "idicore-enrichment SKIP", "results-upload SKIP");
        row("a cache's connection is refused, and the main query times out", job -> job.after("Establishing", ERROR, "❌ Failed to connect to Snowflake: 250001: refused")
            .replace("returned 245 rows", "❌ SQL execution failed: 000630 (57014): Statement reached its timeout").without("Retrieved 245", "✅ Completed")
            .after("57014", INFO, "📋 Data Filtering: All records already processed (0 new records)"), List.of("no-snowflake-data"), "snowflake-query FAIL");
        row("the script selects nothing", job -> failed(job, "Query optimization failed: Query returned no results - cannot detect columns")
            .replace("returned 1 rows", "✅ SQL executed successfully, returned 0 rows").without("Column Detection", "✅ Completed")
            .after("returned 0 rows", ERROR, "Query optimization failed: Query returned no results - cannot detect columns")
            .replace("✅ Completed", "❌ Failed ETL job"), List.of("no-snowflake-data"),
            "snowflake-query FAIL selectsNothing=1", "job-complete FAIL");
        harmless("probe of a cache refused before the rows came", job -> job.after("Building filtered", ERROR, REFUSED));
        harmless("a cache's connection refused", job -> job.after("Establishing", ERROR, "❌ Failed to connect to Snowflake: 250001: refused")
            .after("Failed to connect", WARNING, "Could not initialize Snowflake cache: 250001. Cache operations will be skipped."));
        harmless("large result set", job -> job.after("returned 245", WARNING, "⚠️ Large result set (245 rows). Consider a limit."));
        row("table_id not stored", job -> job.row("table_id", null).after("Generated table_id", ERROR, "Failed to update job " + RealJob.ID
            + " with table_id: connection closed"), List.of("task-started"), "task-started WARN");
        harmless("table_id stored after all", job -> job.after("Generated table_id", ERROR, "Failed to update job " + RealJob.ID + " with table_id: x"));
        harmless("update to running lost", job -> job.after("Generated table_id", ERROR, "Failed to update job " + RealJob.ID + " status: x"));
    }

    private void idiCore() {
        for (String person : List.of("❌ Error looking up phones for Tom Error: 500 Server Error", "❌ Error processing individual person Ann: x",
                "❌ Error processing individual request for Ann: x")) {
            enrichment("person: " + person, "WARN", 1, job -> job.after(CALLS, ERROR, person));
        }
        enrichment("circuit breaker open for one", "WARN", 1, job -> job.after(CALLS, ERROR, "⚠️ Circuit breaker open for Max: OPEN"));
        for (String token : List.of("❌ Missing IDI credentials: IDI_CLIENT_ID", "❌ Auth failed with status 401: invalid client",
                "❌ Failed to get authentication token (HTTP 401): no", "❌ Failed to get authentication token: refused\nTraceback (most recent call last):\n"
                + "  File \"x.py\", line 1, in y\nValueError: z")) {
            enrichment("token: " + token.lines().findFirst().orElse(""), "WARN", 39, job -> job.after(CALLS, ERROR, token)
                .replace("39 people, 64 phones", "✅ Parallel API calls completed: 39 people, 0 phones found")
                .without(CCC, "DNC Check: Checking 70").replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 12, Both: 1, Clean: 231"));
        }
        harmless("retries that recovered", job -> job.after(CALLS, WARNING, "⚠️ Attempt 1/4 failed: 429 Too Many Requests. Retrying in 2.1s... [RATE LIMIT]",
            "⚠️ Attempt 4/4 failed: Read timed out. Retrying in 8.02s..."), "idicore-enrichment OK retries=2");
        row("retries that cost more than the stage's typical time", job -> job.after(CALLS, WARNING, Stream.generate(() ->
            "⚠️ Attempt 4/4 failed: 429 Too Many Requests. Retrying in 8.02s... [RATE LIMIT]").limit(80).toArray(String[]::new)),
            List.of("slow-stage"), "idicore-enrichment WARN retries=80");
        for (String cache : List.of("Error checking Snowflake cache: x", "Error batch checking Snowflake cache: x", "Error caching to Snowflake: x",
                "Could not initialize Snowflake cache: x. Cache operations will be skipped.")) {
            harmless("cache: " + cache, job -> job.after(CALLS, WARNING, cache));
        }
        harmless("person cache not saved", job -> job.after(CALLS, ERROR, "Error saving person cache: disk full"));
        for (String at : List.of(CALLS, CCC, DNC, DNC_END, "Retrieved 245")) {
            harmless("a cache's statement refused after " + at, job -> job.after(at, ERROR, "❌ SQL execution failed: 000604: canceled"));
        }
        harmless("all from the cache", job -> job.replace("6 hits, 39 misses", "Cache lookup complete: 45 hits, 0 misses")
            .replace(CALLS, "All people found in cache, no API calls needed").without("39 people, 64 phones"));
        harmless("nobody of a batch has a phone", job -> job.replace("39 people, 64 phones", "✅ Parallel API calls completed: 39 people, 0 phones found")
            .without(CCC, "Bulk added 45").replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 6, Both: 1, Clean: 237"));
        harmless("nobody has a phone", job -> nobody(job), "idicore-enrichment OK phones=0", "ccc-litigator-check SKIP", "dnc-check SKIP");
    }

    private static RealJob nobody(RealJob job) {
        return job.replace("180 people, 295 phones", "✅ Parallel API calls completed: 180 people, 0 phones found").without("Checking 178", "Bulk added 200")
            .replace("39 people, 64 phones", "✅ Parallel API calls completed: 39 people, 0 phones found").without(CCC, "Bulk added 45")
            .replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 0, DNC: 0, Both: 0, Clean: 245");
    }

    private void litigators() {
        for (String failed : List.of("Error in batch phone check: 500 Server Error", "Error processing batch: x", "⚠️ Circuit breaker open, skipping batch: OPEN")) {
            ccc("request: " + failed, 40, job -> job.after(CCC, ERROR, failed).replace(CCC_END, "Litigator check completed: 0/40 successful, 0 found in list")
                .replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 12, Both: 1, Clean: 231"));
        }
        ccc("one phone is missing in the answer", 1, job -> job.replace(CCC_END, "Litigator check completed: 39/40 successful, 1 found in list"));
        ccc("parse error", 1, job -> job.after(CCC, ERROR, "Error parsing litigator result: 'ResultCode'"));
        ccc("not mapped", 1, job -> job.after(CCC, WARNING, "Could not map result for phone 5125550001: x"));
        ccc("not processed", 2, job -> job.after(CCC, WARNING, "Error processing litigator result for phone 5125550001: x",
            "Error processing litigator result for phone 5125550002: x"));
        ccc("no closing line", 40, job -> job.without(CCC_END).replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 12, Both: 1, Clean: 231"));
        row("asked about nobody in the first batch, and the second came from the cache", job -> job.without("Litigator Check: Checking 178", "DNC Check: Checking 315")
            .replace("6 hits, 39 misses", "Cache lookup complete: 45 hits, 0 misses").replace(CALLS, "All people found in cache, no API calls needed")
            .without("39 people, 64 phones").replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 1, DNC: 12, Both: 1, Clean: 233"),
            List.of(NOT_SCRUBBED), "ccc-litigator-check FAIL");
        row("asked about nobody in one batch", job -> job.without(CCC, DNC).replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 12, Both: 1, Clean: 231"),
            List.of(NOT_SCRUBBED), "ccc-litigator-check FAIL");
        harmless("all of one batch blacklisted", job -> job.without(CCC, DNC).after("64 phones found", INFO,
            "📋 Blacklist Filter: Filtered 40 blacklisted phones from 40 total").replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 43, DNC: 12, Both: 1, Clean: 191"));
        harmless("some blacklisted", job -> job.after("64 phones found", INFO, "📋 Blacklist Filter: Filtered 2 blacklisted phones from 40 total")
            .replace(CCC, "📋 Litigator Check: Checking 38 phones against litigator list (skipped 2 blacklisted)")
            .replace(CCC_END, "Litigator check completed: 38/38 successful, 1 found in list")
            .replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 6, DNC: 12, Both: 1, Clean: 228"), "ccc-litigator-check OK checked=216");
        harmless("all from CCC's cache", job -> job.after(CCC, INFO, "Cache stats: 40 hits, 0 misses out of 40 phones"));
        row("two people share a litigator's phone", job -> job.replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 12, Both: 1, Clean: 231"),
            List.of("litigators-not-marked"), "ccc-litigator-check OK");
        harmless("another worker's request fails", job -> job.besides(CCC, ERROR, "Error in batch phone check: 500 Server Error"));
        harmless("phone cache not saved", job -> job.after(CCC, ERROR, "Error saving phone cache: disk full"));
    }

    private void doNotCall() {
        for (String failed : List.of("Error querying DNC chunk 1: database is locked", "Failed to connect to DNC database: locked",
                "Error during batched DNC check: locked", "Error during DNC checking: locked")) {
            dnc("batch: " + failed, 70, job -> job.after(DNC, ERROR, failed));
        }
        String missing = "DNC database not found at /app/data/dnc.db. ";
        dnc("no list from the start", 385, job -> job.after(START, WARNING, missing + "DNC checking will be disabled."));
        for (String without : List.of("DNC checking will be skipped.", "Returning empty results.")) {
            dnc("no list for one batch: " + without, 70, job -> job.after(DNC, WARNING, missing + without));
        }
        harmless("no list, and nobody has a phone", job -> nobody(job).after(START, WARNING, missing + "DNC checking will be disabled."), "dnc-check SKIP");
        harmless("no list, and nothing new", job -> nothingNew(job).after(START, WARNING, missing + "DNC checking will be disabled."), "dnc-check SKIP");
        notListed("one phone: error", 1, job -> job.after(DNC, ERROR, "Error checking phone 5125550001: x"));
        notListed("one phone: warning", 1, job -> job.after(DNC, WARNING, "Error processing DNC result for phone 5125550001: x"));
        notListed("no valid phones", 70, job -> job.after(DNC, WARNING, "No valid phone numbers to check (all 70 phones invalid)").without(DNC_END));
        String fewer = "✅ DNC check completed (batched): 6/70 phones found in DNC list (68 successful checks)";
        notListed("some phones have no ten digits", 2, job -> job.replace(DNC_END, fewer));
        notListed("some phones have no ten digits, and one failed", 3, job -> job.after(DNC, ERROR, "Error checking phone 5125550001: x").replace(DNC_END, fewer));
        row("asked about nobody in one batch of phones", job -> job.without("📋 DNC Check: Checking 315", "Bulk added 200"), List.of(NOT_SCRUBBED), "dnc-check FAIL");
        harmless("locked at the start, and free again", job -> job.after(START, ERROR,
            "Error verifying DNC database: database is locked. DNC checking will be disabled."));
        harmless("table not found at the start", job -> job.after(START, WARNING,
            "DNC database exists but 'dnc_list' table not found. DNC checking will be disabled."));
        harmless("somebody is called so", job -> job.after(DNC_END, INFO, "Sample of the result: Error querying DNC chunk 1: database is locked"));
    }

    private void upload() {
        String put = "❌ SQL execution failed: 253003: Failed to upload to stage: HTTP 403 Forbidden";
        upload("PUT refused", 0, job -> job.after("Created temp file", ERROR, put));
        upload("COPY refused", 0, job -> job.after("Staged file", ERROR, "❌ SQL execution failed: 100080: x").without("Bulk upload complete"));
        upload("nothing loaded", 0, job -> job.replace("Bulk upload complete", "Bulk upload complete: 0 rows loaded, 0 errors"));
        harmless("errors in rows that were loaded", job -> job.replace("Bulk upload complete", "Bulk upload complete: 245 rows loaded, 2 errors"),
            "results-upload OK saved=245");
        upload("fewer loaded", 240, job -> job.replace("Bulk upload complete", "Bulk upload complete: 240 rows loaded, 5 errors"));
        upload("cannot connect", 0, job -> job.without("Ensured table", "✅ Completed").after(UPLOAD, ERROR, "Cannot store results - not connected")
            .after("not connected", INFO, "📋 Upload Warning: Upload may have failed - check Snowflake logs"));
        row("connection expired", job -> job.after("Created temp file", ERROR, "❌ SQL execution failed: 390114 (08001): Authentication token has expired."),
            List.of(NOT_STORED, "upload-connection-expired"), "results-upload FAIL saved=0");
        harmless("ALTER refused", job -> job.after(UPLOAD, ERROR, REFUSED), "results-upload OK saved=245");
        harmless("stored by INSERT instead", job -> fallback(job, 245), "results-upload OK saved=245");
        upload("one INSERT failed", 200, job -> fallback(job, 200).after("Stored batch of 200", ERROR, "❌ SQL execution failed: 100072: x",
            "Failed to store batch - SQL execution returned None"));
        upload("storing fails", 0, job -> fallback(job, 0).without("Stored batch of 0").after("Falling back", ERROR, "Error storing batch: x"));
        harmless("INSERT by a setting", job -> job.without("Using bulk", "📋 Upload Complete").after("Ensured table", INFO,
            "Stored batch of 200 records (standard method)", "Stored batch of 45 records (standard method)"), "results-upload OK saved=245");
    }

    private static RealJob fallback(RealJob job, int stored) {
        return job.without("Created temp file", "📋 Upload Complete").after("Using bulk", ERROR, "Bulk upload failed: 253003: Forbidden")
            .after("Bulk upload failed", INFO, "Falling back to standard INSERT method", "Stored batch of " + stored + " records (standard method)");
    }

    private static RealJob nothingNew(RealJob job) {
        return job.replace("returned 245 rows", "✅ SQL executed successfully, returned 0 rows").without("Retrieved 245", "✅ Completed")
            .after("returned 0 rows", INFO, "📋 Data Filtering: All records already processed (0 new records)");
    }

    private static RealJob failed(RealJob job, String error) {
        return job.row("status", "failed").row("error_message", error);
    }

    private void ends() {
        harmless("nothing new", job -> nothingNew(job), "pre-filtering OK", "idicore-enrichment SKIP",
            "ccc-litigator-check SKIP", "dnc-check SKIP", "results-upload SKIP");
        harmless("names missing", job -> job.replace("batch of 45 people", "🔧 Processing batch of 42 people for idiCORE lookup using 8 threads with caching")
            .replace("6 hits, 39 misses", "Cache lookup complete: 6 hits, 36 misses").replace(CALLS, "Making API calls for 36 uncached people")
            .after("Retrieved 245", INFO, "📋 Data Validation: Filtered 3 records with missing names (242 valid of 245 returned)"),
            "pre-filtering OK nameless=3", "idicore-enrichment OK records=242", "results-upload OK saved=245");
        row("nobody has a name", job -> failed(job, "No valid person data found for idiCORE lookup").without("✅ SQL executed successfully, returned 3", "✅ Completed")
            .after("Retrieved 245", ERROR, "No valid person data found for idiCORE lookup").replace("✅ Completed", "❌ Failed ETL job"),
            List.of("no-valid-records"), "pre-filtering FAIL", "idicore-enrichment SKIP", "job-complete FAIL");
        row("lost last update, and nothing stored", job -> job.row("status", "running").after("Completed ETL", ERROR, "Database error updating job " + RealJob.ID + ": closed")
            .after("Created temp file", ERROR, "❌ SQL execution failed: 253003: HTTP 403 Forbidden"), List.of("row-not-updated", NOT_STORED), "results-upload FAIL saved=0");
        row("lost last update, and CCC failed", job -> job.row("status", "running").after("Completed ETL", ERROR, "Failed to update job " + RealJob.ID + " status: closed")
            .after(CCC, ERROR, "Error in batch phone check: x").replace(CCC_END, "Litigator check completed: 0/40 successful, 0 found in list")
            .replace("Litigator: 4", "📋 Statistics: Total: 245, Litigator: 3, DNC: 12, Both: 1, Clean: 231"), List.of("row-not-updated", NOT_SCRUBBED), "ccc-litigator-check FAIL");
        String stop = "ETL job stopped by user";
        row("stopped between two batches", job -> failed(job, stop).without("📋 Batch Processing: Processing batch 2/2", "✅ Completed").after("Bulk added 200", ERROR, stop)
            .replace("✅ Completed", "❌ Failed ETL job"), List.of("stopped-by-a-user"), "dnc-check OK", "job-complete WARN");
        row("stopped in idiCORE", job -> failed(job, stop).without("✅ Parallel API calls completed: 39", "✅ Completed").after(CALLS, ERROR, stop)
            .replace("✅ Completed", "❌ Failed ETL job"), List.of("stopped-by-a-user"), "idicore-enrichment WARN", "job-complete WARN");
        row("stopped before the main query", job -> failed(job, stop).without("SQL Execution: Executing", "✅ Completed").after("Column Detection", ERROR, stop)
            .replace("✅ Completed", "❌ Failed ETL job"), List.of("stopped-by-a-user"), "snowflake-query WARN", "job-complete WARN");
        row("lost last update", job -> job.row("status", "running").after("Completed ETL", ERROR, "Failed to update job " + RealJob.ID + " status: closed"),
            List.of("row-not-updated"), "job-complete WARN");
        for (String note : List.of("NTFY sync error: timeout", "NTFY failed: 503", "Failed to send NTFY completion notification: x",
                "Connection from pool was stale, retrying", "Error returning connection to pool: closed", "Could not create log directory at /x")) {
            harmless(note, job -> job.after("Upload Complete", note.startsWith("NTFY") ? ERROR : WARNING, note));
        }
        row("events undelivered", job -> job.after(CALLS, ERROR, "Failed to emit job event: Error 111 connecting to redis:6379."),
            List.of("no-websocket-updates"), "websocket-events WARN", "error-analysis WARN");
        harmless("an unknown warning", job -> job.after(CALLS, WARNING, "Something new happened"), "error-analysis OK unrecognised=1");
        row("an unknown error", job -> job.after(CALLS, ERROR, "Something new failed"), List.of("idicore-enrichment"),
            "idicore-enrichment WARN", "error-analysis WARN unrecognised=1");
    }

    private void fromAFile() {
        harmless("a file", job -> file(job), "snowflake-query OK records=245", "pre-filtering OK kept=245", "results-upload OK saved=245");
        row("a file with errors", job -> file(job).replace("Read 245", "📋 File Processing: Read 250 rows from file")
            .after("Data Normalization", WARNING, "Found 5 validation errors (continuing with valid records)"), List.of("pre-filtering"),
            "snowflake-query OK records=250", "pre-filtering WARN kept=245");
        row("no valid record in a file", job -> failed(file(job), "No valid records after normalization and validation").without("Schema Conversion", "✅ Completed")
            .after("Data Normalization", ERROR, "No valid records after normalization and validation").replace("✅ Completed", "❌ Failed ETL job"),
            List.of("no-valid-records"), "pre-filtering FAIL", "job-complete FAIL");
        row("no file", job -> failed(job, "FileSource 12 not found").without("📋 SQL Optim", "✅ Completed").without("📋 Database", "✅ Completed")
            .after(START, INFO, "📋 File Source: Loading file source").after("Loading file", ERROR, "FileSource 12 not found")
            .replace("✅ Completed", "❌ Failed ETL job"), List.of("no-snowflake-data"), "snowflake-query FAIL", "job-complete FAIL");
        upload("one batch of a file refused", 200, job -> file(job).after("Using bulk upload (COPY INTO) for 45", INFO, "Created temp file /tmp/x.csv")
            .after("Created temp file /tmp/x.csv", ERROR, "❌ SQL execution failed: 253003: HTTP 403 Forbidden"));
    }

    private static RealJob file(RealJob job) {
        return job.row("file_source_id", "5b9d5c1e-7a42-4f08-9c66-d10e8f2b7a54").without("📋 SQL Optim", "📋 Batch Processing: Processing 245")
            .after("Successfully connected", INFO, "📋 File Source: Loading file source", "📋 File Processing: Reading file: leads.csv",
                "📋 File Processing: Read 245 rows from file", "📋 Column Mapping: Applied 8 mappings", "📋 Data Normalization: Normalizing records",
                "📋 Schema Conversion: Converting records", "📋 Data Ready: Processing 245 valid records")
            .without("📋 Final Upload", "✅ Completed")
            .after("Bulk added 200", INFO, "📋 Batch Upload: Uploading batch 1/2 to MASTER_PROCESSED_DB (200 records)",
                "Using bulk upload (COPY INTO) for 200 records", "Bulk upload complete: 200 rows loaded, 0 errors",
                "📋 Batch Upload Complete: Batch 1 stored in Snowflake: 200 records")
            .after("Bulk added 45", INFO, "📋 Batch Upload: Uploading batch 2/2 to MASTER_PROCESSED_DB (45 records)",
                "Using bulk upload (COPY INTO) for 45 records", "Bulk upload complete: 45 rows loaded, 0 errors",
                "📋 Batch Upload Complete: Batch 2 stored in Snowflake: 45 records");
    }

    private String text(RealJob job) throws IOException {
        return AllTests.trace("--replay", job.write(folder).toString(), "--color", "never").out();
    }

    private void advice(RealJob job, String rightly, String wrongly) throws IOException {
        String report = text(job);
        assertTrue(report.contains(rightly), rightly + "\n" + report);
        assertFalse(report.contains(wrongly), wrongly + "\n" + report);
    }

    @Test
    void theAdviceFitsWhatIsDone() throws IOException {
        String put = "❌ SQL execution failed: 253003: HTTP 403 Forbidden";
        String lost = "Failed to update job " + RealJob.ID + " status: closed";
        advice(new RealJob().after("Created temp file", ERROR, put), "delete its people from Snowflake's PERSON_CACHE", "stored records");
        advice(new RealJob().after(CCC, ERROR, "Error in batch phone check: x"), "delete its 245 stored records from MASTER_PROCESSED_DB", "Run the job again");
        advice(new RealJob().row("status", "running").after("Completed ETL", ERROR, lost), "Do not start it again, its work is done", "PERSON_CACHE");
        advice(new RealJob().row("status", "running").after("Completed ETL", ERROR, lost).after("Created temp file", ERROR, put),
            "not all of its work is done", "Do not start it again");
        advice(new RealJob().without("✅ Completed", "⏱️").killed(), "delete its 245 stored records", "Run the job again");
        advice(new RealJob().without("📋 Batch Processing", "⏱️").killed(), "Look at the memory if the worker was killed. Run the job again.", "PERSON_CACHE");
        advice(file(new RealJob()).after(CCC, ERROR, "Error in batch phone check: x"), "Before a new job from the same file, delete its 245 stored records", "the script");
        advice(file(new RealJob()).without(CCC_END, "⏱️").killed(), "Worker lost", "not scrubbed");
    }

    @Test
    void theCauseIsTheOneThatTheLinesGive() throws IOException {
        advice(new RealJob().after(CALLS, ERROR, "❌ Auth failed with status 401: invalid client", "Circuit breaker OPENED after 10 failures")
            .replace("39 people, 64 phones", "✅ Parallel API calls completed: 39 people, 0 phones found"), "Likely cause: idiCORE refused the credentials", "rate limit");
        advice(new RealJob().after(CALLS, ERROR, "❌ Error looking up phones for Rate Limit: HTTPConnectionPool: Read timed out. (read timeout=30)"),
            "Likely cause: idiCORE did not answer in time", "API rate limit");
        advice(new RealJob().after(CALLS, ERROR, "❌ Error looking up phones for Ann: Rate limit exceeded after 4 retries"), "Likely cause: API rate limit", "credentials");
        advice(new RealJob().after(CALLS, ERROR, "❌ Error looking up phones for Ann: Connection refused", "Circuit breaker OPENED after 10 failures",
            "⚠️ Circuit breaker open for Bob: Circuit breaker is OPEN", "⚠️ Circuit breaker open for Eve: Circuit breaker is OPEN"),
            "Likely cause: idiCORE could not be reached", "idiCORE answered with errors");
        advice(new RealJob().after("Created temp file", ERROR, "❌ SQL execution failed: 253003: HTTP 403 Forbidden"), "     | ❌ SQL execution failed: 253003: HTTP 403 Forbidden\n"
            + "     Likely cause: the upload was refused", "     | 🔧 Processing batch");
        advice(new RealJob().after(DNC, WARNING, "Error processing DNC result for phone 5125550001: x"), "Completed but not scrubbed", "DNC list not usable");
    }

    private void check(Row row) throws IOException {
        AllTests.Run run = AllTests.trace("--replay", row.change.apply(new RealJob()).write(folder).toString(), "--format", "json");
        JsonNode report = AllTests.JSON.readTree(run.out());
        String text = AllTests.trace("--replay", row.change.apply(new RealJob()).write(folder).toString(), "--color", "never").out();
        assertEquals(row.issues.stream().sorted().toList(), ReportJson.issues(report).stream().sorted().toList(), text);
        assertEquals(row.exit, run.code(), text);
        Set<String> ids = new TreeSet<>();
        report.get("stages").forEach(stage -> ids.add(stage.get("id").asText()));
        assertTrue(ids.containsAll(row.stages.keySet()), "a stage that the report has not: " + row.stages.keySet());
        report.get("stages").forEach(stage -> {
            String[] expected = row.stages.getOrDefault(stage.get("id").asText(), "").split(" ");
            for (int i = 1; i < expected.length; i++) {
                String name = expected[i].substring(0, expected[i].indexOf('='));
                assertEquals(expected[i], name + "=" + stage.get("numbers").path(name).asText(), text);
            }
            if (!expected[0].isEmpty()) {
                assertEquals(expected[0], stage.get("status").asText(), stage.get("id").asText() + "\n" + text);
            } else if (row.exit == 0) {
                assertEquals(true, List.of("OK", "SKIP").contains(stage.get("status").asText()), stage.get("id").asText() + "\n" + text);
            }
        });
    }
}
