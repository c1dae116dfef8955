import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of hostile input have in common: the demo's recording with a foreign text in any place, and what printable means. */
abstract class HostileInput {
    static final String OTHER = "22222222-2222-4222-8222-222222222222";
    static final String JOB = Demo.JOB;

    @TempDir
    Path folder;

    /** Nothing but printable text and line ends; what joins emoji is printable. */
    static void assertPrintable(String text, String why) {
        text.codePoints().filter(HostileInput::unprintable).findFirst()
            .ifPresent(c -> assertEquals("no U+" + Integer.toHexString(c), text.replace(Character.toString(c), "<HERE>"), why));
    }

    static boolean unprintable(int c) {
        int type = Character.getType(c);
        return c != '\n' && c != 0x200D && (Character.isISOControl(c) || type == Character.FORMAT || type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE || c >= 0xE0000 && c <= 0xE0FFF);
    }

    static void assertRefused(AllTests.Run run, String why) {
        assertEquals(2, run.code(), why + ": " + run.err());
        assertEquals(1, run.err().lines().count(), why + ": " + run.err());
        assertEquals("", run.out(), why);
    }

    /** As JSON in which even half a character keeps its number. */
    static String ascii(JsonNode node) {
        try {
            return AllTests.JSON.writer().with(com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(node);
        } catch (com.fasterxml.jackson.core.JsonProcessingException fault) {
            throw new AssertionError(fault);
        }
    }

    Path written(List<? extends JsonNode> entries) throws IOException {
        return Files.write(folder.resolve("hostile.jsonl"), entries.stream().map(HostileInput::ascii).toList());
    }

    /** A change of every answer to what was asked, by its key; null leaves it out. */
    interface Change {
        String of(String key, String out);
    }

    static List<ObjectNode> changed(List<ObjectNode> entries, Change change) {
        List<ObjectNode> all = new ArrayList<>();
        for (ObjectNode entry : entries) {
            String out = entry.has("out") ? change.of(entry.get("of").asText(), entry.get("out").asText()) : "";
            if (out != null) {
                all.add(entry.has("out") ? entry.deepCopy().put("out", out) : entry);
            }
        }
        return all;
    }

    static String object(String out, String... fields) {
        ObjectNode node = (ObjectNode) Json.read(out);
        for (int i = 0; i < fields.length; i += 2) {
            node.put(fields[i], fields[i + 1]);
        }
        return ascii(node);
    }

    /** The demo with this text in one kind of place, by the place's name. */
    static Map<String, List<ObjectNode>> planted(String text) throws IOException {
        Map<String, List<ObjectNode>> planted = new LinkedHashMap<>();
        List<ObjectNode> demo = Demo.entries();
        String first = text.lines().findFirst().orElse("");
        planted.put("message", changed(demo, (key, out) -> key.startsWith("log ") ? out.replace("Circuit", text)
            .replace("DNC check completed (batched): 45", text + " DNC check completed")
            .replace("Making API calls for", "Error looking up phones for " + text) : out));
        planted.put("error", changed(demo, (key, out) -> key.startsWith("log ") && out.contains("Making API calls")
            ? out.replace("- INFO -", "- ERROR -").replace(": INFO/", ": ERROR/")
                .replaceAll("Making API calls.*", java.util.regex.Matcher.quoteReplacement("Error looking up phones for " + text)) : out));
        planted.put("every message", changed(demo, (key, out) -> key.startsWith("log ") ? out + " " + text : out));
        planted.put("container of a line", changed(demo, (key, out) -> key.startsWith("log ")
            ? out.replaceFirst("p1lending-new-", java.util.regex.Matcher.quoteReplacement(text.replace("|", "/") + " ")) : out));
        planted.put("no prefix at all", changed(demo, (key, out) -> key.startsWith("log ") ? text + " " + out : out));
        planted.put("job file", changed(demo, (key, out) -> key.startsWith("file ") ? out + " " + text : out));
        planted.put("job file, continued", changed(demo, (key, out) -> key.startsWith("file ") ? text : out));
        planted.put("job_logs", changed(demo, (key, out) -> key.equals("rows of job_logs")
            ? object(out, "message", text, "level", text, "step", text) : out));
        planted.put("job_logs alone", changed(demo, (key, out) -> key.startsWith("log ") ? null
            : key.equals("rows of job_logs") ? object(out, "message", text, "level", "ERROR") : out));
        planted.put("job file alone", changed(demo, (key, out) -> key.startsWith("log ") || key.equals("rows of job_logs") ? null
            : key.startsWith("file ") ? out.replace("- INFO -", "- ERROR -") + " " + text : out));
        planted.put("row, failed", changed(demo, (key, out) -> key.equals("rows of etl_jobs")
            ? object(out, "status", "failed", "error_message", text, "message", text, "table_title", text, "name", text,
                "job_type", text, "table_id", text, "progress", text, "started_by", text) : out));
        planted.put("row, running", changed(demo, (key, out) -> key.equals("rows of etl_jobs")
            ? object(out, "status", "running" + text, "message", text, "table_title", text, "progress", text) : out));
        planted.put("row, columns", changed(demo, (key, out) -> key.startsWith("rows ") ? object(out, text, text, first, first) : out));
        planted.put("row, times", changed(demo, (key, out) -> key.startsWith("rows ")
            ? object(out, "created_at", text, "started_at", text, "completed_at", text) : out));
        planted.put("script", changed(demo, (key, out) -> key.equals("rows of sql_scripts") ? object(out, "script", text) : out));
        planted.put("containers", changed(demo, (key, out) -> key.equals("containers")
            ? object(out, "Name", text, "State", text, "Health", text) : out));
        planted.put("state of containers", changed(demo, (key, out) -> key.equals("state of containers")
            ? object(out, "Name", text, "Status", text, "StartedAt", "2026-01-15T09:30:44Z", "Service", text) : out));
        List<ObjectNode> tasks = changed(demo, (key, out) -> key.equals("rows of etl_jobs")
            ? object(out, "status", text).replace("\"completed_at\"", "\"x\"")
            : key.startsWith("log ") && out.contains("Completed ETL job") ? null : out);
        for (String key : List.of("active tasks", "reserved tasks")) {
            tasks.add(AllTests.JSON.createObjectNode().put("of", key).put("out", ascii(AllTests.JSON.createObjectNode().put("worker", text))));
            tasks.add(AllTests.JSON.createObjectNode().put("of", key).put("exit", 0));
        }
        planted.put("tasks", tasks);
        List<ObjectNode> ends = new ArrayList<>();
        for (ObjectNode entry : demo) {
            ends.add(entry.has("exit")
                ? entry.deepCopy().put("command", text).put("problem", entry.get("of").asText().startsWith("log ") ? text : null) : entry);
        }
        planted.put("commands and problems", ends);
        List<ObjectNode> database = new ArrayList<>();
        for (ObjectNode entry : demo) {
            database.add(entry.path("of").asText().equals("rows of etl_jobs") && entry.has("exit")
                ? entry.deepCopy().put("problem", text).put("exit", 1) : entry);
        }
        planted.put("problem of the database", database);
        List<ObjectNode> head = new ArrayList<>(demo);
        ObjectNode other = demo.get(0).deepCopy().put("recording", text);
        other.putArray("docker").add("docker").add(text);
        other.putArray("compose").add("-f").add(text);
        other.putObject("services").put("backend", text);
        head.set(0, other);
        planted.put("head", head);
        List<ObjectNode> keys = new ArrayList<>(demo);
        keys.add(AllTests.JSON.createObjectNode().put("of", text).put("out", text));
        keys.add(AllTests.JSON.createObjectNode().put("of", text).put("exit", 0).put("command", text));
        planted.put("keys", keys);
        return planted;
    }
}
