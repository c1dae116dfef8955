import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Recordings that are cut, have another shape or hold impossible values are refused in one line, or told as far as they go. */
class HostileRecordingsTest extends HostileInput {
    /** Refused, or told with what is missing; never healthy. */
    private static void assertRefusedOrUnknown(AllTests.Run run, String why) {
        assertFalse(run.err().contains("\tat "), why + "\n" + run.err());
        if (run.code() == 1) {
            assertTrue(run.out().contains("[UNKNOWN]"), why + "\n" + run.out());
            assertTrue(run.err().lines().count() <= 1, run.err());
        } else {
            assertTrue(run.code() >= 2 && run.code() <= 4, why + ": " + run.code() + "\n" + run.err());
            assertTrue(run.err().lines().filter(line -> !line.isBlank()).count() <= 3, run.err());
        }
    }

    @Test
    void aRecordingThatIsCutAnywhereIsRefusedOrToldAsUnknown() throws IOException {
        // The last of its answers decides nothing: what is cut off here are those before it.
        byte[] whole = Files.readAllBytes(Demo.RECORDING);
        String text = new String(whole, StandardCharsets.UTF_8);
        int decides = text.indexOf("\"of\": \"file celery-worker");
        assertTrue(decides > whole.length / 4, "the demo's recording is written in another order");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (byte[] half : List.of(Arrays.copyOf(whole, whole.length / 2), Arrays.copyOfRange(whole, whole.length / 2, whole.length))) {
            try (OutputStream member = new GZIPOutputStream(packed)) {
                member.write(half);
            }
        }
        int points = 25;
        for (int i = 0; i < points; i++) {
            int cut = (int) ((long) text.substring(0, decides).getBytes(StandardCharsets.UTF_8).length * i / points);
            Path plain = Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(whole, cut));
            assertRefusedOrUnknown(AllTests.trace("--replay", plain.toString()), "cut at " + i + "/" + points);
            Path gzip = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() * i / points));
            assertRefusedOrUnknown(AllTests.trace("--replay", gzip.toString()), "packed, cut at " + i + "/" + points);
        }
        Path gzip = Files.write(folder.resolve("cut.jsonl.gz"), packed.toByteArray());
        assertEquals(0, AllTests.trace("--replay", gzip.toString()).code(), "two members are one recording");
    }

    @Test
    void whatHasAnotherShapeIsRefusedInOneLine() throws IOException {
        String head = "{\"recording\":\"trace-job/1\",\"job\":\"" + JOB + "\",\"now\":\"2026-01-15T09:41:12.000Z\"}\n";
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        for (String text : new String[] {"", "\n", "\n\n\n", "null\n", "[]\n", "{}\n", "\"x\"\n", "12\n", "not JSON\n",
                "<html></html>\n", "\u0000\u0001\u0002", "{\"job\":", deep, "{\"job\":" + deep + "}", "9".repeat(10_000),
                "{\"job\":" + "9".repeat(10_000) + ",\"now\":1}\n", "{\"job\":null}\n", "{\"job\":\"" + JOB + "\"}\n",
                "{\"job\":\"" + JOB + "\",\"now\":12}\n", "{\"job\":\"" + JOB + "\",\"now\":\"+999999999-12-31T23:59:59Z\"}\n",
                "{\"job\":{},\"now\":[]}\n", "{\"job\":\"\",\"now\":\"2026-01-15T09:41:12.000Z\"}\n"}) {
            Path file = Files.writeString(folder.resolve("shape.jsonl"), text);
            assertRefused(AllTests.trace("--replay", file.toString()), text.substring(0, Math.min(60, text.length())));
            assertRefused(AllTests.trace("--replay", Files.writeString(folder.resolve("shape.jsonl.gz"), text).toString()), "packed: it is not");
        }
        for (String text : new String[] {head, "{\"job\":1e400,\"now\":\"2026-01-15T09:41:12.000Z\"}\n", head + deep + "\n",
                head + head.replace(JOB, OTHER), head + "{\"of\":" + deep + ",\"out\":1}\n",
                head + "{\"of\":\"containers\",\"out\":\"" + deep + "\"}\n{\"of\":\"containers\",\"exit\":0}\n",
                head + "{\"of\":\"containers\",\"exit\":" + "9".repeat(10_000) + "}\n",
                head + "{\"of\":\"rows of etl_jobs\",\"out\":\"" + deep + "\"}\n{\"of\":\"rows of etl_jobs\",\"exit\":0}\n"}) {
            Path file = Files.writeString(folder.resolve("shape.jsonl"), text);
            AllTests.Run run = AllTests.trace("--replay", file.toString());
            assertTrue(run.code() >= 2 && run.code() <= 4, run.code() + run.err());
            assertFalse(run.err().contains("\tat ") || run.err().contains(OTHER), run.err());
        }
        // The first head counts.
        List<ObjectNode> twice = Demo.entries();
        twice.add(twice.get(0).deepCopy().put("job", OTHER).put("now", "2020-01-01T00:00:00Z"));
        assertEquals(Files.readString(AllTests.home().resolve("test/cases/demo/report.txt")),
            AllTests.trace("--replay", written(twice).toString(), "--color", "never").out());
    }

    private static final List<String> VALUES = List.of("null", "true", "-1", "1e400", "\"\"", "\"+999999999-12-31T23:59:59Z\"",
        "\"-999999999-01-01T00:00:00Z\"", "[[1,\"2\"],{}]", "{\"a\":{\"b\":[null]}}", "9".repeat(900));

    /** Every field of every kind of line, each with another value in turn. */
    @Test
    void aFieldOfAnotherTypeIsNoFaultOfTheTool() throws IOException {
        List<ObjectNode> demo = Demo.entries();
        Set<String> kinds = new LinkedHashSet<>();
        int turn = 0;
        for (int i = 0; i < demo.size(); i++) {
            ObjectNode entry = demo.get(i);
            boolean row = entry.path("out").asText().startsWith("{");
            ObjectNode inner = row ? (ObjectNode) Json.read(entry.get("out").asText()) : entry;
            List<String> names = new ArrayList<>();
            inner.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                if (!kinds.add((entry.has("of") ? entry.get("of").asText() + (entry.has("exit") ? " end " : " ") : "head ") + name)) {
                    continue;
                }
                for (int value = 0; value < 2; value++) {
                    ObjectNode changed = inner.deepCopy();
                    changed.set(name, Json.read(VALUES.get(turn++ % VALUES.size())));
                    List<ObjectNode> all = new ArrayList<>(demo);
                    all.set(i, row ? entry.deepCopy().put("out", changed.toString()) : changed);
                    String why = entry.path("of").asText() + " " + name + " "
                        + changed.get(name).toString().substring(0, Math.min(30, changed.get(name).toString().length()));
                    AllTests.Run run = AllTests.trace("--replay", written(all).toString(), turn % 2 == 0 ? "-v" : "--no-redact");
                    assertTrue(run.code() >= 0 && run.code() <= 4, why + ": " + run.code() + "\n" + run.err());
                    assertFalse(run.err().contains("\tat ") || run.out().contains("crashed"), why + "\n" + run.err() + run.out());
                }
            }
        }
        assertTrue(kinds.size() > 60, kinds.toString());
    }

    @Test
    void timesAtTheEndOfTheCalendarAreNoFaultOfTheTool() throws IOException {
        for (String time : List.of("+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                "0000-01-01T00:00:00Z", "infinity", "294276-12-31 23:59:59+00", "1999999999T1:1:1:1:.1Z",
                "2026-02-30T00:00:00Z")) {
            for (String column : List.of("created_at", "started_at", "completed_at", "now")) {
                List<ObjectNode> rows = changed(Demo.entries(), (key, out) -> key.equals("rows of etl_jobs") ? object(out, column, time) : out);
                AllTests.Run run = AllTests.trace("--replay", written(rows).toString(), "-v");
                assertTrue(run.code() <= 1, time + " " + column + "\n" + run.err());
            }
            List<ObjectNode> lines = changed(Demo.entries(), (key, out) -> key.startsWith("log ") && out.contains("Making API calls")
                ? "x  | " + time + " [2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] x" : out);
            AllTests.Run logs = AllTests.trace("--replay", written(lines).toString());
            assertTrue(logs.code() <= 1, time + "\n" + logs.err());
            List<ObjectNode> containers = changed(Demo.entries(), (key, out) -> key.equals("state of containers")
                ? object(out, "Created", time, "StartedAt", time, "FinishedAt", time) : out);
            AllTests.Run states = AllTests.trace("--replay", written(containers).toString());
            assertTrue(states.code() <= 1, time + "\n" + states.err());
        }
    }

    @Test
    void aPathInANameLeadsNowhere() throws IOException {
        List<ObjectNode> entries = Demo.entries();
        entries.add(AllTests.JSON.createObjectNode().put("of", "file backend:../../etc/passwd").put("out", "root:x:0:0"));
        entries.add(AllTests.JSON.createObjectNode().put("of", "file backend:../../etc/passwd").put("exit", 0));
        ObjectNode head = entries.get(0).deepCopy();
        head.putObject("services").put("backend", "../x").put("celery-worker", "--follow");
        entries.set(0, head);
        entries.replaceAll(entry -> entry.path("of").asText().equals("containers") && entry.has("out")
            ? entry.deepCopy().put("out", object(entry.get("out").asText(), "Service", "../../x")) : entry);
        AllTests.Run run = AllTests.trace("--replay", written(entries).toString(), "-v");
        assertEquals(0, run.code(), run.err());
        assertFalse(run.out().contains("root:x") || run.out().contains("--follow") || run.out().contains("../"), run.out());
    }
}
