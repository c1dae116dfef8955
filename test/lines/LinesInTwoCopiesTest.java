import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Copies of one event: the two of a log, one of them torn, and the row of job_logs. */
class LinesInTwoCopiesTest extends LinesInput {
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
        Attribution attribution = attribution();
        for (int i = 0; i < 2_000; i++) {
            String docker = "w  | 2026-01-15T09:30:01.000000000Z ";
            attribution.line(docker + application(1, "line " + i));
            attribution.line(docker + celery(1, "ForkPoolWorker-1", "line " + i));
        }
        finish(attribution);
        Object worker = ((Map<?, ?>) field(attribution, "containers")).values().iterator().next();
        for (String name : List.of("copies.queue", "copies.byKey", "copies.several", "log.early", "log.apart")) {
            Object left = field(field(worker, name.substring(0, name.indexOf('.'))), name.substring(name.indexOf('.') + 1));
            assertEquals(0, left instanceof Map ? ((Map<?, ?>) left).size() : ((java.util.Collection<?>) left).size(), name);
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        var field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private static Message said(String millis, String text) {
        return new Message("s", "", Instant.parse("2026-01-15T09:30:" + millis + "Z"), "INFO", "", text);
    }

    private static List<String> withRows(List<Message> lines, List<Message> rows) {
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        trace.messages.addAll(lines);
        new Duplicates(trace).add(rows, PlacedBy.DATABASE);
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
    void aHundredThousandEqualRowsAreMatchedInTheOrderOfTime() {
        Supplier<List<Message>> many = () -> IntStream.range(0, 100_000)
            .mapToObj(i -> said(String.format("%02d.%03d", 10 + i / 10_000, i / 10 % 1000), "tick")).toList();
        assertTimeoutPreemptively(Duration.ofSeconds(200),
            () -> assertEquals(List.of("tick 2"), withRows(many.get(), many.get()).stream().distinct().toList()));
    }
}
