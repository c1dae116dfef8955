import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Folded as far as can be, every case says what it says when all its lines are kept; so does what a recording keeps of the fold. */
class LinesThatAreFoldedTest {
    private static Recording recording(Path folder) throws IOException {
        try (InputStream bytes = Files.newInputStream(folder.resolve("recording.jsonl"))) {
            return Recording.of("it", bytes);
        }
    }

    private static String said(Source source, String job, List<Stage> keeping, int whole) {
        Collector collector = Tracing.collector(source, keeping, Scripts.all(Check.class), new Redactor(true), new ComposeTarget());
        collector.whole = whole;
        Collector.Found found = collector.find(job, "");
        Job traced = found.jobs().isEmpty() ? new Job(job, Json.NODES.objectNode(), false) : found.jobs().get(0);
        Trace trace = new Trace(collector.trace(traced, found));
        collector.threads.shutdown();
        Judge.judge(trace, Tracing.stages(), Tracing.stages(), Scripts.all(Check.class));
        JsonNode report = Json.read(JsonReport.render(trace));
        for (JsonNode shown : report.findParents("evidence")) {
            ((ObjectNode) shown).remove("evidence");
        }
        ((ObjectNode) report).remove(List.of("unrecognised"));
        return report.toPrettyString();
    }

    @TestFactory
    Stream<DynamicTest> whatIsFoldedSaysTheSame() throws IOException {
        return AllTests.cases().stream().map(folder -> dynamicTest(folder.getFileName().toString(), () -> {
            Recording recording = recording(folder);
            List<Stage> every = Stream.concat(Tracing.stages().stream(), Stream.of(Tracing.everyLine())).toList();
            String all = said(recording, recording.job(), every, Integer.MAX_VALUE);
            assertEquals(all, said(recording, recording.job(), Tracing.stages(), 1));
            FoldedSource folded = new FoldedSource(recording);
            assertEquals(all, said(folded, recording.job(), Tracing.stages(), 1));
            folded.replays = true;
            assertTrue(!folded.folded.isEmpty(), "nothing was folded");
            assertEquals(all, said(folded, recording.job(), Tracing.stages(), 1));
        }));
    }
}
