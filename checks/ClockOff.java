import java.time.Duration;
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
    Issue inspect(Trace trace) {
        Duration database = trace.databaseClockOff(A_CLOCK_IS_OFF);
        String services = trace.skewed.entrySet().stream().map(one -> one.getKey() + " is " + Times.duration(one.getValue().abs().toMillis())
            + (one.getValue().isNegative() ? " behind" : " ahead")).collect(Collectors.joining(", "));
        return !database.isZero() ? found("the database's differs from this machine's by " + Times.duration(database.abs().toMillis()))
                .resolution("Set the clock; the logs were searched around both times.")
            : services.isEmpty() ? nothing() : found(services).resolution("Set the clock; the times here are put right.");
    }
}
