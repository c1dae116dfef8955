import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** People and secrets in any foreign field are masked in every output and in a recording. */
class HostilePrivacyTest extends HostileInput {
    private static final String PRIVATE = "Error looking up phones for Grace Hopper: {'name': 'Grace Hopper', 'phone': '2145550147'}"
        + " grace.hopper@example.com password=hunter2 http://u:hunter2@h/x 2145550147";
    private static final List<String> WHO = List.of("Hopper", "hopper", "2145550147", "hunter2");

    @Test
    void peopleAndSecretsOfEveryForeignFieldAreInNoOutputAndWithoutMaskingTheyAre() throws Exception {
        // The others are not told at all, only as far as they are short words, or masked always, as what a command complains of is.
        Set<String> told = Set.of("error", "every message", "container of a line", "row, failed", "script", "job_logs alone", "job file alone");
        for (Map.Entry<String, List<ObjectNode>> place : planted(PRIVATE).entrySet()) {
            String file = written(place.getValue()).toString();
            StringBuilder open = new StringBuilder();
            for (String[] form : new String[][] {{}, {"-v"}, {"--format", "json"}, {"--waterfall"}, {"--format", "html"},
                    {"--format", "markdown"}, {"--format", "otlp"}, {"--list"}, {"--list", "--format", "json"}, {"--last=nosuch"}}) {
                List<String> args = new ArrayList<>(List.of("--replay", file));
                args.addAll(List.of(form));
                AllTests.Run run = AllTests.trace(args.toArray(String[]::new));
                for (String who : WHO) {
                    assertFalse((run.out() + run.err()).contains(who), place.getKey() + " " + args + " tells " + who + ":\n"
                        + (run.out() + run.err()).lines().filter(line -> line.contains(who)).limit(5).collect(Collectors.joining("\n")));
                }
                args.add("--no-redact");
                AllTests.Run whole = AllTests.trace(args.toArray(String[]::new));
                open.append(whole.out()).append(whole.err());
            }
            if (told.contains(place.getKey())) {
                assertTrue(WHO.stream().allMatch(open.toString()::contains), place.getKey() + " is told nowhere with --no-redact");
            }
            for (boolean masked : new boolean[] {true, false}) {
                String recorded = recorded(file, masked);
                for (String who : WHO) {
                    String lines = recorded.lines().filter(line -> line.contains(who)).limit(3).collect(Collectors.joining("\n"));
                    assertFalse(masked && recorded.contains(who), place.getKey() + ": recorded " + who + "\n" + lines);
                }
                if (!masked && Set.of("message", "every message", "job file", "job_logs", "row, failed", "script").contains(place.getKey())) {
                    assertTrue(WHO.stream().allMatch(recorded::contains), place.getKey() + " is not recorded with --no-redact");
                }
            }
        }
        AllTests.Run check = AllTests.trace("--demo", "-v", "--check", "echo \"" + PRIVATE.replace("\"", "") + "\"");
        assertFalse(WHO.stream().anyMatch(check.out()::contains), check.out());
    }

    /** What --record would keep of a stack that answers like this recording. */
    private String recorded(String replayed, boolean masked) throws IOException {
        Redactor mask = new Redactor(masked);
        List<Stage> stages = Scripts.all(Stage.class);
        Path file = folder.resolve("recorded.jsonl");
        try (var bytes = Files.newInputStream(Path.of(replayed))) {
            Recorder recorder = new Recorder(Recording.of("x", bytes), mask);
            Collector gathering = Tracing.collector(recorder, stages, Scripts.all(Check.class), mask, new ComposeTarget());
            Collector.Found found = gathering.find(JOB, "");
            Job job = found.jobs().isEmpty() ? new Job(JOB, AllTests.JSON.createObjectNode(), false) : found.jobs().get(0);
            gathering.trace(job, found);
            recorder.write(file, job, new ComposeTarget(), new Progress(new PrintWriter(new StringWriter())));
        }
        return Files.readString(file);
    }
}
