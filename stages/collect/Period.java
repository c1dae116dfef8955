import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From when to when an audit looks, UTC. */
record Period(Instant from, Instant to) {
    /** What a period can be, for those who typed something else. */
    static final String FORMS = "90m, 24h, 7d, a date or time to begin with such as 2026-01-15 or 2026-01-15T09:30:00Z, or two of them: A..B";
    private static final Pattern LENGTH = Pattern.compile("(\\d{1,6})([smhdw])");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

    /** Reads one of the forms. Throws KnownFailure for anything else, and for a period that ends before it begins. */
    static Period of(String typed, Instant now) {
        int between = typed.indexOf("..");
        Instant from = start(between < 0 ? typed : typed.substring(0, between), now);
        Instant to = between < 0 ? now : end(typed.substring(between + 2), now);
        if (from == null || to == null) {
            throw new KnownFailure(2, "--audit takes " + FORMS);
        }
        if (from.isBefore(Instant.EPOCH)) {
            throw new KnownFailure(2, "--audit looks back to 1970 at most");
        }
        if (!from.isBefore(to)) {
            throw new KnownFailure(2, "the period of --audit ends before it begins: " + from + " to " + to);
        }
        return new Period(from, to);
    }

    private static Instant start(String typed, Instant now) {
        Matcher length = LENGTH.matcher(typed);
        if (length.matches()) {
            long number = Long.parseLong(length.group(1));
            return now.minus(switch (length.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofDays(7 * number);
            });
        }
        return time(typed);
    }

    /** A date as an end is the end of that day. */
    private static Instant end(String typed, Instant now) {
        Instant time = typed.isEmpty() ? now : start(typed, now);
        return time != null && DATE.matcher(typed).matches() ? time.plus(Duration.ofDays(1)) : time;
    }

    private static Instant time(String typed) {
        try {
            return DATE.matcher(typed).matches() ? LocalDate.parse(typed).atStartOfDay(ZoneOffset.UTC).toInstant()
                : typed.matches("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d(:?\\d\\d)?)?")
                    ? Times.parse(typed.replaceFirst("(T\\d\\d:\\d\\d)(?=Z|[+-]|$)", "$1:00").replaceFirst("( \\d\\d:\\d\\d)(?=Z|[+-]|$)", "$1:00")) : null;
        } catch (DateTimeException noDate) {
            return null;
        }
    }
}
