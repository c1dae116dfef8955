import java.util.List;
import java.util.regex.Pattern;

/**
 * A stage that begins and ends: it takes its turn in the pipeline, once or once for each batch, and its time counts. The
 * last stage of which a line began or ended has its turn until another one's does.
 */
abstract class PipelineStage extends Stage {
    Class<? extends Stage> after;
    String needs = "";
    String jobLogs = "";
    boolean once;
    String typical = "";
    double warnAfter;
    String performanceRow = "";
    boolean onlyWhenSlow;
    boolean inBatches;
    /** The line that says which batch begins, of how many; null in all stages but one. */
    Pattern batchLine;
    List<String> stores = List.of();
    List<String> remembers = List.of();
    private double typicalMost;
    private double scaledBy;
    private String scale = "";

    /** @param title as the report prints it; @param order its place in the pipeline */
    PipelineStage(String title, int order) {
        super(title, order);
    }

    @Override
    PipelineStage step(String step) {
        super.step(step);
        return this;
    }

    /** The stage that comes before: when that one failed, this one was not reached. */
    PipelineStage after(Class<? extends Stage> stage) {
        after = stage;
        return this;
    }

    /** The number of the stage before without which there is nothing to do here. */
    PipelineStage needs(String number) {
        needs = number;
        return this;
    }

    /** What its rows in job_logs begin with: its step in the engine's own words. Checks find these lines under the name of the step. */
    PipelineStage jobLogs(String step) {
        jobLogs = step;
        forChecks(Pattern.quote(step + ": ")).named(step);
        return this;
    }

    /** Visited once an attempt: later lines that would begin it are another stage's. */
    PipelineStage once() {
        once = true;
        return this;
    }

    /** Visited once for each batch. */
    PipelineStage inBatches() {
        inBatches = true;
        return this;
    }

    /** After it the batches come; such a line says with its two groups which one begins, of how many. */
    PipelineStage announcesBatches(String regex) {
        batchLine = Pattern.compile(regex);
        forChecks(regex).named(Batches.LINES);
        return this;
    }

    /** Lines that begin it; a named group such as (?<phones>…) is a number, summed over all. */
    PipelineLines begins(String... regexes) {
        return new PipelineLines(declare(LinePattern.Role.START, regexes));
    }

    /** Lines that end it: its closing line. A group (?<took>…) is seconds, used where no line begins it. */
    PipelineLines ends(String... regexes) {
        return new PipelineLines(declare(LinePattern.Role.END, regexes));
    }

    /** As of any stage, but only while it has its turn, unless they are said to be out of turn. */
    @Override
    PipelineLines fails(String... regexes) {
        return new PipelineLines(super.fails(regexes));
    }

    @Override
    PipelineLines details(String... regexes) {
        return new PipelineLines(super.details(regexes));
    }

    @Override
    PipelineLines forChecks(String... regexes) {
        return new PipelineLines(super.forChecks(regexes));
    }

    /**
     * Lines of a call that failed and is tried again: errors that a later success makes good. They count as `retries`; where a group
     * (?<waited>…) says how many seconds they wait, what they cost is judged.
     */
    PipelineLines retries(String regex) {
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+|" + regex);
        return details(regex).countedAs("retries").inTurn();
    }

    /** Seconds that it typically takes, by the hand-run page; retries that cost more than the most are a WARN. */
    PipelineStage typical(double least, double most) {
        typical = Times.number(least) + "-" + Times.number(most) + "s";
        typicalMost = most;
        return this;
    }

    /** More seconds than this are a WARN. */
    PipelineStage warnAfter(double seconds) {
        warnAfter = seconds;
        return this;
    }

    /** What is typical and the limit of warnAfter are for so much of this number: it grows with more, and never shrinks with less. */
    PipelineStage scaledBy(double work, String number) {
        scaledBy = work;
        scale = number;
        return this;
    }

    /** The name of its row under Performance. */
    PipelineStage performanceRow(String name) {
        performanceRow = name;
        return this;
    }

    /** Its row stands under Performance only when it took too long. */
    PipelineStage onlyWhenSlow() {
        onlyWhenSlow = true;
        return this;
    }

    /** The numbers that tell how much is stored for good, the surest first. */
    PipelineStage stores(String... numbers) {
        stores = List.of(numbers);
        return this;
    }

    /** The numbers that tell whom a next run leaves out, because the system remembers them. */
    PipelineStage remembers(String... numbers) {
        remembers = List.of(numbers);
        return this;
    }

    @Override
    List<String> spokenOf() {
        List<String> names = super.spokenOf();
        names.addAll(scale.isEmpty() ? List.of() : List.of(scale));
        names.addAll(stores);
        names.addAll(remembers);
        return names;
    }

    /** How much more than the usual work was seen, 1 at least; what is visited for each batch may take as long for each. */
    private double work(Observation observed) {
        double batches = inBatches || !stores.isEmpty() ? Math.max(1, observed.visits.size()) : 1;
        return scaledBy > 0 ? Math.max(batches, observed.number(scale) / scaledBy) : batches;
    }

    /** More seconds than this are a WARN for the work that was seen; 0 where no time is too long. */
    double limit(Observation observed) {
        return warnAfter * work(observed);
    }

    /** The limit as -v shows it, such as `30s per 600 phones`. */
    String limit() {
        return Times.number(warnAfter) + "s" + (scaledBy > 0 ? " per " + Times.number(scaledBy) + " " + scale : "");
    }

    /** As of any stage; retries that made good what they waited for, which `waited` says in seconds, are no failure but cost time. */
    @Override
    Finding judge(Observation observed) {
        if (!observed.numbers.containsKey("waited")) {
            return super.judge(observed);
        }
        double cost = observed.visits.stream().mapToDouble(visit -> visit.number("waited") / Math.max(1.0, visit.number("threads"))).sum();
        return cost > typicalMost * work(observed) ? observed.warn(whenOk + "; {retries} retries cost " + Times.number(cost) + "s").because(Finding.Reason.SLOW)
            : observed.ok().noting(Times.count(observed.number("retries"), "retry") + " after errors such as 429, answered in the end");
    }

    /** What it means that a completed job, whose logs were read whole, has no line of this stage though the stage before was done. */
    Finding unseen(Observation observed) {
        return observed.unknown("no evidence in the logs");
    }
}
