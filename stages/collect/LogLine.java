import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of `docker compose logs --timestamps`, without Compose's prefix and whatever could speak to a terminal.
 *
 * @param at Docker's time, UTC; null when the line has none
 */
record LogLine(String container, Instant at, String text) {
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
        private String prefix = "";
        private String container = "";

        LogLine read(String raw) {
            String line = raw;
            while (line.startsWith(CLEAR)) {
                line = line.substring(CLEAR.length());
            }
            LogLine read = read(line, raw.length() - line.length());
            // Few lines have more of them: it is cheaper to look where something is not plain than to search them all.
            boolean more = (read.at() == null || read.text().indexOf(BROKEN) >= 0) && line.indexOf(ESCAPES) >= 0;
            String cleared = more ? ESCAPE.matcher(line).replaceAll("") : line;
            return more ? read(cleared, raw.length() - cleared.length()) : read;
        }

        /** @param escapes how many bytes of the line are gone already */
        private LogLine read(String line, int escapes) {
            int bar = line.indexOf('|');
            if (bar != prefix.length() || !line.startsWith(prefix)) {
                prefix = bar < 0 ? "" : line.substring(0, bar);
                container = Printable.plain(prefix.strip());
            }
            String rest = bar < 0 ? line : line.substring(Math.min(line.length(), bar + 2));
            Instant at = stamps.docker(rest);
            if (at != null) {
                rest = rest.substring(Math.min(rest.length(), rest.indexOf('Z') + 2));
            }
            // A char is three bytes at the most.
            if (at != null && rest.length() > DOCKERS_PIECE / 3) {
                rest = joined(rest, escapes);
            }
            return new LogLine(bar < 0 ? "" : container, at, Printable.plain(rest));
        }
    }

    static LogLine of(String raw) {
        return new Reader().read(raw);
    }

    /**
     * Docker keeps a long line in pieces of 16 KB, and writes its time before each of them. The pieces are of bytes: a character
     * that was cut in two is lost, and one sign stands for it.
     *
     * @param escapes how many bytes of the line are gone already
     */
    private static String joined(String text, int escapes) {
        StringBuilder whole = new StringBuilder();
        Matcher time = TIME.matcher(text);
        int from = 0;
        int counted = 0;
        int least = 0;
        int most = escapes;
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
                most = escapes;
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
