import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** What a trace is made with, for the tests that make one without the command. */
final class Tracing {
    private Tracing() {}

    /** The shipped stages in their order. */
    static List<Stage> stages() {
        return Scripts.all(Stage.class).stream().sorted(Comparator.comparingInt(stage -> stage.order)).toList();
    }

    /** Collects what these stages and checks ask of a source. */
    static Collector collector(Source source, List<Stage> stages, List<Check> checks, Redactor mask, ComposeTarget target) {
        Command finder = stages.stream().map(Stage::finder).filter(Objects::nonNull).findFirst().orElseThrow();
        return new Collector(source, finder, stages, checks.stream().flatMap(check -> check.runs.stream()).toList(), mask, target);
    }

    /** A stage that knows every line: where it takes part, all lines of a job are kept. */
    static Stage everyLine() {
        Stage all = new Stage("Every Line", 1_000) {};
        all.details("");
        return all;
    }
}
