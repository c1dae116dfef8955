/** What is said of a job that no worker process has begun, as far as can be known. */
interface NotStarted {
    static Finding judge(Observation observed, long longWaitMillis) {
        Evidence trace = observed.trace;
        if (trace.gone != null) {
            return observed.fail("it was started, and the container that ran it is gone since " + Times.iso(trace.gone));
        }
        if (trace.revoked()) {
            return observed.skip("revoked before it was started");
        }
        String missing = observed.missingLog();
        if (missing != null) {
            return observed.unknown(missing);
        }
        if (!trace.recorded().isEmpty()) {
            return observed.unknown("it was started; the log that would show its worker process is lost");
        }
        if (trace.job.time("created_at") == null || trace.over() && !trace.job.status().equals("cancelled")) {
            return observed.unknown("no worker process names the job");
        }
        long waited = trace.waitedMillis();
        String says = "no worker has started it after " + Times.duration(waited);
        return waited > longWaitMillis ? observed.warn(says) : observed.skip(says);
    }
}
