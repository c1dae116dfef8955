import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What one stage is shown: its own messages of the last attempt, the numbers in them, its intervals, and the trace. */
final class Observation {
    /** A message that is the stage's, as what, by which of its patterns, and the cause that it names; null where there is none. */
    private record Mark(LinePattern.Role role, Message message, LinePattern pattern, Cause cause) {}

    /** Of larger numbers a double has no millionths to speak of. */
    private static final double MILLIONTHS_UP_TO = 1e9;

    final Stage stage;
    final Evidence trace;
    final Map<String, Double> numbers = new LinkedHashMap<>();
    /** Its visits in the order of time: a stage of the batches has one for each. */
    final List<Visit> visits = new ArrayList<>();
    /** Its time in milliseconds over all its intervals; negative when no time is known. */
    long millis = -1;
    /** Since when it is open, UTC; null when it is closed. */
    Instant openSince;
    private final List<Mark> marks = new ArrayList<>();
    private final List<Message> errors = new ArrayList<>();
    private boolean begun;
    private List<Message> seen;

    Observation(Stage stage, Evidence trace) {
        this.stage = stage;
        this.trace = trace;
    }

    /** How many messages these stand for: here alone messages are counted. */
    static long count(Collection<Message> messages) {
        return messages.stream().mapToLong(message -> message.times).sum();
    }

    /** Makes a message the stage's that one of its patterns has found: its numbers add up. */
    void take(LinePattern pattern, Matcher found, Message message) {
        mark(new Mark(pattern.role, message, pattern, pattern.cause(message, found)));
        double[] more = message.sums.getOrDefault(pattern, new double[pattern.numbers.size()]);
        for (int i = 0; i < more.length; i++) {
            String number = found.group(pattern.numbers.get(i));
            boolean read = LinePattern.isNumber(number);
            if (read || more[i] != 0) {
                add(pattern.numbers.get(i), more[i] + (read ? Double.parseDouble(number) : 0));
            }
        }
        if (pattern.countedAs != null) {
            add(pattern.countedAs, message.times);
        }
    }

    /** Makes a message the stage's that says that it could not do its work, and counts it under this number. */
    void takeFailure(Message message, String countedAs) {
        mark(new Mark(LinePattern.Role.FAILURE, message, null, null));
        add(countedAs, message.times);
    }

    /** Notes an error, while the stage had its turn, that no pattern of any stage knows. */
    void takeError(Message message) {
        errors.add(message);
        seen = null;
    }

    private void mark(Mark mark) {
        marks.add(mark);
        begun |= mark.role() == LinePattern.Role.START || mark.role() == LinePattern.Role.END;
        seen = null;
    }

    private List<Message> lines(LinePattern.Role role) {
        return marks.stream().filter(mark -> mark.role() == role).map(Mark::message).toList();
    }

    /** The messages that began it. */
    List<Message> begins() {
        return lines(LinePattern.Role.START);
    }

    /** The messages that say that it could not do its work. */
    List<Message> failures() {
        return lines(LinePattern.Role.FAILURE);
    }

    /** Its messages that say that something failed, and those that are logged as errors, in the order of time. */
    List<Message> complaints() {
        Set<Message> failures = new HashSet<>(failures());
        return seen().stream().filter(message -> failures.contains(message) || message.error()).toList();
    }

    /** Errors while the stage had its turn that no pattern knows. */
    List<Message> errors() {
        return errors;
    }

    /**
     * The messages of the lines with this name, or with this number, in the order of time. Throws IllegalArgumentException for a
     * name that the stage does not declare.
     */
    List<Message> lines(String name) {
        if (stage.patterns.stream().noneMatch(pattern -> pattern.isCalled(name))) {
            throw new IllegalArgumentException("the stage " + stage.title + " has no lines called " + name + "; it has "
                + stage.patterns.stream().flatMap(LinePattern::names).distinct().sorted().collect(Collectors.joining(", ")));
        }
        return marks.stream().filter(mark -> mark.pattern() != null && mark.pattern().isCalled(name)).map(Mark::message).distinct().toList();
    }

    /** The cause that most of these messages name; of several that equally many name the first that the stage declares. */
    Optional<Cause> cause(List<Message> messages) {
        Set<Message> these = new HashSet<>(messages);
        Map<String, Long> named = new HashMap<>();
        // A message names one cause, the first.
        marks.stream().filter(mark -> mark.cause() != null && these.remove(mark.message()))
            .forEach(mark -> named.merge(mark.cause().sentence(), mark.message().times, Long::sum));
        Cause most = null;
        for (Cause cause : (Iterable<Cause>) stage.patterns.stream().flatMap(pattern -> pattern.causes().stream())::iterator) {
            if (named.getOrDefault(cause.sentence(), 0L) > (most == null ? 0 : named.get(most.sentence()))) {
                most = cause;
            }
        }
        return Optional.ofNullable(most);
    }

    /** The messages that name this cause. */
    List<Message> lines(Cause cause) {
        return marks.stream().filter(mark -> mark.cause() != null && mark.cause().sentence().equals(cause.sentence()))
            .map(Mark::message).distinct().toList();
    }

    /**
     * The failure that decides: the first after which none of these answers came, and that only passes no other one on; the last where
     * there is none. There must be a failure.
     */
    Message decisiveFailure(List<Message> answers, List<Message> passedOn) {
        Instant answered = answers.isEmpty() ? Instant.MIN : answers.get(answers.size() - 1).time;
        List<Message> failures = failures();
        return failures.stream().filter(failure -> !answered.isAfter(failure.time) && !passedOn.contains(failure)).findFirst()
            .orElse(failures.get(failures.size() - 1));
    }

    /** Why a log that this stage names was not read whole, in our words; null when all were. Of all logs those count that are no mere neighbours'. */
    String missingLog() {
        for (Command command : stage.runs) {
            for (Map.Entry<String, String> missing : trace.missing.entrySet()) {
                boolean named = command.service().isEmpty() ? missing.getKey().startsWith("log ") && !missing.getKey().equals(Command.OTHERS)
                    : missing.getKey().equals(command.key());
                if (command.kind() == Command.Kind.LOG && named) {
                    return "log of " + missing.getKey().substring("log ".length()) + ": " + missing.getValue();
                }
            }
        }
        return null;
    }

    /** What came back for this stage's commands of a kind, in their order; none for those that were not run. */
    List<CommandResult> answers(Command.Kind kind) {
        return stage.runs.stream().filter(command -> command.kind() == kind).map(command -> trace.answers.get(command.key()))
            .filter(Objects::nonNull).toList();
    }

    /** What the row says went wrong, as a message of the database; none where it says nothing. */
    List<Message> rowsError() {
        String error = trace.job.column("error_message");
        return error.isEmpty() ? List.of() : List.of(new Message("postgres", "", trace.ended() == null ? trace.now : trace.ended(), "ERROR", "", error));
    }

    /** True when it began or ended. */
    boolean begun() {
        return begun;
    }

    /** True when a message said that the stage could not do its work. */
    boolean broken() {
        return marks.stream().anyMatch(mark -> mark.role() == LinePattern.Role.FAILURE);
    }

    /** The sum of a number over all messages, 0 when it was not seen. Throws IllegalArgumentException for one that the stage does not declare. */
    long number(String name) {
        return has(name) ? Math.round(numbers.get(name)) : 0;
    }

    /** True when the number was read at least once. Throws as number() does. */
    boolean has(String name) {
        if (!numbers.containsKey(name) && !stage.numbers().contains(name)) {
            throw noNumber(name);
        }
        return numbers.containsKey(name);
    }

    private IllegalArgumentException noNumber(String name) {
        return new IllegalArgumentException("the stage " + stage.title + " has no number " + name + "; it has " + String.join(", ", stage.numbers()));
    }

    /** Lets a number that the stage's method worked out stand beside those read. */
    void put(String name, double value) {
        numbers.put(name, value);
    }

    /** Works a number out as the sum over the visits. */
    long sum(String name, ToLongFunction<Visit> ofVisit) {
        put(name, visits.stream().mapToLong(ofVisit).sum());
        return number(name);
    }

    /** What is concluded before the stage's time: the numbers that a conclusion works out do not stay. */
    Finding soFar(Function<Observation, Finding> conclusion) {
        Map<String, Double> read = new LinkedHashMap<>(numbers);
        try {
            return conclusion.apply(this);
        } finally {
            numbers.clear();
            numbers.putAll(read);
        }
    }

    /** Lets the seconds between two times stand beside the numbers read, 0 where the clocks say less; nothing where a time is not known. */
    void putSeconds(String name, Instant from, Instant to) {
        if (from != null && to != null) {
            put(name, Math.max(0, Duration.between(from, to).toMillis() / 1000.0));
        }
    }

    /** Adds to a number of the stage, and to that of its last visit. */
    private void add(String name, double value) {
        numbers.merge(name, value, Observation::plus);
        if (visits.isEmpty()) {
            visits.add(new Visit(Instant.EPOCH, null, new HashMap<>()));
        }
        visits.get(visits.size() - 1).numbers().merge(name, value, Observation::plus);
    }

    /** The sum to the sixth decimal: it is the same in whatever order its parts come. */
    private static double plus(double sum, double more) {
        double exact = sum + more;
        return Math.abs(exact) < MILLIONTHS_UP_TO ? Math.rint(exact * 1e6) / 1e6 : exact;
    }

    /** Its last visit has lasted until then, UTC. */
    void endVisit(Instant at) {
        if (!visits.isEmpty()) {
            Visit last = visits.remove(visits.size() - 1);
            visits.add(new Visit(last.from(), at, last.numbers()));
        }
    }

    /** All its messages in the order of time, but those for checks. */
    List<Message> seen() {
        if (seen == null) {
            seen = Stream.concat(Stream.of(LinePattern.Role.START, LinePattern.Role.END, LinePattern.Role.FAILURE, LinePattern.Role.DETAIL)
                .flatMap(role -> lines(role).stream()), errors.stream()).distinct().sorted(Evidence.IN_TIME).toList();
        }
        return seen;
    }

    /** How many visits of another stage had this number, and none of these messages before that stage's next visit. */
    long unanswered(Class<? extends Stage> other, String number, List<Message> messages) {
        List<Visit> others = trace.visits.getOrDefault(other, List.of());
        return IntStream.range(0, others.size()).filter(i -> others.get(i).number(number) > 0).filter(i -> messages.stream()
            .noneMatch(message -> !message.time.isBefore(others.get(i).from())
                && (i + 1 == others.size() || message.time.isBefore(others.get(i + 1).from())))).count();
    }

    /** OK, in the stage's own sentence. */
    Finding ok() {
        return finding(Status.OK, null);
    }

    /** OK, in these words of ours. */
    Finding ok(String says) {
        return finding(Status.OK, says);
    }

    /** At work, and all is well so far. */
    Finding running(String says) {
        return finding(Status.RUN, says);
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
        List<Message> failures = failures();
        List<Message> shown = !failures.isEmpty() ? failures : errors;
        String filled = what != null ? fill(what) : status == Status.FAIL ? "could not do its work" : fill(stage.whenOk);
        Matcher name = Stage.PLACE.matcher(filled);
        while (name.find()) {
            if (!stage.numbers().contains(name.group(1))) {
                throw noNumber(name.group(1));
            }
        }
        // A number that no line told is not 0.
        boolean lacking = status == Status.OK && filled.contains("{");
        String summary = lacking ? "the log lacks the line with its counts" : filled.replaceAll("\\{\\w+\\}", "?");
        return new Finding(this, lacking ? Status.UNKNOWN : status, summary, Set.of(), cause(failures),
            status.isWell() || shown.isEmpty() ? List.of() : List.of(shown.get(0)), List.of());
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

/**
 * One visit of a stage, such as one batch, with the numbers that were read in it.
 *
 * @param from its first message, UTC; the epoch where none began it
 * @param to its last message, or what else ended it; while it is open, until when its time was counted; null where none ended it
 */
record Visit(Instant from, Instant to, Map<String, Double> numbers) {
    /** True when it is known from when to when it lasted. */
    boolean timed() {
        return to != null && !from.equals(Instant.EPOCH);
    }

    /** 0 when it was not read in this visit. */
    long number(String name) {
        return Math.round(numbers.getOrDefault(name, 0.0));
    }

    boolean has(String name) {
        return numbers.containsKey(name);
    }
}
