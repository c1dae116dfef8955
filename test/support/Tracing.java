import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** What is judged of a recording. Throws IOException when it cannot be read. */
    static Trace judged(Path recording) throws IOException {
        try (InputStream bytes = Files.newInputStream(recording)) {
            Recording source = Recording.of("it", bytes);
            Collector collector = collector(source, stages(), Scripts.all(Check.class), new Redactor(true), new ComposeTarget());
            Collector.Found found = collector.find(source.job(), "");
            Trace trace = new Trace(collector.trace(found.jobs().get(0), found));
            Judge.judge(trace, stages(), stages(), Scripts.all(Check.class));
            return trace;
        }
    }

    /** A stage that knows every line: where it takes part, all lines of a job are kept. */
    static Stage everyLine() {
        Stage all = new Stage("Every Line", 1_000) {};
        all.details("");
        return all;
    }
}
