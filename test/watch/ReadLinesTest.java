import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log that is followed is read again from a little before its end: each line counts once, and none is passed over. */
class ReadLinesTest {
    private final ReadLines lines = new ReadLines();

    /** The texts of those that are new. */
    private List<String> read(String... secondsAndTexts) {
        List<String> fresh = new ArrayList<>();
        for (String one : secondsAndTexts) {
            LogLine line = LogLine.of("celery-worker-1  | 2026-01-15T09:30:" + one);
            if (lines.isNew(line)) {
                fresh.add(line.text());
            }
        }
        return fresh;
    }

    @Test
    void aLineOfTheOtherStreamMayBeOlderThanTheOneBeforeIt() {
        assertEquals(List.of("a", "c", "b"), read("01.1Z a", "01.300Z c", "01.2Z b"));
        lines.again();
        assertEquals(List.of("late", "d"), read("01.1Z a", "01.300Z c", "01.2Z b", "01.25Z late", "01.4Z d"));
        assertEquals(List.of("older"), read("01.35Z older"), "a log that goes on repeats nothing");
    }

    @Test
    void whatStandsTwiceIsTwoLines() {
        assertEquals(List.of("a", "a"), read("01.1Z a", "01.1Z a"));
        lines.again();
        assertEquals(List.of("a"), read("01.1Z a", "01.1Z a", "01.1Z a"));
    }

    @Test
    void whatIsFarBackWasRead() {
        assertEquals(List.of("a", "b"), read("01.1Z a", "09.1Z b"));
        lines.again();
        assertEquals(List.of("c"), read("01.1Z a", "09.1Z b", "09.2Z c"));
    }

    @Test
    void howWideTheNamesBeforeALineAreDoesNotMatter() {
        assertEquals(List.of("a"), read("01.1Z a"));
        lines.again();
        assertEquals(false, lines.isNew(LogLine.of("celery-worker-1     | 2026-01-15T09:30:01.1Z a")));
    }
}
