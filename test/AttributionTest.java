import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A healthy real job whose log was lost, or whose task came to an end that Celery's main process alone tells. */
class AttributionTest {
    @TempDir
    Path folder;

    /** A report, in both forms. */
    private record Report(JsonNode json, String text) {
        JsonNode stage(String id) {
            for (JsonNode stage : json.get("stages")) {
                if (stage.get("id").asText().equals(id)) {
                    return stage;
                }
            }
            throw new AssertionError("the report has no stage " + id);
        }

        String status(String id) {
            return stage(id).get("status").asText();
        }

        String verdict() {
            return json.at("/verdict/state").asText();
        }

        List<String> issues() {
            List<String> issues = new ArrayList<>();
            json.get("issues").forEach(issue -> issues.add(issue.get("id").asText()));
            return issues;
        }

        void says(String part) {
            assertEquals(true, text.contains(part), part + " is missing in\n" + text);
        }

        void neverSays(String part) {
            assertFalse(text.contains(part), part + " is in\n" + text);
        }
    }

    private Report report(RealJob job) throws IOException {
        String recording = job.write(folder).toString();
        return new Report(AllTests.JSON.readTree(AllTests.trace("--replay", recording, "--format", "json").out()),
            AllTests.trace("--replay", recording, "--color", "never", "-v").out());
    }

    @Test
    void aFileThatShowsTheEndSaysThatTheRowWasNotUpdated() throws IOException {
        Report report = report(new RealJob().row("status", "running").rotated());
        assertEquals("zombie", report.verdict(), report.text);
        assertEquals(true, report.issues().contains("row-not-updated"), report.text);
        assertFalse(report.issues().contains("job-stuck-celery-worker-down"), report.text);
        assertEquals("UNKNOWN", report.status("task-started"), report.text);
        assertEquals("WARN", report.status("job-complete"), report.text);
        assertEquals("OK", report.status("results-upload"), report.text);
        report.neverSays("no worker process has begun it");
        report.neverSays("Start the job again");
        report.says("  Duration: 2.7s\n");
    }

    @Test
    void aFileThatShowsTheFailureSaysThatTheTaskFailed() throws IOException {
        Report report = report(new RealJob().row("status", "running").without("📋 Final Upload", "✅ Completed").replace("✅ Completed", "❌ Failed ETL job")
            .rotated());
        assertEquals("zombie", report.verdict(), report.text);
        assertEquals(true, report.issues().contains("row-not-updated"), report.text);
        assertEquals("FAIL", report.status("job-complete"), report.text);
    }

    @Test
    void aFileWithoutTheEndShowsThatTheJobWasBegun() throws IOException {
        for (RealJob job : List.of(new RealJob().rotated(), new RealJob().inJobLogs().withoutFile().rotated())) {
            Report report = report(job.row("status", "running").without("📋 DNC Check: Checking 70", "Job duration").without("Job duration"));
            assertEquals("zombie", report.verdict(), report.text);
            assertEquals("UNKNOWN", report.status("task-started"), report.text);
            assertEquals(true, report.issues().contains("worker-lost"), report.text);
            assertFalse(report.issues().contains("job-stuck-celery-worker-down"), report.text);
            report.neverSays("no worker process has begun it");
        }
    }

    @Test
    void aJobThatWasBegunDoesNotWaitForAWorker() throws IOException {
        Report report = report(new RealJob().row("status", "running").without("Job duration").without("✅ Completed").rotated().workerStopped());
        assertEquals("lost", report.verdict(), report.text);
        assertEquals(true, report.issues().contains("worker-lost"), report.text);
        report.neverSays("no worker is up: ");
        report.neverSays("takes the job by itself");
    }

    @Test
    void theNextJobsLinesInTheFileAreNotThisJobs() throws IOException {
        for (String status : List.of("running", "cancelled", "completed")) {
            Report report = report(new RealJob().row("status", status).rotated().laterInFile("🚀 Starting ETL job",
                "📋 SQL Optimization: Building filtered query for Other leads", "✅ SQL executed successfully, returned 90 rows",
                "📋 Data Filtering: Retrieved 90 unprocessed records in 0.87s", "❌ Failed ETL job", "⏱️  Job duration: 0:00:05.496720"));
            assertEquals(245, report.stage("snowflake-query").at("/numbers/records").asInt(), report.text);
            assertEquals(245, report.stage("pre-filtering").at("/numbers/kept").asInt(), report.text);
            report.neverSays("Failed ETL job");
            report.neverSays("0:00:05.496720");
        }
    }

    @Test
    void aJobThatNothingTellsOfHasNotBegun() throws IOException {
        Report report = report(new RealJob().row("status", "running").neverBegun());
        assertEquals(true, report.issues().contains("job-stuck-celery-worker-down"), report.text);
        report.says("no worker process has begun it");
    }

    @Test
    void aWaitIsMeasuredByTheDatabasesClock() throws IOException {
        RealJob job = new RealJob().row("status", "running").neverBegun();
        assertEquals("SKIP", report(job.row("now", "2026-01-15T09:30:20.050000+00:00")).status("task-started"));
        Report report = report(job.row("now", "2026-01-15T09:31:10.050000+00:00"));
        assertEquals("WARN", report.status("task-started"));
        report.says("1m 10.0s");
    }
}
