import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where the evidence is gone nothing can be said: the report must not look healthy, and it says what is missing. */
class EvidenceLost extends Check {
    /** Seconds; less may be the time that the commands took. */
    private static final long A_CLOCK_IS_OFF = 30;

    EvidenceLost() {
        super("Evidence lost");
        sees("a container younger than the job, a rotated log, commands that failed or timed out, a clock that differs");
        severity(Status.UNKNOWN).cause("the log was rotated, the container made anew, or a command did not answer");
        resolution("Look where the logs are kept longer, and ask again with more time.", "docker compose ps -a");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        List<Finding> unproved = trace.findings.values().stream().filter(finding -> finding.status() == Status.UNKNOWN).toList();
        if (unproved.isEmpty()) {
            Instant clock = trace.job.time("now");
            if (clock != null && Math.abs(Duration.between(trace.now, clock).toSeconds()) > A_CLOCK_IS_OFF) {
                String apart = Times.duration(Duration.between(trace.now, clock).abs().toMillis());
                return found("the database's clock differs from this machine's by " + apart, "one of the two was set", List.of())
                    .map(issue -> issue.todo("Set the clock; the logs were searched around both times."));
            }
            String clocks = trace.skewed.entrySet().stream().map(one -> one.getKey() + " by " + Times.duration(one.getValue().abs().toMillis())
                + (one.getValue().isNegative() ? " behind" : " ahead")).collect(Collectors.joining(", "));
            return clocks.isEmpty() ? nothing() : found("a clock differs from Docker's: " + clocks, "the container's clock was set", List.of())
                .map(issue -> issue.todo("Set the clock; the times here are put right."));
        }
        String why = unproved.stream().map(finding -> finding.summary().replace("only the database tells of it: ", ""))
            .distinct().collect(Collectors.joining("; "));
        return found(Judging.count(unproved.size(), "stage") + " not proved: " + why, List.of()).map(issue -> issue.explaining(unproved));
    }
}
