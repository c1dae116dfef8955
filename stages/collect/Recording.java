import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A recorded stack, in JSON Lines: a head with the job and the time, then for everything that was asked its lines
 * (`out`), one object each, and an object with the exit code. Gzip when the name ends in .gz.
 */
final class Recording implements Source {
    private static final long LARGEST = 2 * Recorder.LARGEST;
    /** What a line costs besides its text, and how many different things can have been asked. */
    static final int LINE_COSTS = 40;
    private static final int MOST_KEYS = 1_000;
    private final Map<String, List<String>> outputs = new LinkedHashMap<>();
    private final Map<String, JsonNode> ends = new LinkedHashMap<>();
    private final Map<String, ObjectNode> folded = new LinkedHashMap<>();
    private JsonNode head = Json.NODES.missingNode();

    /** Throws KnownFailure when this is no recording. */
    static Recording of(String name, InputStream bytes) {
        Recording recording = new Recording();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8))) {
            recording.read(lines);
        } catch (IOException unreadable) {
            throw new KnownFailure(2, name + " cannot be read as a recording: " + Printable.plain(String.valueOf(unreadable.getMessage())));
        }
        if (recording.job().isEmpty() || recording.now() == null) {
            throw new KnownFailure(2, name + " is not a trace-job recording: its first line must name the job and the time");
        }
        return recording;
    }

    private void read(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        long size = 0;
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (++size > LARGEST || line.length() > Message.LONGEST * 16) {
                throw new IOException("it is larger than a recording can be");
            }
            if (c == '\n') {
                size += LINE_COSTS;
                take(Json.read(line.toString()));
                if (outputs.size() + ends.size() + folded.size() > MOST_KEYS) {
                    throw new IOException("it answers more than can be asked");
                }
                line.setLength(0);
            } else {
                line.append((char) c);
            }
        }
        take(Json.read(line.toString()));
    }

    private void take(JsonNode entry) {
        String key = entry.path("of").asText();
        if (entry.has("job") && head.isMissingNode()) {
            head = entry;
        } else if (entry.has("out")) {
            outputs.computeIfAbsent(key, of -> new ArrayList<>()).add(entry.get("out").asText());
        } else if (entry.path("message").isObject()) {
            folded.computeIfAbsent(key, of -> Json.NODES.objectNode()).withArray("messages").add(entry.get("message"));
        } else if (entry.path("folded").isObject()) {
            // Its messages have lines of their own.
            ObjectNode others = ((ObjectNode) entry.get("folded")).without("messages");
            folded.computeIfAbsent(key, of -> Json.NODES.objectNode()).setAll(others);
        } else if (entry.has("exit")) {
            ends.put(key, entry);
        }
    }

    String job() {
        return head.path("job").asText();
    }

    @Override
    public Instant now() {
        return Times.parse(head.path("now").asText());
    }

    /** Lets the commands of the report be those of the stack that was recorded; words that a shell could take amiss stay out. */
    void aim(ComposeTarget target) {
        aim(head, target);
    }

    /** Notes in a recording's head how the commands of its report begin. */
    static void note(ComposeTarget target, ObjectNode head) {
        target.docker.forEach(head.putArray("docker")::add);
        target.compose.forEach(head.putArray("compose")::add);
        target.services.forEach(head.putObject("services")::put);
        target.homes.forEach((service, docker) -> docker.forEach(head.withObject("/homes").putArray(service)::add));
    }

    static void aim(JsonNode head, ComposeTarget target) {
        List<String> docker = words(head, "docker");
        List<String> compose = words(head, "compose");
        Map<String, String> services = new LinkedHashMap<>();
        head.path("services").properties().forEach(field -> services.put(field.getKey(), field.getValue().asText()));
        Map<String, List<String>> homes = new LinkedHashMap<>();
        head.path("homes").properties().forEach(field -> homes.put(Printable.plain(field.getKey()), words(head.path("homes"), field.getKey())));
        boolean plain = Stream.of(docker.stream().skip(1), compose.stream(), services.keySet().stream(), services.values().stream(),
                homes.values().stream().flatMap(words -> words.stream().skip(1)))
            .flatMap(words -> words).allMatch(word -> PLAIN.matcher(word).matches());
        if (target.compose.isEmpty() && plain && !docker.isEmpty() && docker.get(0).equals("docker")) {
            target.docker = docker;
            target.compose = compose;
            target.services = services;
            homes.forEach((service, words) -> target.homes.put(service, words.isEmpty() || !words.get(0).equals("docker") ? docker : words));
        }
    }

    /** The options that say where a stack is, and values without a sign that a shell or docker would take for more. */
    private static final Pattern PLAIN = Pattern.compile("--context|--host|-f|-p|--project-directory|[\\w@%+=:,./][\\w@%+=:,./-]*");

    private static List<String> words(JsonNode head, String name) {
        List<String> words = new ArrayList<>();
        head.path(name).forEach(word -> words.add(Printable.plain(word.asText())));
        return words;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        return replay(ask.key(), line -> true);
    }

    @Override
    public JsonNode folded(Command ask) {
        return folded.get(ask.key());
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        return replay(ask.key(), sink);
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return replay(ask.key(), reader.get());
    }

    private CommandResult replay(String key, LineHandler sink) {
        List<String> out = outputs.getOrDefault(key, List.of());
        JsonNode end = ends.get(key);
        if (end == null) {
            return new CommandResult(key, "", -1, 0, 0, false, List.of(), "the recording does not hold it to its end");
        }
        for (String line : out) {
            if (!sink.line(line)) {
                break;
            }
        }
        return answer(key, end, out);
    }

    /** An answer as a recording has it: how it ended, and its lines. */
    static CommandResult answer(String key, JsonNode end, List<String> out) {
        Map<String, String> away = new LinkedHashMap<>();
        end.path("away").properties().forEach(host -> away.put(Printable.plain(host.getKey()), CommandRunner.brief(host.getValue().asText())));
        return new CommandResult(key, new Redactor(true).text(Printable.plain(end.path("command").asText())), end.path("exit").asInt(),
            end.path("seconds").asDouble(), end.path("lines").asLong(out.size()), end.path("timedOut").asBoolean(), out,
            end.hasNonNull("problem") ? CommandRunner.brief(end.get("problem").asText()) : null, away);
    }
}
