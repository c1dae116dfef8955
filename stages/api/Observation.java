import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What one stage is shown: its own messages of the last attempt, the numbers in them, its intervals, and the trace. */
final class Observation {
    final Stage stage;
    final Evidence trace;
    final Map<String, Double> numbers = new LinkedHashMap<>();
    final List<Message> begins = new ArrayList<>();
    final List<Message> ends = new ArrayList<>();
    final List<Message> failures = new ArrayList<>();
    final List<Message> details = new ArrayList<>();
    /** Errors while the stage had its turn that none of its words names. */
    final List<Message> errors = new ArrayList<>();
    /** Its visits in the order of time: a stage of the batches has one for each. */
    final List<Visit> visits = new ArrayList<>();
    /** Its time in milliseconds over all its intervals; negative when no time is known. */
    long millis = -1;
    /** Since when it is open, UTC; null when it is closed. */
    Instant openSince;

    Observation(Stage stage, Evidence trace) {
        this.stage = stage;
        this.trace = trace;
    }

    /** True when a word said that the stage could not do its work. */
    boolean broken() {
        return !failures.isEmpty();
    }

    /** The sum of a number over all messages, 0 when it was not seen. */
    long number(String name) {
        return Math.round(numbers.getOrDefault(name, 0.0));
    }

    /** True when the number was read at least once. */
    boolean has(String name) {
        return numbers.containsKey(name);
    }

    /** Lets a number that the stage's method worked out stand beside those read. */
    void put(String name, double value) {
        numbers.put(name, value);
    }

    /** Adds to a number of the stage, and to that of its last visit. */
    void add(String name, double value) {
        numbers.merge(name, value, Double::sum);
        if (visits.isEmpty()) {
            visits.add(new Visit(Instant.EPOCH, new HashMap<>()));
        }
        visits.get(visits.size() - 1).numbers().merge(name, value, Double::sum);
    }

    /** All its messages in the order of time. */
    List<Message> seen() {
        return Stream.of(begins, ends, failures, details, errors).flatMap(List::stream).distinct()
            .sorted(Evidence.IN_TIME).toList();
    }

    /** How many visits of another stage had this number, and none of these messages before that stage's next visit. */
    long unanswered(Class<? extends Stage> other, String number, List<Message> messages) {
        List<Visit> others = trace.visits.getOrDefault(other, List.of());
        return IntStream.range(0, others.size()).filter(i -> others.get(i).number(number) > 0).filter(i -> messages.stream()
            .noneMatch(message -> !message.time.isBefore(others.get(i).from())
                && (i + 1 == others.size() || message.time.isBefore(others.get(i + 1).from())))).count();
    }

    private static final Pattern PLACE = Pattern.compile("\\{(\\w{1,40})\\}");

    /** OK, in the stage's own sentence. */
    Finding ok() {
        return finding(Status.OK, null);
    }

    /** OK, in these words of ours. */
    Finding ok(String says) {
        return finding(Status.OK, says);
    }

    /** Not reached, or nothing to do. */
    Finding skip(String why) {
        return finding(Status.SKIP, why);
    }

    /** Done with losses. */
    Finding warn(String what) {
        return finding(Status.WARN, what);
    }

    /** @param what the sentence, or null for the stage's own with what broke it below */
    Finding fail(String what) {
        return finding(Status.FAIL, what);
    }

    /** No evidence; @param why it is missing */
    Finding unknown(String why) {
        return finding(Status.UNKNOWN, why);
    }

    private Finding finding(Status status, String what) {
        List<Message> shown = !failures.isEmpty() ? failures : !errors.isEmpty() ? errors : List.of();
        String filled = what != null ? fill(what) : status == Status.FAIL ? "could not do its work" : fill(stage.whenOk);
        Matcher name = PLACE.matcher(filled);
        while (name.find()) {
            if (!stage.numbers().contains(name.group(1))) {
                throw new IllegalArgumentException("the stage " + stage.title + " has no number " + name.group(1) + "; it has "
                    + String.join(", ", stage.numbers()));
            }
        }
        // A number that no line told is not 0.
        boolean lacking = status == Status.OK && filled.contains("{");
        String summary = lacking ? "the log lacks the line with its counts" : filled.replaceAll("\\{\\w+\\}", "?");
        return new Finding(stage, lacking ? Status.UNKNOWN : status, summary, Set.of(), numbers, millis, seen(),
            status == Status.OK || shown.isEmpty() ? List.of() : List.of(shown.get(0)), List.of());
    }

    /** Puts the numbers into a sentence of ours. */
    String fill(String sentence) {
        String filled = sentence;
        for (Map.Entry<String, Double> number : numbers.entrySet()) {
            filled = filled.replace("{" + number.getKey() + "}", Times.number(number.getValue()));
        }
        return filled;
    }
}

/** One visit of a stage, such as one batch, from its first message (UTC), with the numbers that were read in it. */
record Visit(Instant from, Map<String, Double> numbers) {
    /** 0 when it was not read in this visit. */
    long number(String name) {
        return Math.round(numbers.getOrDefault(name, 0.0));
    }

    boolean has(String name) {
        return numbers.containsKey(name);
    }
}
