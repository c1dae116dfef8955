import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Times, durations and numbers as the report prints and the system writes them. */
interface Times {
    DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    DateTimeFormatter LOOSE = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE)
        .appendPattern("[ ]['T']").append(DateTimeFormatter.ISO_LOCAL_TIME).appendPattern("[ ][XXX][X]")
        .parseDefaulting(ChronoField.OFFSET_SECONDS, 0).toFormatter(Locale.ROOT);

    /** A time of Postgres, Docker or ISO 8601 (UTC where no offset stands); null for anything else. */
    static Instant parse(String text) {
        if (text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text.replaceFirst(" [A-Z]{3,4}$", "").replaceFirst(" ([+-]\\d\\d)(\\d\\d)$", "$1:$2"), LOOSE);
            // Beyond these years a duration in milliseconds has no room.
            return time.getYear() < 0 || time.getYear() > 9999 ? null : time.toInstant();
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }

    /** ISO 8601 in UTC, to the second; a dash for null. */
    static String iso(Instant time) {
        return time == null ? "-" : SECONDS.format(time);
    }

    /** `45.2s`, over a minute `4m 05.0s`, over an hour `1h 02m 03s`; what two clocks make less than nothing is `0.0s`. */
    static String duration(long measured) {
        long millis = Math.max(0, measured);
        long whole = Math.round(millis / 1000.0);
        if (whole >= 3600) {
            return whole / 3600 + "h " + two(whole / 60 % 60) + "m " + two(whole % 60) + "s";
        }
        long tenths = Math.round(millis / 100.0);
        String seconds = tenths % 600 / 10 + "." + tenths % 10 + "s";
        return tenths < 600 ? seconds : tenths / 600 + "m " + (tenths % 600 < 100 ? "0" : "") + seconds;
    }

    private static String two(long number) {
        return (number < 10 ? "0" : "") + number;
    }

    /** Whole as it is, else with one digit; not by String.format, whose first call costs the start of a trace 15 ms. */
    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value)
            : BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).toPlainString();
    }

    /** So many of these: `1 retry`, `2 retries`. */
    static String count(long count, String noun) {
        return count + " " + (count == 1 ? noun : noun.endsWith("ch") ? noun + "es" : noun.endsWith("y")
            ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s");
    }
}
