import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** --lines: the job's own lines in the order of time, each event once, from a level on, of a stage, as text and as JSON Lines. */
class LinesInOrderTest {
    private static final Path DEMO = AllTests.home().resolve("test/cases/demo/recording.jsonl");

    private static List<JsonNode> json(Path recording, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--replay", recording.toString(), "--format", "json"));
        arguments.addAll(List.of(more));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : AllTests.trace(arguments.toArray(String[]::new)).out().lines().toList()) {
            lines.add(AllTests.JSON.readTree(line));
        }
        return lines;
    }

    private static List<String> texts(List<JsonNode> lines) {
        return lines.stream().map(line -> line.get("text").asText()).toList();
    }

    @Test
    void theLinesOfEveryRecordedJobAreInTheOrderOfTime() throws Exception {
        for (Path folder : AllTests.cases()) {
            List<String> times = json(folder.resolve("recording.jsonl"), "--lines").stream().map(line -> line.get("time").asText()).toList();
            assertEquals(times.stream().sorted().toList(), times, folder.toString());
        }
    }

    @Test
    void eachEventIsThereOnceHoweverManyCopiesThereAre() throws Exception {
        List<JsonNode> lines = json(DEMO, "--lines");
        Set<String> seen = new HashSet<>();
        assertEquals(List.of(), lines.stream().map(line -> line.get("time").asText() + line.get("text").asText()).filter(line -> !seen.add(line)).toList());
        // By hand: 48 lines of its worker process in Celery's form, the task that was received, 3 lines of backend.
        assertEquals(52, lines.size());
        assertEquals(Set.of("id", "task", "worker"), new HashSet<>(lines.stream().map(line -> line.get("placedBy").asText()).toList()));
    }

    @Test
    void fromALevelOn() throws Exception {
        assertEquals(List.of("⚠️ Attempt 1/4 failed: 429 Too Many Requests. Retrying in 1.04s... [RATE LIMIT]"), texts(json(DEMO, "--lines=WARNING")));
        assertEquals(List.of(), json(DEMO, "--lines=error"));
        assertEquals(2, AllTests.trace("--demo", "--lines=loud!").code());
    }

    /** CCC's cache is in Snowflake: what is asked of it is no new query of the job's. */
    @Test
    void whatAStageDoesInItsTurnIsItsOwnThoughAnotherStageDidTheLikeBefore(@TempDir Path folder) throws Exception {
        String end = "09:30:37.970300000Z [2026-01-15 09:30:37,970: INFO/ForkPoolWorker-2] Litigator check completed";
        String line = "{\"of\": \"log celery-worker\", \"out\": \"\\u001b[2Kp1lending-new-celery  | 2026-01-15T";
        String cache = "09:30:37.900300000Z [2026-01-15 09:30:37,900: INFO/ForkPoolWorker-2] Connecting to Snowflake account: p1lending-etl\"}\n";
        Path changed = Demo.changed(folder, line + end, line + cache + line + end);
        assertTrue(texts(json(changed, "--lines", "--stage", "ccc")).containsAll(List.of("Connecting to Snowflake account: p1lending-etl",
            "Litigator check completed: 176/176 successful, 12 found in list")));
        assertEquals(texts(json(DEMO, "--lines", "--stage", "snowflake")), texts(json(changed, "--lines", "--stage", "snowflake")));
    }

    @Test
    void ofAStage() throws Exception {
        List<String> dnc = texts(json(DEMO, "--lines", "--stage", "dnc"));
        assertEquals(List.of("📋 DNC Check: Checking 318 phones against DNC list",
            "✅ DNC check completed (batched): 45/318 phones found in DNC list (318 successful checks)"), dnc.subList(0, 2));
        List<String> idicore = texts(json(DEMO, "--lines", "--stage", "idicore"));
        assertTrue(idicore.contains("Cache lookup complete: 18 hits, 180 misses"), idicore.toString());
        assertTrue(idicore.stream().noneMatch(line -> line.contains("Litigator")), idicore.toString());
    }

    @Test
    void asTextEachLineHasItsTimeAndItsService() throws Exception {
        AllTests.Run run = AllTests.trace("--demo", "--lines");
        assertEquals(0, run.code());
        assertEquals("", run.err());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.contains("2026-01-15T09:30:31.910Z celery-worker | INFO 📋 Litigator Check: Checking 176 phones against litigator list (skipped 0 blacklisted)"),
            run.out());
        Path traceback = AllTests.home().resolve("test/cases/preview-fails/recording.jsonl");
        for (String line : Files.exists(traceback) ? AllTests.trace("--replay", traceback.toString(), "--lines").out().lines().toList() : List.<String>of()) {
            assertTrue(line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z [\\w-]+ \\| .*"), line);
        }
    }

    @Test
    void peopleAndSecretsAreMasked() throws Exception {
        Path recording = AllTests.home().resolve("test/cases/ccc-batch-fails-and-completed/recording.jsonl");
        String lines = AllTests.trace("--replay", recording.toString(), "--lines").out();
        assertTrue(lines.contains("Error in batch phone check: "), lines);
        assertTrue(lines.lines().noneMatch(line -> line.matches(".*phoneList=\\d.*")), lines);
    }
}
