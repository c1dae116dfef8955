import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose line is it: each rule by itself. */
class LinesTest {
    private static final String JOB = "11111111-1111-4111-8111-111111111111";
    private static final String OTHER = "22222222-2222-4222-8222-222222222222";
    private static final String TASK = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
    private int second;

    private Trace place(String... lines) {
        Attribution attribution = new Attribution("celery-worker", Map.of(), JOB, TimeWindow.ALL, new Redactor(false), new TextBudget(), message -> false);
        for (String line : lines) {
            attribution.line("w  | " + String.format("2026-01-15T09:30:%02d.000000000Z ", second++) + line);
        }
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        attribution.finish(trace);
        trace.messages.sort(Trace.IN_TIME);
        return trace;
    }

    private String celery(int second, String process, String text) {
        return String.format("[2026-01-15 09:30:%02d,000: INFO/%s] %s", second, process, text);
    }

    private String application(int second, String text) {
        return String.format("2026-01-15 09:30:%02d,000 - ETL - INFO - %s", second, text);
    }

    private static List<String> told(Trace trace) {
        return trace.messages.stream().map(message -> message.placedBy + " " + message.text).toList();
    }

    @Test
    void aWorkersLinesAreTheJobsFromItsFirstLabelledLineToItsEnd() {
        Trace trace = place(
            celery(0, "ForkPoolWorker-1", "before"),
            celery(1, "MainProcess", "Task run[" + TASK + "] received"),
            celery(2, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(3, "ForkPoolWorker-2", "the other worker's"),
            celery(4, "ForkPoolWorker-1", "ours"),
            celery(5, "ForkPoolWorker-1", "Task run[" + TASK + "] succeeded in 3s: {}"),
            celery(6, "ForkPoolWorker-1", "after"));
        assertEquals(List.of("task Task run[" + TASK + "] received", "id Generated table_id for job " + JOB + ": T1", "worker ours",
            "worker Task run[" + TASK + "] succeeded in 3s: {}"), told(trace));
    }

    @Test
    void bothCopiesOfALineAreOneEventInEitherOrder() {
        Trace trace = place(
            celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), application(0, "Generated table_id for job " + JOB + ": T1"),
            application(2, "x"), celery(2, "ForkPoolWorker-1", "x"),
            application(4, "y"), celery(4, "ForkPoolWorker-2", "y"));
        assertEquals(List.of("id Generated table_id for job " + JOB + ": T1", "worker x"),
            told(trace).stream().map(line -> line.replace("twin x", "worker x")).toList());
        assertEquals(2, trace.messages.get(1).lines);
        assertEquals("ForkPoolWorker-1", trace.messages.get(1).process);
    }

    @Test
    void theSameWordsOfTwoWorkersGoToTheirOwnTwins() {
        Trace trace = place(
            celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(0, "ForkPoolWorker-2", "Generated table_id for job " + OTHER + ": T1"),
            application(3, "same"), application(3, "same"), celery(3, "ForkPoolWorker-2", "same"), celery(3, "ForkPoolWorker-1", "same"));
        assertEquals(1, trace.messages.stream().filter(message -> message.text.equals("same")).count());
        assertEquals(2, trace.messages.get(1).lines);
    }

    @Test
    void aMessageKeepsTheLinesThatContinueIt() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(1, "ForkPoolWorker-1", "SQL execution failed: 001003"), "line two", "", "line four",
            celery(5, "ForkPoolWorker-2", "not ours"), "not ours either");
        assertEquals("SQL execution failed: 001003\nline two\n\nline four", trace.messages.get(1).text);
        assertEquals(2, trace.messages.size());
        assertEquals(3, trace.placed.get("continuation"));
    }

    private Trace unexpected(String process, String more) {
        String[] traceback = {"Traceback (most recent call last):", "  File \"x.py\", line 3", "ValidationError: 1 error", "last_name",
            "  none is not allowed"};
        List<String> lines = new ArrayList<>();
        lines.addAll(List.of(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), application(1, "bad")));
        lines.addAll(List.of(traceback));
        lines.add(celery(1, process, "bad"));
        lines.addAll(List.of(traceback));
        lines.addAll(List.of(application(3, more), celery(3, "ForkPoolWorker-1", more), "  of two lines"));
        return place(lines.toArray(String[]::new));
    }

    @Test
    void aTracebackThatEndsInAnIndentedLineIsOverWhereItsProcessGoesOn() {
        Trace ours = unexpected("ForkPoolWorker-1", "next");
        String bad = "bad\nTraceback (most recent call last):\n  File \"x.py\", line 3\nValidationError: 1 error\nlast_name\n  none is not allowed";
        assertEquals(List.of("Generated table_id for job " + JOB + ": T1", bad, "next\n  of two lines"),
            ours.messages.stream().map(message -> message.text).toList());
        assertEquals(12, ours.messages.get(1).lines);
    }

    @Test
    void anUnfinishedTracebackCostsNoMoreThanItsLines() {
        Attribution attribution = new Attribution("celery-worker", Map.of(), JOB, TimeWindow.ALL, new Redactor(false), new TextBudget(), message -> false);
        String docker = "w  | 2026-01-15T09:30:01.000000000Z ";
        attribution.line(docker + celery(1, "ForkPoolWorker-1", "bad"));
        attribution.line(docker + "Traceback (most recent call last):");
        attribution.line(docker + celery(1, "ForkPoolWorker-2", "another's"));
        assertTimeoutPreemptively(Duration.ofSeconds(200), () -> IntStream.range(0, 1_000_000).forEach(i -> attribution.line(docker + "  File " + i)));
    }

    @Test
    void anotherJobsNameInOurTextTakesNothingFromUs() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(1, "ForkPoolWorker-1", "skipping what job " + OTHER + " has done"), celery(2, "ForkPoolWorker-1", "ours still"),
            celery(3, "ForkPoolWorker-2", "Generated table_id for job " + OTHER + ": T1"),
            celery(4, "ForkPoolWorker-2", "skipping what job " + JOB + " has done"), celery(5, "ForkPoolWorker-2", "theirs still"));
        assertEquals(List.of("id Generated table_id for job " + JOB + ": T1", "worker skipping what job " + OTHER + " has done",
            "worker ours still"), told(trace));
    }

    @Test
    void aJobWhoseEndIsMissingEndsWhereTheNextBegins() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), celery(1, "ForkPoolWorker-1", "ours"),
            celery(2, "ForkPoolWorker-1", "Generated table_id for job " + OTHER + ": T1"), celery(3, "ForkPoolWorker-1", "theirs"));
        assertEquals(List.of("id Generated table_id for job " + JOB + ": T1", "worker ours"), told(trace));
    }

    @Test
    void aKilledProcessEndsTheJobAndTheNextJobThereIsNotOurs() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            "[2026-01-15 09:30:01,000: ERROR/MainProcess] Process 'ForkPoolWorker-1' pid:9 exited with 'signal 9 (SIGKILL)'",
            "[2026-01-15 09:30:02,000: ERROR/MainProcess] Task handler raised error: WorkerLostError('x')", "Traceback (most recent call last):");
        assertEquals(List.of("id", "worker", "worker"), trace.messages.stream().map(message -> message.placedBy).toList());
        assertEquals(true, trace.attempt().lost);
    }

    @Test
    void aNewBannerEndsAllThatRan() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), "worker: Warm shutdown (MainProcess)", " ",
            " -------------- celery@host v5.2.6 (dawn-chorus)", "--- ***** ----- ", celery(5, "ForkPoolWorker-1", "not ours"));
        assertEquals(List.of("id", "worker", "worker"), trace.messages.stream().map(message -> message.placedBy).toList());
        assertEquals(true, trace.attempt().lost);
    }

    @Test
    void aTaskThatFinishesAfterTheWarningIsNotLost() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), "worker: Warm shutdown (MainProcess)",
            celery(2, "ForkPoolWorker-1", "Task run[" + TASK + "] succeeded in 2s: {}"), " -------------- celery@host v5.2.6 (dawn-chorus)");
        assertEquals(false, trace.attempt().lost);
        assertEquals(2, trace.messages.size());
    }

    @Test
    void aRetryIsASecondAttemptOfTheSameTask() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(1, "ForkPoolWorker-1", "Task run[" + TASK + "] retry: Retry in 2s"), celery(2, "ForkPoolWorker-1", "another's"),
            celery(3, "MainProcess", "Task run[" + TASK + "] received"), celery(4, "ForkPoolWorker-2", "Generated table_id for job " + JOB + ": T1"));
        assertEquals(List.of("id", "worker", "task", "id"), trace.messages.stream().map(message -> message.placedBy).toList());
        assertEquals(2, trace.attempts.size());
        assertNull(trace.attempt().to);
    }

    @Test
    void theZoneOfTheApplicationsClockIsReadFromDockers() {
        Attribution attribution = new Attribution("celery-worker", Map.of(), JOB, TimeWindow.ALL, new Redactor(false), new TextBudget(), message -> false);
        attribution.line("w  | 2026-01-15T15:30:00.200000000Z [2026-01-15 09:30:00,000: INFO/ForkPoolWorker-1]"
            + " Generated table_id for job " + JOB + ": T1");
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        attribution.finish(trace);
        assertEquals(Instant.parse("2026-01-15T15:30:00Z"), trace.messages.get(0).time);
    }

    private static Message said(String millis, String text) {
        return new Message("s", "", Instant.parse("2026-01-15T09:30:" + millis + "Z"), "INFO", "", text);
    }

    private static List<String> withRows(List<Message> lines, List<Message> rows) {
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        trace.messages.addAll(lines);
        new Duplicates(trace).add(rows, "database");
        trace.messages.sort(Trace.IN_TIME);
        return trace.messages.stream()
            .map(message -> (message.placedBy == null ? "" : message.placedBy + " ") + message.text + " " + message.lines).toList();
    }

    @Test
    void aRowIsTheCopyOfTheLineThatItWasWrittenAfter() {
        assertEquals(List.of("database batch 1", "batch 2", "end 2"),
            withRows(List.of(said("12.000", "batch"), said("13.000", "end")),
                List.of(said("10.004", "batch"), said("12.004", "batch"), said("13.004", "end"))));
        assertEquals(List.of("batch 2", "batch 2"),
            withRows(List.of(said("10.000", "batch"), said("12.000", "batch")), List.of(said("13.000", "batch"), said("13.500", "batch"))));
    }

    @Test
    void theDatabasesClockMayBeAnother() {
        List<Message> lines = List.of(said("20.000", "begin"), said("21.000", "batch"), said("23.000", "batch"), said("24.000", "end"));
        List<Message> rows = List.of(said("15.004", "begin"), said("16.004", "batch"), said("18.004", "batch"), said("19.004", "end"));
        assertEquals(List.of("begin 2", "batch 2", "batch 2", "end 2"), withRows(lines, rows));
        assertEquals(List.of("database batch 1", "begin 2", "batch 2", "end 2"),
            withRows(List.of(said("20.000", "begin"), said("23.000", "batch"), said("24.000", "end")), rows));
    }

    @Test
    void aContainerIsKnownByItsWholeName() {
        Container other = new Container("dnc-worker", "p", "p-dnc-worker-1", 1, "exited", 0, null, null, null, false);
        Container ours = new Container("celery-worker", "p", "p-worker-1", 1, "running", 0, null, null, null, false);
        assertEquals(List.of(false, true, true, false), List.of(other.is("worker-1"), other.is("dnc-worker-1"), ours.is("worker-1"), ours.is("1")));
        assertEquals("p", Container.project(Json.read("{'Name': 'p-dnc-worker-1', 'Service': 'dnc-worker'}".replace('\'', '"'))));
    }

    @Test
    void allLogsTogetherKeepNoMoreThanThereIsRoomFor() {
        TextBudget budget = new TextBudget();
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        for (String service : List.of("celery-worker", "backend")) {
            Attribution attribution = new Attribution(service, Map.of(), JOB, TimeWindow.ALL, new Redactor(false), budget, message -> false);
            for (int i = 0; i < 250; i++) {
                attribution.line("w  | 2026-01-15T09:30:01.000000000Z " + application(1, "Job " + JOB + ": " + i + " " + "x".repeat(60_000)));
            }
            attribution.finish(trace);
        }
        assertEquals(Map.of("log backend", "more lines of the job than are kept"), trace.missing);
        JobFileReader file = new JobFileReader("celery-worker", trace, new Redactor(false), budget);
        file.line(application(1, "one more"));
        assertEquals(List.of(), file.finish());
        assertEquals(true, file.full());
    }

    /** What only the job's file has, of a job of whose log these attempts are left. */
    private List<String> file(List<Attempt> attempts, String... texts) {
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode().put("status", "running"), true), Instant.EPOCH);
        trace.attempts.addAll(attempts);
        JobFileReader file = new JobFileReader("celery-worker", trace, new Redactor(false), new TextBudget());
        for (int i = 0; i < texts.length && file.line(application(i, texts[i])); i++) {
        }
        return file.finish().stream().map(message -> message.text).toList();
    }

    @Test
    void theJobsFileEndsWhereTheJobDoes() {
        String ours = "Generated table_id for job " + JOB + ": T1";
        String start = "🚀 Starting ETL job";
        String end = "⏱️  Job duration: 0:00:45.496720";
        String update = "Failed to update job " + JOB + " status: closed";
        assertEquals(List.of(ours, start, "ours", end), file(List.of(), ours, start, "ours", end, "theirs", start, "theirs"));
        assertEquals(List.of(ours, start, "ours"), file(List.of(), ours, start, "ours", start, "theirs", end));
        assertEquals(List.of(ours, start, "ours"), file(List.of(), ours, start, "ours", "Generated table_id for job " + OTHER + ": T1", "theirs"));
        assertEquals(List.of(ours, start, end, update), file(List.of(), ours, start, end, "theirs", update, "theirs"), "a line that names the job is its own");
        assertEquals(List.of(ours, start, end, "Updated job " + JOB + " status to completed"),
            file(List.of(), ours, start, end, "Updated job " + JOB + " status to completed", start, "theirs"));
        assertEquals(List.of("no start", "ours"), file(List.of(), "no start", "ours"));
    }

    @Test
    void theJobsFileBeginsAgainWithARetry() {
        String ours = "Generated table_id for job " + JOB + ": T1";
        String start = "🚀 Starting ETL job";
        String end = "⏱️  Job duration: 0:00:05.000000";
        assertEquals(List.of(ours, start, "first", end, ours, start, "second", end),
            file(List.of(), ours, start, "first", end, ours, start, "second", end, "theirs"));
        Attempt first = new Attempt("w", "ForkPoolWorker-1", Instant.parse("2026-01-15T09:30:03Z"));
        first.to = Instant.parse("2026-01-15T09:30:04Z");
        first.retries = true;
        Attempt second = new Attempt("w", "ForkPoolWorker-1", Instant.parse("2026-01-15T09:30:07Z"));
        assertEquals(List.of(ours, start, "first"), file(List.of(first), ours, start, "first", end, ours, start, "second"),
            "what the log tells is no event of the file's");
        assertEquals(List.of(), file(List.of(first, second), "lost", start, "lost", end, ours, start, "theirs", "second"));
    }

    @Test
    void aHundredThousandEqualRowsAreMatchedInTheOrderOfTime() {
        Supplier<List<Message>> many = () -> IntStream.range(0, 100_000)
            .mapToObj(i -> said(String.format("%02d.%03d", 10 + i / 10_000, i / 10 % 1000), "tick")).toList();
        assertTimeoutPreemptively(Duration.ofSeconds(200),
            () -> assertEquals(List.of("tick 2"), withRows(many.get(), many.get()).stream().distinct().toList()));
    }

    /** A line as Docker gives it back: in pieces of 16 KB, each with the time, a sign for each byte of a character that it cut. */
    private static String inPieces(String line) {
        String time = "2026-01-15T09:30:02.110000000Z ";
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        StringBuilder pieces = new StringBuilder("w  | ");
        for (int from = 0; from < bytes.length; from += 16_384) {
            int to = Math.min(bytes.length, from + 16_384);
            int start = from;
            while (start < to && start > 0 && (bytes[start] & 0xC0) == 0x80) {
                start++;
            }
            int end = to;
            while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
                end--;
            }
            pieces.append(time).append("\ufffd".repeat(start - from)).append(new String(bytes, start, end - start, StandardCharsets.UTF_8))
                .append("\ufffd".repeat(to - end));
        }
        return pieces.toString();
    }

    @Test
    void aLongLineIsPutTogetherWhateverItsCharactersAreLong() {
        assertEquals("w  | 2026-01-15T09:30:02.110000000Z " + "é".repeat(8_191) + "a\ufffd2026-01-15T09:30:02.110000000Z \ufffdb",
            inPieces("é".repeat(8_191) + "aéb"), "a piece is of 16,384 bytes");
        for (String character : List.of("x", "é", "工", "🚀", "x🚀é", "a工")) {
            String text = "names: " + character.repeat(50_000 / character.length());
            Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
            Attribution attribution = new Attribution("celery-worker", Map.of(), JOB, TimeWindow.ALL, new Redactor(false), new TextBudget(), message -> false);
            attribution.line(inPieces(celery(1, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1")));
            attribution.line(inPieces(application(2, text)));
            attribution.line(inPieces(celery(2, "ForkPoolWorker-1", text)));
            attribution.line(inPieces(celery(3, "ForkPoolWorker-1", "next")));
            attribution.finish(trace);
            trace.messages.sort(Trace.IN_TIME);
            assertEquals(List.of("Generated table_id for job " + JOB + ": T1", text, "next"), trace.messages.stream().map(message -> message.text).toList());
            assertEquals(2, trace.messages.get(1).lines, character);
        }
    }

    @Test
    void aTimeInALongLineIsAWordOfIt() {
        for (String before : List.of("x".repeat(6_000), "x".repeat(16_000), "工".repeat(5_440), "x".repeat(16_385))) {
            String text = before + "2026-01-15T09:30:02.110000000Z " + "x".repeat(20);
            assertEquals(text, LogLine.of(inPieces(text)).text());
        }
    }

    @Test
    void longMessagesThatDifferInOneCharacterAreTwo() {
        String text = "工".repeat(9_000);
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), application(2, text + "a" + text),
            celery(2, "ForkPoolWorker-1", text + "b" + text));
        assertEquals(List.of(1, 1), trace.messages.stream().map(message -> message.lines).toList());
    }

    /** A container whose output was not read for a while, and which then went on for so many lines. */
    private static Trace lateAtFirst(int late, int onTime) {
        Attribution attribution = new Attribution("celery-worker", Map.of(), JOB, TimeWindow.ALL, new Redactor(false), new TextBudget(), message -> false);
        Instant start = Instant.parse("2026-01-15T09:30:00Z");
        for (int i = 0; i < late + onTime; i++) {
            // The late ones were written 100 s before Docker had them, all at once.
            Instant written = i < late ? start.minusSeconds(100).plusMillis(i) : start.plusMillis(i);
            String text = i == 0 ? "Generated table_id for job " + JOB + ": T1" : "line " + i;
            attribution.line("w  | " + DateTimeFormatter.ISO_INSTANT.format((i < late ? start : written).plusNanos(1)) + " ["
                + written.toString().replace('T', ' ').replace('.', ',').replace("Z", written.getNano() == 0 ? ",000" : "")
                + ": INFO/ForkPoolWorker-1] " + text);
        }
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        attribution.finish(trace);
        assertEquals(late + onTime, trace.messages.size());
        return trace;
    }

    @Test
    void linesThatCameLateShiftNoTimes() {
        for (Trace trace : List.of(lateAtFirst(1, 2), lateAtFirst(300, 1_500), lateAtFirst(1, 5_000))) {
            assertEquals(Map.of(), trace.skewed);
            assertEquals(Instant.parse("2026-01-15T09:28:20Z"), trace.messages.get(0).time);
            int last = trace.messages.size() - 1;
            assertEquals(Instant.parse("2026-01-15T09:30:00Z").plusMillis(last), trace.messages.get(last).time);
        }
        assertEquals(Duration.ofSeconds(-100), lateAtFirst(30, 20).skewed.get("celery-worker"), "the most of all lines are the clock's");
    }

    private static final List<String> SQL_ERROR = List.of("SQL execution failed: 001003", "SQL compilation error:", "syntax error line 1", "at position 0");

    /** The first line of a message of several lines as one of the services writes it, and the lines after it. */
    private List<String> lines(String head, List<String> text) {
        List<String> lines = new ArrayList<>(List.of(head));
        lines.addAll(text.subList(1, text.size()));
        return lines;
    }

    private List<String> withTornCopies(List<String> application, List<String> celery) {
        List<String> lines = new ArrayList<>(List.of(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1")));
        lines.addAll(application);
        lines.addAll(celery);
        lines.add(celery(5, "ForkPoolWorker-1", "next"));
        Trace trace = place(lines.toArray(String[]::new));
        return trace.messages.subList(1, trace.messages.size()).stream().map(message -> message.placedBy + " " + message.lines + " " + message.text).toList();
    }

    @Test
    void aCopyThatLostItsLastLinesIsACopyAllTheSame() {
        List<String> whole = lines(application(1, SQL_ERROR.get(0)), SQL_ERROR);
        List<String> torn = List.of(celery(1, "ForkPoolWorker-1", SQL_ERROR.get(0)), SQL_ERROR.get(1),
            celery(1, "ForkPoolWorker-2", "not ours"), SQL_ERROR.get(2), SQL_ERROR.get(3));
        List<String> told = List.of("worker 6 " + String.join("\n", SQL_ERROR), "worker 1 next");
        assertEquals(told, withTornCopies(whole, torn));
        assertEquals(told, withTornCopies(torn, whole));
        List<String> allLost = List.of(torn.get(0), torn.get(2), SQL_ERROR.get(1), SQL_ERROR.get(2), SQL_ERROR.get(3));
        assertEquals(List.of("worker 5 " + String.join("\n", SQL_ERROR), "worker 1 next"), withTornCopies(whole, allLost));
    }

    @Test
    void aCopyWithLinesOfOthersInItsMidstIsACopyAllTheSame() {
        List<String> whole = lines(application(1, SQL_ERROR.get(0)), SQL_ERROR);
        List<String> torn = new ArrayList<>(lines(celery(1, "ForkPoolWorker-1", SQL_ERROR.get(0)), SQL_ERROR));
        torn.add(2, "  of the other process");
        assertEquals(List.of("worker 9 " + String.join("\n", SQL_ERROR), "worker 1 next"), withTornCopies(whole, torn));
        List<String> traceback = List.of("bad", "Traceback (most recent call last):", "  File \"x.py\", line 3", "ValueError: x");
        List<String> behind = new ArrayList<>(lines(celery(1, "ForkPoolWorker-1", "bad"), traceback));
        behind.add("of the other process");
        assertEquals(List.of("worker 9 " + String.join("\n", traceback), "worker 1 next"), withTornCopies(lines(application(1, "bad"), traceback), behind));
    }

    @Test
    void aLabelledMessageIsToldOnceThoughItsCopyIsTorn() {
        List<String> text = List.of("Job " + JOB + ": failed", "line two", "line three");
        assertEquals(List.of("id 5 " + String.join("\n", text), "worker 1 next"), withTornCopies(lines(application(1, text.get(0)), text),
            List.of(celery(1, "ForkPoolWorker-1", text.get(0)), "line two", celery(1, "ForkPoolWorker-2", "not ours"), "line three")));
    }

    @Test
    void theSameFirstLineOfOthersMakesNoCopy() {
        List<String> others = List.of(SQL_ERROR.get(0), "numeric value 'x' is not recognized", "of another script", "and more");
        // Whole copies of ours, torn ones of the other worker at the same time.
        List<String> application = new ArrayList<>(lines(application(1, SQL_ERROR.get(0)), SQL_ERROR));
        application.addAll(lines(application(1, SQL_ERROR.get(0)), others));
        List<String> celery = new ArrayList<>(lines(celery(1, "ForkPoolWorker-1", SQL_ERROR.get(0)), SQL_ERROR));
        celery.addAll(List.of(celery(1, "ForkPoolWorker-2", SQL_ERROR.get(0)), others.get(1), celery(1, "ForkPoolWorker-2", "more of others")));
        assertEquals(List.of("worker 8 " + String.join("\n", SQL_ERROR), "worker 1 next"), withTornCopies(application, celery)
            .stream().map(line -> line.replaceFirst("^twin", "worker")).toList());
        // No copy of ours at all.
        assertEquals(List.of("worker 4 " + String.join("\n", SQL_ERROR), "worker 1 next"),
            withTornCopies(lines(application(1, SQL_ERROR.get(0)), others), lines(celery(1, "ForkPoolWorker-1", SQL_ERROR.get(0)), SQL_ERROR)));
        // The same words later are another event.
        assertEquals(List.of("worker 4 " + String.join("\n", SQL_ERROR), "worker 1 next"),
            withTornCopies(lines(application(2, SQL_ERROR.get(0)), SQL_ERROR.subList(0, 3)), lines(celery(1, "ForkPoolWorker-1", SQL_ERROR.get(0)), SQL_ERROR)));
    }

    @Test
    void aPairThatHasMetLeavesNothingBehind() throws Exception {
        Attribution attribution = new Attribution("celery-worker", Map.of(), JOB, TimeWindow.ALL, new Redactor(false), new TextBudget(), message -> false);
        for (int i = 0; i < 2_000; i++) {
            String docker = "w  | 2026-01-15T09:30:01.000000000Z ";
            attribution.line(docker + application(1, "line " + i));
            attribution.line(docker + celery(1, "ForkPoolWorker-1", "line " + i));
        }
        attribution.finish(new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH));
        Object worker = ((Map<?, ?>) field(attribution, "containers")).values().iterator().next();
        for (String name : List.of("twins.application", "twins.celery", "twins.several", "twins.waiting", "log.early", "log.apart")) {
            Object left = field(field(worker, name.substring(0, name.indexOf('.'))), name.substring(name.indexOf('.') + 1));
            assertEquals(0, left instanceof Map ? ((Map<?, ?>) left).size() : ((java.util.Collection<?>) left).size(), name);
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        var field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
