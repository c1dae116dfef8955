import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which lines are one message: those that continue it, a traceback, and the pieces of a long line. */
class LinesOfAMessageTest extends LinesInput {
    @Test
    void aMessageKeepsTheLinesThatContinueIt() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(1, "ForkPoolWorker-1", "SQL execution failed: 001003"), "line two", "", "line four",
            celery(5, "ForkPoolWorker-2", "not ours"), "not ours either");
        assertEquals("SQL execution failed: 001003\nline two\n\nline four", trace.messages.get(1).text);
        assertEquals(2, trace.messages.size());
        assertEquals(3, trace.placed.get(PlacedBy.CONTINUATION));
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
        Attribution attribution = attribution();
        String docker = "w  | 2026-01-15T09:30:01.000000000Z ";
        attribution.line(docker + celery(1, "ForkPoolWorker-1", "bad"));
        attribution.line(docker + "Traceback (most recent call last):");
        attribution.line(docker + celery(1, "ForkPoolWorker-2", "another's"));
        assertTimeoutPreemptively(Duration.ofSeconds(200), () -> IntStream.range(0, 1_000_000).forEach(i -> attribution.line(docker + "  File " + i)));
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
            Attribution attribution = attribution();
            attribution.line(inPieces(celery(1, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1")));
            attribution.line(inPieces(application(2, text)));
            attribution.line(inPieces(celery(2, "ForkPoolWorker-1", text)));
            attribution.line(inPieces(celery(3, "ForkPoolWorker-1", "next")));
            Trace trace = finish(attribution);
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
}
