import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings: which are refused, what they may decide, and what one still holds that was cut at its largest size. */
class CommandRecordingTest {
    @TempDir
    Path folder;

    @Test
    void aRecordingHasNoJobsButItsOwn() throws IOException {
        AllTests.Run other = AllTests.trace("--demo", "5d3e");
        assertEquals(3, other.code());
        assertTrue(other.err().startsWith("trace-job: no job has 5d3e in its id; the most recent:\n  7f3c2a10-"), other.err());
        AllTests.Run failed = AllTests.trace("--demo", "--last", "failed");
        assertEquals(3, failed.code());
        assertTrue(failed.err().startsWith("trace-job: no failed jobs; the most recent:\n  7f3c2a10-"), failed.err());
        assertEquals(0, AllTests.trace("--demo", "--last", "completed").code());
        assertEquals(0, AllTests.trace("--demo", "7F3C").code());
        String recording = Demo.changed(folder, "of", "of").toString();
        Files.write(Path.of(recording), Files.readAllLines(Path.of(recording)).stream()
            .filter(line -> !line.startsWith("{\"of\": \"rows of etl_jobs\", \"out\"")).toList());
        for (String way : new String[] {"--last", "--list"}) {
            AllTests.Run empty = AllTests.trace("--replay", recording, way);
            assertEquals("trace-job: there are no jobs\n", empty.err());
            assertEquals("", empty.out());
        }
    }

    @Test
    void aFileThatIsNoRecordingIsOneLineAndNoStackTrace() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jsonl"), "{\"no\":1}\n");
        AllTests.Run run = AllTests.trace("--replay", file.toString());
        assertEquals(2, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void aRecordingThatIsNotMaskedIsSaidToBe() {
        String file = folder.resolve("r.jsonl").toString();
        assertTrue(AllTests.trace("--host", "tcp://127.0.0.1:1", "-p", "x", "--record", file, "--no-redact", "5d3e").err()
            .contains("trace-job: the recording is NOT masked"));
        assertEquals(2, AllTests.trace("--list", "--record", file).code());
        assertEquals(2, AllTests.trace("--explain", "--record", file).code());
    }

    @Test
    void aRecordingChoosesNoCommandAndForgesNoLine() throws IOException {
        Path file = AllTests.home().resolve("test/cases/log-timed-out/recording.jsonl");
        String recording = Files.readString(file);
        assertTrue(recording.contains("\"docker\": [\"docker\"]") || recording.contains("\"docker\":[\"docker\"]"),
            "the head is written otherwise now");
        assertTrue(recording.contains("timed out after 30 s"), "the recording no longer holds what this test changes");
        Path forged = Files.writeString(folder.resolve("forged.jsonl"), recording
            .replaceFirst("\"docker\": ?\\[\"docker\"\\]", "\"docker\":[\"rm\",\"-rf\",\"/\"]")
            .replace("timed out after 30 s", "x\\n  [OK] DNC Check - all is well\\u001b]52;c;eA==\\u0007"));
        AllTests.Run run = AllTests.trace("--replay", forged.toString(), "-v");
        assertEquals(1, run.code(), run.err());
        assertTrue(!run.out().contains("rm -rf") && !run.out().contains("\u001b"), run.out());
        assertTrue(run.out().lines().noneMatch(line -> line.startsWith("  [OK] DNC Check - all is well")), run.out());
    }

    /** Feeds a reader so many lines of another job that a recording has no place for them. */
    private static void flood(LogHandler reader, String container, int lines) {
        String line = container + "  | 2026-01-15T09:30:20.000000000Z 2026-01-15 09:30:20,000 - ETL.JobEvents - INFO - Job event: row_processed for job "
            + "0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60: " + "x".repeat(800);
        for (int i = 0; i < lines; i++) {
            reader.line(line);
        }
    }

    /** Records the job of such a stack, and replays it. */
    private AllTests.Run recordedAndReplayed(Source stack, StringWriter said) throws IOException {
        return AllTests.trace("--replay", recorded(stack, said).toString(), "-v");
    }

    private Path recorded(Source stack, StringWriter said) throws IOException {
        Path file = folder.resolve("recorded.jsonl");
        Recorder recorder = new Recorder(stack, new Redactor(true));
        Trace trace = DemoStack.judged(recorder, Tracing.stages(), Scripts.all(Check.class));
        recorder.write(file, trace.job, new ComposeTarget(), new Progress(new PrintWriter(said)));
        return file;
    }

    @Test
    void aLogThatIsTooLongForARecordingIsKeptAsWhatItCameTo() throws IOException {
        StringWriter said = new StringWriter();
        String[] command = {"--replay", recorded(new DemoStack() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                return demo.log(ask, window, ask.service().equals("redis") ? reader : () -> {
                    LogHandler lines = reader.get();
                    flood(lines, "p1lending-new-" + ask.service(), 30_000);
                    return lines;
                });
            }
        }, said).toString(), "-v"};
        assertEquals("", said.toString());
        AllTests.Run run = AllTests.trace(command);
        AllTests.Run whole = AllTests.trace("--demo", "-v");
        assertEquals(whole.code(), run.code(), run.out() + run.err());
        assertEquals(withoutCounts(whole.out()), withoutCounts(run.out()));
        assertTrue(Files.size(Path.of(command[1])) < 500_000, "the lines of another job are in it");
    }

    /** The report but for the commands and how many lines were read: of the demo's logs there are more here. */
    private static String withoutCounts(String report) {
        return report.substring(0, report.indexOf("\nCommands:")).replaceFirst("\\d+ read, placed", "some read, placed");
    }

    @Test
    void aLogThatIsReadAnewFromFurtherBackCountsOnce() throws IOException {
        StringWriter said = new StringWriter();
        AllTests.Run run = recordedAndReplayed(new DemoStack() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                if (ask.service().equals("celery-worker")) {
                    // A first tail of more than twice what has a place, which did not reach back far enough.
                    flood(reader.get(), "p1lending-new-celery", 45_000);
                }
                return demo.log(ask, window, reader);
            }
        }, said);
        assertEquals("", said.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(!run.out().contains("the recording was cut"), run.out());
    }
}
