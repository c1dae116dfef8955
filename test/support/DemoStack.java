import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The demo's stack, of which a test changes one answer, and the trace that is made of it. */
class DemoStack implements Source {
    final Recording demo;

    DemoStack() throws IOException {
        try (var bytes = Files.newInputStream(Demo.RECORDING)) {
            demo = Recording.of("the demo", bytes);
        }
    }

    @Override
    public Instant now() {
        return demo.now();
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        return demo.ask(ask, fill);
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        return demo.stream(ask, fill, replica, sink);
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return demo.log(ask, window, reader);
    }

    static Trace judged(Source stack, List<Stage> stages, List<Check> checks) {
        Collector gathering = Tracing.collector(stack, stages, checks, new Redactor(true), new ComposeTarget());
        Collector.Found found = gathering.find(Demo.JOB, "");
        Trace trace = new Trace(gathering.trace(found.jobs().get(0), found));
        Judge.judge(trace, stages, stages, checks);
        return trace;
    }

    /** What the report says of the pipeline and the issues. */
    static String told(Trace trace) {
        String report = new TextReport(trace, false, 0, CommandLine.Help.Ansi.OFF).render(List.of());
        return report.substring(report.indexOf("Pipeline Trace:"));
    }
}
