import java.util.List;
import java.util.stream.Collectors;

/** Spec step 1. The row's `completed` and Celery's `succeeded` are claims: a stage that failed outweighs both. */
class JobComplete extends Stage {
    JobComplete() {
        super("Job Complete", 100);
        step("1").summary();
        runs("docker compose logs celery-worker");
        details("^\\W*Completed ETL job", "^Task \\S+ succeeded in", "Job duration: ");
        fails("^\\W*Failed ETL job", "^Task [^\\s\\[]++\\[[^\\s\\]]++\\] (?:raised|failed)", "^Task \\S+ succeeded in .*'success': False");
        // A lost update is told by the row itself, and what is not of the work costs nothing.
        details("Failed to update job \\S+ status", "Database error updating job ").named("lostUpdates");
        details("Job \\S+ not found in database");
        forChecks("\"POST \\S{1,200}/cancel HTTP/\\S{1,10} 200 OK$").named("cancelled");
        harmless("Failed to send NTFY ", "NTFY sync error: ", "NTFY failed: ", "Connection from pool was stale", "Error returning connection to pool: ");
        stopsWith("ETL job stopped by user");
        whenOk("Success");
        resolution("See the lines of the job.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        Evidence trace = observed.trace;
        String row = trace.job.status();
        boolean broken = observed.failures().stream().anyMatch(trace::ofLastAttempt);
        if (row.equals("failed") || !trace.job.inDatabase() && broken) {
            String error = trace.job.column("error_message");
            Finding failed = trace.stopped == null ? observed.fail("the job failed") : observed.warn("a user stopped the job");
            return error.isEmpty() ? failed : failed.quoting(List.of(
                new Message("postgres", "", trace.ended() == null ? trace.now : trace.ended(), "ERROR", "", error)));
        }
        if (row.equals("cancelled")) {
            return observed.warn("cancelled");
        }
        if (!trace.over() && trace.workEnded() && !trace.lost()) {
            return broken ? observed.fail("the task failed, but the row still says running")
                : observed.warn("the task ended, but the row still says running");
        }
        if (!trace.over()) {
            return trace.lost() ? observed.fail("not completed: the worker was lost") : observed.skip("not reached yet");
        }
        String failed = trace.findings.values().stream().filter(Finding::degrades)
            .map(finding -> finding.stage().title).collect(Collectors.joining(", "));
        return !failed.isEmpty() ? observed.warn("marked completed, but incomplete: " + failed)
            : !trace.job.inDatabase() ? observed.unknown("the log says so, the row could not be read")
            : broken ? observed.warn("the row says so, the log does not")
            : trace.missing.containsKey("log celery-worker") ? observed.unknown("the row says so, and the log was not read to its end")
            : trace.job.preview() && !shown(trace) ? observed.unknown("the row says so, and nothing shows that the preview found records") : observed.ok();
    }

    /** A preview's lines carry no job id: what it found stands in the row, and seldom in job_logs. */
    private static boolean shown(Evidence trace) {
        return trace.job.column("total_rows_processed").matches("[1-9]\\d*")
            || trace.findings.values().stream().anyMatch(finding -> finding.stage() instanceof PipelineStage && !finding.evidence().isEmpty());
    }
}
