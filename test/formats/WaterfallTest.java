import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Where the time went, as text: each expected text was worked out from the times in the recording. A column is darker the more
 * of it a stage took: from nothing to a quarter, a half, three quarters, and more.
 */
class WaterfallTest {
    private static final String HEALTHY = """
        Timeline: 09:30:00Z to 09:30:45Z, 1 column = 1.1s
          Queued         ░                                            0.1s
          Snowflake      ███░                                         3.2s
          Pre-filtering     ░                                         0.0s
          idiCORE           ███████████████████████████░             28.5s  (bottleneck)
          CCC                                          ██████         6.1s
          DNC                                               ░██░      2.3s
          Upload                                               █████  5.1s
          worker         ForkPoolWorker-2 ──────────────────────────
        """;
    private static final String NARROW = """
        Timeline: 09:30:00Z to 09:30:45Z, 1 column = 2.0s
          Queued         ░                        0.1s
          Snowflake      █▓                       3.2s
          Pre-filtering   ░                       0.0s
          idiCORE         ▒██████████████░       28.5s  (bottleneck)
          CCC                            ███░     6.1s
          DNC                               █▒    2.3s
          Upload                             ▓██  5.1s
          worker         ForkPoolWorker-2 ──────
        """;
    private static final String ASCII = """
        Timeline: 09:30:00Z to 09:30:45Z, 1 column = 1.1s
          Queued         .                                            0.1s
          Snowflake      ###.                                         3.2s
          Pre-filtering     .                                         0.0s
          idiCORE           ###########################.             28.5s  (bottleneck)
          CCC                                          ######         6.1s
          DNC                                               .##.      2.3s
          Upload                                               #####  5.1s
          worker         ForkPoolWorker-2 --------------------------
        """;
    private static final String WIDE = """
        Timeline: 09:30:00Z to 09:30:45Z, 1 column = 0.5s
          Queued         ░                                                                                    0.1s
          Snowflake      ▓█████░                                                                              3.2s
          Pre-filtering        ░                                                                              0.0s
          idiCORE              ████████████████████████████████████████████████████▒                         28.5s  (bottleneck)
          CCC                                                                      ▓██████████▒               6.1s
          DNC                                                                                 ▓███▓           2.3s
          Upload                                                                                  ▒█████████  5.1s
          worker         ForkPoolWorker-2 ──────────────────────────────────────────────────────────────────
        """;
    private static final String RETRIED = """
        Timeline: 09:30:00Z to 09:30:12Z, 1 column = 0.3s
          Queued          ▒                                           0.1s
          Snowflake                      ▓██████████░                 3.2s  (bottleneck)
          Pre-filtering                             ░                 0.0s
          idiCORE                                   ████████▓         2.5s
          CCC                                               ▒███░     1.1s
          DNC                                                   █░    0.3s
          Upload                                                 ███▓ 1.1s
          wait for retry     ░███████████░                            3.3s
          no stage        ▓███                                        1.0s
          worker          ──── ForkPoolWorker-2
          worker                         ForkPoolWorker-1 ───────────
        """;
    private static final String RESTARTED = """
        Timeline: 09:30:00Z to 09:30:06Z, 1 column = 0.1s
          Queued         █                                            0.1s
          Snowflake       ▓██████████████████████▓                    3.2s  (bottleneck)
          Pre-filtering                          ░                    0.0s
          idiCORE                                ▒█████████████████   2.4s
          worker         ForkPoolWorker-2 ────────────────────────✗
          ✗ 09:30:05Z    ForkPoolWorker-2 | the worker was stopped or restarted while t…
          ! 09:30:06Z    p1lending-new-celery | restarted
        """;
    private static final String WAITED = """
        Timeline: 09:30:00Z to 09:30:20Z, 1 column = 0.5s
          Queued         █████████████████████████▓                  12.1s
          job e2b90c47   █████████████████████████▓                  12.1s
          job 0c7d2e54   █████████████████████████▒                  12.1s
          Snowflake                               ░██████▒            3.2s  (bottleneck)
          Pre-filtering                                  ░            0.0s
          idiCORE                                        ▒████▓       2.5s
          CCC                                                 ▒██     1.1s
          DNC                                                   ░▓    0.3s
          Upload                                                 ▒██  1.1s
          worker                 ForkPoolWorker-2 ──────────────────
        """;
    private static final String MANY = """
        Timeline: 09:30:00Z to 09:38:30Z, 1 column = 12.7s
          Queued         ░                                            0.1s
          Snowflake      ░                                            3.2s
          Pre-filtering  ░                                            0.6s
          idiCORE        ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒ 5m 50.0s  (bottleneck)
          CCC            ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 1m 40.0s
          DNC            ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    25.0s
          Upload                                                ▒     5.0s
          worker         ForkPoolWorker-2 ───────────────────────
          ✗ 09:34:04Z    CCC, batch 241, 2 times | Error in batch phone check: 500 Serv…
          ✗ 09:38:16Z    CCC, batch 493 | Error in batch phone check: 500 Server Error
        """;

    @TempDir
    Path folder;

    private static Path recording(String of) {
        return AllTests.home().resolve("test/cases/" + of + "/recording.jsonl");
    }

    private static String drawn(Path recording, int width, boolean ascii) throws Exception {
        return new Waterfall(Tracing.judged(recording), width, ascii, CommandLine.Help.Ansi.OFF).render();
    }

    @Test
    void aHealthyJob() throws Exception {
        assertEquals(HEALTHY, drawn(Demo.RECORDING, 80, false));
        assertEquals(HEALTHY, drawn(Demo.RECORDING, 0, false), "80 columns where no terminal is");
    }

    @Test
    void theReadmeShowsIt() throws Exception {
        assertTrue(Files.readString(AllTests.home().resolve("README.md")).contains(HEALTHY));
    }

    @Test
    void theWidthOfTheTerminalIsUsed() throws Exception {
        assertEquals(NARROW, drawn(Demo.RECORDING, 60, false));
        assertEquals(WIDE, drawn(Demo.RECORDING, 120, false));
        for (int width = 60; width < 250; width++) {
            int most = width;
            assertTrue(drawn(recording("celery-tries-again"), width, false).lines().allMatch(line -> line.length() <= most), "at " + width);
        }
    }

    @Test
    void whereTheLocaleIsNotUtf8ItIsPlainAscii() throws Exception {
        assertEquals(ASCII, drawn(Demo.RECORDING, 80, true));
        for (String name : new String[] {"celery-tries-again", "worker-restarted-under-the-job", "ccc-batch-fails-and-completed"}) {
            assertTrue(drawn(recording(name), 70, true).chars().allMatch(c -> c < 0x7F), name);
        }
        for (String value : new String[] {"C.UTF-8", "en_US.utf8", "de_DE.UTF-8"}) {
            assertTrue(Terminal.utf8(Map.of("LANG", value)), value);
        }
        assertFalse(Terminal.utf8(Map.of()));
        assertFalse(Terminal.utf8(Map.of("LANG", "en_US.UTF-8", "LC_ALL", "C")));
        assertFalse(Terminal.utf8(Map.of("LANG", "en_US.UTF-8", "LC_CTYPE", "en_US.ISO-8859-1")));
        assertTrue(Terminal.utf8(Map.of("LANG", "C.UTF-8", "LC_ALL", "")));
    }

    @Test
    void aJobThatWasTriedAgainShowsBothAttemptsAndTheWaitBetween() throws Exception {
        assertEquals(RETRIED, drawn(recording("celery-tries-again"), 80, false));
    }

    @Test
    void aWorkerThatWasRestartedUnderTheJobIsMarked() throws Exception {
        assertEquals(RESTARTED, drawn(recording("worker-restarted-under-the-job"), 80, false));
    }

    @Test
    void theJobsThatHeldTheWorkersWhileThisOneWaitedAreNamed() throws Exception {
        assertEquals(WAITED, drawn(recording("waits-behind-two-others"), 80, false));
        JsonNode timeline = AllTests.JSON.readTree(AllTests.trace("--replay", recording("waits-behind-two-others").toString(), "--format", "json").out())
            .get("timeline");
        assertEquals("e2b90c47-16fd-4c3a-b0d8-5a7f4e913c68", timeline.get(1).get("name").asText());
        assertEquals("0c7d2e54-93ab-4f1e-8d60-72b5c4e9a138", timeline.get(2).get("name").asText());
        assertEquals("2026-01-15T09:30:12.100Z", timeline.get(2).get("to").asText());
    }

    @Test
    void fiveHundredBatchesStayReadable() throws Exception {
        assertEquals(MANY, drawn(ManyBatches.write(folder), 80, false));
    }

    @Test
    void aStageWithoutAMeasuredTimeHasADash() throws Exception {
        String drawn = drawn(recording("rotated-log-hides-the-first-batch"), 80, false);
        assertTrue(drawn.lines().anyMatch(line -> line.matches("  Pre-filtering +-")), drawn);
    }

    @Test
    void coloursSayTheStatus() throws Exception {
        Trace trace = Tracing.judged(recording("ccc-batch-fails-and-completed"));
        String colourful = new Waterfall(trace, 80, false, CommandLine.Help.Ansi.ON).render();
        assertEquals(new Waterfall(trace, 80, false, CommandLine.Help.Ansi.OFF).render(), colourful.replaceAll("\u001b\\[[\\d;]*m", ""));
        assertTrue(colourful.lines().anyMatch(line -> line.startsWith("  CCC ") && line.contains("\u001b[31m")), colourful);
        assertTrue(colourful.lines().anyMatch(line -> line.startsWith("  DNC ") && line.contains("\u001b[32m")), colourful);
    }

    /** idiCORE took 28.46 s of the 45.22 s; nothing else tells of them once its first line is another. */
    @Test
    void whatNoStageAccountsForIsSaidWhereItIsMoreThanAFifth() throws Exception {
        String lines = AllTests.trace("--replay", Demo.changed(folder, "for idiCORE lookup", "for nothing").toString()).out();
        assertTrue(lines.contains("  No stage accounts for 28."), lines);
        assertFalse(AllTests.trace("--demo").out().contains("No stage accounts"));
        assertFalse(AllTests.trace("--replay", recording("celery-tries-again").toString()).out().contains("No stage accounts"),
            "the wait for a retry is accounted for");
    }

    @Test
    void theSectionIsInTheReportWhenItIsAskedFor() {
        AllTests.Run run = AllTests.trace("--demo", "--waterfall");
        assertTrue(run.out().contains("\n\nTimeline: 09:30:00Z to 09:30:45Z, 1 column = 1.1s\n  Queued "), run.out());
        assertEquals(Demo.REPORT, run.out().replaceAll("(?s)Timeline: .*?\n\n", ""));
    }
}
