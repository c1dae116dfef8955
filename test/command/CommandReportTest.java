import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is printed: the report of the demo, its durations, its colours, its list, and what a stdout that is full or closed does. */
class CommandReportTest {
    @TempDir
    Path folder;

    @Test
    void theDemoPrintsTheSampleBlock() {
        AllTests.Run run = AllTests.trace("--demo", "--color", "never");
        assertEquals(Demo.REPORT, run.out());
        assertEquals("", run.err());
        assertEquals(0, run.code());
    }

    @Test
    void theDemoHoldsAllThatIsAsked() {
        String run = AllTests.trace("--demo", "-v").out();
        assertTrue(!run.contains("not read: rows") && !run.contains(" exit -1"), run);
    }

    @Test
    void oneOtherCountInTheRecordingChangesThatLineOnly() throws IOException {
        Path changed = Demo.changed(folder, "45/318 phones found in DNC list", "46/318 phones found in DNC list");
        assertEquals(Demo.REPORT.replace("45 in DNC", "46 in DNC"), AllTests.trace("--replay", changed.toString()).out());
    }

    @Test
    void oneOtherTimeInTheRecordingChangesTheStageThatEndsThere() throws IOException {
        Path changed = Demo.changed(folder, "09:30:40,235", "09:30:39,735");
        assertEquals(Demo.REPORT.replace("DNC: 2.3s", "DNC: 1.8s"), AllTests.trace("--replay", changed.toString()).out());
    }

    @Test
    void onlyTheStageThatWasAskedForIsTold() {
        AllTests.Run run = AllTests.trace("--demo", "--stage", "dnc");
        assertTrue(run.out().contains("[OK] DNC Check - 318 phones checked, 45 in DNC"), run.out());
        assertTrue(!run.out().contains("CCC Litigator Check"), run.out());
        assertEquals(2, AllTests.trace("--demo", "--stage", "nonsense").code());
    }

    @Test
    void aDurationIsToldInItsOwnUnits() {
        assertEquals("45.2s 1m 00.0s 4m 05.0s 59m 59.4s 1h 00m 00s 1h 02m 03s 88h 36m 37s", java.util.stream.LongStream
            .of(45_220, 59_990, 245_000, 3_599_400, 3_599_980, 3_723_400, 318_997_400)
            .mapToObj(Times::duration).collect(Collectors.joining(" ")));
        assertEquals("0.0s 0.0s", Times.duration(-3_500) + " " + Times.duration(Long.MIN_VALUE));
    }

    private static Trace waiting(String status, String columns) {
        JsonNode row = Json.read(("{'status': '" + status + "', 'created_at': '2026-01-15T09:30:00Z', 'started_at': '2026-01-15T09:30:01Z'"
            + columns + "}").replace('\'', '"'));
        Trace trace = new Trace(new Job("7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35", row, true), Instant.parse("2026-01-15T09:29:56.500Z"));
        trace.answers.put("active tasks", new CommandResult("active tasks", "", 0, 0, 1, false, List.of("{\"task\":\"x\",\"job\":true}"), null));
        return trace;
    }

    @Test
    void waitingIsMeasuredByTheClockOfTheDatabase() {
        // This machine's clock is 3.5 s behind the job's creation.
        Trace asked = waiting("running", ", 'now': '2026-01-15T09:30:20+00:00'");
        assertEquals(20_000, asked.waitedMillis());
        assertEquals(19_000, asked.totalMillis());
        Trace without = waiting("running", "");
        assertEquals(0, without.waitedMillis());
        assertEquals(0, without.totalMillis());
        Trace ended = waiting("failed", ", 'now': '2026-01-15T09:40:00Z', 'completed_at': '2026-01-15T09:30:07Z'");
        assertEquals(7_000, ended.waitedMillis());
    }

    @Test
    void theCommandOfALineIsTheOneThatReadIt() throws IOException {
        String end = "{\"of\": \"log of the other services\", \"command\"";
        String fault = "{\"of\": \"log of the other services\", \"out\": \"p1lending-new-postgres  | 2026-01-15T09:30:20.000000000Z"
            + " 2026-01-15 09:30:20.000 UTC [77] ERROR:  no room for job 7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35\"}\n";
        String both = Files.readString(Demo.changed(folder, end, fault + end));
        String file = "{\"of\": \"file backend:logs/etl_job_{job}.log\", ";
        // Backend's is read where the worker has none.
        Path changed = Files.writeString(folder.resolve("both.jsonl"), both.replace("\"of\": \"file celery-worker:", "\"of\": \"nothing ").replace(file, file
            + "\"out\": \"2026-01-15 09:30:00,100 - ETL.ETLEngine - ERROR - run:42 - no room in backend\"}\n" + file));
        AllTests.Run run = AllTests.trace("--replay", changed.toString(), "--format", "json");
        JsonNode read = AllTests.JSON.readTree(run.out());
        assertEquals(Set.of("logs --no-color --timestamps --tail 10000 frontend ntfy postgres redis",
            "exec -T backend timeout 30 cat logs/etl_job_7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35.log"), read.findParents("placedBy").stream()
            .filter(line -> line.get("text").asText().contains("no room"))
            .map(line -> line.get("command").asText().replaceFirst(".*prod.yml ", "")).collect(Collectors.toSet()), run.out());
        String check = AllTests.trace("--demo", "--check", "false", "--format", "json").out();
        assertEquals("check", AllTests.JSON.readTree(check).at("/issues/0/evidence/0/placedBy").asText(), check);
    }

    @Test
    void aListForAProgramHasWhatTheTableHas() throws IOException {
        String row = Files.readAllLines(Demo.RECORDING).get(1);
        StringBuilder rows = new StringBuilder(row);
        for (int i = 10; i < 30; i++) {
            rows.append('\n').append(row.replace("7f3c2a10", "7f3c2a" + i + "x").replace("2a10x", "2a1f"));
        }
        Path many = Demo.changed(folder, row, rows.toString());
        assertTrue(AllTests.trace("--replay", many.toString(), "--list").out().endsWith("\n  and 1 more\n"));
        JsonNode list = AllTests.JSON.readTree(AllTests.trace("--replay", many.toString(), "--list", "--format", "json").out());
        assertEquals(20, list.size());
        assertTrue(list.get(0).has("status") && !list.get(0).has("matches") && !list.get(0).has("now"), list.toString());
    }

    @Test
    void colourIsForTerminalsThatKnowItAndForThoseWhoAskForIt() {
        Map<String, String> xterm = Map.of("TERM", "xterm-256color");
        assertTrue(Terminal.colour("auto", xterm, true));
        assertTrue(Terminal.colour("auto", Map.of("TERM", "xterm", "NO_COLOR", ""), true));
        assertFalse(Terminal.colour("auto", xterm, false));
        assertFalse(Terminal.colour("auto", Map.of("TERM", "dumb"), true));
        assertFalse(Terminal.colour("auto", Map.of(), true));
        assertFalse(Terminal.colour("auto", Map.of("TERM", "xterm", "NO_COLOR", "1"), true));
        assertFalse(Terminal.colour("never", xterm, true));
        assertTrue(Terminal.colour("always", Map.of("TERM", "dumb", "NO_COLOR", "1"), false));
        assertTrue(AllTests.trace("--demo", "--color", "always").out().contains("  \u001b[32m[OK]\u001b[39m\u001b[0m Task Queued - "));
        AllTests.Run none = AllTests.trace("--demo", "--color", "always", "--no-color");
        assertEquals("0 " + Demo.REPORT, none.code() + " " + none.out());
    }

    @Test
    void colourBreaksNoLineElsewhere() {
        Trace trace = new Trace(new Job("5d3e", Json.NODES.objectNode(), false), Instant.EPOCH);
        trace.verdict = new Verdict(Verdict.State.COMPLETED, "", null);
        IntStream.range(40, 80).forEach(length -> trace.issues.add(new Issue("i", Status.FAIL, "x".repeat(length - 10) + " yyy zzz", "", List.of(), List.of(),
            null, List.of())));
        for (int width = 41; width < 80; width++) {
            String plain = new TextReport(trace, false, width, CommandLine.Help.Ansi.OFF).render(List.of());
            String colourful = new TextReport(trace, false, width, CommandLine.Help.Ansi.ON).render(List.of());
            assertTrue(colourful.contains("  1. \u001b[31m[FAIL]\u001b[39m\u001b[0m"), colourful);
            assertEquals(plain, colourful.replaceAll("\u001b\\[\\d+m", ""));
        }
    }

    @Test
    void aReportThatCannotBeWrittenIsAFailureAndAReaderWhoHasReadEnoughIsNone() throws IOException {
        for (String[] args : new String[][] {{"--demo"}, {"--demo", "--format", "json"}, {"--list-checks"}, {"--help"}, {"--replay",
                AllTests.home().resolve("test/cases/ccc-batch-fails-and-completed/recording.jsonl").toString()}}) {
            StringWriter err = new StringWriter();
            int code = TraceJob.run(args, new PrintWriter(new Stdout(new FileOutputStream("/dev/full"))), new PrintWriter(err));
            assertEquals("5 trace-job: the report could not be written to stdout\n", code + " " + err, args[0]);
        }
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        StringWriter err = new StringWriter();
        assertEquals(0, TraceJob.run(new String[] {"--demo", "-v"}, new PrintWriter(new Stdout(gone)), new PrintWriter(err)));
        assertEquals("", err.toString());
    }
}
