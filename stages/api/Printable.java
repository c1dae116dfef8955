import java.util.stream.Collectors;

/** Makes foreign text safe to print: what speaks to a terminal, turns text around or is never shown. */
interface Printable {
    /** Several lines, each without anything that speaks to a terminal. */
    static String lines(String text) {
        return text.lines().map(Printable::plain).collect(Collectors.joining("\n"));
    }

    /** One line without anything that speaks to a terminal: control characters, those that turn text around, those that nobody sees. */
    static String plain(String text) {
        // Each line passes here: an array is read several times as fast as a String.
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if ((chars[i] < 0x20 || chars[i] > 0x7E) && speaks(text, i)) {
                return scrub(text, i);
            }
        }
        return text;
    }

    private static boolean speaks(CharSequence text, int i) {
        char c = text.charAt(i);
        if (c < 0xAD) {
            return c < 0x20 || c >= 0x7F && c < 0xA0;
        }
        if (!Character.isSurrogate(c)) {
            return c != 0x200D && (c == 0x2028 || c == 0x2029 || Character.getType(c) == Character.FORMAT);
        }
        // Half a character, or one of those that tag text and are never shown; the other half of that stands alone then.
        int whole = Character.codePointAt(text, i);
        boolean half = Character.isLowSurrogate(c) ? i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)) : whole == c;
        return half || whole >= 0xE0000 && whole <= 0xE0FFF || Character.getType(whole) == Character.FORMAT;
    }

    private static String scrub(String text, int from) {
        StringBuilder plain = new StringBuilder(text);
        for (int i = from; i < plain.length(); i++) {
            if (speaks(plain, i)) {
                plain.setCharAt(i, plain.charAt(i) == '\t' ? ' ' : '\uFFFD');
            }
        }
        return plain.toString();
    }
}
