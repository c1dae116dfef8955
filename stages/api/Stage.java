//SOURCES Attempt.java
//SOURCES Command.java
//SOURCES CommandResult.java
//SOURCES Container.java
//SOURCES Evidence.java
//SOURCES Finding.java
//SOURCES Job.java
//SOURCES Json.java
//SOURCES LinePattern.java
//SOURCES Message.java
//SOURCES Observation.java
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
import java.util.regex.Pattern;

/**
 * One stage of the pipeline: a file in stages/ that declares which commands tell of it, by which words it begins,
 * ends and breaks, how long it may take and what it says. A stage is found by being compiled in; its order is its own.
 */
abstract class Stage {
    final String title;
    final int order;
    final List<Command> asks = new ArrayList<>();
    final List<LinePattern> words = new ArrayList<>();
    String step = "";
    String jobLogs = "";
    Class<? extends Stage> after;
    String given = "";
    String row = "";
    String typical = "";
    String whenOk = "";
    String unit = "";
    double concern;
    double per;
    boolean once;
    boolean hiddenWhenOk;
    boolean isSummary;
    boolean isRedundant;
    boolean doesNotDegrade;
    boolean rowOnlyWhenSlow;
    List<String> resolution = List.of();
    List<String> stores = List.of();
    List<String> remembers = List.of();
    private List<String> computed = List.of();
    private List<LinePattern> latest = List.of();
    private Command finds;
    private Command jobLog;
    private Pattern keeps;
    private Pattern overhears;
    private Pattern recovers;
    private Pattern stops;

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

    /** What its rows in job_logs begin with. */
    Stage jobLogs(String step) {
        jobLogs = step;
        return this;
    }

    /** The commands that tell of this stage, as a person would type them; {job} stands for the job's id. */
    Stage runs(String... commands) {
        Arrays.stream(commands).map(Command::of).forEach(asks::add);
        return this;
    }

    /** A SELECT whose rows are lines of the job, with `message`, `created_at` and `level`; rows of no other are. */
    Stage readsJobLog(String command) {
        jobLog = Command.of(command);
        asks.add(jobLog);
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

    /** The SELECT that finds a job; null in all stages but one. */
    Command finder() {
        return finds;
    }

    /** Words that begin it; a named group such as (?<phones>…) is a number, summed over all matches. */
    Stage begins(String... regexes) {
        return words(LinePattern.Role.START, regexes);
    }

    /** Words that end it: its closing line. A group (?<took>…) is seconds, used where no line begins it. */
    Stage ends(String... regexes) {
        return words(LinePattern.Role.END, regexes);
    }

    /** Words that say the stage could not do its work; they outweigh its closing line, which is only a claim. */
    Stage fails(String... regexes) {
        return words(LinePattern.Role.FAILURE, regexes);
    }

    /** Words that are this stage's but neither begin, end nor break it; their numbers count. */
    Stage details(String... regexes) {
        return words(LinePattern.Role.DETAIL, regexes);
    }

    /** The words added last count under this number, one a message. */
    Stage countedAs(String number) {
        latest.forEach(word -> word.counts = number);
        return this;
    }

    /** The words added last count only after a message with these. */
    Stage onlyAfter(String regex) {
        latest.forEach(word -> word.after = Pattern.compile(regex));
        return this;
    }

    /** The words added last count only after a message with the first of these, and no longer after one with the second. */
    Stage onlyBetween(String after, String until) {
        latest.forEach(word -> word.until = Pattern.compile(until));
        return onlyAfter(after);
    }

    /** The words added last count only while this stage has its turn: other stages say them too. */
    Stage inTurn() {
        latest.forEach(word -> word.inTurn = true);
        return this;
    }

    /** Warnings and errors that cost nothing of the job's work: where no other word takes them they are shown, and lower nobody's status. */
    Stage harmless(String... regexes) {
        return words(LinePattern.Role.HARMLESS, regexes);
    }

    /** The words added last are this stage's wherever they stand, also while another stage runs. */
    Stage outOfTurn() {
        latest.forEach(word -> word.anywhere = true);
        return this;
    }

    /** Numbers that its method may work out, beside those of its words: a check may ask for them where they were not. */
    Stage computes(String... numbers) {
        computed = List.of(numbers);
        return this;
    }

    /** The names of the numbers that it declares. */
    Set<String> numbers() {
        Set<String> names = new TreeSet<>(computed);
        for (LinePattern word : words) {
            names.addAll(word.numbers);
            if (word.counts != null) {
                names.add(word.counts);
            }
        }
        return names;
    }

    /** An error that a later success makes good, such as a retry. */
    Stage recovers(String regex) {
        recovers = Pattern.compile(regex);
        return this;
    }

    /** Messages that only this stage sees, because they repeat what others said. */
    Stage exclusive(String regex) {
        keeps = Pattern.compile(regex);
        return this;
    }

    /** Errors that name no job and may concern this one all the same: they are shown beside it, not counted as its own. */
    Stage overhears(String regex) {
        overhears = Pattern.compile(regex);
        return this;
    }

    boolean overhears(Message message) {
        return overhears != null && overhears.matcher(message.text).find();
    }

    /** The stage that comes before: when that one failed, this one was not reached. */
    Stage after(Class<? extends Stage> stage) {
        after = stage;
        return this;
    }

    /** The number of the stage before without which there is nothing to do here. */
    Stage needs(String number) {
        given = number;
        return this;
    }

    /** Visited once an attempt: later words that would begin it are another stage's. */
    Stage once() {
        once = true;
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

    boolean stops(Message message) {
        return stops != null && stops.matcher(message.text).lookingAt();
    }

    /** The numbers that tell how much is stored for good, the surest first. */
    Stage stores(String... numbers) {
        stores = List.of(numbers);
        return this;
    }

    /** The numbers that tell whom a next run leaves out, because the system remembers them. */
    Stage remembers(String... numbers) {
        remembers = List.of(numbers);
        return this;
    }

    /** What it tells is beside the job's work: the verdict does not depend on it. */
    Stage doesNotDegrade() {
        doesNotDegrade = true;
        return this;
    }

    /** The typical time in the hand-run page's words. */
    Stage typical(String typical) {
        this.typical = typical;
        return this;
    }

    /** More seconds than this are a WARN. */
    Stage warnAfter(double seconds) {
        concern = seconds;
        return this;
    }

    /** The concern is for this much work: it grows with more, and never shrinks with less. */
    Stage scaledBy(double work, String number) {
        per = work;
        unit = number;
        return this;
    }

    /** The name of its row under Performance. */
    Stage performanceRow(String name) {
        row = name;
        return this;
    }

    /** Its row stands under Performance only when it is over its concern. */
    Stage onlyWhenSlow() {
        rowOnlyWhenSlow = true;
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

    private Stage words(LinePattern.Role role, String... regexes) {
        latest = Arrays.stream(regexes).map(regex -> new LinePattern(role, regex)).toList();
        words.addAll(latest);
        return this;
    }

    /** True for a stage that begins and ends: it takes its turn in the pipeline, and its time counts. */
    boolean flows() {
        return words.stream().anyMatch(word -> word.role == LinePattern.Role.START)
            && words.stream().anyMatch(word -> word.role == LinePattern.Role.END);
    }

    /** True for a message that begins or ends this stage. */
    boolean marks(Message message) {
        return words.stream().anyMatch(word -> (word.role == LinePattern.Role.START || word.role == LinePattern.Role.END)
            && word.pattern.matcher(message.text).find());
    }

    boolean keeps(Message message) {
        return keeps != null && keeps.matcher(message.text).find();
    }

    boolean recovers(Message message) {
        return recovers != null && recovers.matcher(message.text).find();
    }

    /**
     * Turns what was seen into a finding. Called when there is something to judge; the base has already answered for a
     * stage that was not reached or whose evidence is lost, and still lowers an OK that is slow or not wholly proved.
     */
    Finding judge(Observation observed) {
        return observed.broken() ? observed.fail(null) : observed.ok();
    }

    /** What it means that a completed job, whose logs were read whole, has no line of this stage though the stage before was done. */
    Finding unseen(Observation observed) {
        return observed.unknown("no evidence in the logs");
    }
}
