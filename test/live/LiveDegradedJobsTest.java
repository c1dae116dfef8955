import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What `completed` hides: a stage that could not do its work fails, and what it did not do is counted. */
class LiveDegradedJobsTest extends LiveStack {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ccc-refuses, CCC Litigator Check, ccc",
        "ccc-refuses-second-batch, CCC Litigator Check, ccc",
        "idicore-limits, idiCORE Enrichment, idicore",
        "idicore-no-token, idiCORE Enrichment, idicore",
        "upload-refused, Results Upload, upload",
        "query-fails, Snowflake Query, snowflake",
        "query-times-out, Snowflake Query, snowflake"})
    void aStageThatCouldNotDoItsWorkFailsThoughTheRowSaysCompleted(String campaign, String title, String stage) throws Exception {
        completedButDegraded(over(campaign), title, stage);
    }

    private static Report completedButDegraded(Started job, String title, String stage) throws Exception {
        assertEquals("completed", Json.read(job(job, "status")).path("status").asText());
        assertFalse(truth(job).errors(stage).isEmpty());
        Report report = trace(job);
        assertEquals(Set.of(title), report.with("FAIL"));
        assertEquals(Set.of(), report.with("UNKNOWN"));
        assertEquals("completed but degraded", report.verdict());
        assertEquals(1, report.code());
        assertTrue(report.json().path("issues").size() > 0);
        return report;
    }

    @Test
    void thePhonesOfAFailedBatchAreCountedAsNotChecked() throws Exception {
        Started job = over("ccc-refuses-second-batch");
        Truth truth = truth(job);
        JsonNode numbers = trace(job).stage("CCC Litigator Check").path("numbers");
        assertEquals(truth.sum("ccc", "checked"), numbers.path("checked").asLong(-1));
        assertEquals(truth.sum("ccc", "phones") - truth.sum("ccc", "checked"), numbers.path("unchecked").asLong(-1));
    }

    @Test
    void whoCouldNotBeLookedUpIsCounted() throws Exception {
        Started job = over("idicore-limits-two");
        Report report = trace(job);
        assertEquals(truth(job).sum("idicore", "failed"), report.stage("idiCORE Enrichment").path("numbers").path("failed").asLong(-1));
        assertEquals("WARN", report.stage("idiCORE Enrichment").path("status").asText());
        assertEquals(1, report.code());
    }

    @Test
    void aCircuitBreakerThatOpensIsNamedAndWhoMetItIsCounted() throws Exception {
        Started job = over("idicore-breaks");
        assertTrue(truth(job).says("^Circuit breaker OPENED"), "the breaker did not open");
        Report report = trace(job);
        assertEquals(truth(job).sum("idicore", "failed"), report.stage("idiCORE Enrichment").path("numbers").path("failed").asLong(-1));
        assertEquals("completed but degraded", report.verdict());
        assertTrue(report.issues().contains("the circuit breaker opened at "), report.issues());
    }

    @Test
    void rowsThatSnowflakeDidNotTakeAreLost() throws Exception {
        Started job = over("upload-loses-rows");
        Report report = trace(job);
        JsonNode upload = report.stage("Results Upload");
        assertEquals(truth(job).sum("upload", "row_errors"), upload.path("numbers").path("lost").asLong(-1));
        assertEquals(Long.parseLong(stack("job", "stored", job.campaign()).strip()), upload.path("numbers").path("saved").asLong(-1));
        assertEquals("FAIL", upload.path("status").asText());
        assertEquals(1, report.code());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"missing", "folder", "notable", "locked"})
    void aListThatCannotBeReadFailsTheDncCheck(String state) throws Exception {
        alone();
        stack("job", "dnc", state);
        try {
            start("dnc-" + state, "{'records':20}");
            completedButDegraded(over("dnc-" + state), "DNC Check", "dnc");
        } finally {
            stack("job", "dnc", "ok");
        }
    }

    @Test
    void aListThatIsLockedInTheMiddleFailsTheDncCheck() throws Exception {
        alone();
        Started job = start("dnc-locked-later", "{'records':16,'idicore_seconds':1}");
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        stack("job", "dnc", "locked");
        try {
            Report report = completedButDegraded(over("dnc-locked-later"), "DNC Check", "dnc");
            assertTrue(truth(job).says("^Error querying DNC chunk 1"));
            assertEquals(truth(job).sum("dnc", "phones"), report.stage("DNC Check").path("numbers").path("phones").asLong(-1));
        } finally {
            stack("job", "dnc", "ok");
        }
    }
}
