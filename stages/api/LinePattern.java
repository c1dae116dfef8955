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
    /** What a line can name as the cause, the first that it has; none where the stage's own hold. */
    List<Cause> causes = List.of();
    private final List<Cause> ofStage;
    /** It holds only after a line with this; null where it always does. */
    Pattern onlyAfter;
    /** It no longer holds after a line with this; null where none ends it. */
    Pattern onlyUntil;
    /** It is the stage's also while another one has its turn. */
    boolean outOfTurn;
    /** It is the stage's only while that has its turn. */
    boolean inTurn;

    /** @param ofStage what any line of the stage can name as the cause, now or later */
    LinePattern(Role role, String regex, List<Cause> ofStage) {
        this.role = role;
        this.ofStage = ofStage;
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

    /** What a line of this pattern can name as the cause. */
    List<Cause> causes() {
        return !causes.isEmpty() ? causes : role == Role.FAILURE || role == Role.DETAIL ? ofStage : List.of();
    }

    /** The cause that a line of this pattern names; null when it names none. */
    Cause cause(Message message, Matcher found) {
        String reason = causes().isEmpty() ? "" : message.text.substring(found.end());
        return causes().stream().filter(cause -> cause.isSeenIn(reason)).findFirst().orElse(null);
    }

    /** Signs, and the label of the form in which every line names its job. */
    private static final Pattern BEFORE_WORDS = Pattern.compile("[^\\p{Alnum}]*(?:Job [A-Za-z0-9-]{1,64}: )?");

    /**
     * The match in this message; null where there is none. The engine's words stand at the start of a message: further in, they
     * may be part of a script's or a person's name. Only what is logged as a warning or an error may hold what broke a stage
     * further in.
     *
     * @param ordered true for a pattern of a stage that begins and ends; others look at the whole message
     */
    Matcher in(Message message, boolean ordered) {
        Matcher found = pattern.matcher(message.text);
        boolean anywhereInIt = !ordered && role != Role.HARMLESS
            || role == Role.FAILURE && !outOfTurn && (message.error() || message.level.equals("WARNING"));
        if (anywhereInIt) {
            return found.find() ? found : null;
        }
        Matcher before = BEFORE_WORDS.matcher(message.text);
        return found.region(before.lookingAt() ? before.end() : 0, message.text.length()).lookingAt() ? found : null;
    }

    static boolean isNumber(String text) {
        return text != null && NUMBER.matcher(text).matches();
    }

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
}
