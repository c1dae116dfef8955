import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of a watch. */
final class WatchOptions {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");

    @Option(names = "--watch", description = "Follow the job until it has ended; then comes its report.")
    boolean on;

    @Option(names = "--for", paramLabel = "DURATION", description = "With --watch: no longer than this, such as 90s, 10m, 2h.")
    String atMost;

    @Option(names = "--fail-fast", description = "With --watch: end it at the first FAIL.")
    boolean failFast;

    @Option(names = "--progress", defaultValue = "auto", paramLabel = "auto|plain",
        description = "With --watch: a dated line for each change (plain), also on a terminal.")
    String progress;

    /** What is wrong with them, in one line. */
    Optional<String> problem() {
        return !on && (atMost != null || failFast) ? Optional.of("--for and --fail-fast belong to --watch")
            : !progress.equals("auto") && !progress.equals("plain") ? Optional.of("--progress is auto or plain")
            : atMost != null && (!DURATION.matcher(atMost).matches() || limit().isZero()) ? Optional.of("--for is a duration such as 90s, 10m, 2h")
            : Optional.empty();
    }

    /** How long it may last. */
    Duration limit() {
        Matcher of = DURATION.matcher(atMost == null ? "36500d" : atMost);
        if (!of.matches()) {
            return Duration.ZERO;
        }
        long number = Long.parseLong(of.group(1));
        return switch (of.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
