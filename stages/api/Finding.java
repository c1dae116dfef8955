import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a stage answers.
 *
 * @param summary our own words and numbers, never foreign text; nothing is decided by them
 * @param millis its time in milliseconds, negative when unknown
 * @param evidence its messages in the order of time
 * @param quotes the messages that show what is wrong
 * @param notes more to say under -v
 */
record Finding(Stage stage, Status status, String summary, Set<Reason> reasons, Map<String, Double> numbers, long millis,
        List<Message> evidence, List<Message> quotes, List<String> notes) {
    /** What is said of a finding beside its status, for those who decide by it. */
    enum Reason { RUNNING, BROKEN_OFF, NOTHING_TO_DO, SLOW }

    Finding as(Status status, String summary) {
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes, notes);
    }

    Finding because(Reason more) {
        Set<Reason> reasons = Stream.concat(this.reasons.stream(), Stream.of(more)).collect(Collectors.toSet());
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes, notes);
    }

    Finding quoting(List<Message> quotes) {
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes, notes);
    }

    Finding noting(String... more) {
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes,
            Stream.concat(notes.stream(), Arrays.stream(more)).toList());
    }

    /**
     * A number of the stage, summed; 0 when no line told it. Throws IllegalArgumentException for one that the stage neither
     * declares nor has.
     */
    double number(String name) {
        return has(name) ? numbers.get(name) : 0;
    }

    /** True when a line told the number, or the stage worked it out. Throws IllegalArgumentException as number() does. */
    boolean has(String name) {
        Set<String> declared = stage.numbers();
        if (!numbers.containsKey(name) && !declared.contains(name)) {
            declared.addAll(numbers.keySet());
            throw new IllegalArgumentException("the stage " + stage.title + " has no number " + name + "; it has " + String.join(", ", declared));
        }
        return numbers.containsKey(name);
    }

    /** The messages that show it: what is wrong, else the last that it has. */
    List<Message> shown() {
        return quotes.isEmpty() ? evidence.subList(Math.max(0, evidence.size() - 2), evidence.size()) : quotes;
    }

    double seconds() {
        return millis / 1000.0;
    }

    /** True for a stage that did its work, but took longer than its concern. */
    boolean slow() {
        return reasons.contains(Reason.SLOW);
    }

    /** True for a stage that did not do all of its work. */
    boolean undone() {
        return status == Status.FAIL || status == Status.WARN && !slow();
    }

    /** True for a stage of the job's own work that did not do all of it. */
    boolean degrades() {
        return undone() && !stage.isSummary && !stage.doesNotDegrade;
    }
}
