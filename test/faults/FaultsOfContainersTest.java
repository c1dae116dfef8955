import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services and their containers: one that is not there, stopped, paused or restarting, and one of three replicas. */
class FaultsOfContainersTest extends FaultsStack {
    @Test
    void aServiceThatTheProjectDoesNotHaveIsSaidToBeMissingAndNotItsLog() throws Exception {
        String id = healthy();
        for (String wrong : List.of("celery-worker=worker", "postgres=worker")) {
            for (String[] arguments : new String[][] {{id}, {"--list"}}) {
                Report report = trace(Stream.concat(Stream.of("--service", wrong), Stream.of(arguments)).toArray(String[]::new));
                noVerdict(report, "trace-job: no service `worker` in this project; there are backend, celery-worker, postgres, redis\n");
            }
        }
        assertEquals(0, trace(id, "--service", "celery-worker=celery-worker").code());
    }

    @Test
    void theCommandUnderNextShowsTheJobsLines() throws Exception {
        String id = row("completed");
        write(WORKER, WorkerLines.timed(WorkerLines.of(id, "ForkPoolWorker-2")).replace("176/176 successful", "0/176 successful"));
        Report report = trace(id);
        Matcher command = Pattern.compile("\nNext:\n  (docker compose .* logs --since \\S+ --until \\S+ celery-worker)\n").matcher(report.out());
        assertTrue(command.find(), report.toString());
        String lines = sure(Ran.of("sh", "-c", command.group(1))).out();
        assertTrue(lines.contains("Generated table_id for job " + id) && lines.contains("Litigator check completed: 0/176 successful"), lines);
    }

    /** The worker's container as it stands there at times; what is said of a job that it ran, and of one that it runs. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', value = {
        "stopped; is not running; lost - the container p1lending-faults-celery-worker-1 is exited, exit code 143 (database says: running)",
        "paused; is paused; stuck - its container p1lending-faults-celery-worker-1 is paused (database says: running)",
        "restarting; is restarting; lost - the container p1lending-faults-celery-worker-1 is restarting, exit code 0 (database says: running)"})
    void aWorkersLogTellsWhileItsFileCannotBeRead(String state, String why, String ofTheOther) throws Exception {
        String done = healthy();
        String open = running();
        put(WORKER, state);
        try {
            Report report = trace(done);
            assertEquals(1, report.code(), report.toString());
            assertEquals("completed", report.verdict());
            assertTrue(report.fromThePipelineOn().startsWith(HEALTHY.substring(0, HEALTHY.indexOf("\n\nPerformance"))), report.toString());
            assertEquals(Set.of("Job Log File"), report.with("UNKNOWN"));
            assertTrue(report.out().lines()
                .anyMatch(line -> line.startsWith("  [UNKNOWN] Job Log File - the file could not be read: ")
                    && line.contains(why)), report.toString());
            Report other = trace(open);
            assertEquals(ofTheOther, other.verdict(), other.toString());
            assertEquals(1, other.code());
            assertEquals(state.equals("paused"),
                other.out().contains("\n  docker compose -p p1lending-faults unpause celery-worker\n"), other.toString());
        } finally {
            restore("celery-worker");
        }
    }

    @Test
    void withoutTheWorkersContainerTheRowAloneTells() throws Exception {
        String done = healthy();
        String queued = row("pending");
        compose("rm", "--force", "--stop", "celery-worker");
        try {
            Report report = trace(done);
            assertEquals(IN_THE_LOG, difference(report.with("UNKNOWN"), "Task Started", "Job Log File", "WebSocket Events"), report.toString());
            assertTrue(report.out().contains("[UNKNOWN] Snowflake Query - there is no container of celery-worker\n"), report.toString());
            assertTrue(report.verdict().startsWith("unknown - "), report.verdict());
            assertEquals(1, report.code());
            Report other = trace(queued);
            assertEquals("stuck - no worker is up: there is no container of celery-worker (database says: pending)", other.verdict(), other.toString());
            assertEquals(1, other.code());
        } finally {
            restore("celery-worker");
        }
    }

    /** The worker's log holds the whole job: backend is only asked for what else it may know. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"stopped", "paused", "restarting", "absent"})
    void whatBackendIsInDoesNotTouchAJobThatTheWorkerTellsOf(String state) throws Exception {
        String id = healthy();
        if (state.equals("absent")) {
            compose("rm", "--force", "--stop", "backend");
        } else {
            put(PROJECT + "-backend-1", state);
        }
        try {
            Report report = trace(id);
            assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
            assertEquals(0, report.code());
        } finally {
            restore("backend");
        }
    }

    @Test
    void ofThreeReplicasTheOneThatRanTheJobIsRead() throws Exception {
        compose("up", "--detach", "--scale", "celery-worker=3", "celery-worker");
        try {
            Map<Integer, String> jobs = new LinkedHashMap<>();
            for (int replica = 1; replica <= 3; replica++) {
                jobs.put(replica, row("completed"));
            }
            for (int replica = 1; replica <= 3; replica++) {
                String container = PROJECT + "-celery-worker-" + replica;
                // All in a process of the same name; the numbers differ, and so does the length of the file.
                int records = 240 + replica;
                write(container, WorkerLines.timed(WorkerLines.of(jobs.get(replica), "ForkPoolWorker-1")).replace("returned 198 rows", "returned " + records + " rows"));
                sure(Ran.of("docker", "exec", container, "sh", "-c", "mkdir -p logs/jobs; for i in $(seq " + 10 * replica
                    + "); do echo line $i; done > logs/jobs/" + jobs.get(replica) + ".log"));
            }
            // A file of the same name that is not this job's run.
            sure(Ran.of("docker", "exec", WORKER, "sh", "-c", "echo stale > logs/jobs/" + jobs.get(2) + ".log"));
            for (int replica = 1; replica <= 3; replica++) {
                Report report = trace(jobs.get(replica), "-v");
                assertEquals(0, report.code(), report.toString());
                assertTrue(report.out().contains("[OK] Snowflake Query - Retrieved " + (240 + replica) + " records\n"), report.toString());
                assertTrue(report.out().contains("[OK] Job Log File - " + 10 * replica + " lines\n"), report.toString());
                assertTrue(report.out().contains("ForkPoolWorker-1 in celery-worker-" + replica + ","), report.toString());
                assertEquals(1, report.out().lines().filter(line -> line.startsWith("  attempt: ")).count(), report.toString());
            }
        } finally {
            compose("up", "--detach", "--scale", "celery-worker=1", "celery-worker");
        }
    }
}
