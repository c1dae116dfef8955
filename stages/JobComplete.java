/** Spec step 1. The row's `completed` and Celery's `succeeded` are claims: a stage that failed outweighs both. */
class JobComplete extends Stage {
    JobComplete() {
        super("Job Complete", 100);
        step("1").judgesMissingLines().judgesFailures().summary();
        runs("docker compose logs celery-worker");
        details("^\\W*Completed ETL job", "^Task \\S+ succeeded in", "Job duration: ");
        fails("^\\W*Failed ETL job", "^Task [^\\s\\[]++\\[[^\\s\\]]++\\] (?:raised|failed)", "^Task \\S+ succeeded in .*'success': False");
        // A lost update is told by the row itself.
        details("Failed to update job \\S+ status", "Database error updating job ").named("lostUpdates");
        details("Job \\S+ not found in database");
        forChecks("\"POST \\S{1,200}/cancel HTTP/\\S{1,10} 200 OK$").named("cancelled");
        stopsWith("^(?:\\W*|Task \\S+ raised unexpected: \\w+\\(\\W)ETL job stopped by user");
        whenOk("Success");
        resolution("See the lines of the job.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        Evidence trace = observed.trace;
        boolean broken = observed.failures().stream().anyMatch(trace::ofLastAttempt);
        if (trace.job.status().equals("failed") || !trace.job.inDatabase() && broken) {
            Finding failed = trace.stopped == null ? observed.fail("the job failed") : observed.warn("a user stopped the job");
            return observed.rowsError().isEmpty() ? failed : failed.quoting(observed.rowsError());
        }
        if (trace.job.status().equals("cancelled")) {
            return observed.warn("cancelled");
        }
        if (!trace.over()) {
            return trace.lost() ? observed.fail("not completed: the worker was lost")
                : !trace.workEnded() ? observed.skip("not reached yet")
                : broken ? observed.fail("the task failed, but the row still says running")
                : observed.warn("the task ended, but the row still says running");
        }
        String incomplete = Findings.titles(trace, Finding::degrades);
        // A preview's lines carry no job id: what it found stands in the row, and seldom in job_logs.
        boolean shown = !trace.job.preview() || trace.job.column("total_rows_processed").matches("[1-9]\\d*")
            || Findings.pipelineIsSeen(trace);
        return !incomplete.isEmpty() ? observed.warn("marked completed, but incomplete: " + incomplete)
            : !trace.job.inDatabase() ? observed.unknown("the log says so, the row could not be read")
            : broken ? observed.warn("the row says so, the log does not")
            : observed.missingLog() != null ? observed.unknown("the row says so, and the log was not read to its end")
            : shown ? observed.ok() : observed.unknown("the row says so, and nothing shows that the preview found records");
    }
}
