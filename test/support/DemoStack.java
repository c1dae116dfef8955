import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import picocli.CommandLine;

/** The demo's stack, of which a test changes one answer, and the trace that is made of it. */
class DemoStack extends ForwardingSource {
    final Recording demo;

    DemoStack() throws IOException {
        try (var bytes = Files.newInputStream(Demo.RECORDING)) {
            demo = Recording.of("the demo", bytes);
        }
    }

    @Override
    Source stack() {
        return demo;
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
