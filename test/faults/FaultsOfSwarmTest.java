import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Jobs of a stack that runs in Swarm, and what becomes of them when a task or a node goes away. */
class FaultsOfSwarmTest extends SwarmOfTwo {
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

    /** Runs in that folder, where nothing says which stack is meant. */
    private static Ran in(Path folder, String... arguments) throws Exception {
        return Ran.of(Map.of(), folder, new byte[0], OwnJvm.command(Stream.concat(Stream.of("--color", "never"), Stream.of(arguments)).toArray(String[]::new)));
    }

    private static long composeStacks(String... which) throws Exception {
        List<String> ask = List.of("docker", "ps", "--filter", "label=com.docker.compose.service=celery-worker", "--format", "{{.Label \"com.docker.compose.project\"}}");
        return Ran.of(Stream.concat(ask.stream(), Stream.of(which)).toArray(String[]::new)).out().lines().distinct().count();
    }

    @Test
    void theStackIsFoundByItself() throws Exception {
        olderThanItsJobs();
        String id = healthy(null);
        // Other stacks may be here beside this one: those that Compose made go before it, and of those the ones whose worker is up.
        long up = composeStacks("--filter", "status=running");
        long others = up > 0 ? up : composeStacks("--all");
        Ran ran = in(folder, id);
        assertTrue(ran.err().contains(others == 0 ? "trace-job: the stack here is --swarm " + STACK : others == 1 ? "the stack here is -p " : "which stack? "), ran.err());
        assertEquals(others == 0 ? 0 : others == 1 ? 3 : 2, ran.code(), ran.out() + ran.err());
    }

    @Test
    void theStackIsFoundBesideTheFileThatItWasDeployedFrom() throws Exception {
        olderThanItsJobs();
        String id = healthy(second);
        Files.copy(AllTests.home().resolve("test/faults/swarm.yml"), folder.resolve("docker-compose.prod.yml"));
        Ran ran = in(folder, id);
        assertEquals("trace-job: the stack here is --swarm " + STACK + "\n", ran.errWithoutProgress());
        assertEquals(0, ran.code(), ran.out());
        assertTrue(ran.out().contains("[OK] Results Upload"), ran.out());
        Ran doctor = in(folder, "--doctor");
        assertEquals("trace-job: the stack here is --swarm " + STACK + "\n", doctor.errWithoutProgress());
        assertTrue(doctor.out().contains("  [OK] Swarm - 2 nodes ready\n") && doctor.out().contains("  [OK] Database - "), doctor.out());
        Ran named = in(folder, "-p", "nosuchproject", id);
        assertEquals(4, named.code(), named.out() + named.err());
    }

    private static void service(String... words) throws Exception {
        FaultsStack.sure(Ran.of(Stream.concat(Stream.of("docker", "service"), Stream.of(words)).toArray(String[]::new)));
    }

    @Test
    void whereNoNodeFitsSwarmSaysWhyNoWorkerIsUp() throws Exception {
        String workers = STACK + "_celery-worker";
        olderThanItsJobs();
        healthy(null);
        healthy(second);
        try {
            service("update", "--detach", "--update-parallelism", "0", "--constraint-add", "node.labels.none == 1", workers);
            FaultsStack.await("no worker runs", () -> worker(null).isEmpty() && worker(second).isEmpty());
            String id = row("running");
            FaultsStack.await("Swarm finds no node", () -> Ran.of("docker", "service", "ps", "--no-trunc", workers).out().contains("no suitable node"));
            FaultsStack.Report report = trace(id);
            assertTrue(report.verdict().matches("stuck - no worker is up: celery-worker\\.\\d\\.\\w{12} is pending, no suitable node .*"), report.toString());
            assertEquals(Set.of(), report.with("UNKNOWN"), report.toString());
            assertTrue(report.out().contains("Resolution: Give Swarm a node for celery-worker"), report.toString());
            assertTrue(report.out().contains("\n  docker service ps --no-trunc " + workers + "\n"), report.toString());
        } finally {
            service("update", "--detach", "--constraint-rm", "node.labels.none == 1", workers);
            FaultsStack.await("a worker runs on each node", () -> !worker(null).isEmpty() && !worker(second).isEmpty());
        }
    }

    @Test
    void aWorkerThatIsPausedGoesOnByTheCommandThatIsNamed() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        write(null, WorkerLines.of(id, PROCESS).subList(0, 19));
        FaultsStack.sure(Ran.of("docker", "pause", worker(null)));
        try {
            FaultsStack.Report report = trace(id);
            assertTrue(report.verdict().matches("stuck - its container .*celery-worker\\.\\d\\.\\w{12} is paused.*"), report.toString());
            String command = report.out().lines().map(String::strip).filter(line -> line.startsWith("docker unpause ")).findFirst().orElseThrow(() -> new AssertionError(report.toString()));
            FaultsStack.sure(Ran.of("bash", "-c", command));
            assertEquals("running", Ran.of("docker", "inspect", "--format", "{{.State.Status}}", worker(null)).out().strip());
        } finally {
            Ran.of("docker", "unpause", worker(null));
        }
    }

    @Test
    void aRedisOnAnotherNodeIsNoFault() throws Exception {
        olderThanItsJobs();
        String redis = STACK + "_redis";
        try {
            service("update", "--detach", "--constraint-rm", "node.role == manager", "--constraint-add", "node.role == worker", redis);
            FaultsStack.await("redis runs there", () -> !container(second, "redis").isEmpty() && container(null, "redis").isEmpty());
            String id = row("running");
            write(null, WorkerLines.of(id, PROCESS).subList(0, 19));
            FaultsStack.Report report = trace(id);
            assertTrue(report.verdict().startsWith("running"), report.toString());
            assertFalse(report.out().contains("redis does not answer"), report.toString());
            assertTrue(report.out().contains("Issues Found:\n  None\n"), report.toString());
            assertEquals(0, report.code(), report.toString());
        } finally {
            service("update", "--detach", "--constraint-rm", "node.role == worker", "--constraint-add", "node.role == manager", redis);
            FaultsStack.await("redis runs here", () -> !container(null, "redis").isEmpty());
        }
    }

    @Test
    void aJobThatAnotherTaskBeginsAgainIsHealthyAndItsLinesAreFollowed() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        String killed = worker(null);
        write(null, WorkerLines.of(id, PROCESS).subList(0, 19));
        Watching following = new Watching(folder, "--swarm", STACK, "--lines", id);
        following.awaits("Litigator Check: Checking 176 phones");
        FaultsStack.sure(Ran.of("docker", "kill", killed));
        FaultsStack.await("another task runs", () -> !worker(null).isEmpty() && !worker(null).equals(killed));
        write(null, WorkerLines.of(id, PROCESS));
        following.awaits("Upload Complete: Successfully stored 198 records");
        FaultsStack.sure(psql("UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '" + id + "'"));
        following.code();
        assertEquals(2, following.times("SQL executed successfully, returned 198 rows"), following.said());
        FaultsStack.Report report = trace(id);
        assertTrue(report.with("OK").containsAll(FaultsStack.IN_THE_LOG), report.toString());
        assertTrue(report.verdict().startsWith("completed"), report.toString());
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
        String begun = row("running");
        write(second, WorkerLines.of(begun, PROCESS).subList(0, 19));
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
            FaultsStack.await("Swarm gives the node's task up", () -> Ran.of("docker", "stack", "ps", STACK, "--format", "{{.DesiredState}} {{.Name}}").out().contains("Shutdown " + STACK + "_celery-worker"));
            FaultsStack.Report open = trace("--waterfall", begun);
            assertTrue(open.verdict().startsWith("unknown - "), open.toString());
            assertTrue(open.out().matches("(?s).*Timeline:.* \\| (?:its node .* is down|replaced by Swarm, its(?: node .* is down|…))\\n.*"), open.toString());
        } finally {
            FaultsStack.sure(Ran.of(ENGINE, "up"));
            FaultsStack.await("the node is back", () -> !Ran.of("docker", "node", "ls", "--format", "{{.Status}}").out().contains("Down"));
            FaultsStack.await("its worker runs again", () -> !worker(second).isEmpty());
        }
        FaultsStack.Report again = trace(there);
        assertEquals(FaultsStack.HEALTHY, again.fromThePipelineOn(), again.toString());
    }

    @Test
    void theDoctorLooksAtTheNodesTheServicesAndTheirLogs() throws Exception {
        healthy(null);
        write(null, List.of("a line"));
        FaultsStack.Report report = trace("--doctor");
        for (String line : List.of("  [OK] Swarm - 2 nodes ready\n", "  [OK] Stack - " + STACK + ", 4 services\n", "  [OK] Service " + STACK + "_celery-worker - 2 replicas up\n",
                "  [OK] Service " + STACK + "_postgres - up\n", "  [OK] Log of " + STACK + "_celery-worker - goes back to 20", "  [OK] Database - PostgreSQL ", "  [OK] Clocks - ")) {
            assertTrue(report.out().contains(line), line + " is not in " + report);
        }
        assertTrue(trace("--doctor", "--service", "redis=cache").out().contains("  [FAIL] Service " + STACK + "_cache - not in this stack\n"));
        AllTests.Run none = AllTests.trace("--doctor", "--swarm", "nosuchstack");
        assertEquals(4, none.code(), none.out());
        assertTrue(none.out().contains("  [FAIL] Stack - no service is of a stack nosuchstack\n"), none.out());
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
