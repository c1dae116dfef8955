import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How times are told: in which zone, and for a person with their age by the time of the trace, which a recording keeps.
 *
 * @param now the time of the trace, UTC
 */
record Clock(Instant now, ZoneId zone, boolean ages) {
    private static final Pattern UTC = Pattern.compile("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx");

    /** UTC and no ages: a text that does not depend on who reads it when. */
    static Clock utc(Instant now) {
        return new Clock(now, ZoneOffset.UTC, false);
    }

    /** A time as a row of the report has it; a dash for null. */
    String time(Instant time) {
        return Times.iso(time) + (ages && time != null ? " (" + age(time) + ")" : "");
    }

    /** Such as `3m ago`; what is less than a minute old, or of a clock that is ahead, is `just now`. */
    String age(Instant time) {
        long seconds = Duration.between(time, now).toSeconds();
        return seconds < 60 ? "just now" : seconds < 3_600 ? seconds / 60 + "m ago"
            : seconds < 86_400 ? seconds / 3_600 + "h " + seconds / 60 % 60 + "m ago" : seconds / 86_400 + "d " + seconds / 3_600 % 24 + "h ago";
    }

    /** A line of ours with its times in the zone. */
    String local(String line) {
        return zone.equals(ZoneOffset.UTC) ? line : UTC.matcher(line).replaceAll(found -> Matcher.quoteReplacement(
            (found.group(1) == null ? SECONDS : MILLIS).withZone(zone).format(Instant.parse(found.group()))));
    }
}
