import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Of a healthy job the numbers and times are what the application did, in both forms of its lines, and there is no issue. */
class LiveNumbersTest extends LiveStack {
    @Test
    void aHealthyJobsNumbersAndTimesAreWhatTheApplicationDid() throws Exception {
        Started job = over("healthy");
        Truth truth = truth(job);
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals("completed", report.verdict());
        assertEquals("[]", report.issues());
        assertEquals(0, report.code());
        assertEquals(List.of(), report.err().lines().filter(line -> !line.startsWith("trace-job: still reading")).toList());
        numbersEqualTheTruth(report, truth);
        assertEquals(truth.sum("idicore", "cache_hits"), report.stage("idiCORE Enrichment").path("numbers").path("hits").asLong(-1));
        timesEqualTheLines(report, truth);
        assertTrue(report.stage("idiCORE Enrichment").path("bottleneck").asBoolean());
    }

    @Test
    void aHealthyJobsRowIsTold() throws Exception {
        Started job = over("healthy");
        JsonNode row = Json.read(job(job, "status"));
        JsonNode told = trace(job).json().path("job");
        assertEquals(job.id(), told.path("id").asText());
        assertEquals(job.campaign(), told.path("name").asText());
        assertEquals(row.path("status"), told.path("status"));
        for (String column : List.of("total_rows_processed", "litigator_count", "dnc_count", "both_count", "clean_count", "table_id")) {
            assertEquals(row.path(column), told.path(column), column);
        }
        for (Map.Entry<String, String> time : Map.of("created_at", "createdAt", "completed_at", "completedAt").entrySet()) {
            Instant exactly = OffsetDateTime.parse(row.path(time.getKey()).asText()).toInstant();
            assertEquals(exactly.truncatedTo(ChronoUnit.MILLIS), Instant.parse(told.path(time.getValue()).asText()), time.getKey());
        }
    }

    @Test
    void theTextReportOfAHealthyJobSaysTheSame() throws Exception {
        Started job = over("healthy");
        Truth truth = truth(job);
        String report = AllTests.trace("-f", FILE.toString(), job.id(), "--color", "never").out();
        for (String line : List.of(
            "[OK] Snowflake Query - Retrieved " + truth.sum("snowflake", "rows") + " records",
            "[OK] Pre-filtering - Filtered to " + truth.sum("prefilter", "kept") + " new records",
            "[OK] idiCORE Enrichment - Processed " + truth.sum("idicore", "records") + " records",
            "[OK] CCC Litigator Check - " + truth.sum("ccc", "checked") + " phones checked, " + truth.sum("ccc", "flagged") + " flagged",
            "[OK] DNC Check - " + truth.sum("dnc", "checked") + " phones checked, " + truth.sum("dnc", "listed") + " in DNC",
            "[OK] Results Upload - " + truth.sum("upload", "stored") + " records saved")) {
            assertTrue(report.contains("  " + line + "\n"), line + " is not in\n" + report);
        }
        assertTrue(report.contains("Issues Found:\n  None\n"), report);
    }

    @Test
    void threeBatchesAreSummedUp() throws Exception {
        Started job = over("three-batches");
        Truth truth = truth(job);
        assertEquals(3, truth.visits("idicore").count());
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals(0, report.code(), report.issues());
        numbersEqualTheTruth(report, truth);
        timesEqualTheLines(report, truth);
    }

    @Test
    void retriesThatRecoveredAreNoFailure() throws Exception {
        Started job = over("idicore-limits-at-first");
        assertTrue(truth(job).sum("idicore", "retries") > 0);
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void whereNothingIsNewThereIsNothingToDo() throws Exception {
        Report report = trace(over("nobody-new"));
        assertEquals(Set.of("idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"), report.notOk().keySet());
        assertEquals(report.notOk().keySet(), report.with("SKIP"));
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void inTheSpecsFormAHealthyJobsNumbersAndTimesAreWhatTheApplicationDid() throws Exception {
        Started job = over("spec healthy");
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals("completed", report.verdict());
        assertEquals(0, report.code(), report.issues());
        assertEquals(job.campaign(), report.json().path("job").path("name").asText());
        numbersEqualTheTruth(report, truth(job));
        timesEqualTheSpecsLines(report, truth(job), job);
    }

    @Test
    void twentyDifferentHealthyJobsGiveNoIssue() throws Exception {
        alone();
        List<Started> jobs = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            int records = i * 13 % 60 + 1;
            jobs.add(start("fine-" + i, String.format(Locale.ROOT, "{'records':%d,'new':%d,'phones':%d,'flagged':%d,'dnc':%d,'blacklisted':%d,"
                + "'query_seconds':0.%d,'filter_seconds':0.0%d,'idicore_seconds':0.0%d,'idicore_429':%d,'idicore_429_people':1}",
                records, Math.max(1, records - i % 4), 1 + i % 3, i % 2, i % 2, i % 3 == 0 ? 1 : 0,
                1 + i % 5, i % 9, 1 + i % 3, i % 5 == 0 ? 1 : 0)));
        }
        for (Started job : jobs) {
            await(job, "over", Truth::over);
            Report report = trace(job);
            assertEquals("0 completed [] {}", report.code() + " " + report.verdict() + " " + report.issues() + " " + report.notOk(), job.toString());
        }
    }
}
