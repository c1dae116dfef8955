import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Reads the times of a log's lines, most of which are of the same second as the line before. For one thread. */
final class Stamps {
    /** As Docker writes a time, UTC. */
    static final DateTimeFormatter DOCKER = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);
    private static final int DOCKERS_LENGTH = 30;
    private static final int SECOND = 19;
    private String dockerSecond = "";
    private Instant docker;
    private String localSecond = "";
    private Instant local;

    /** The time that Docker writes before a line, `2026-01-15T09:30:02.110123456Z`; null when something else stands there. */
    Instant docker(String line, int from) {
        int point = from + SECOND;
        int end = line.length() > point && line.charAt(point) == '.' ? line.indexOf('Z', point) : -1;
        if (end < 0 || end > point + 10 || line.charAt(from + 10) != 'T') {
            return null;
        }
        int nanos = 0;
        for (int i = point + 1; i < point + 10; i++) {
            char c = i < end ? line.charAt(i) : '0';
            if (c < '0' || c > '9') {
                return null;
            }
            nanos = nanos * 10 + c - '0';
        }
        if (dockerSecond.isEmpty() || !line.startsWith(dockerSecond, from)) {
            docker = second(line, from);
            dockerSecond = line.substring(from, point);
        }
        return docker == null ? null : docker.plusNanos(nanos);
    }

    /** True for a line that begins with a time of Docker's. */
    static boolean begins(String line) {
        return line.length() >= DOCKERS_LENGTH && line.charAt(10) == 'T' && line.charAt(DOCKERS_LENGTH - 1) == 'Z' && shaped(line, 0);
    }

    /** True for a line that begins with a time of Docker's after this one, which is written as Docker does. */
    static boolean isAfter(String line, String time) {
        return begins(line) && line.substring(0, DOCKERS_LENGTH).compareTo(time) > 0;
    }

    /** True where `2026-01-15 09:30:02,110` stands, with a comma or a point. */
    boolean stands(String line, int from) {
        if (line.length() < from + SECOND + 4 || line.charAt(from + 10) != ' ' || line.charAt(from + SECOND) != ',' && line.charAt(from + SECOND) != '.') {
            return false;
        }
        for (int i = from + SECOND + 1; i < from + SECOND + 4; i++) {
            if (line.charAt(i) < '0' || line.charAt(i) > '9') {
                return false;
            }
        }
        return !localSecond.isEmpty() && line.startsWith(localSecond, from) || shaped(line, from);
    }

    /** The application's time that stands there, as if its zone were UTC; null for a date that does not exist. */
    Instant local(String line, int from) {
        if (localSecond.isEmpty() || !line.startsWith(localSecond, from)) {
            local = second(line, from);
            localSecond = line.substring(from, from + SECOND);
        }
        int millis = number(line, from + SECOND + 1, 3);
        return local == null ? null : local.plusMillis(millis);
    }

    /** `2026-01-15 09:30:02`, with any sign between date and time; null for what is none. */
    private static Instant second(String line, int from) {
        if (!shaped(line, from)) {
            return null;
        }
        try {
            return LocalDateTime.of(number(line, from, 4), number(line, from + 5, 2), number(line, from + 8, 2), number(line, from + 11, 2),
                number(line, from + 14, 2), number(line, from + 17, 2)).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException noDate) {
            return null;
        }
    }

    private static boolean shaped(String line, int from) {
        for (int i = 0; i < SECOND; i++) {
            char c = line.charAt(from + i);
            boolean right = i == 4 || i == 7 ? c == '-' : i == 13 || i == 16 ? c == ':' : i == 10 || c >= '0' && c <= '9';
            if (!right) {
                return false;
            }
        }
        return true;
    }

    private static int number(String line, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            number = number * 10 + line.charAt(i) - '0';
        }
        return number;
    }
}
