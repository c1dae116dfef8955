import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** --output writes the report to a file, whole or not at all. */
class CommandOutputTest {
    private static final String BROKEN = AllTests.home().resolve("test/cases/ccc-batch-fails-and-completed/recording.jsonl").toString();

    @TempDir
    Path folder;

    private static String printed(String format) {
        return AllTests.trace("--demo", "--format", format).out();
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void theFilesEndingTellsTheFormat() throws IOException {
        Map<String, String> endings = Map.of("a.txt", "text", "a.json", "json", "a.html", "html", "A.HTM", "html", "a.md", "markdown", "a.markdown", "markdown",
            "a.otlp.json", "otlp", "a.otlp", "otlp", "a", "text", "a.log", "text");
        for (Map.Entry<String, String> ending : endings.entrySet()) {
            AllTests.Run run = AllTests.trace("--demo", "--output", folder.resolve(ending.getKey()).toString());
            assertEquals(0, run.code(), run.err());
            assertEquals("", run.out(), "stdout is empty");
            assertEquals(printed(ending.getValue()), Files.readString(folder.resolve(ending.getKey())), ending.getKey());
        }
        assertEquals(endings.keySet(), names(), "and nothing else is left");
        AllTests.trace("--demo", "--format", "markdown", "-o", folder.resolve("a.html").toString());
        assertEquals(printed("markdown"), Files.readString(folder.resolve("a.html")), "what is typed goes before");
    }

    @Test
    void inAFolderItIsNamedAfterTheJob() throws IOException {
        assertEquals(0, AllTests.trace("--demo", "-o", folder.toString()).code());
        assertEquals(0, AllTests.trace("--demo", "-o", folder.toString(), "--format", "otlp").code());
        assertEquals(0, AllTests.trace("--demo", "-o", folder + "/", "--format", "json").code());
        String name = "trace-job-" + Demo.JOB;
        assertEquals(Set.of(name + ".html", name + ".otlp.json", name + ".json"), names());
        assertEquals(printed("html"), Files.readString(folder.resolve(name + ".html")));
    }

    @Test
    void theExitCodeIsTheJobs() {
        assertEquals(1, AllTests.trace("--replay", BROKEN, "-o", folder.resolve("a.html").toString()).code());
        assertEquals(0, AllTests.trace("--demo", "-o", "/dev/null").code());
    }

    @Test
    void aFileIsReplacedWholeAndALinkKeepsLeadingToIt() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "x".repeat(1_000_000));
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
        assertEquals(0, AllTests.trace("--demo", "-o", link.toString()).code());
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(printed("json"), Files.readString(file));
        assertEquals(Set.of("a.json", "link.json"), names());
    }

    @Test
    void whatCannotBeWrittenIsSaidInOneLine() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        for (List<String> wrong : List.of(List.of("no/such/a.html", "no such folder"), List.of("file/a.html", ""), List.of("loop/a.html", ""))) {
            AllTests.Run run = AllTests.trace("--demo", "-o", folder.resolve(wrong.get(0)).toString());
            assertEquals(5, run.code(), run.err());
            assertTrue(run.err().startsWith("trace-job: the report could not be written to " + folder.resolve(wrong.get(0)) + ": " + wrong.get(1)), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
            assertEquals("", run.out());
        }
        AllTests.Run full = AllTests.trace("--demo", "-o", "/dev/full");
        assertEquals(5, full.code(), full.err());
        assertTrue(full.err().contains("No space left"), full.err());
        assertEquals(Set.of("file", "loop"), names());
    }

    @Test
    void itIsTheReportOfATraceOrAnAudit() {
        for (String other : List.of("--list", "--explain", "--list-checks", "--list-stages")) {
            AllTests.Run run = AllTests.trace(other, "-o", folder.resolve("x").toString());
            assertEquals(2, run.code(), other);
            assertFalse(Files.exists(folder.resolve("x")));
        }
    }
}
