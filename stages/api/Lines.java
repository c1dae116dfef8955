import java.util.List;
import java.util.regex.Pattern;

/** Lines that a stage declared in one call, and what holds for each of them. */
class Lines {
    private final List<LinePattern> patterns;

    Lines(List<LinePattern> patterns) {
        this.patterns = patterns;
    }

    final List<LinePattern> patterns() {
        return patterns;
    }

    /** How many such lines there are is this number. */
    Lines countedAs(String number) {
        patterns.forEach(line -> line.countedAs = number);
        return this;
    }

    /** Who judges or checks the job can ask for these lines by this name. */
    Lines named(String name) {
        patterns.forEach(line -> line.name = name);
        return this;
    }

    /** Where such a line tells it, this is why the stage could not do its work. */
    Lines because(String sentence) {
        return because(Stage.cause(sentence));
    }

    /** The first of these that is seen in such a line is why the stage could not do its work. */
    Lines because(Cause... causes) {
        patterns.forEach(line -> line.causes = List.of(causes));
        return this;
    }

    /** They hold only after a line with this. */
    Lines onlyAfter(String regex) {
        patterns.forEach(line -> line.onlyAfter = Pattern.compile(regex));
        return this;
    }

    /** They hold only after a line with the first of these, and no longer after one with the second. */
    Lines onlyBetween(String after, String until) {
        patterns.forEach(line -> line.onlyUntil = Pattern.compile(until));
        return onlyAfter(after);
    }
}

/** Lines of a stage that has its turn in the pipeline. */
final class PipelineLines extends Lines {
    PipelineLines(Lines lines) {
        super(lines.patterns());
    }

    /** They are this stage's only while it has its turn: other stages say them too. */
    PipelineLines inTurn() {
        patterns().forEach(line -> line.inTurn = true);
        return this;
    }

    /** They are this stage's wherever they stand, also while another stage has its turn. */
    PipelineLines outOfTurn() {
        patterns().forEach(line -> line.outOfTurn = true);
        return this;
    }

    @Override
    PipelineLines countedAs(String number) {
        super.countedAs(number);
        return this;
    }

    @Override
    PipelineLines named(String name) {
        super.named(name);
        return this;
    }

    @Override
    PipelineLines because(String sentence) {
        super.because(sentence);
        return this;
    }

    @Override
    PipelineLines because(Cause... causes) {
        super.because(causes);
        return this;
    }

    @Override
    PipelineLines onlyAfter(String regex) {
        super.onlyAfter(regex);
        return this;
    }

    @Override
    PipelineLines onlyBetween(String after, String until) {
        super.onlyBetween(after, until);
        return this;
    }
}
