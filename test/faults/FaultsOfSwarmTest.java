import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack deployed to a real swarm of two Engines: a worker on each node, the database on the manager. */
class FaultsOfSwarmTest {
    private static final String STACK = "p1lending-swarm";
    private static final String SWARM = AllTests.home().resolve("test/stack/swarm").toString();
    private static final String ENGINE = AllTests.home().resolve("test/stack/engine-2").toString();
    private static final String PROCESS = "ForkPoolWorker-2";
    private static String second;

    @TempDir
    Path folder;

    @BeforeAll
    static void deploy() throws Exception {
        FaultsStack.needsAnEngine();
        second = FaultsStack.sure(Ran.of(SWARM, "up")).out().strip();
        deployTheStack();
    }

    private static void deployTheStack() throws Exception {
        FaultsStack.sure(Ran.of("docker", "stack", "deploy", "--resolve-image", "never", "-c",
            AllTests.home().resolve("test/faults/swarm.yml").toString(), STACK));
        FaultsStack.await("the database answers", () -> psql("SELECT 1 FROM etl_jobs LIMIT 1").code() == 0);
        FaultsStack.await("a worker runs on each node", () -> !worker(null).isEmpty() && !worker(second).isEmpty());
    }

    @AfterAll
    static void leave() throws Exception {
        Ran.of("docker", "stack", "rm", STACK);
        Ran.of(SWARM, "down");
        Ran.of("bash", "-c", "docker ps -aq --filter label=com.docker.stack.namespace=" + STACK + " | xargs -r docker rm --force");
    }

    private static List<String> docker(String host, String... words) {
        return Stream.concat(host == null ? Stream.of("docker") : Stream.of("docker", "--host", host), Stream.of(words)).toList();
    }

    /** The container of a service that runs on a node; empty where there is none. @param host null for the manager */
    private static String container(String host, String service) throws Exception {
        return Ran.of(docker(host, "ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + STACK + "_" + service).toArray(String[]::new)).out().strip();
    }

    private static String worker(String host) throws Exception {
        return container(host, "celery-worker");
    }

    private static Ran psql(String sql) throws Exception {
        return Ran.of("docker", "exec", container(null, "postgres"), "/usr/bin/psql", "-U", "p1lending", "-d", "p1lending_etl", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql);
    }

    private static String row(String status) throws Exception {
        String id = UUID.randomUUID().toString();
        FaultsStack.sure(psql("INSERT INTO etl_jobs (id, job_type, status, created_at, started_at, completed_at) VALUES ('" + id + "', 'full', '" + status
            + "', now() - interval '3 s', now() - interval '3 s', " + (status.equals("completed") ? "now()" : "NULL") + ")"));
        return id;
    }

    /** Lets the worker of a node write this, and waits until its Engine has it. */
    private static void write(String host, List<String> lines) throws Exception {
        String container = worker(host);
        String text = WorkerLines.timed(lines);
        FaultsStack.sure(Ran.of(Map.of(), null, text.getBytes(StandardCharsets.UTF_8), docker(host, "exec", "-i", container, "sh", "-c", "cat > /proc/1/fd/1")));
        String last = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        FaultsStack.await("the Engine has the log's last line",
            () -> Ran.of(docker(host, "logs", "--tail", "3", container).toArray(String[]::new)).out().contains(last));
    }

    /** A healthy job of the worker of that node. */
    private static String healthy(String host) throws Exception {
        String id = row("completed");
        write(host, WorkerLines.of(id, PROCESS));
        return id;
    }

    /** The workers are older than the window of the jobs of a test, which begins 10 s before them: what came before them does not count. */
    private static void olderThanItsJobs() throws Exception {
        for (String host : new String[] {null, second}) {
            FaultsStack.await("the worker is older than the job", () -> {
                String started = worker(host).isEmpty() ? "" : Ran.of(docker(host, "inspect", "--format", "{{.State.StartedAt}}", worker(host)).toArray(String[]::new)).out().strip();
                return !started.isEmpty() && Instant.parse(started).isBefore(Instant.now().minusSeconds(12));
            });
        }
    }

    private static FaultsStack.Report trace(String... arguments) {
        AllTests.Run run = AllTests.trace(Stream.concat(Stream.of("--swarm", STACK, "--color", "never"), Stream.of(arguments)).toArray(String[]::new));
        FaultsStack.Report report = new FaultsStack.Report(run.code(), run.out(), run.err(), 0);
        assertFalse((report.out() + report.err()).contains("\tat "), report.toString());
        return report;
    }

    @Test
    void healthyJobsOfBothNodesAreAsOnOneHost() throws Exception {
        olderThanItsJobs();
        String here = healthy(null);
        String there = healthy(second);
        for (String id : List.of(here, there)) {
            Path file = folder.resolve(id + ".jsonl");
            FaultsStack.Report report = trace("--record", file.toString(), id);
            assertEquals(FaultsStack.HEALTHY, report.fromThePipelineOn(), report.toString());
            assertEquals(0, report.code(), report.toString());
            AllTests.Run replayed = AllTests.trace("--replay", file.toString(), "--color", "never");
            assertEquals(report.out(), replayed.out());
        }
        FaultsStack.Report audit = trace("--audit", "1h", "-v");
        for (String id : List.of(here, there)) {
            assertTrue(audit.out().lines().anyMatch(line -> line.contains(id.substring(0, 8))), audit.toString());
            assertEquals(WorkerLines.of(id, PROCESS).size() / 2 + 1, trace("--lines", id).out().lines().count(), "each event of the job once");
        }
        assertFalse(audit.out().contains("unknown"), audit.toString());
    }

    @Test
    void theStackIsFoundByItself() throws Exception {
        assumeTrue(Ran.of("docker", "ps", "-aq", "--filter", "label=com.docker.compose.service=celery-worker").out().isBlank(), "another stack is here");
        olderThanItsJobs();
        String id = healthy(null);
        Ran ran = Ran.of(Map.of(), folder, new byte[0], OwnJvm.command("--color", "never", id));
        assertTrue(ran.err().contains("trace-job: the stack here is --swarm " + STACK), ran.err());
        assertEquals(0, ran.code(), ran.out() + ran.err());
    }

    @Test
    void aTaskThatIsKilledAndReplacedLosesItsJob() throws Exception {
        for (String host : new String[] {null, second}) {
            olderThanItsJobs();
            String id = row("running");
            String killed = worker(host);
            write(host, WorkerLines.of(id, PROCESS).subList(0, 19));
            Watching watching = new Watching(folder, "--swarm", STACK, id);
            watching.awaits("[RUN] CCC Litigator Check");
            FaultsStack.sure(Ran.of(docker(host, "kill", killed).toArray(String[]::new)));
            FaultsStack.await("another task runs", () -> !worker(host).isEmpty() && !worker(host).equals(killed));
            assertEquals(1, watching.code(), watching.said());
            Path file = folder.resolve(id + ".jsonl");
            FaultsStack.Report report = trace("--record", file.toString(), "--waterfall", id);
            assertTrue(report.verdict().matches("lost - .*celery-worker\\.\\d\\.\\w{12} was replaced by Swarm, task: non-zero exit \\(137\\).*"), report.toString());
            assertTrue(report.out().contains("Worker lost"), report.toString());
            assertEquals(Set.of("Snowflake Query", "Pre-filtering", "idiCORE Enrichment"),
                FaultsStack.difference(report.with("OK"), "Job Created", "Task Queued", "Error Analysis", "Performance"), report.toString());
            String timeline = report.out().substring(report.out().indexOf("Timeline:"));
            assertTrue(timeline.contains(" | replaced by Swarm, "), report.toString());
            assertEquals(report.out(), AllTests.trace("--replay", file.toString(), "--swarm", STACK, "--waterfall", "--color", "never").out());
            assertTrue(watching.said().contains("was replaced by Swarm"), watching.said());
        }
    }

    @Test
    void aTaskWhoseContainerWasRemovedIsNoEvidence() throws Exception {
        olderThanItsJobs();
        String id = row("completed");
        String removed = worker(null);
        write(null, WorkerLines.of(id, PROCESS));
        FaultsStack.sure(Ran.of("docker", "kill", removed));
        FaultsStack.await("another task runs", () -> !worker(null).isEmpty() && !worker(null).equals(removed));
        assertEquals(FaultsStack.HEALTHY, trace(id).fromThePipelineOn());
        FaultsStack.sure(Ran.of("docker", "rm", removed));
        FaultsStack.Report report = trace(id);
        assertTrue(report.with("UNKNOWN").containsAll(FaultsStack.IN_THE_LOG), report.toString());
        assertTrue(report.out().contains("is gone with its container"), report.toString());
        assertEquals(1, report.code(), report.toString());
        // Swarm follows no log of a service of which a container was removed: the other tests have a stack of their own.
        FaultsStack.sure(Ran.of("docker", "stack", "rm", STACK));
        FaultsStack.await("the stack is gone", () -> worker(null).isEmpty() && worker(second).isEmpty() && container(null, "postgres").isEmpty());
        deployTheStack();
    }

    @Test
    void aNodeThatLeavesCostsItsOwnEvidenceOnly() throws Exception {
        olderThanItsJobs();
        String here = healthy(null);
        String there = healthy(second);
        FaultsStack.sure(Ran.of(ENGINE, "stop"));
        try {
            FaultsStack.await("the manager sees that the node is down", () -> Ran.of("docker", "node", "ls", "--format", "{{.Status}}").out().contains("Down"));
            FaultsStack.Report ours = trace(here);
            assertTrue(ours.with("OK").containsAll(FaultsStack.IN_THE_LOG), ours.toString());
            assertTrue(ours.out().contains("the node is down"), ours.toString());
            FaultsStack.Report theirs = trace(there);
            assertTrue(theirs.with("UNKNOWN").containsAll(FaultsStack.IN_THE_LOG), theirs.toString());
            assertTrue(theirs.verdict().startsWith("unknown - "), theirs.toString());
            assertEquals(1, theirs.code());
        } finally {
            FaultsStack.sure(Ran.of(ENGINE, "up"));
            FaultsStack.await("the node is back", () -> !Ran.of("docker", "node", "ls", "--format", "{{.Status}}").out().contains("Down"));
            FaultsStack.await("its worker runs again", () -> !worker(second).isEmpty());
        }
        FaultsStack.Report again = trace(there);
        assertEquals(FaultsStack.HEALTHY, again.fromThePipelineOn(), again.toString());
    }

    @Test
    void aStackThatIsNotThereIsSaidInOneLine() {
        AllTests.Run none = AllTests.trace("--swarm", "nosuchstack", "4b51d0e2");
        assertEquals(4, none.code(), none.err());
        assertTrue(none.err().contains("nosuchstack"), none.err());
        assertEquals(2, AllTests.trace("--swarm", "-x", "4b51d0e2").code());
        assertEquals(2, AllTests.trace("--swarm", STACK, "--source", "kubectl", "4b51d0e2").code());
    }
}
