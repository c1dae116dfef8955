import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Healthy jobs of many kinds in the real stack: whatever is unusual in them is no issue. Each kind names a line that its
 * job must have logged, so that no test passes because its job was an ordinary one.
 */
class HealthyTest extends RealStack {
    /** A behaviour of test/stack/outside/behaviour.py, and a line of its job that shows it. */
    private record Kind(String behaviour, String line) {}

    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static {
        kind("1 record", "{'records':1}", "ALL 1 processed records");
        kind("199 records", "{'records':199,'dnc':9}", "Processing 199 records in 1 batches");
        kind("200 records", "{'records':200,'flagged':7}", "Processing 200 records in 1 batches");
        kind("201 records", "{'records':201}", "Processing batch 2/2 - Records 201 to 201");
        kind("3 phones each", "{'phones':3}", "DNC Check: Checking 90 phones");
        kind("5 phones each", "{'phones':5}", "30 people, 150 phones found");
        kind("1 phone each", "{'phones':1}", "Litigator Check: Checking 30 phones");
        kind("nobody has a phone", "{'phones':0}", "30 people, 0 phones found");
        kind("a batch without phones", "{'records':230,'phones':" + times(200, "2") + "}", "DNC Check: Checking 400 phones");
        kind("all from the cache", "{'cached':30}", "All people found in cache, no API calls needed");
        kind("some from the cache", "{'records':245,'cached':26,'dnc':8}", "Cache lookup complete: 26 hits, 174 misses");
        kind("all from CCC's cache", "{'ccc_cached':24}", "Cache stats: 24 hits, 0 misses out of 24 phones");
        kind("all from both caches", "{'cached':30,'ccc_cached':24}", "Cache stats: 24 hits, 0 misses out of 24 phones");
        kind("nothing new", "{'records':200,'new':0}", "All records already processed \\(0 new records\\)");
        kind("no record at all is new", "{'records':1,'new':0}", "SQL executed successfully, returned 0 rows");
        kind("blacklist", "{'blacklisted':3}", "Blacklist Filter: Filtered 3 blacklisted phones from 24 total");
        kind("all blacklisted", "{'records':10,'phones':1,'blacklisted':10,'flagged':0}", "Filtered 10 blacklisted phones from 10 total");
        kind("names missing", "{'nameless':4}", "Filtered 4 records with missing names \\(26 valid of 30 returned\\)");
        kind("one has a name", "{'nameless':29}", "Filtered 29 records with missing names \\(1 valid of 30 returned\\)");
        kind("all are litigators", "{'records':10,'phones':2,'flagged':10}", "10/10 successful, 10 found in list");
        kind("all are on the DNC list", "{'records':10,'phones':[1,3],'dnc':20}", "20/20 phones found in DNC list");
        kind("nobody is listed", "{'flagged':0,'dnc':0}", "Litigator: 0, DNC: 0, Both: 0, Clean: 30");
        kind("people with the same phone", "{'shared':3}", "Litigator check completed: 24/24");
        kind("rate limit at first", "{'idicore_429':2,'idicore_429_people':6}", "Attempt 2/4 failed: 429 .*\\[RATE LIMIT\\]");
        kind("rate limit until the fifth call", "{'idicore_429':4,'idicore_429_people':3}", "Attempt 4/4 failed: 429 .*\\[RATE LIMIT\\]");
        kind("idiCORE answers 500 at first", "{'idicore_500':3,'idicore_500_people':3}", "Attempt 3/4 failed: 500 ");
        kind("idiCORE times out at first", "{'idicore_hang':1,'idicore_hang_people':2}", "Attempt 1/4 failed: .*Read timed out");
        kind("CCC answers 500 at first", "{'ccc_error':true,'ccc_failures':4}", "Attempt 4/4 failed: 500 ");
        kind("table refused an ALTER", "{'alter_refused':true}", "SQL execution failed: 003001");
        kind("first of its process", "{'first_of_process':true}", "Ensured table MASTER_PROCESSED_DB");
        kind("fallback stored all", "{'records':520,'bulk_fails':true,'idicore_seconds':0.004}", "Stored batch of 20 records \\(standard method\\)");
        kind("plain inserts", "{'bulk_upload':false}", "Stored batch of 30 records \\(standard method\\)");
        kind("ntfy closes the connection", "{'ntfy':0}", "NTFY sync error: ");
        kind("ntfy answers 503", "{'ntfy':503}", "NTFY failed: 503");
        kind("no connection for idiCORE's cache", "{'cache_login':'person'}", "Could not initialize Snowflake cache: ");
        kind("idiCORE's cache fails", "{'cache_error':'person'}", "Error batch checking Snowflake cache: ");
        kind("no connection for PERSON_CACHE", "{'cache_login':'bulk'}", "Failed to connect to Snowflake: ");
        kind("PERSON_CACHE fails", "{'cache_error':'bulk'}", "SQL execution failed: 000606");
        kind("no connection for CCC's cache", "{'cache_login':'phone'}", "Error loading phone cache: ");
        kind("CCC's cache fails", "{'cache_error':'phone'}", "Error saving phone cache: ");
        kind("from a file", "{'file':true}", "Batch 1 stored in Snowflake: 30 records");
        kind("from a file in two batches", "{'file':true,'records':230,'blacklisted':2}", "Batch 2 stored in Snowflake: 30 records");
        // The long one last: a trace reads all that was logged since its job was made.
        kind("2000 records", "{'records':2000,'flagged':20,'dnc':100,'blacklisted':5,'idicore_seconds':0.004}", "Processing batch 10/10 - Records 1801 to 2000");
    }

    private static void kind(String name, String behaviour, String line) {
        KINDS.put(name, new Kind(behaviour, line));
    }

    /** How many phones so many people have, and then 30 people none: a list in JSON. */
    private static String times(int count, String phones) {
        return Stream.concat(Collections.nCopies(count, phones).stream(), Collections.nCopies(30, "0").stream()).toList().toString();
    }

    static Stream<String> kinds() {
        return KINDS.keySet().stream();
    }

    @BeforeAll
    static void startOneOfEach() throws Exception {
        Map<String, String> behaviours = new LinkedHashMap<>();
        KINDS.forEach((name, kind) -> behaviours.put("healthy, " + name, kind.behaviour()));
        startAll(REAL, behaviours);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aHealthyJobHasNoIssue(String name) throws Exception {
        hasNoIssue(over("healthy, " + name), KINDS.get(name).line());
    }

    @Test
    void aSecondRunOfTheSameScriptHasNothingNewAndNoIssue() throws Exception {
        String name = "healthy, 1 record";
        over(name);
        JOBS.put("again", start(REAL, name, KINDS.get("1 record").behaviour()));
        hasNoIssue(over("again"), "All records already processed \\(0 new records\\)");
    }

    @Test
    void aDncListThatIsFreeAgainBeforeItIsNeededIsNoIssue() throws Exception {
        alone();
        stack("job", "dnc", "locked");
        Started job;
        try {
            job = start("free again", "{'records':16,'idicore_seconds':1}");
            await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        } finally {
            stack("job", "dnc", "ok");
        }
        hasNoIssue(over("free again"), "Error verifying DNC database: database is locked");
        assertEquals(truth(job).sum("dnc", "phones"), truth(job).sum("dnc", "checked"));
    }

    private static void hasNoIssue(Started job, String line) throws Exception {
        Truth truth = truth(job);
        assertTrue(truth.says(line), "the job has no line " + line);
        // How long a job took beside the others is a matter of how busy this machine is.
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), job.id(), "--skip", "slower-than-usual", "--color", "never");
        String told = run.out() + run.err();
        assertTrue(told.contains("\nIssues Found:\n  None\n"), told);
        assertEquals(List.of(), run.out().lines().filter(stage -> stage.matches("\\s*\\[(?:WARN|FAIL|UNKNOWN)\\].*")).toList(), told);
        assertEquals(0, run.code(), told);
        numbersAreThoseOf(truth, told);
    }

    /** What every report says of a job that had something to do. */
    private static void numbersAreThoseOf(Truth truth, String told) {
        if (truth.sum("upload", "records") == 0) {
            return;
        }
        assertEquals(truth.sum("upload", "records"), number(told, "Results Upload - (\\d+) records saved"), told);
        assertEquals(truth.sum("idicore", "records"), number(told, "idiCORE Enrichment - Processed (\\d+) records"), told);
        if (truth.sum("ccc", "phones") > 0) {
            assertEquals(truth.sum("ccc", "checked"), number(told, "CCC Litigator Check - (\\d+) phones checked"), told);
        }
        if (truth.sum("dnc", "phones") > 0) {
            assertEquals(truth.sum("dnc", "listed"), number(told, "DNC Check - \\d+ phones checked, (\\d+) in DNC"), told);
        }
    }

    private static long number(String told, String regex) {
        Matcher matcher = Pattern.compile("\\[OK\\] " + regex).matcher(told);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }
}
