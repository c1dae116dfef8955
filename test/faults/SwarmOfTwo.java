import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The stack deployed to a real swarm of two Engines: a worker on each node, the database on the manager. */
class SwarmOfTwo {
    static final String STACK = "p1lending-swarm";
    private static final String SWARM = AllTests.home().resolve("test/stack/swarm").toString();
    static final String ENGINE = AllTests.home().resolve("test/stack/engine-2").toString();
    static final String PROCESS = "ForkPoolWorker-2";
    static String second;

    @TempDir
    Path folder;

    @BeforeAll
    static void deploy() throws Exception {
        FaultsStack.needsAnEngine();
        second = FaultsStack.sure(Ran.of(SWARM, "up")).out().strip();
        deployTheStack();
    }

    static void deployTheStack() throws Exception {
        FaultsStack.sure(Ran.of("docker", "stack", "deploy", "--resolve-image", "never", "-c",
            AllTests.home().resolve("test/faults/swarm.yml").toString(), STACK));
        // Before that it answers too, and goes away once more.
        FaultsStack.await("the database answers", () -> !container(null, "postgres").isEmpty()
            && Ran.of("docker", "logs", container(null, "postgres")).out().contains("init process complete") && psql("SELECT 1 FROM etl_jobs LIMIT 1").code() == 0);
        FaultsStack.await("a worker runs on each node", () -> !worker(null).isEmpty() && !worker(second).isEmpty());
    }

    @AfterAll
    static void leave() throws Exception {
        Ran.of("docker", "stack", "rm", STACK);
        Ran.of(SWARM, "down");
        Ran.of("bash", "-c", "docker ps -aq --filter label=com.docker.stack.namespace=" + STACK + " | xargs -r docker rm --force");
    }

    static List<String> docker(String host, String... words) {
        return Stream.concat(host == null ? Stream.of("docker") : Stream.of("docker", "--host", host), Stream.of(words)).toList();
    }

    /** The container of a service that runs on a node; empty where there is none. @param host null for the manager */
    static String container(String host, String service) throws Exception {
        return Ran.of(docker(host, "ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + STACK + "_" + service).toArray(String[]::new)).out().strip();
    }

    static String worker(String host) throws Exception {
        return container(host, "celery-worker");
    }

    static Ran psql(String sql) throws Exception {
        return Ran.of("docker", "exec", container(null, "postgres"), "/usr/bin/psql", "-U", "p1lending", "-d", "p1lending_etl", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql);
    }

    static String row(String status) throws Exception {
        String id = UUID.randomUUID().toString();
        FaultsStack.sure(psql("INSERT INTO etl_jobs (id, job_type, status, created_at, started_at, completed_at) VALUES ('" + id + "', 'full', '" + status
            + "', now() - interval '3 s', now() - interval '3 s', " + (status.equals("completed") ? "now()" : "NULL") + ")"));
        return id;
    }

    /** Celery's own lines go to stderr, as a worker's do; the application's to stdout. At a job's pace: in a burst one stream would be seconds ahead. */
    private static final String TO_BOTH = "while IFS= read -r line || [ -n \"$line\" ]; do case $line in '['*) stream=2 ;; *) stream=1 ;; esac; "
        + "printf '%s\\n' \"$line\" >/proc/1/fd/$stream; sleep 0.05; done";

    /** Lets the worker of a node write this, and waits until its Engine has it. */
    static void write(String host, List<String> lines) throws Exception {
        String container = worker(host);
        String text = WorkerLines.timed(lines);
        FaultsStack.sure(Ran.of(Map.of(), null, text.getBytes(StandardCharsets.UTF_8), docker(host, "exec", "-i", container, "sh", "-c", TO_BOTH)));
        String last = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        FaultsStack.await("the Engine has the log's last line", () -> {
            Ran tail = Ran.of(docker(host, "logs", "--tail", "200", container).toArray(String[]::new));
            return (tail.out() + tail.err()).contains(last);
        });
    }

    /** A healthy job of the worker of that node. */
    static String healthy(String host) throws Exception {
        String id = row("completed");
        write(host, WorkerLines.of(id, PROCESS));
        return id;
    }

    /** The workers are older than the window of the jobs of a test, which begins 10 s before them: what came before them does not count. */
    static void olderThanItsJobs() throws Exception {
        for (String host : new String[] {null, second}) {
            FaultsStack.await("the worker is older than the job", () -> {
                String started = worker(host).isEmpty() ? "" : Ran.of(docker(host, "inspect", "--format", "{{.State.StartedAt}}", worker(host)).toArray(String[]::new)).out().strip();
                return !started.isEmpty() && Instant.parse(started).isBefore(Instant.now().minusSeconds(12));
            });
        }
    }

    static FaultsStack.Report trace(String... arguments) {
        AllTests.Run run = AllTests.trace(Stream.concat(Stream.of("--swarm", STACK, "--color", "never"), Stream.of(arguments)).toArray(String[]::new));
        FaultsStack.Report report = new FaultsStack.Report(run.code(), run.out(), run.err(), 0);
        assertFalse((report.out() + report.err()).contains("\tat "), report.toString());
        return report;
    }
}
