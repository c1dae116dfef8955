import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * How a log store, or anything that shows logs, is asked: `~/.trace-job.d/NAME.properties`, command templates and the form of a
 * line. The file is its user's own, the lines are foreign.
 */
final class SourceTemplate {
    static final Pattern NAME = Pattern.compile("[\\w-]{1,40}");
    private static final Set<String> KEYS = Set.of("logs", "line", "format", "container", "time", "text", "limit", "containers", "exec", "sql");
    /** Characters of a line that its pattern is tried on; a pattern of the user's can be slow. */
    private static final int LONGEST_HEAD = 2_000;
    /** Characters that its pattern may look at in one line, many of them again and again. */
    private static final int MOST_LOOKS = 200_000;
    private static final Pattern VALUE = Pattern.compile("\\{(\\w{1,40})\\}");
    /** What is filled in, and what must be. */
    private static final Map<String, Set<String>> VALUES = Map.of("logs", Set.of("service", "since", "until", "sinceSeconds", "untilSeconds"),
        "exec", Set.of("service"), "sql", Set.of("sql"), "containers", Set.of());
    private static final Map<String, String> NEEDED = Map.of("logs", "service", "exec", "service", "sql", "sql");
    final String name;
    private final Path file;
    private final Properties values = new Properties();
    private Pattern line;
    /** True where a line says its container; where none does, the service has one, of its name. */
    private boolean named;
    /** So many lines and no more the client shows by itself; 0 where it has no such limit. */
    final long limit;

    /** Where one line stands: its container, its time in UTC, its text. */
    record Line(String container, Instant at, String text) {}

    /** Throws KnownFailure (2) for a file that cannot be read or does not say how. @param folder that has the file */
    SourceTemplate(String name, Path folder) {
        this.name = name;
        file = folder.resolve(name + ".properties");
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            values.load(lines);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new KnownFailure(2, "--source " + name + ": " + file + " cannot be read");
        }
        values.stringPropertyNames().stream().filter(key -> !KEYS.contains(key)).sorted().findFirst().ifPresent(key -> wrong("knows no " + key));
        if (words("logs").isEmpty()) {
            wrong("needs logs=COMMAND, with {service}, {since} and {until}");
        }
        if (json() == (values.containsKey("line"))) {
            wrong("needs either line=PATTERN or format=jsonl");
        }
        limit = number(value("limit"));
        line = json() ? null : pattern(value("line"));
        if (json() && List.of("time", "text").stream().anyMatch(key -> value(key).isEmpty())) {
            wrong("with format=jsonl needs time= and text=, and container= where a service has several: each the name of a field");
        }
        values();
    }

    private void values() {
        VALUES.forEach((key, known) -> VALUE.matcher(value(key)).results().map(value -> value.group(1)).filter(value -> !known.contains(value))
            .findFirst().ifPresent(value -> wrong(key + " knows no {" + value + "}")));
        NEEDED.forEach((key, value) -> {
            if (has(key) && !value(key).contains("{" + value + "}")) {
                wrong(key + " needs {" + value + "}");
            }
        });
    }

    private void wrong(String what) {
        throw new KnownFailure(2, file + ": " + what);
    }

    private String value(String key) {
        return values.getProperty(key, "").strip();
    }

    boolean has(String key) {
        return !value(key).isEmpty();
    }

    private boolean json() {
        return value("format").equals("jsonl");
    }

    private long number(String given) {
        if (!given.matches("\\d{0,9}")) {
            wrong("limit is a number of lines");
        }
        return given.isEmpty() ? 0 : Long.parseLong(given);
    }

    private Pattern pattern(String regex) {
        try {
            Pattern compiled = Pattern.compile(regex, Pattern.DOTALL);
            named = regex.contains("(?<container>");
            if (!regex.contains("(?<time>") || !regex.contains("(?<text>")) {
                wrong("line needs the groups (?<time>…) and (?<text>…), and (?<container>…) where a service has several");
            }
            return compiled;
        } catch (PatternSyntaxException broken) {
            wrong("line is no pattern: " + Printable.plain(broken.getDescription()));
            return null;
        }
    }

    /** The words of a template, split as for --check; no shell sees them. */
    List<String> words(String key) {
        return Command.split(value(key));
    }

    /** What stands in a line; null for one of another form. */
    Line read(String raw, String service) {
        return json() ? fields(Json.read(raw), service) : groups(raw, service);
    }

    private Line groups(String raw, String service) {
        int cut = Math.min(raw.length(), LONGEST_HEAD);
        Matcher found = line.matcher(new Watched(raw.substring(0, cut)));
        try {
            return !found.matches() ? null : of(named ? found.group("container") : service, found.group("time"), found.group("text") + raw.substring(cut));
        } catch (StackOverflowError | TooSlow given) {
            return null;
        }
    }

    /** A pattern has looked at a line too often. */
    private static final class TooSlow extends RuntimeException {
        TooSlow() {
            super(null, null, false, false);
        }
    }

    /** A text that counts how often it is looked at. */
    private static final class Watched implements CharSequence {
        private final String text;
        private int looks;

        Watched(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks > MOST_LOOKS) {
                throw new TooSlow();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private Line fields(JsonNode object, String service) {
        return object.isObject() ? of(has("container") ? text(object, "container") : service, text(object, "time"), text(object, "text")) : null;
    }

    /** A field, or one in another: `labels.container`. A field of that very name goes first. */
    private String text(JsonNode object, String key) {
        String path = value(key);
        JsonNode found = object.path(path);
        if (found.isMissingNode()) {
            found = object;
            for (String part : path.split("\\.")) {
                found = found.path(part);
            }
        }
        return found.isArray() ? bytes(found) : found.isValueNode() && !found.isNull() ? found.asText() : null;
    }

    /** What journalctl shows as an array of bytes, since it is not plain text: coloured lines; null for any other array. */
    private static String bytes(JsonNode array) {
        byte[] bytes = new byte[array.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!array.get(i).canConvertToInt()) {
                return null;
            }
            bytes[i] = (byte) array.get(i).asInt();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Line of(String container, String time, String text) {
        Instant at = time == null ? null : time(time.strip());
        return container == null || text == null || at == null ? null : new Line(container, at, text);
    }

    /** ISO 8601 with its zone, or a number since 1970 of seconds, or of milli-, micro- or nanoseconds, as its length tells; null for another. */
    private static Instant time(String text) {
        try {
            if (text.matches("\\d{9,19}")) {
                long number = Long.parseLong(text);
                return text.length() <= 11 ? Instant.ofEpochSecond(number) : text.length() <= 14 ? Instant.ofEpochMilli(number)
                    : text.length() <= 17 ? Instant.EPOCH.plus(number, ChronoUnit.MICROS) : Instant.EPOCH.plusNanos(number);
            }
            return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
        } catch (DateTimeException | ArithmeticException noTime) {
            return null;
        }
    }
}
