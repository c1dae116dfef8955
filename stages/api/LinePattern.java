import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A line that a stage looks for: a pattern, the numbers in it, the number that it counts under, and where it holds. */
final class LinePattern {
    enum Role { START, END, FAILURE, DETAIL, FOR_CHECKS, HARMLESS }

    final Role role;
    final Pattern pattern;
    /** The names of its groups. */
    final List<String> numbers;
    /** The number that each of its lines adds 1 to; null for none. */
    String countedAs;
    /** The name under which its lines are asked for; null for none. */
    String name;
    /** What a line can name as the cause, the first that it has. */
    List<Cause> causes = List.of();
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

    /** The names by which its lines are asked for: its own, and those of its numbers. */
    Stream<String> names() {
        return Stream.concat(Stream.of(name, countedAs).filter(Objects::nonNull), numbers.stream());
    }

    boolean isCalled(String name) {
        return name.equals(this.name) || name.equals(countedAs) || numbers.contains(name);
    }

    /** The cause that a line of this pattern names; null when it names none. */
    Cause cause(Message message, Matcher found) {
        String reason = causes.isEmpty() ? "" : message.text.substring(found.end());
        return causes.stream().filter(cause -> cause.isSeenIn(reason)).findFirst().orElse(null);
    }
}
