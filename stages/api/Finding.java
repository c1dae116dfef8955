import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a stage answers.
 *
 * @param observed what it was shown
 * @param summary our own words and numbers, never foreign text; nothing is decided by them
 * @param cause why it could not do its work, where its lines name that
 * @param quotes the messages that show what is wrong
 * @param notes more to say under -v
 */
record Finding(Observation observed, Status status, String summary, Set<Reason> reasons, Optional<Cause> cause, List<Message> quotes,
        List<String> notes) {
    /** What is said of a finding beside its status, for those who decide by it. */
    enum Reason { RUNNING, INTERRUPTED, UNCLOSED, NOTHING_TO_DO, SLOW }

    Stage stage() {
        return observed.stage;
    }

    Map<String, Double> numbers() {
        return observed.numbers;
    }

    /** Its time in milliseconds, negative when unknown. */
    long millis() {
        return observed.millis;
    }

    /** Its messages in the order of time. */
    List<Message> evidence() {
        return observed.seen();
    }

    /** The messages of the lines with this name, or with this number. Throws IllegalArgumentException for a name that the stage does not declare. */
    List<Message> lines(String name) {
        return observed.lines(name);
    }

    /** The messages that name the cause; those that it quotes where none does. */
    List<Message> linesOfCause() {
        return cause.map(observed::lines).orElse(quotes);
    }

    Finding as(Status status, String summary) {
        return new Finding(observed, status, summary, reasons, cause, quotes, notes);
    }

    Finding because(Reason more) {
        Set<Reason> reasons = Stream.concat(this.reasons.stream(), Stream.of(more)).collect(Collectors.toSet());
        return new Finding(observed, status, summary, reasons, cause, quotes, notes);
    }

    /** Shown by these messages, which also tell the cause. */
    Finding quoting(List<Message> quotes) {
        return new Finding(observed, status, summary, reasons, observed.cause(quotes), quotes, notes);
    }

    Finding quoting(Message quote) {
        return quoting(List.of(quote));
    }

    Finding noting(String... more) {
        return new Finding(observed, status, summary, reasons, cause, quotes,
            Stream.concat(notes.stream(), Arrays.stream(more)).toList());
    }

    /**
     * A number of the stage, summed; 0 when no line told it, which is no count: `knows` says whether one did. Throws IllegalArgumentException for one that the stage neither
     * declares nor has.
     */
    double number(String name) {
        return has(name) ? numbers().get(name) : 0;
    }

    /** True when a line told the number, or the stage worked it out. Throws IllegalArgumentException as number() does. */
    boolean has(String name) {
        Set<String> declared = stage().numbers();
        if (!numbers().containsKey(name) && !declared.contains(name)) {
            declared.addAll(numbers().keySet());
            throw new IllegalArgumentException("the stage " + stage().title + " has no number " + name + "; it has " + String.join(", ", declared));
        }
        return numbers().containsKey(name);
    }

    /** True when the number was told by lines of logs that were read whole: what the stage itself cannot verify is not known. Throws as number() does. */
    boolean knows(String name) {
        return has(name) && status != Status.UNKNOWN;
    }

    /** The messages that show it: what is wrong, else the last that it has. */
    List<Message> shown() {
        return quotes.isEmpty() ? evidence().subList(Math.max(0, evidence().size() - 2), evidence().size()) : quotes;
    }

    double seconds() {
        return millis() / 1000.0;
    }

    /** True for a stage that something else kept from coming to its end. */
    boolean isInterrupted() {
        return reasons.contains(Reason.INTERRUPTED);
    }

    /** True for a stage that began, and no line says that it ended. */
    boolean isUnclosed() {
        return reasons.contains(Reason.UNCLOSED);
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
        return undone() && !stage().isSummary && !stage().doesNotDegrade;
    }
}
