import java.util.List;
import java.util.stream.Collectors;

/** Where the evidence is gone nothing can be said: the report must not look healthy, and it says what is missing. */
class MissingEvidence extends Check {
    MissingEvidence() {
        super("Missing evidence");
        detects("a container younger than the job, a rotated log; commands that failed or timed out, hosts that did not answer");
        severity(Status.UNKNOWN).cause("the log was rotated, the container recreated, or a command did not answer");
        resolution("Look where the logs are kept longer, and ask again with more time.", "docker compose ps -a");
    }

    @Override
    Issue inspect(Trace trace) {
        List<Finding> unproved = trace.findings.values().stream().filter(finding -> finding.status() == Status.UNKNOWN).toList();
        if (unproved.isEmpty()) {
            return nothing();
        }
        String why = unproved.stream().map(finding -> finding.summary().replace("seen only in job_logs: ", "")).distinct().collect(Collectors.joining("; "));
        Issue lost = found((unproved.size() == 1 ? unproved.get(0).stage().title : Times.count(unproved.size(), "stage")) + " could not be verified: " + why).explaining(unproved);
        if (!trace.hostsAway().isEmpty()) {
            return lost.because(trace.hostsAway().entrySet().stream().map(host -> "host " + host.getKey() + " did not answer: " + host.getValue()).collect(Collectors.joining("; ")))
                .resolution("Look whether the host is up, and trace again when it answers.");
        }
        if (!trace.job.inDatabase()) {
            return lost.because("the database did not answer, or not to this user").resolution("Find out why with trace-job --doctor and the same options.", "docker compose ps -a");
        }
        if (unproved.stream().allMatch(Finding::isUnclosed)) {
            return lost.because("the line was never written, or has a form that is not known here").resolution("Look at what the stage wrote last.", "docker compose logs celery-worker");
        }
        return !trace.job.preview() ? lost : lost.because("a preview runs in backend, where lines carry no job id")
            .resolution("Read what backend wrote at that time.", "docker compose logs backend");
    }
}
