import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a check from outside answers is bounded in size and time, and its exit code is its status whatever it is. */
class HostileCheckAnswersTest extends HostileInput {
    private static JsonNode issue(AllTests.Run run) {
        JsonNode issues = Json.read(run.out()).path("issues");
        assertEquals(1, issues.size(), run.out() + run.err());
        return issues.get(0);
    }

    private static AllTests.Run check(String command) {
        long start = System.nanoTime();
        AllTests.Run run = AllTests.trace("--demo", "--format", "json", "--timeout", "3", "--check", command);
        assertTrue((System.nanoTime() - start) / 1e9 < 30, command);
        assertPrintable(run.out(), command);
        assertFalse(run.err().contains("\tat "), run.err());
        return run;
    }

    @Test
    void aCheckThatSaysNothingTooMuchOrNoTextIsUnknown() {
        for (String command : List.of("true", "sh -c 'head -c 1000000000 /dev/zero; exit 5'", "yes", "sleep 100",
                "sh -c 'kill -9 $$'", "sh -c 'echo fine; kill -15 $$'", "sh -c 'printf \"\\n\\nlate\"'", "/no/such/check",
                "sh -c 'exec >&-; exit 0'", "sh -c 'sleep 20 & echo done; sleep 20'", "sh -c 'echo \"| only=1\"'")) {
            AllTests.Run run = check(command);
            assertEquals(1, run.code(), command);
            assertEquals("UNKNOWN", issue(run).get("severity").asText(), command);
            assertTrue(run.out().length() < 100_000, command);
        }
        assertEquals("it ended with exit code 2 and said on stderr: psql: no such role",
            issue(check("sh -c 'echo psql: no such role >&2; exit 2'")).at("/evidence/0/text").asText());
        assertEquals("it ended with exit code 137 and said nothing", issue(check("sh -c 'kill -9 $$'")).at("/evidence/0/text").asText());
        assertEquals("timed out after 3 s", issue(check("yes")).at("/evidence/0/text").asText());
        assertEquals("fine", issue(check("sh -c 'echo \"fine | load=1;2;3 [OK]\"; exit 1'")).at("/evidence/0/text").asText());
        assertEquals(2, AllTests.trace("--demo", "--check", "").code(), "an empty command is not the folder that we are in");
        assertEquals(2, AllTests.trace("--demo", "--check", " ").code());
    }

    @Test
    void aBinaryAnswerIsToldAsOneLineOfText() {
        AllTests.Run run = check("sh -c 'head -c 2000 /dev/urandom | tr -d \"\\n|\"; exit 2'");
        assertEquals("FAIL", issue(run).get("severity").asText());
        assertPrintable(AllTests.trace("--demo", "-v", "--check", "sh -c 'head -c 2000 /dev/urandom; exit 2'").out(), "binary");
    }

    @Test
    void aChildThatHoldsTheOutputOpenDelaysTheAnswerNoFurtherThanTheLimit() {
        AllTests.Run run = check("sh -c 'sleep 47.1234 & echo done; exit 0'");
        assertTrue(run.code() == 0 || issue(run).get("severity").asText().equals("UNKNOWN"), run.out());
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains("sleep 47.1234")).forEach(ProcessHandle::destroy);
    }

    @Test
    void everyExitCodeIsItsStatus() {
        List<String> args = new ArrayList<>(List.of("--demo", "--format", "json", "--timeout", "60"));
        for (int code = 0; code < 256; code++) {
            args.addAll(List.of("--check", "sh -c 'echo c" + code + "; exit " + code + "'"));
        }
        AllTests.Run run = AllTests.trace(args.toArray(String[]::new));
        assertEquals(1, run.code());
        List<String> told = new ArrayList<>();
        Json.read(run.out()).get("issues").forEach(issue -> told.add(issue.get("severity").asText() + " " + issue.at("/evidence/0/text").asText()));
        List<String> expected = new ArrayList<>(List.of("FAIL c2", "WARN c1", "UNKNOWN c3"));
        for (int code = 4; code < 256; code++) {
            expected.add("UNKNOWN it ended with exit code " + code + ": c" + code);
        }
        assertEquals(expected, told);
    }
}
