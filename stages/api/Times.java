import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
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

    /** The time that Docker writes before a line, `2026-01-15T09:30:02.110123456Z`; null when the line begins otherwise. */
    static Instant docker(String line) {
        int end = line.indexOf('Z');
        if (end < 20 || end > 30 || line.charAt(10) != 'T' || line.charAt(19) != '.') {
            return null;
        }
        long[] parts = {0, 0, 0, 0, 0, 0, 0};
        for (int i = 0, part = 0; i < end; i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                parts[part] = parts[part] * 10 + c - '0';
            } else if (++part == parts.length) {
                return null;
            }
        }
        for (int digits = end - 20; digits < 9; digits++) {
            parts[6] *= 10;
        }
        boolean valid = parts[0] <= 9999 && parts[1] >= 1 && parts[1] <= 12 && parts[2] >= 1 && parts[2] <= 28 + (parts[1] == 2 ? 1 : 3)
            && parts[3] < 24 && parts[4] < 60 && parts[5] < 60;
        if (!valid) {
            return null;
        }
        LocalDateTime first = LocalDateTime.of((int) parts[0], (int) parts[1], 1, (int) parts[3], (int) parts[4], (int) parts[5]);
        return Instant.ofEpochSecond(first.plusDays(parts[2] - 1).toEpochSecond(ZoneOffset.UTC), parts[6]);
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
        return count + " " + (count == 1 ? noun : noun.endsWith("ch") ? noun + "es" : noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s");
    }
}
