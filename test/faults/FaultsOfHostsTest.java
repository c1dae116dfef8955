import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Workers on two hosts with one database: two real Engines, whose workers and their processes have the same names. */
class FaultsOfHostsTest extends FaultsStack {
    private static final String ENGINE = AllTests.home().resolve("test/stack/engine-2").toString();
    private static final String FIRST = "unix:///var/run/docker.sock";
    private static final String FIRST_NAME = "var_run_docker.sock";
    private static final String PROCESS = "ForkPoolWorker-2";
    private static String second;
    private static String secondName;

    @BeforeAll
    static void startTheSecondHost() throws Exception {
        second = sure(Ran.of(ENGINE, "up")).out().strip();
        secondName = second.replace("unix:///", "").replace('/', '_');
        sure(Ran.of("docker", "--host", second, "compose", "-p", PROJECT, "-f", FILE.toString(), "up", "--detach", "celery-worker"));
    }

    @AfterAll
    static void endTheSecondHost() throws Exception {
        Ran.of(ENGINE, "down");
    }

    /** Lets the second host's worker write this, and waits until its Engine has it. */
    private static void writeThere(String text) throws Exception {
        await("the second host's container can be entered", () -> Ran.of("docker", "--host", second, "exec", WORKER, "true").code() == 0);
        sure(Ran.of(Map.of(), null, text.getBytes(StandardCharsets.UTF_8),
            List.of("docker", "--host", second, "exec", "-i", WORKER, "sh", "-c", "cat > /proc/1/fd/1")));
        String last = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        await("the second host's Engine has the log's last line", () -> Ran.of("docker", "--host", second, "logs", "--tail", "3", WORKER).out().contains(last));
    }

    private static String healthyThere() throws Exception {
        String id = row("completed");
        writeThere(WorkerLines.timed(WorkerLines.of(id, PROCESS)));
        return id;
    }

    /** A trace of both hosts. */
    private static Report both(String... arguments) {
        return trace(Stream.concat(Stream.of("--host", FIRST, "--host", second), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private static void comeBack() throws Exception {
        sure(Ran.of(ENGINE, "up"));
        await("the worker of the second host is up again",
            () -> Ran.of("docker", "--host", second, "inspect", "--format", "{{.State.Running}}", WORKER).out().strip().equals("true"));
    }

    @Test
    void jobsOfWorkersWithTheSameNameAtTheSameTimeAreToldApart() throws Exception {
        olderThanItsJobs();
        String here = row("completed");
        String there = row("completed");
        write(WORKER, WorkerLines.timed(WorkerLines.of(here, PROCESS)));
        writeThere(WorkerLines.timed(WorkerLines.of(there, PROCESS)));
        for (String id : List.of(here, there)) {
            for (Report report : List.of(both(id), trace("--host", second, "--host", FIRST, id))) {
                assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
                assertEquals(0, report.code());
            }
        }
        assertTrue(both("-v", here).out().contains("attempt: " + PROCESS + " in " + FIRST_NAME + "/celery-worker-1 from "));
        assertTrue(both("-v", there).out().contains("attempt: " + PROCESS + " in " + secondName + "/celery-worker-1 from "));
        Report audit = both("--audit", "1h", "-v");
        assertTrue(audit.out().lines().anyMatch(line -> line.contains(here.substring(0, 8))), audit.toString());
        assertFalse(audit.out().contains("unknown"), audit.toString());
        assertEquals(0, audit.code(), audit.toString());
        assertEquals(both("--lines", here).out().lines().count(), both("--lines", there).out().lines().count());
    }

    @Test
    void theJobOfTheOtherHostIsUnknownWhereOnlyOneIsAsked() throws Exception {
        olderThanItsJobs();
        Report report = trace(healthyThere());
        assertEquals(IN_THE_LOG, difference(report.with("UNKNOWN"), "Task Started", "Job Complete", "Error Analysis", "WebSocket Events"), report.toString());
        assertEquals(1, report.code());
    }

    @Test
    void aRecordingOfBothGivesTheSameReport() throws Exception {
        olderThanItsJobs();
        String id = healthyThere();
        Path file = folder.resolve("both.jsonl");
        Report report = both("--record", file.toString(), id);
        assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
        AllTests.Run replayed = AllTests.trace("--replay", file.toString(), "--color", "never");
        assertEquals(report.out(), replayed.out());
        assertTrue(Files.readString(file).contains(secondName + "/celery-worker-1"), "the recording names the host");
    }

    @Test
    void aHostThatIsDownCostsItsOwnEvidenceOnly() throws Exception {
        olderThanItsJobs();
        String here = healthy();
        String there = healthyThere();
        Path file = folder.resolve("down.jsonl");
        sure(Ran.of(ENGINE, "stop"));
        try {
            Report ours = both("--record", file.toString(), here);
            assertEquals(Set.of("Error Analysis"), ours.with("UNKNOWN"), ours.toString());
            assertTrue(ours.with("OK").containsAll(IN_THE_LOG), ours.toString());
            assertTrue(ours.out().contains("     Likely cause: host " + secondName + " did not answer: "), ours.toString());
            assertEquals(1, ours.code());
            assertEquals(ours.out(), AllTests.trace("--replay", file.toString(), "--color", "never").out());
            Report theirs = both(there);
            assertTrue(theirs.with("UNKNOWN").containsAll(IN_THE_LOG), theirs.toString());
            assertTrue(theirs.out().contains("  [UNKNOWN] Job Log File - "), theirs.toString());
            assertTrue(theirs.verdict().startsWith("unknown - "), theirs.toString());
            assertTrue(theirs.out().contains(secondName), theirs.toString());
            Report audit = both("--audit", "1h");
            assertEquals(1, audit.code(), audit.toString());
            assertTrue(audit.out().contains(secondName), audit.toString());
        } finally {
            comeBack();
        }
        Report again = both(there);
        assertEquals(HEALTHY, again.fromThePipelineOn(), again.toString());
    }

    @Test
    void aWatchGoesOnWhenTheHostOfTheJobIsDownAndComesBack() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        List<String> lines = new ArrayList<>(WorkerLines.of(id, PROCESS));
        writeThere(WorkerLines.timed(lines.subList(0, 19)));
        Watching watching = new Watching(folder, "--host", FIRST, "--host", second, id);
        watching.awaits("[RUN] CCC Litigator Check");
        sure(Ran.of(ENGINE, "stop"));
        watching.awaits(secondName);
        comeBack();
        writeThere(WorkerLines.timed(lines.subList(19, lines.size())));
        sql("UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '" + id + "'");
        watching.code();
        String said = watching.said();
        assertTrue(said.contains("  [OK] Results Upload - 198 records saved\n"), said);
        assertEquals(1, watching.times("Z [OK] Results Upload"), said);
        assertFalse(said.contains("[FAIL] DNC Check"), said);
    }

    @Test
    void linesOfBothHostsAreFollowedThoughOneIsDownAtFirst() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        List<String> lines = WorkerLines.of(id, PROCESS);
        writeThere(WorkerLines.timed(lines.subList(0, 19)));
        sure(Ran.of(ENGINE, "stop"));
        Watching watching = new Watching(folder, "--host", FIRST, "--host", second, "--lines", id);
        comeBack();
        watching.awaits("Checking 176 phones against litigator list");
        writeThere(WorkerLines.timed(lines.subList(19, lines.size())));
        sql("UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '" + id + "'");
        watching.code();
        assertEquals(1, watching.times("Successfully stored 198 records"), watching.said());
    }

    @Test
    void theDoctorLooksAtEachHost() throws Exception {
        healthy();
        healthyThere();
        write(PROJECT + "-backend-1", WorkerLines.STAMP.format(Instant.now()) + " - ETL - INFO - a line of backend\n");
        Report report = both("--doctor");
        assertTrue(report.out().contains("Host " + FIRST_NAME + ":\n") && report.out().contains("Host " + secondName + ":\n"), report.toString());
        assertEquals(2, report.out().lines().filter("  [OK] Service celery-worker - up"::equals).count(), report.toString());
        assertEquals(1, report.out().lines().filter(line -> line.startsWith("  [OK] Database - ")).count(), report.toString());
        assertEquals(0, report.code(), report.toString());
        Report missing = both("--doctor", "--service", "redis=cache");
        assertTrue(missing.out().contains("  [FAIL] Service cache - on none of the hosts\n"), missing.toString());
        assertEquals(1, missing.code(), missing.toString());
    }

    @Test
    void whereNoHostAnswersThereIsNoVerdict() {
        noVerdict(trace("--host", "tcp://127.0.0.1:1", "--host", "tcp://127.0.0.1:2", "4b51d0e2"), "127.0.0.1:1", "127.0.0.1:2");
    }

    @Test
    void twoHostsOfOneNameAreRefused() {
        Report refused = trace("--host", "ssh://a@machine/x", "--host", "tcp://a@machine/x", "4b51d0e2");
        assertEquals(2, refused.code(), refused.toString());
        assertTrue(refused.err().contains("two of the hosts would have the same name"), refused.toString());
    }
}
