import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Foreign text in Markdown, as GitHub and GitLab read it: a word that could be markup, a mention, a reference or a link stands
 * in a code span, where it is none. A backslash would not do: `\@name` still calls somebody.
 */
interface Markdown {
    /** Letters and digits of any script, and what ends or joins words; all else may mean something. */
    Pattern PLAIN = Pattern.compile("[\\p{L}\\p{M}\\p{N}.,;:?()'\"/=+×–…-]+");
    /** Plain characters that become a link, a picture, a commit or an issue all the same. */
    Pattern LINKED = Pattern.compile("://|www\\.|:[\\w+-]+:|\\b[0-9a-f]{7,40}\\b|\\bGH-\\d|^\\W*$", Pattern.CASE_INSENSITIVE);

    /** One line of text within a paragraph, a list or a heading; never at the beginning of a line. */
    static String text(String foreign) {
        StringBuilder text = new StringBuilder();
        StringBuilder code = new StringBuilder();
        for (String word : Printable.plain(foreign).split(" +")) {
            boolean plain = word.isEmpty() || word.equals("-") || PLAIN.matcher(word).matches() && !LINKED.matcher(word).find();
            if (!plain) {
                code.append(code.length() == 0 ? "" : " ").append(word);
                continue;
            }
            text.append(words(code)).append(word).append(' ');
            code.setLength(0);
        }
        return text.append(words(code)).toString().strip();
    }

    /** Words in a code span, and what ends a sentence behind it. */
    private static String words(CharSequence words) {
        int end = words.length();
        while (end > 0 && (".,;:".indexOf(words.charAt(end - 1)) >= 0 || words.charAt(end - 1) == ')' && closesMore(words.subSequence(0, end)))) {
            end--;
        }
        String code = words.subSequence(0, end == 0 ? words.length() : end).toString();
        return words.length() == 0 ? "" : code(code) + words.subSequence(code.length(), words.length()) + " ";
    }

    private static boolean closesMore(CharSequence words) {
        return words.chars().filter(c -> c == ')').count() > words.chars().filter(c -> c == '(').count();
    }

    /** The same in a cell of a table, where a bar ends the cell even in a code span. */
    static String cell(String foreign) {
        return text(foreign).replace("|", "\\|");
    }

    /** One line as it is. */
    static String code(String foreign) {
        String text = Printable.plain(foreign);
        String fence = "`".repeat(longest(text) + 1);
        boolean edge = text.startsWith("`") || text.endsWith("`") || text.isBlank();
        return fence + (edge ? " " : "") + text + (edge ? " " : "") + fence;
    }

    /** Lines as they are, each behind this indent. */
    static String block(String language, String indent, List<String> foreign) {
        List<String> lines = foreign.stream().map(Printable::plain).toList();
        String fence = "`".repeat(Math.max(3, lines.stream().mapToInt(Markdown::longest).max().orElse(0) + 1));
        return indent + fence + language + "\n" + lines.stream().map(line -> (indent + line).stripTrailing() + "\n").collect(Collectors.joining())
            + indent + fence + "\n";
    }

    /** What is folded under these words of ours, until somebody opens it; it has its own last line end. */
    static String folded(String indent, String summary, String content) {
        return indent + "<details><summary>" + summary + "</summary>\n\n" + content + "\n" + indent + "</details>\n";
    }

    private static int longest(String text) {
        Matcher ticks = Pattern.compile("`+").matcher(text);
        return ticks.results().mapToInt(run -> run.group().length()).max().orElse(0);
    }
}
