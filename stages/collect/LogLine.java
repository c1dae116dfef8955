import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of `docker compose logs --timestamps`, without Compose's prefix.
 *
 * @param at Docker's time, UTC; null when the line has none
 * @param whole the line as it came, of which the application's own text begins at `from`: most lines are never copied
 */
record LogLine(String container, Instant at, String whole, int from) {
    /** Bytes. */
    private static final int DOCKERS_PIECE = 16 * 1024;
    /** Stands for bytes that are no character. */
    static final char BROKEN = '\ufffd';
    /** What Compose begins a line with: it clears the terminal's line. */
    private static final String CLEAR = "\u001b[2K";
    private static final char ESCAPES = '\u001b';
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}Z ");

    /** Reads the lines of one log; most are of the container and the second of the line before. For one thread. */
    static final class Reader {
        private final Stamps stamps = new Stamps();
        /** What stands before the text, with its bar; empty where there is none. */
        private String prefix = "";
        private String container = "";

        LogLine read(String raw) {
            int from = 0;
            while (raw.startsWith(CLEAR, from)) {
                from += CLEAR.length();
            }
            if (prefix.isEmpty() || !raw.startsWith(prefix, from)) {
                int bar = raw.indexOf('|', from);
                prefix = bar < 0 ? "" : raw.substring(from, bar + 1);
                container = bar < 0 ? "" : Printable.plain(raw.substring(from, bar).strip());
            }
            int text = prefix.isEmpty() ? from : Math.min(raw.length(), from + prefix.length() + 1);
            Instant at = stamps.docker(raw, text);
            if (at == null) {
                return raw.indexOf(ESCAPES, from) < 0 ? new LogLine(container, null, raw, text) : read(ESCAPE.matcher(raw).replaceAll(""));
            }
            text = Math.min(raw.length(), raw.indexOf('Z', text) + 2);
            // A char is three bytes at the most.
            return raw.length() - text <= DOCKERS_PIECE / 3 ? new LogLine(container, at, raw, text)
                : new LogLine(container, at, joined(raw.substring(text)), 0);
        }
    }

    /** The line without what clears the terminal's line before it. */
    static String begun(String raw) {
        int from = 0;
        while (raw.startsWith(CLEAR, from)) {
            from += CLEAR.length();
        }
        return raw.substring(from);
    }

    static LogLine of(String raw) {
        return new Reader().read(raw);
    }

    /** The text, without whatever could speak to a terminal. */
    String text() {
        return plain(whole.substring(from));
    }

    /** The same line without escape sequences; itself where there are none. */
    LogLine withoutEscapes() {
        return whole.indexOf(ESCAPES, from) < 0 ? this : new LogLine(container, at, ESCAPE.matcher(whole.substring(from)).replaceAll(""), 0);
    }

    /** A text without whatever could speak to a terminal. */
    static String plain(String text) {
        String plain = Printable.plain(text);
        return plain == text || text.indexOf(ESCAPES) < 0 ? plain : Printable.plain(ESCAPE.matcher(text).replaceAll(""));
    }

    /**
     * Docker keeps a long line in pieces of 16 KB, and writes its time before each of them. The pieces are of bytes: a character
     * that was cut in two is lost, and one sign stands for it.
     */
    private static String joined(String text) {
        StringBuilder whole = new StringBuilder();
        Matcher time = TIME.matcher(text);
        int from = 0;
        int counted = 0;
        int least = 0;
        int most = 0;
        while (time.find()) {
            for (; counted < time.start(); counted++) {
                char c = text.charAt(counted);
                int bytes = c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
                least += c == BROKEN ? 1 : bytes;
                most += bytes;
            }
            // A time elsewhere is a word of the line.
            if (least <= DOCKERS_PIECE && DOCKERS_PIECE <= most) {
                whole.append(text, from, time.start());
                from = seam(whole, text, time.end());
                counted = time.end();
                least = 0;
                most = 0;
            }
        }
        return whole.append(text, from, text.length()).toString();
    }

    /** Puts one sign in the place of the parts of a character on both sides; answers where the text goes on. */
    private static int seam(StringBuilder whole, String text, int next) {
        int end = whole.length();
        while (end > 0 && whole.charAt(end - 1) == BROKEN) {
            end--;
        }
        int start = next;
        while (start < text.length() && text.charAt(start) == BROKEN) {
            start++;
        }
        if (end == whole.length() || start == next) {
            return next;
        }
        whole.setLength(end);
        whole.append(BROKEN);
        return start;
    }
}
