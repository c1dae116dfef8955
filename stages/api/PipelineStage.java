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
    List<String> stores = List.of();
    List<String> remembers = List.of();
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

    /** The typical time in the hand-run page's words. */
    PipelineStage typical(String typical) {
        this.typical = typical;
        return this;
    }

    /** More seconds than this are a WARN. */
    PipelineStage warnAfter(double seconds) {
        warnAfter = seconds;
        return this;
    }

    /** The limit of warnAfter is for so much of this number: it grows with more, and never shrinks with less. */
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

    /** True for a message that begins or ends this stage. */
    boolean marks(Message message) {
        return words.stream().anyMatch(line -> (line.role == LinePattern.Role.START || line.role == LinePattern.Role.END)
            && line.pattern.matcher(message.text).find());
    }

    /** More seconds than this are a WARN for the work that was seen; 0 where no time is too long. */
    double limit(Observation observed) {
        return warnAfter * (scaledBy > 0 ? Math.max(1, observed.number(scale) / scaledBy) : 1);
    }

    /** The limit as -v shows it, such as `30s per 600 phones`. */
    String limit() {
        return Times.number(warnAfter) + "s" + (scaledBy > 0 ? " per " + Times.number(scaledBy) + " " + scale : "");
    }

    /** What it means that a completed job, whose logs were read whole, has no line of this stage though the stage before was done. */
    Finding unseen(Observation observed) {
        return observed.unknown("no evidence in the logs");
    }
}
