import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a watch shows of recorded jobs: frames of any size, the lines of changes, times with their ages. */
class FrameTest {
    private static final Path CASES = AllTests.home().resolve("test/cases");

    private static Trace trace(Path folder) throws Exception {
        List<Stage> stages = Tracing.stages();
        List<Check> checks = Scripts.all(Check.class);
        try (InputStream bytes = Files.newInputStream(folder.resolve("recording.jsonl"))) {
            Recording recording = Recording.of("recording.jsonl", bytes);
            Collector collector = Tracing.collector(recording, stages, checks, new Redactor(true), new ComposeTarget());
            Collector.Found found = collector.find(recording.job(), "");
            Job job = found.jobs().isEmpty() ? new Job(recording.job(), Json.NODES.objectNode(), false) : found.jobs().get(0);
            Trace trace = new Trace(collector.trace(job, found));
            Judge.judge(trace, stages, stages, checks);
            return trace;
        }
    }

    private static List<String> frame(Trace trace, int lines, int columns) {
        return new Frame(trace, List.of("the database does not answer: exit code 1"), new Clock(trace.now, ZoneOffset.UTC, true), CommandLine.Help.Ansi.OFF)
            .lines(lines, columns);
    }

    @Test
    void noFrameOfAnyJobIsTallerOrWiderThanTheScreen() throws Exception {
        for (Path folder : AllTests.cases()) {
            Trace trace = trace(folder);
            for (int lines : new int[] {1, 2, 5, 9, 15, 24, 60}) {
                for (int columns : new int[] {10, 40, 59, 80, 200}) {
                    List<String> frame = frame(trace, lines, columns);
                    assertTrue(frame.size() <= lines, folder + " at " + lines + " lines: " + frame);
                    assertEquals(List.of(), frame.stream().filter(line -> line.length() > columns || line.contains("\n")).toList(), folder.toString());
                }
            }
        }
    }

    @Test
    void whereThereIsNoRoomWhatIsDoneFoldsAndWhatRunsStays() throws Exception {
        Trace trace = trace(CASES.resolve("running-in-the-third-batch-of-ten"));
        List<String> frame = frame(trace, 10, 90);
        assertEquals("ETL job 3b9d5c1e-7a42-4f08-9c66-d10e8f2b7a54", frame.get(0));
        assertTrue(frame.contains("  [OK] Job Created, Task Queued, Task Started, Snowflake Query, Pre-filtering"), frame.toString());
        assertTrue(frame.stream().anyMatch(line -> line.startsWith("  [RUN] idiCORE Enrichment - batch 3 of 10, about 1m 15s left")), frame.toString());
    }

    @Test
    void aChangeIsToldOnceAndNothingElseIs() throws Exception {
        StringWriter out = new StringWriter();
        Changes changes = new Changes(new PrintWriter(out), trace -> Clock.utc(trace.now));
        Trace running = trace(CASES.resolve("running-in-the-third-batch-of-ten"));
        changes.show(running, List.of("the database does not answer: one"));
        List<String> first = out.toString().lines().toList();
        changes.show(running, List.of("the database does not answer: another"));
        assertEquals(first, out.toString().lines().toList());
        assertEquals(1, first.stream().filter(line -> line.contains("the database does not answer")).count());
        assertEquals(8 + 2, first.size(), "the verdict, the stages that are at work or done, and what could not be asked: " + first);
        assertTrue(first.get(0).endsWith("Z running"), first.get(0));
        assertFalse(out.toString().contains("not reached"), "what was not reached has not changed");
    }

    @Test
    void agesGoByTheTimeOfTheTrace() {
        Clock clock = new Clock(Instant.parse("2026-01-15T09:30:00Z"), ZoneOffset.UTC, true);
        assertEquals("-", clock.time(null));
        assertEquals("2026-01-15T09:29:01Z (just now)", clock.time(Instant.parse("2026-01-15T09:29:01Z")));
        assertEquals("2026-01-15T09:27:00Z (3m ago)", clock.time(Instant.parse("2026-01-15T09:27:00Z")));
        assertEquals("2026-01-15T07:25:00Z (2h 5m ago)", clock.time(Instant.parse("2026-01-15T07:25:00Z")));
        assertEquals("2026-01-12T08:30:00Z (3d 1h ago)", clock.time(Instant.parse("2026-01-12T08:30:00Z")));
        assertEquals("2026-01-15T09:31:00Z (just now)", clock.time(Instant.parse("2026-01-15T09:31:00Z")));
        Clock berlin = new Clock(clock.now(), ZoneId.of("Europe/Berlin"), false);
        assertEquals("since 2026-01-15T10:27:00+01:00 and 2026-07-15T11:27:00.250+02:00",
            berlin.local("since 2026-01-15T09:27:00Z and 2026-07-15T09:27:00.250Z"));
    }

    @Test
    void aPipeIsToldNoAges() {
        for (String folder : List.of("demo", "waits-for-a-worker-behind-two")) {
            AllTests.Run run = AllTests.trace("--replay", CASES.resolve(folder).resolve("recording.jsonl").toString());
            assertFalse(run.out().contains(" ago)") || run.out().contains("(just now)"), run.out());
        }
    }
}
