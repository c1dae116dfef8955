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
