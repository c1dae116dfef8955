import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every folder of test/cases: recording.jsonl in; report.txt, report.json and the exit code out, compared whole; so are the
 * other formats of which the folder has a file.
 * `--rewrite` writes the reports anew, but never numbers.json, in which each case's numbers are stated by hand:
 * the exit code, the verdict, and of each stage the status, its numbers and its seconds.
 */
class CasesTest {
    @TestFactory
    Stream<DynamicTest> aRecordingGivesItsReport() throws IOException {
        return AllTests.cases().stream().map(folder -> dynamicTest(folder.getFileName().toString(), () -> check(folder)));
    }

    private static void check(Path folder) throws IOException {
        String recording = folder.resolve("recording.jsonl").toString();
        AllTests.Run text = AllTests.trace("--replay", recording, "--color", "never");
        AllTests.Run json = AllTests.trace("--replay", recording, "--format", "json");
        for (ReportFormat format : List.of(ReportFormat.HTML, ReportFormat.MARKDOWN, ReportFormat.OTLP)) {
            whole(folder.resolve("report" + format.ending()), AllTests.trace("--replay", recording, "--format", format.name().toLowerCase(Locale.ROOT)), text.code());
        }
        assertFalse(text.out().isEmpty(), text.err());
        if (AllTests.rewrite) {
            Files.writeString(folder.resolve("report.txt"), text.out());
            Files.writeString(folder.resolve("report.json"), json.out());
        }
        assertEquals(Files.readString(folder.resolve("report.txt")), text.out());
        assertEquals(Files.readString(folder.resolve("report.json")), json.out());
        assertTrue(Files.exists(folder.resolve("numbers.json")), folder + " has no numbers.json: write it by hand, as in test/cases/demo");
        ObjectMapper mapper = new ObjectMapper();
        byHand(mapper.readTree(folder.resolve("numbers.json").toFile()), mapper.readTree(json.out()), text.code());
        assertEquals(text.code(), json.code());
    }

    /** A report in a format of which not every case has one. */
    private static void whole(Path expected, AllTests.Run run, int code) throws IOException {
        assertEquals(code, run.code(), run.err());
        if (Files.exists(expected) && AllTests.rewrite) {
            Files.writeString(expected, run.out());
        }
        if (Files.exists(expected)) {
            assertEquals(Files.readString(expected), run.out());
        }
    }

    /** What a person stated, and nothing that the program computed. */
    private static void byHand(JsonNode stated, JsonNode report, int code) {
        assertEquals(stated.get("exit").asInt(), code, "exit code");
        assertEquals(stated.get("verdict").asText(), report.at("/verdict/state").asText(), "verdict");
        List<String> expected = new ArrayList<>();
        stated.get("issues").forEach(issue -> expected.add(issue.asText()));
        assertEquals(expected, ReportJson.issues(report), "issues");
        stated.get("stages").properties().forEach(stage -> {
            JsonNode found = ReportJson.stage(report, stage.getKey());
            stage.getValue().properties().forEach(said -> {
                JsonNode value = said.getKey().equals("status") ? found.get("status")
                    : said.getKey().equals("seconds") ? found.get("durationSeconds") : found.get("numbers").path(said.getKey());
                assertEquals(said.getValue().asText(), value.asText(), stage.getKey() + " " + said.getKey());
            });
        });
    }
}
