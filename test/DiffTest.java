import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A job beside another: statuses, numbers, times and issues, and no sentence. */
class DiffTest {
    private static String recording(String name) {
        return AllTests.home().resolve("test/cases").resolve(name).resolve("recording.jsonl").toString();
    }

    private static AllTests.Run diff(String job, String other) {
        return AllTests.trace("--replay", recording(job), "--diff", recording(other));
    }

    @Test
    void eachStageNowAndBeforeAndTheIssuesThatAppearedAndWent() {
        AllTests.Run worse = diff("ccc-batch-fails-and-completed", "demo");
        assertEquals(1, worse.code());
        for (String line : List.of("  Status: completed but degraded   before: completed", "  Records: 6   before: 198",
            "  [FAIL] CCC Litigator Check - worse, before [OK]", "       time 3.2s (0.530s a record), before 3.2s (0.016s a record)",
            "       checked 12, before 318; found 2, before 45; phones 12, before 318",
            "Issues that appeared:\n  [FAIL] Completed but not scrubbed (completed-but-not-scrubbed)\n", "Issues that went:\n  None\n")) {
            assertTrue(worse.out().contains(line + (line.endsWith("\n") ? "" : "\n")), line + " is not in\n" + worse.out());
        }
        AllTests.Run better = diff("demo", "ccc-batch-fails-and-completed");
        assertEquals(0, better.code());
        assertTrue(better.out().contains("  [OK] CCC Litigator Check - better, before [FAIL]\n"), better.out());
        assertTrue(better.out().contains("Issues that appeared:\n  None\n\nIssues that went:\n  [FAIL] Completed but not scrubbed (completed-but-not-scrubbed)\n"), better.out());
    }

    @Test
    void aJobBesideItselfHasNoDifference() {
        AllTests.Run same = diff("demo", "demo");
        assertTrue(!same.out().contains("worse") && !same.out().contains("better") && !same.out().contains("; "), same.out());
        assertTrue(same.out().contains("Issues that appeared:\n  None\n\nIssues that went:\n  None\n"), same.out());
    }

    @Test
    void whatCanNoLongerBeSeenIsNoImprovement() {
        AllTests.Run blind = diff("container-younger-than-the-job", "ccc-batch-fails-and-completed");
        assertTrue(blind.out().contains("  [UNKNOWN] CCC Litigator Check - out of sight, before [FAIL]\n"), blind.out());
        assertTrue(blind.out().contains("  [FAIL] Completed but not scrubbed (completed-but-not-scrubbed) - out of sight: what would show it could not be read\n"),
            blind.out());
        assertTrue(!blind.out().contains("better"), blind.out());
        assertEquals(TraceDiff.Change.OUT_OF_SIGHT, TraceDiff.Change.of(Status.OK, Status.UNKNOWN));
        assertEquals(TraceDiff.Change.OUT_OF_SIGHT, TraceDiff.Change.of(Status.FAIL, Status.UNKNOWN));
        assertEquals(TraceDiff.Change.IN_SIGHT, TraceDiff.Change.of(Status.UNKNOWN, Status.OK));
        assertEquals(TraceDiff.Change.OTHER, TraceDiff.Change.of(Status.OK, Status.SKIP));
        assertEquals(TraceDiff.Change.WORSE, TraceDiff.Change.of(Status.WARN, Status.FAIL));
        assertEquals(TraceDiff.Change.SAME, TraceDiff.Change.of(Status.UNKNOWN, Status.UNKNOWN));
    }

    @Test
    void wrongUsageIsOneLine() {
        String demo = Path.of(recording("demo")).toString();
        for (String[] wrong : new String[][] {{"--demo", "--diff", "no/such/file"}, {"--demo", "--diff"}, {"--audit", "--diff", "5d3e"},
            {"--demo", "--diff", demo, "--format", "json"}, {"--list", "--diff", demo}, {"--demo", "--diff", AllTests.home().resolve("README.md").toString()}}) {
            AllTests.Run run = AllTests.trace(wrong);
            assertEquals(2, run.code(), String.join(" ", wrong) + run.err());
            assertEquals("", run.out());
        }
    }
}
