import java.util.Set;
import java.util.stream.Collectors;

/** Whether two texts are copies of one message, and what the whole text of both is. */
interface CopyText {
    /** Characters at the start of a message that are in Docker's first piece, whatever stands before them. */
    int IN_ONE_PIECE = 5_000;

    /** The same for both copies of a message, also where Docker cut them in pieces at other characters. */
    static String key(Message message) {
        String text = message.text;
        return text.length() <= IN_ONE_PIECE ? text
            : (text.length() < Message.LONGEST ? text.codePointCount(0, text.length()) : "cut") + " " + text.substring(0, IN_ONE_PIECE);
    }

    /** The same for both copies of a message, also where Docker tore one of them apart. */
    static String head(Message message) {
        return message.level + " " + message.firstLine();
    }

    /** True for texts that differ in nothing but characters that are lost. */
    static boolean same(String text, String other) {
        if (text.length() <= IN_ONE_PIECE || text.equals(other)) {
            return text.equals(other);
        }
        int at = 0;
        for (int i = 0; at < text.length() && i < other.length(); i = other.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(at);
            int d = other.codePointAt(i);
            if (c != d && c != LogLine.BROKEN && d != LogLine.BROKEN) {
                return false;
            }
            at = text.offsetByCodePoints(at, 1);
        }
        return true;
    }

    /** The text with what it has lost, where its copy still has it. */
    static String filled(String text, String copy) {
        if (text.indexOf(LogLine.BROKEN) < 0 || text.length() <= IN_ONE_PIECE) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text.length());
        int at = 0;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            int other = at < copy.length() ? copy.codePointAt(at) : c;
            whole.appendCodePoint(c == LogLine.BROKEN ? other : c);
            at = Math.min(copy.length(), at + Character.charCount(other));
        }
        return whole.toString();
    }

    /** True when the two share at least half of the lines of the shorter one after the first. */
    static boolean half(Message one, Message other) {
        return 2 * shared(one, other) >= Math.min(one.text.lines().count(), other.text.lines().count()) - 1;
    }

    /** How many lines after the first both have. */
    static long shared(Message one, Message other) {
        Set<String> lines = other.text.lines().skip(1).collect(Collectors.toSet());
        return one.text.lines().skip(1).filter(lines::contains).count();
    }

    /**
     * Of two torn copies the text that is whole. What one has in its midst beyond the other is another process's; what it has at its
     * end is its own, unless the other has come to its end too.
     */
    static String whole(Message one, Message other) {
        boolean less = other.text.lines().toList().containsAll(one.text.lines().toList());
        if (!less && !one.text.lines().toList().containsAll(other.text.lines().toList())) {
            return one.text;
        }
        Message shorter = less ? one : other;
        Message longer = less ? other : one;
        return lastLine(shorter).equals(lastLine(longer)) || shorter.text.contains("\nTraceback (most recent call last)") && !shorter.unfinished
            ? shorter.text : longer.text;
    }

    private static String lastLine(Message message) {
        return message.text.substring(message.text.lastIndexOf('\n') + 1);
    }
}
