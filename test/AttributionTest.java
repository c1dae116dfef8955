import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A healthy real job whose log was lost, or whose task came to an end that Celery's main process alone tells. */
class AttributionTest {
    @TempDir
    Path folder;

    /** A report, in both forms. */
    private record Report(JsonNode json, String text) {
        JsonNode stage(String id) {
            return ReportJson.stage(json, id);
        }

        String status(String id) {
            return stage(id).get("status").asText();
        }

        String verdict() {
            return json.at("/verdict/state").asText();
        }

        List<String> issues() {
            return ReportJson.issues(json);
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
        report.neverSays("no worker has started it");
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
            report.neverSays("no worker has started it");
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
        report.says("no worker has started it");
    }

    private static final String OTHER_TASK = "app.workers.etl_tasks.run_etl_job[0f0f0f0f-2b7a-4e0c-8f5d-93ab6f1e2d40]";

    private static String exited(int process) {
        return "ERROR/MainProcess] Process 'ForkPoolWorker-" + process + "' pid:" + process + " exited with 'signal 9 (SIGKILL)'";
    }

    /** What Celery says when a task runs into its hard limit, before its process is gone. */
    private static List<String> hardLimit(String task) {
        return List.of("ERROR/MainProcess] Task handler raised error: TimeLimitExceeded(60.0)\nTraceback (most recent call last):\n"
            + "  File \"/usr/local/lib/python3.11/site-packages/billiard/pool.py\", line 684, in on_hard_timeout\n    raise TimeLimitExceeded(job._timeout)\n"
            + "billiard.exceptions.TimeLimitExceeded: TimeLimitExceeded(60.0,)", "ERROR/MainProcess] Hard time limit (60.0s) exceeded for " + task);
    }

    private static RealJob killed(List<String> first, String... then) {
        RealJob job = new RealJob().row("status", "running").without("39 people, 64 phones", "Job duration").without("Job duration");
        return job.endsWith(Stream.concat(first.stream(), Stream.of(then)).toArray(String[]::new));
    }

    @Test
    void aHardTimeLimitIsTheCauseOfTheLoss() throws IOException {
        Report report = report(killed(hardLimit(RealJob.TASK), exited(2)));
        assertEquals("lost", report.verdict(), report.text);
        report.says("hard time limit of 60.0s");
        report.says("[task] Hard time limit (60.0s) exceeded for " + RealJob.TASK);
        report.says("[task] Task handler raised error: TimeLimitExceeded(60.0)");
        report.says("[task] Task " + RealJob.TASK + " received");
        report.neverSays("memory");
    }

    @Test
    void anothersTimeLimitIsNotTheCause() throws IOException {
        Report report = report(killed(hardLimit(OTHER_TASK), exited(1), exited(2)));
        assertEquals("lost", report.verdict(), report.text);
        report.says("its worker process ForkPoolWorker-2 died");
        report.says("memory");
        report.neverSays("time limit");
    }

    @Test
    void twoTasksThatRunIntoTheirLimitsHaveOneEach() throws IOException {
        List<String> both = Stream.concat(hardLimit(OTHER_TASK).stream(), hardLimit(RealJob.TASK).stream()).toList();
        Report report = report(killed(both, exited(1), exited(2)));
        report.says("[task] Hard time limit (60.0s) exceeded for " + RealJob.TASK);
        report.neverSays(OTHER_TASK);
    }

    @Test
    void aSoftTimeLimitIsTheCauseOfTheFailure() throws IOException {
        String soft = "WARNING/MainProcess] Soft time limit (50.0s) exceeded for ";
        String raised = "ERROR/ForkPoolWorker-2] Task " + RealJob.TASK + " raised unexpected: SoftTimeLimitExceeded()\n"
            + "Traceback (most recent call last):\n  File \"x.py\", line 1, in y\nbilliard.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()";
        Report report = report(killed(List.of(soft + RealJob.TASK), raised).row("status", "failed"));
        assertEquals(List.of("time-limit-exceeded"), report.issues(), report.text);
        report.says("| Soft time limit (50.0s) exceeded for " + RealJob.TASK);
        report = report(killed(List.of(soft + OTHER_TASK), raised).row("status", "failed"));
        assertFalse(report.issues().contains("time-limit-exceeded"), report.text);
        report = report(new RealJob().endsWith(soft + RealJob.TASK, "INFO/ForkPoolWorker-2] Task " + RealJob.TASK + " succeeded in 55s: {'success': True}"));
        assertEquals(List.of(), report.issues(), report.text);
    }

    @Test
    void aRevokedTaskIsNotStarted() throws IOException {
        String discarded = "INFO/MainProcess] Discarding revoked task: ";
        Report report = report(new RealJob().row("status", "cancelled").neverBegun().endsWith(discarded + RealJob.TASK));
        assertEquals("SKIP", report.status("task-started"), report.text);
        report.says("[SKIP] Task Started - revoked before it was started");
        report.neverSays("Cancelled, and not stopped");
        report = report(new RealJob().row("status", "cancelled").neverBegun().endsWith(discarded + OTHER_TASK));
        report.neverSays("revoked");
        report = report(new RealJob().row("status", "cancelled").neverBegun().endsWith("INFO/MainProcess] Task " + OTHER_TASK + " received",
            discarded + RealJob.TASK));
        report.neverSays("revoked before");
        report = report(new RealJob().row("status", "running").neverBegun().endsWith(discarded + RealJob.TASK));
        assertEquals("zombie", report.verdict());
        report.says("its task was revoked");
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
