import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A word that a stage looks for: a pattern, the number that a match counts under, and what must have come before. */
final class LinePattern {
    enum Role { START, END, FAILURE, DETAIL, HARMLESS }

    final Role role;
    final Pattern pattern;
    final List<String> numbers;
    String counts;
    Pattern after;
    Pattern until;
    boolean anywhere;
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
