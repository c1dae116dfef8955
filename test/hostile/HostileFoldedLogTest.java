import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a recording keeps of a log that was too large for it is foreign: it is refused in one line, or told as far as it goes. */
class HostileFoldedLogTest extends HostileInput {
    private static final String LOG = "log celery-worker";
    private static final List<String> VALUES = List.of("null", "true", "-1", "9223372036854775807", "1e999", "\"NaN\"", "\"\"", "\"\\u001b[2J\"", "[]", "[[1]]", "{}", "{\"a\":1}",
        "\"9999-12-31T23:59:59Z\"", "\"0000-01-01T00:00:00Z\"");
    private static final String[][] FORMATS = {{"-v"}, {"--format", "json"}, {"--lines"}, {"--waterfall"}, {"--format", "otlp"}, {"--format", "html"}, {"--format", "markdown"}};
    private int turn;

    /** The demo's, of which a message is many, and whose attempt is lost. */
    private static ObjectNode folded() throws IOException {
        Attribution lines = new Attribution("celery-worker", java.util.Map.of(), TimeWindow.ALL, new Redactor(true), new Folds(new JobIds(List.of(JOB)),
            id -> new JobFold(id, KnownLines.of(Tracing.stages()), new TextBudget(), 1), KnownLines.of(Tracing.stages())));
        Demo.entries().stream().filter(entry -> entry.path("of").asText().equals(LOG) && entry.has("out")).forEach(entry -> lines.line(entry.get("out").asText()));
        ObjectNode json = (ObjectNode) Json.read(lines.of(new Job(JOB, Json.NODES.objectNode(), true)).json(text -> text).toString());
        ObjectNode attempt = (ObjectNode) json.at("/attempts/0");
        attempt.put("lost", true).set("limit", json.at("/messages/0").deepCopy());
        json.withArray("others").add(attempt.deepCopy().put("job", OTHER).put("stage", "DNC Check"));
        json.withArray("overheard").add(json.at("/messages/1").deepCopy());
        json.withObject("/offsets").put("celery-worker", 3600);
        for (int i = 0; i < json.get("messages").size(); i++) {
            ObjectNode message = (ObjectNode) json.at("/messages/" + i);
            message.put("times", 3).withObject("/sums").putArray("DNC Check: Checking (?<phones>\\d+) phones").add(7);
        }
        return json;
    }

    private List<ObjectNode> recording(ObjectNode folded) throws IOException {
        List<ObjectNode> entries = new ArrayList<>(Demo.entries());
        entries.removeIf(entry -> entry.path("of").asText().equals(LOG) && entry.has("out"));
        folded.remove("messages").forEach(message -> entries.add(AllTests.JSON.createObjectNode().put("of", LOG).set("message", message)));
        entries.add(AllTests.JSON.createObjectNode().put("of", LOG).set("folded", folded));
        return entries;
    }

    private void harmless(List<ObjectNode> entries, String why) throws IOException {
        String file = written(entries).toString();
        for (String[] format : List.of(FORMATS[turn++ % FORMATS.length], FORMATS[turn % FORMATS.length])) {
            AllTests.Run run = assertTimeoutPreemptively(Duration.ofSeconds(30),
                () -> AllTests.trace(Stream.concat(Stream.of("--replay", file), Stream.of(format)).toArray(String[]::new)), why);
            String what = why + " " + String.join(" ", format) + ": " + run.code() + "\n" + run.err();
            assertTrue(run.code() >= 0 && run.code() <= 2, what);
            assertFalse(run.err().contains("\tat ") || (run.out() + run.err()).contains("a fault of trace-job"), what + run.out());
            assertTrue(run.code() < 2 || run.err().lines().count() == 1, what);
            assertPrintable(run.out() + run.err(), what);
        }
    }

    /** Each field of each object in turn with each value, and without it. */
    private void eachField(String name, String at) throws IOException {
        List<String> fields = new ArrayList<>();
        folded().at(at).fieldNames().forEachRemaining(fields::add);
        assertTrue(!fields.isEmpty(), at);
        for (String field : fields) {
            for (String value : VALUES) {
                changed(name + " " + field + " " + value, folded -> ((ObjectNode) folded.at(at)).set(field, Json.read("[" + value + "]").path(0)));
            }
            changed(name + " without " + field, folded -> ((ObjectNode) folded.at(at)).remove(field));
        }
    }

    private void changed(String why, Consumer<ObjectNode> change) throws IOException {
        ObjectNode folded = folded();
        change.accept(folded);
        harmless(recording(folded.has("messages") && folded.get("messages").isArray() ? folded : folded.set("messages", Json.NODES.arrayNode())), why);
    }

    @Test
    void aFieldOfAnotherTypeOrNoneIsNoFaultOfTheTool() throws IOException {
        eachField("fold", "");
        eachField("message", "/messages/3");
        eachField("attempt", "/attempts/0");
        eachField("end", "/attempts/0/end");
        eachField("other", "/others/0");
        eachField("overheard", "/overheard/0");
        eachField("sums", "/messages/3/sums");
        eachField("placed", "/placed");
        eachField("offsets", "/offsets");
    }

    @Test
    void anAttemptThatIsLostWithoutAnEndIsNotLost() throws IOException {
        changed("no end", folded -> ((ObjectNode) folded.at("/attempts/0")).put("lost", true).put("why", "").putNull("end"));
        changed("no time", folded -> ((ObjectNode) folded.at("/attempts/0")).put("lost", true).put("why", "").putNull("to"));
    }

    @Test
    void itsMessagesStandInLinesOfTheirOwnAlone() throws IOException {
        List<ObjectNode> entries = recording(folded());
        entries.add(1, AllTests.JSON.createObjectNode().put("of", LOG).set("folded", AllTests.JSON.createObjectNode().put("messages", "x")));
        entries.add(AllTests.JSON.createObjectNode().put("of", LOG).set("folded", AllTests.JSON.createObjectNode().set("messages", AllTests.JSON.createArrayNode().add("x"))));
        harmless(entries, "messages of the fold");
    }

    @Test
    void aMessageWithoutATimeIsRefused() throws IOException {
        ObjectNode folded = folded();
        ((ObjectNode) ((ArrayNode) folded.get("messages")).get(0)).put("time", "soon");
        String file = written(recording(folded)).toString();
        for (String[] format : FORMATS) {
            AllTests.Run run = assertTimeoutPreemptively(Duration.ofSeconds(30),
                () -> AllTests.trace(Stream.concat(Stream.of("--replay", file), Stream.of(format)).toArray(String[]::new)));
            assertRefused(run, String.join(" ", format));
            assertEquals("trace-job: the recording has a message without a time\n", run.err());
        }
    }
}
