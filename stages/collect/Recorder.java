import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/** Listens to a live stack and keeps what it answers, masked and with a limit, for a recording. */
final class Recorder extends ForwardingSource {
    /** Characters of logs and files; what comes after is not kept, and the recording says so. */
    static final long LARGEST = 16L << 20;
    private final Source stack;
    private final Redactor mask;
    private final Map<String, List<String>> outputs = new ConcurrentHashMap<>();
    private final Map<String, CommandResult> answers = new ConcurrentHashMap<>();
    /** Of what is kept: what was dropped has no place, and what is read anew gives its own back. */
    private final AtomicLong size = new AtomicLong();
    /** The keys of the answers that lost lines. */
    private final Set<String> cut = ConcurrentHashMap.newKeySet();
    /** What the logs and files came to, by their keys: it is kept where their lines have no room. */
    private final Map<String, FoldedLog> folded = new ConcurrentHashMap<>();

    Recorder(Source stack, Redactor mask) {
        this.stack = stack;
        this.mask = mask;
    }

    @Override
    Source stack() {
        return stack;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        CommandResult answer = stack.ask(ask, fill);
        outputs.put(ask.key(), answer.out());
        answers.put(ask.key(), answer);
        return answer;
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        CommandResult answer = stack.stream(ask, fill, replica, listening(ask, sink));
        answers.put(ask.key(), answer);
        return answer;
    }

    /** The sink of an answer, which is kept. */
    private LineHandler listening(Command ask, LineHandler sink) {
        List<String> kept = anew(ask.key());
        return line -> {
            boolean more = sink.line(line);
            return keep(ask.key(), kept, line) && more;
        };
    }

    @Override
    public Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        Map<Command, LineHandler> listening = new LinkedHashMap<>();
        sinks.forEach((ask, sink) -> listening.put(ask, listening(ask, sink)));
        Map<Command, CompletableFuture<CommandResult>> all = new LinkedHashMap<>();
        stack.rows(listening, fill).forEach((ask, rows) -> all.put(ask, rows.thenApply(answer -> {
            answers.put(ask.key(), answer);
            return answer;
        })));
        return all;
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        CommandResult answer = stack.log(ask, window, () -> {
            LogHandler inner = reader.get();
            List<String> kept = anew(ask.key());
            return new LogHandler() {
                @Override
                public boolean line(String line) {
                    return inner.line(line) && (!window.contains(LogLine.of(line).at()) || keep(ask.key(), kept, line));
                }

                @Override
                public boolean coversWindow(long tail) {
                    return inner.coversWindow(tail);
                }

                @Override
                public Instant earliest() {
                    return inner.earliest();
                }
            };
        });
        answers.put(ask.key(), answer);
        return answer;
    }

    /** An empty list for an answer, in place of the one that was read before. */
    private List<String> anew(String key) {
        List<String> kept = Collections.synchronizedList(new ArrayList<>());
        List<String> before = outputs.put(key, kept);
        if (before != null) {
            before.forEach(line -> size.addAndGet(-cost(line)));
        }
        cut.remove(key);
        return kept;
    }

    private static long cost(String line) {
        return line.length() + Recording.LINE_COSTS;
    }

    /** An answer that has lost a line keeps none: a log with holes would look whole. */
    private boolean keep(String key, List<String> kept, String line) {
        if (cut.contains(key)) {
            return true;
        }
        if (size.addAndGet(cost(line)) <= LARGEST) {
            kept.add(line);
        } else {
            kept.forEach(before -> size.addAndGet(-cost(before)));
            size.addAndGet(-cost(line));
            kept.clear();
            cut.add(key);
        }
        return true;
    }

    @Override
    public void folded(Command ask, FoldedLog log) {
        folded.put(ask.key(), log);
    }

    /** Writes the recording. Throws KnownFailure when the file cannot be written. */
    void write(Path file, Job job, ComposeTarget target, Progress teller) {
        try (OutputStream bytes = Files.newOutputStream(file);
                Writer out = new OutputStreamWriter(
                    file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes, StandardCharsets.UTF_8)) {
            ObjectNode head = Json.NODES.objectNode().put("recording", "trace-job/1").put("job", job.id())
                .put("now", now().toString()).put("masked", mask.on());
            Recording.note(target, head);
            line(out, head);
            for (Map.Entry<String, CommandResult> asked : new TreeMap<>(answers).entrySet()) {
                CommandResult answer = asked.getValue();
                String key = asked.getKey();
                FoldedLog fold = cut.contains(key) ? folded.get(key) : null;
                for (String text : outputs.getOrDefault(key, List.of())) {
                    line(out, Json.NODES.objectNode().put("of", key).put("out", masked(mask, key, text)));
                }
                if (fold != null) {
                    ObjectNode json = fold.json(mask::text);
                    for (JsonNode message : json.remove("messages")) {
                        line(out, Json.NODES.objectNode().put("of", key).set("message", message));
                    }
                    line(out, Json.NODES.objectNode().put("of", key).set("folded", json));
                }
                ObjectNode end = Json.NODES.objectNode().put("of", key).put("command", mask.text(answer.command()))
                    .put("exit", answer.exitCode()).put("seconds", answer.seconds()).put("timedOut", answer.timedOut())
                    .put("problem", fold == null && cut.contains(key) && answer.problem() == null ? "the recording was cut at its largest size"
                        : answer.problem());
                answer.away().forEach((host, why) -> end.withObject("/away").put(host, why));
                line(out, fold == null ? end : end.put("lines", answer.lines()));
            }
        } catch (IOException full) {
            throw new KnownFailure(4, "the recording could not be written to " + file + ": " + KnownFailure.why(full));
        }
        if (!folded.keySet().containsAll(cut)) {
            teller.note("the recording reached its largest size (" + (LARGEST >> 20) + " million characters) and was cut");
        }
    }

    /** A log is masked as text; what is one object or an array of them, field by field, so that it stays one. */
    static String masked(Redactor mask, String key, String text) {
        JsonNode node = key.startsWith("log ") || key.startsWith("file ") ? Json.NODES.missingNode() : Json.read(text);
        if (node.isArray()) {
            ArrayNode masked = Json.NODES.arrayNode();
            node.forEach(one -> masked.add(one.isObject() ? mask.row(one) : one));
            return masked.toString();
        }
        return node.isObject() ? mask.row(node).toString() : mask.text(text);
    }

    private static void line(Writer out, ObjectNode entry) throws IOException {
        out.write(entry.toString());
        out.write('\n');
    }
}
