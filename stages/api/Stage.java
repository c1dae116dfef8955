//SOURCES Attempt.java
//SOURCES AuditScope.java
//SOURCES Batches.java
//SOURCES Cause.java
//SOURCES Command.java
//SOURCES CommandResult.java
//SOURCES Container.java
//SOURCES Evidence.java
//SOURCES Finding.java
//SOURCES Findings.java
//SOURCES Job.java
//SOURCES Json.java
//SOURCES KnownLines.java
//SOURCES LastAttempt.java
//SOURCES LineIndex.java
//SOURCES LinePattern.java
//SOURCES Lines.java
//SOURCES Message.java
//SOURCES NotStarted.java
//SOURCES Observation.java
//SOURCES PhoneCheck.java
//SOURCES PipelineStage.java
//SOURCES PlacedBy.java
//SOURCES Printable.java
//SOURCES Status.java
//SOURCES Times.java

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One stage of the trace: a file in stages/ that declares which commands tell of it, which lines are its own and what it
 * says. A stage is found by being compiled in; its order is its own. One that begins and ends is a PipelineStage.
 */
abstract class Stage {
    /** A number's place in a sentence. */
    static final Pattern PLACE = Pattern.compile("\\{(\\w{1,40})\\}");
    final String title;
    final int order;
    final List<Command> runs = new ArrayList<>();
    final List<LinePattern> patterns = new ArrayList<>();
    String step = "";
    String whenOk = "";
    String notForPreviews = "";
    boolean hiddenWhenOk;
    boolean isSummary;
    boolean isRedundant;
    boolean doesNotDegrade;
    boolean judgesMissingLines;
    boolean judgesFailures;
    List<String> resolution = List.of();
    private final List<Cause> causes = new ArrayList<>();
    private List<String> computed = List.of();
    private Command finds;
    private Command findsInPeriod;
    private Command jobLog;
    Pattern exclusive;
    private Pattern overhears;
    Pattern recovers;
    Pattern stops;

    /** @param title as the report prints it; @param order its place in the pipeline */
    Stage(String title, int order) {
        this.title = title;
        this.order = order;
    }

    /** The title in lower case with hyphens: the name in --stage and in the JSON. */
    String id() {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** The step of the hand-run page that this stage replaces. */
    Stage step(String step) {
        this.step = step;
        return this;
    }

    /** The commands that tell of this stage, as a person would type them; {job} stands for the job's id. */
    Stage runs(String... commands) {
        Arrays.stream(commands).map(Command::of).forEach(runs::add);
        return this;
    }

    /** A SELECT whose rows are lines of the job, with `message`, `created_at` and `level`; rows of no other are. */
    Stage readsJobLog(String command) {
        jobLog = Command.of(command);
        runs.add(jobLog);
        return this;
    }

    /** True for what this stage declared as the job's log. */
    boolean isJobLog(Command ask) {
        return ask.equals(jobLog);
    }

    /** The SELECT that finds a job: one JSON object a row; {job} is any part of the id, {status} a status or nothing. */
    Stage finds(String command) {
        finds = Command.of(command);
        return this;
    }

    /** The SELECT that finds the jobs of a period, as finds() does; {from} and {to} are its times, UTC. */
    Stage findsInPeriod(String command) {
        findsInPeriod = Command.of(command);
        return this;
    }

    /** The SELECT that finds the jobs of a period; null in all stages but one. */
    Command periodFinder() {
        return findsInPeriod;
    }

    /** The SELECT that finds a job; null in all stages but one. */
    Command finder() {
        return finds;
    }

    /** Lines that say that the stage could not do its work; they outweigh its closing line, which is only a claim. */
    Lines fails(String... regexes) {
        return declare(LinePattern.Role.FAILURE, regexes);
    }

    /** Lines that are this stage's but neither begin, end nor break it; a named group such as (?<phones>…) is a number, summed over all. */
    Lines details(String... regexes) {
        return declare(LinePattern.Role.DETAIL, regexes);
    }

    /** Warnings and errors that cost nothing of the job's work: where no other stage takes them they are shown, and lower nobody's status. */
    void harmless(String... regexes) {
        declare(LinePattern.Role.HARMLESS, regexes);
    }

    /** Lines that checks ask for by their name: for the stage itself they are no evidence, and it is not judged by them. */
    Lines forChecks(String... regexes) {
        return declare(LinePattern.Role.FOR_CHECKS, regexes);
    }

    /** What the reason in its lines can show as the cause, where the lines are not told `because` of one; the first that is seen. */
    Stage causes(Cause... causes) {
        this.causes.addAll(List.of(causes));
        return this;
    }

    /** Why the stage could not do its work, for `because` and `causes`. */
    static Cause cause(String sentence) {
        return new Cause(sentence, null, List.of());
    }

    final Lines declare(LinePattern.Role role, String... regexes) {
        List<LinePattern> declared = Arrays.stream(regexes).map(regex -> new LinePattern(role, regex, causes)).toList();
        patterns.addAll(declared);
        return new Lines(declared);
    }

    /** Numbers that its method may work out, beside those of its words: a check may ask for them where they were not. */
    Stage computes(String... numbers) {
        computed = List.of(numbers);
        return this;
    }

    /** An error that a later success makes good, such as a retry. */
    Stage recovers(String regex) {
        recovers = Pattern.compile(regex);
        return this;
    }

    /** Messages that only this stage sees, because they repeat what others said. */
    Stage exclusive(String regex) {
        exclusive = Pattern.compile(regex);
        return this;
    }

    /** Errors that name no job and may concern this one all the same: they are shown beside it, not counted as its own. */
    Stage overhears(String regex) {
        overhears = Pattern.compile(regex);
        return this;
    }

    /** What is said instead of judging it where the job is a preview. */
    Stage notForPreviews(String why) {
        notForPreviews = why;
        return this;
    }

    /** Its line stands in the report only when it is not OK. */
    Stage hideWhenOk() {
        hiddenWhenOk = true;
        return this;
    }

    /** It only sums up what others found: no issue of its own beside theirs. */
    Stage summary() {
        isSummary = true;
        return this;
    }

    /** It repeats what other stages tell: without it nothing is unproved. */
    Stage redundant() {
        isRedundant = true;
        return this;
    }

    /** Words that say that a user stopped the job: what had its turn then did not fail. */
    Stage stopsWith(String regex) {
        stops = Pattern.compile(regex);
        return this;
    }

    /** What it tells is beside the job's work: the verdict does not depend on it. */
    Stage doesNotDegrade() {
        doesNotDegrade = true;
        return this;
    }

    /** It says itself what it means that its lines are missing or a log was not read whole: the row or another stage tells it too. */
    Stage judgesMissingLines() {
        judgesMissingLines = true;
        return this;
    }

    /** Its `judge` is asked also where a line of its own says that it failed, and says itself what that means. */
    Stage judgesFailures() {
        judgesFailures = true;
        return this;
    }

    /** What it says when all went well; {number} stands for a number of its own. */
    Stage whenOk(String sentence) {
        whenOk = sentence;
        return this;
    }

    /** What to do when it is not OK: a sentence, then the commands to type. */
    Stage resolution(String... sentenceAndCommands) {
        resolution = List.of(sentenceAndCommands);
        return this;
    }

    /** The names of the numbers that it declares. */
    Set<String> numbers() {
        Set<String> names = new TreeSet<>(computed);
        for (LinePattern pattern : patterns) {
            names.addAll(pattern.numbers);
            if (pattern.countedAs != null) {
                names.add(pattern.countedAs);
            }
        }
        return names;
    }

    /** The numbers that its declarations speak of beside the lines that tell them. */
    List<String> spokenOf() {
        List<String> names = new ArrayList<>();
        Matcher place = PLACE.matcher(whenOk);
        while (place.find()) {
            names.add(place.group(1));
        }
        return names;
    }

    boolean overhears(Message message) {
        return overhears != null && overhears.matcher(message.text).find();
    }

    boolean recovers(Message message) {
        return recovers != null && recovers.matcher(message.text).find();
    }

    /**
     * Turns what was seen into a finding, where no line says that it failed. Called when there is something to judge; the base has already answered for a
     * stage that was not reached or whose evidence is lost, and still lowers an OK that is slow or not wholly proved. A stage that
     * only has lines to show is always called; where these can be missing, the base puts UNKNOWN or `not reached` in place of its OK or SKIP.
     */
    Finding judge(Observation observed) {
        return observed.ok();
    }

    /** What it means that a line of its own says that it could not do its work. */
    Finding judgeBroken(Observation observed) {
        return observed.fail(null);
    }
}
