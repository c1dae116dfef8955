import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line that a stage looks for: a pattern, the numbers in it, the number that it counts under, and where it holds. */
final class LinePattern {
    enum Role { START, END, FAILURE, DETAIL, HARMLESS }

    final Role role;
    final Pattern pattern;
    /** The names of its groups. */
    final List<String> numbers;
    /** The number that each of its lines adds 1 to; null for none. */
    String countedAs;
    /** It holds only after a line with this; null where it always does. */
    Pattern onlyAfter;
    /** It no longer holds after a line with this; null where none ends it. */
    Pattern onlyUntil;
    /** It is the stage's also while another one has its turn. */
    boolean outOfTurn;
    /** It is the stage's only while that has its turn. */
    boolean inTurn;

    LinePattern(Role role, String regex) {
        this.role = role;
        this.pattern = Pattern.compile(regex);
        List<String> names = new ArrayList<>();
        Matcher group = Pattern.compile("\\(\\?<([a-zA-Z]+)>").matcher(regex);
        while (group.find()) {
            names.add(group.group(1));
        }
        this.numbers = names;
    }
}
