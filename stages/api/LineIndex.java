import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which of many patterns can match a text: those of which a literal piece occurs in it. All pieces are looked for in one pass
 * (Aho and Corasick's automaton); whether a pattern matches, the pattern itself decides.
 */
final class LineIndex {
    private static final int SHORTEST = 3;
    private static final int LONGEST = 12;
    /** Pieces are of ASCII: other characters begin anew. */
    private static final int LETTERS = 128;

    /** Patterns without a piece that each of their matches has: they are always tried. */
    private final BitSet always = new BitSet();
    private char[] next = new char[LETTERS * 256];
    private final List<BitSet> found = new ArrayList<>(List.of(new BitSet()));

    LineIndex(List<Pattern> patterns) {
        for (int i = 0; i < patterns.size(); i++) {
            List<String> pieces = pieces(patterns.get(i));
            if (pieces.isEmpty()) {
                always.set(i);
            }
            for (String piece : pieces) {
                add(piece, i);
            }
        }
        connect();
    }

    /** The numbers of the patterns that can match; the others cannot. */
    BitSet candidates(String text) {
        BitSet candidates = (BitSet) always.clone();
        char state = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            state = c < LETTERS ? next[state * LETTERS + c] : 0;
            if (state != 0 && !found.get(state).isEmpty()) {
                candidates.or(found.get(state));
            }
        }
        return candidates;
    }

    private void add(String piece, int pattern) {
        char state = 0;
        for (char c : piece.toCharArray()) {
            int at = state * LETTERS + c;
            if (next[at] == 0) {
                next[at] = (char) found.size();
                found.add(new BitSet());
                if (found.size() * LETTERS > next.length) {
                    next = Arrays.copyOf(next, 2 * next.length);
                }
            }
            state = next[at];
        }
        found.get(state).set(pattern);
    }

    /** Where a piece breaks off, the search goes on with the longest end of it that begins another. */
    private void connect() {
        char[] fallback = new char[found.size()];
        Deque<Character> states = new ArrayDeque<>();
        for (int c = 0; c < LETTERS; c++) {
            if (next[c] != 0) {
                states.add(next[c]);
            }
        }
        while (!states.isEmpty()) {
            char state = states.remove();
            for (int c = 0; c < LETTERS; c++) {
                char child = next[state * LETTERS + c];
                char other = next[fallback[state] * LETTERS + c];
                if (child == 0) {
                    next[state * LETTERS + c] = other;
                } else {
                    fallback[child] = other;
                    found.get(child).or(found.get(other));
                    states.add(child);
                }
            }
        }
    }

    /** What a regex can have that is not followed here: flags, quotes, and escapes that are longer than their letter. */
    private static final Pattern NOT_FOLLOWED = Pattern.compile("\\(\\?[a-zA-Z-]+\\)|\\\\(?:[QExu0cN]|[pP](?!\\{)|\\d\\d|b\\{)");

    /** A piece of each of the regex's alternatives that all its matches contain; none when an alternative has no such piece. */
    static List<String> pieces(Pattern pattern) {
        String regex = unquoted(pattern.pattern());
        List<String> pieces = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        String longest = "";
        boolean literal = false;
        if (pattern.flags() != 0 || NOT_FOLLOWED.matcher(regex).find()) {
            return List.of();
        }
        for (int i = 0; i <= regex.length(); i++) {
            char c = i < regex.length() ? regex.charAt(i) : '|';
            boolean escaped = c == '\\' && regex.charAt(i + 1) < LETTERS && !Character.isLetterOrDigit(regex.charAt(i + 1));
            if (escaped || c < LETTERS && "\\[(.^$|?*+{".indexOf(c) < 0) {
                i += escaped ? 1 : 0;
                run.append(regex.charAt(i));
                literal = true;
                continue;
            }
            if ((c == '?' || c == '*' || c == '{' && regex.charAt(i + 1) == '0') && literal) {
                run.setLength(run.length() - 1);
            }
            literal = false;
            longest = run.length() > longest.length() ? run.toString() : longest;
            run.setLength(0);
            if (c == '|') {
                pieces.add(longest);
                longest = "";
            }
            i = end(regex, i);
            if (i < 0) {
                return List.of();
            }
        }
        return pieces.stream().anyMatch(piece -> piece.length() < SHORTEST) ? List.of()
            : pieces.stream().map(piece -> piece.substring(0, Math.min(LONGEST, piece.length()))).toList();
    }

    /** What Pattern.quote has made, without its quotes where nothing in it needs them; any other regex as it is. */
    private static String unquoted(String regex) {
        String words = regex.startsWith("\\Q") && regex.endsWith("\\E") ? regex.substring(2, regex.length() - 2) : "";
        return words.matches("[\\w :-]+") ? words : regex;
    }

    /** The last character of what begins here: a class, a group, an escape, a count, or the character itself; -1 where none is found. */
    private static int end(String regex, int from) {
        if (from >= regex.length()) {
            return from;
        }
        char c = regex.charAt(from);
        if (c == '\\') {
            char kind = regex.charAt(from + 1);
            boolean named = kind == 'k' || "pP".indexOf(kind) >= 0 && regex.charAt(from + 2) == '{';
            return named ? regex.indexOf(kind == 'k' ? '>' : '}', from) : from + 1;
        }
        if (c == '{') {
            return regex.indexOf('}', from);
        }
        if (c != '[' && c != '(') {
            return from;
        }
        int groups = 0;
        int classes = 0;
        for (int i = from; i < regex.length(); i++) {
            char d = regex.charAt(i);
            if (d == '\\') {
                i++;
            } else if (d == '[') {
                classes++;
                i += regex.startsWith("^", i + 1) ? 1 : 0;
                // There it is one of the class.
                i += regex.startsWith("]", i + 1) ? 1 : 0;
            } else if (d == ']' && classes > 0) {
                classes--;
            } else if (classes == 0 && (d == '(' || d == ')')) {
                groups += d == '(' ? 1 : -1;
            }
            if (groups == 0 && classes == 0) {
                return i;
            }
        }
        return -1;
    }
}
