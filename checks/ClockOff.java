import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Times of two clocks cannot be compared; where a clock is off, the report's times are put right, and it says so. */
class ClockOff extends Check {
    /** Seconds; less may be the time that the commands took. */
    private static final long A_CLOCK_IS_OFF = 30;

    ClockOff() {
        super("Clock off");
        detects("a database or a service whose clock differs from Docker's or from this machine's");
        cause("somebody set the clock, or it runs without synchronisation");
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        Instant clock = trace.job.time("now");
        Duration database = clock == null ? Duration.ZERO : Duration.between(trace.now, clock);
        // The database told its time some time after the trace began: as long as the slowest answers took, at the most.
        double waited = trace.answers.values().stream().mapToDouble(CommandResult::seconds).max().orElse(0)
            + (trace.answers.containsKey("rows of etl_jobs") ? trace.answers.get("rows of etl_jobs").seconds() : 0);
        if (Math.abs(database.toSeconds()) > A_CLOCK_IS_OFF + waited) {
            return found("the database's differs from this machine's by " + Times.duration(database.abs().toMillis()), List.of())
                .map(issue -> issue.todo("Set the clock; the logs were searched around both times."));
        }
        String services = trace.skewed.entrySet().stream().map(one -> one.getKey() + " is " + Times.duration(one.getValue().abs().toMillis())
            + (one.getValue().isNegative() ? " behind" : " ahead")).collect(Collectors.joining(", "));
        return services.isEmpty() ? nothing() : found(services, List.of())
            .map(issue -> issue.todo("Set the clock; the times here are put right."));
    }
}
