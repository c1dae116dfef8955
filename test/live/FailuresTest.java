import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the application admits in a line and forgets in its row, in the real stack. How much of the work was not done is
 * known from the application's own account and from what the fakes have received, never from trace-job.
 */
class FailuresTest extends RealStack {
    /** A behaviour of test/stack/outside/behaviour.py, a line of its job that shows it, and the issue that tells of it. */
    private record Kind(String behaviour, String line, String issue) {}

    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();
    private static final String UNSCRUBBED = "completed-but-not-scrubbed";
    private static final String UNSTORED = "completed-but-not-stored";

    static {
        kind("no blacklist", "{'blacklist_error':true}", "Failed to load blacklist: ", UNSCRUBBED);
        kind("CCC leaves phones out", "{'ccc_omits':2}", "Litigator check completed: 22/24 successful", UNSCRUBBED);
        kind("CCC closes connections", "{'records':700,'ccc_drop':true,'idicore_seconds':0.004}", "Circuit breaker open, skipping batch: ", UNSCRUBBED);
        kind("some numbers are short", "{'short_phones':3}", "\\(48 successful checks\\)", UNSCRUBBED);
        kind("all numbers are short", "{'phones':1,'short_phones':30,'dnc':0}", "all 30 phones invalid", UNSCRUBBED);
        kind("PUT refused", "{'upload_error':true}", "HTTP 403 Forbidden", UNSTORED);
        kind("COPY failed", "{'copy_error':true}", "SQL execution failed: 100080", UNSTORED);
        kind("no row loaded", "{'rows_loaded':0}", "Bulk upload complete: 0 rows loaded, 0 errors", UNSTORED);
        kind("fewer rows loaded", "{'rows_loaded':21}", "Bulk upload complete: 21 rows loaded, 0 errors", UNSTORED);
        kind("rows rejected", "{'upload_row_errors':4}", "Bulk upload complete: 26 rows loaded, 4 errors", UNSTORED);
        kind("not connected", "{'upload_login':'refused'}", "Cannot store results - not connected", UNSTORED);
        kind("fallback lost some", "{'records':520,'bulk_fails':true,'insert_failures':[1],'idicore_seconds':0.004}", "Failed to store batch - ", UNSTORED);
        kind("file not stored", "{'file':true,'records':230,'copy_error':true}", "Batch 2 stored in Snowflake: 30 records", UNSTORED);
        kind("people not looked up", "{'idicore_500_people':3}", "Error looking up phones for Carla Okafor: 500 ", "completed-but-not-enriched");
        kind("no token", "{'records':12,'idicore_token':401}", "Auth failed with status 401: ", "completed-but-not-enriched");
        kind("no connection for the token", "{'records':12,'idicore_token':0}", "Failed to get authentication token: ", "completed-but-not-enriched");
        kind("litigator's phone shared", "{'shared_litigators':1}", "Litigator check completed: 24/24 successful, 3 found", "litigators-not-marked");
        kind("other address column", "{'address_column':'Property Address'}", "Found address column: 'Property Address'", "address-column-not-named-address");
        kind("nobody has a name", "{'nameless':30}", "No valid person data found for idiCORE lookup", "no-valid-records");
        kind("other column for names", "{'last_name_column':'Surname'}", "\\(0 valid of 30 returned\\)", "no-valid-records");
        kind("script selects nothing", "{'selects_nothing':true}", "Query returned no results - cannot detect columns", "no-snowflake-data");
        kind("main query fails", "{'query_error':'main'}", "All records already processed \\(0 new records\\)", "no-snowflake-data");
    }

    private static void kind(String name, String behaviour, String line, String issue) {
        KINDS.put(name, new Kind(behaviour, line, issue));
    }

    static Stream<String> kinds() {
        return KINDS.keySet().stream();
    }

    static Stream<String> unstored() {
        return KINDS.entrySet().stream().filter(kind -> kind.getValue().issue().equals(UNSTORED)).map(Map.Entry::getKey);
    }

    @BeforeAll
    static void startOneOfEach() throws Exception {
        Map<String, String> behaviours = new LinkedHashMap<>();
        KINDS.forEach((name, kind) -> behaviours.put("failure, " + name, kind.behaviour()));
        startAll(REAL, behaviours);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aFailureIsAnIssueAndTheExitCodeSaysSo(String name) throws Exception {
        Started job = over("failure, " + name);
        Kind kind = KINDS.get(name);
        assertTrue(truth(job).says(kind.line()), "the job has no line " + kind.line());
        Report report = trace(job);
        assertTrue(report.json().path("issues").findValuesAsText("id").contains(kind.issue()), report.json().path("issues").toPrettyString());
        assertEquals(1, report.code());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unstored")
    void whatSnowflakeHasNotReceivedIsLost(String name) throws Exception {
        Started job = over("failure, " + name);
        long given = truth(job).sum("upload", "records");
        long stored = Long.parseLong(stack("job", "stored", job.campaign()).strip());
        assertEquals("FAIL " + (given - stored), uploadOf(job));
    }

    private static String uploadOf(Started job) throws Exception {
        JsonNode upload = trace(job).stage("Results Upload");
        return upload.path("status").asText() + " " + upload.path("numbers").path("lost").asLong(-1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scrubs")
    void phonesThatWereNotCheckedAreCounted(String name, String title, String stage) throws Exception {
        Started job = over("failure, " + name);
        Truth truth = truth(job);
        JsonNode told = trace(job).stage(title);
        assertEquals("FAIL", told.path("status").asText());
        long unchecked = truth.sum(stage, "phones") - truth.sum(stage, "checked");
        assertTrue(told.path("summary").asText().matches(".*\\b" + unchecked + " of " + truth.sum(stage, "phones") + " phones were not checked.*"),
            unchecked + " were not: " + told.path("summary"));
    }

    /** The kind, the stage's title in the report, and its name in the application's account. */
    static Stream<Arguments> scrubs() {
        return Stream.of(
            Arguments.of("CCC leaves phones out", "CCC Litigator Check", "ccc"),
            Arguments.of("CCC closes connections", "CCC Litigator Check", "ccc"),
            Arguments.of("some numbers are short", "DNC Check", "dnc"),
            Arguments.of("all numbers are short", "DNC Check", "dnc"));
    }

    /** Nobody is processed twice: what went wrong for them stays wrong. */
    @Test
    void aSecondRunAfterAFailureHasNothingNewUntilItsPeopleAreForgotten() throws Exception {
        String name = "failure, CCC leaves phones out";
        over(name);
        JOBS.put("failure again", start(REAL, name, "{}"));
        assertTrue(truth(over("failure again")).says("All records already processed"));
        assertEquals(0, trace(JOBS.get("failure again")).code());
        alone();
        stack("job", "forget", JOBS.get(name).campaign());
        JOBS.put("failure mended", start(REAL, name, "{}"));
        assertEquals(24, truth(over("failure mended")).sum("ccc", "checked"));
    }

    @Test
    void anExpiredUploadConnectionLosesTheResultsOfEveryLaterJobOfItsProcess() throws Exception {
        alone();
        try {
            // Each process gets one, and the next of them meets the connection that has expired.
            for (String name : new String[] {"expired 1", "expired 2"}) {
                start(name, "{'records':10,'upload_expired':true,'first_of_process':true,'idicore_seconds':0.5}");
            }
            alone();
            assertNotEquals(truth(JOBS.get("expired 1")).pid(), truth(JOBS.get("expired 2")).pid());
            start("expired later", "{'records':10}");
            assertTrue(truth(over("expired later")).says("Authentication token has expired"));
            assertEquals("FAIL 10", uploadOf(JOBS.get("expired later")));
            Report report = trace(JOBS.get("expired later"));
            assertTrue(report.json().path("issues").findValuesAsText("id").contains("upload-connection-expired"), report.issues());
        } finally {
            Ran.of("docker", "compose", "-p", REAL, "restart", "--timeout", "1", "celery-worker");
            stack("up", "real");
        }
        start("expired no more", "{'records':10}");
        assertEquals(10, truth(over("expired no more")).sum("upload", "stored"));
    }
}
