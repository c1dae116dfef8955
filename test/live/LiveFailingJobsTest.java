import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Jobs that fail: the error is shown whole, and what is wrong began while the job ran. */
class LiveFailingJobsTest extends LiveStack {
    @Test
    void aFailingJobsSqlErrorIsShownWhole() throws Exception {
        Started job = over("no-such-query");
        JsonNode row = Json.read(job(job, "status"));
        Report report = trace(job);
        assertEquals("failed", report.verdict());
        assertEquals(1, report.code());
        assertEquals(row.path("error_message"), report.json().path("job").path("error"));
        assertEquals(Set.of("Snowflake Query", "Job Complete"), report.with("FAIL"));
        assertEquals(Set.of("Pre-filtering", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"), report.with("SKIP"));
        String error = truth(job).errors("snowflake").get(0);
        assertTrue(error.contains("\n"), error);
        assertTrue(texts(report.stage("Snowflake Query")).contains("❌ SQL execution failed: " + error),
            report.stage("Snowflake Query").toPrettyString());
        timesEqual(Map.of(), report, truth(job).lines());
    }

    @Test
    void whatIsWrongBeganWhileTheJobRan() throws Exception {
        for (String campaign : List.of("no-such-query", "garbage", "ccc-refuses")) {
            Started job = over(campaign);
            Truth truth = truth(job);
            for (JsonNode issue : trace(job).json().path("issues")) {
                Instant since = Instant.parse(issue.path("since").asText());
                List<JsonNode> lines = truth.lines();
                Instant begun = Instant.ofEpochMilli(at(lines, 0)).truncatedTo(ChronoUnit.SECONDS);
                Instant ended = Instant.ofEpochMilli(at(lines, lines.size() - 1));
                assertTrue(!since.isBefore(begun) && !since.isAfter(ended), campaign + ", from " + begun + " to " + ended + ": "
                    + issue.path("symptom") + " since " + since);
            }
        }
    }

    @Test
    void aTracebackIsOneMessageWithItsLastLine() throws Exception {
        Started job = over("garbage");
        String logged = truth(job).lines().stream().map(line -> line.get("message").asText())
            .filter(text -> text.contains("Traceback")).findFirst().orElseThrow();
        Report report = trace(job, "--no-redact");
        List<String> tracebacks = texts(report.stage("Error Analysis")).stream().filter(text -> text.contains("Traceback")).toList();
        assertEquals(List.of(logged), tracebacks);
        assertTrue(tracebacks.get(0).endsWith("\nAttributeError: 'NoneType' object has no attribute 'strip'"), tracebacks.get(0));
        assertEquals("failed", report.verdict());
        assertEquals(1, report.code());
    }

    @Test
    void inTheSpecsFormAFailingJobsErrorIsShown() throws Exception {
        Started job = over("spec no-such-query");
        Report report = trace(job);
        assertEquals("failed", report.verdict());
        assertEquals(1, report.code());
        assertEquals(Set.of("Snowflake Query", "Job Complete"), report.with("FAIL"));
        String error = truth(job).errors("snowflake").get(0);
        assertTrue(texts(report.stage("Snowflake Query")).stream().anyMatch(text -> text.endsWith(error)),
            report.stage("Snowflake Query").toPrettyString());
    }
}
