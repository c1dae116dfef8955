import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A stack whose containers only hold logs, beside a real database: each class of the tests of faults has its own, its jobs and their traces. */
abstract class FaultsStack {
    static final String PROJECT = "p1lending-faults";
    static final Path FILE = AllTests.home().resolve("test/faults/docker-compose.prod.yml");
    static final String WORKER = PROJECT + "-celery-worker-1";
    static final String POSTGRES = PROJECT + "-postgres-1";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Seconds by which a run may take longer than its limit, on two noisy cores. */
    static final double SLACK = 5;
    /** What is told of every job here whose lines could all be read, from the pipeline on. */
    static final String HEALTHY = Demo.ALL_IS_WELL + """
        Performance:
          Total Duration: 2.9s
          Snowflake: 0.5s
          idiCORE: 1.0s (bottleneck)
          CCC: 0.3s
          DNC: 0.1s
          Upload: 0.2s

        Issues Found:
          None

        ============================================
        """;
    /** The stages that only the worker's log can prove. */
    static final Set<String> IN_THE_LOG =
        new TreeSet<>(List.of("Snowflake Query", "Pre-filtering", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"));

    @TempDir
    Path folder;

    /** Skips the test where no Docker Engine answers, and makes the images of the stack. */
    static void needsAnEngine() throws Exception {
        Ran server = Ran.of("docker", "version", "--format", "{{.Server.Version}}");
        assumeTrue(server.code() == 0, "no Docker Engine answers: " + server.err().strip());
        sure(Ran.of(AllTests.home().resolve("test/stack/image/build").toString()));
    }

    @BeforeAll
    static void startTheStack() throws Exception {
        needsAnEngine();
        endTheStack();
        compose("up", "--detach", "postgres", "redis", "backend", "celery-worker");
        await("the database answers", () -> Ran.of("docker", "logs", POSTGRES).out().contains("init process complete")
            && psql("SELECT 1 FROM etl_jobs LIMIT 1").code() == 0);
    }

    @AfterAll
    static void endTheStack() throws Exception {
        Ran ours = Ran.of("docker", "ps", "-aq", "--filter", "label=com.docker.compose.project=" + PROJECT);
        if (ours.code() != 0) {
            return;
        }
        if (!ours.out().isBlank()) {
            Ran.of(Stream.concat(Stream.of("docker", "unpause"), ours.out().lines()).toArray(String[]::new));
        }
        compose("down", "--volumes", "--timeout", "0");
    }

    static Ran sure(Ran ran) {
        assertEquals(0, ran.code(), ran.out() + ran.err());
        return ran;
    }

    static Ran compose(String... words) throws Exception {
        return compose(Map.of(), words);
    }

    static Ran compose(Map<String, String> env, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker", "compose", "-p", PROJECT, "-f", FILE.toString()));
        command.addAll(List.of(words));
        return sure(Ran.of(env, null, new byte[0], command));
    }

    static Ran psql(String sql) throws Exception {
        return Ran.of("docker", "exec", POSTGRES, "/usr/bin/psql", "-U", "p1lending", "-d", "p1lending_etl",
            "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql);
    }

    static List<String> sql(String sql) throws Exception {
        return sure(psql(sql)).out().lines().toList();
    }

    static void await(String what, Callable<Boolean> seen) throws Exception {
        for (Instant deadline = Instant.now().plus(PATIENCE); !seen.call(); Thread.sleep(50)) {
            assertTrue(Instant.now().isBefore(deadline), "not so after " + PATIENCE + ": " + what);
        }
    }

    /** Makes a service anew, with more in the compose file. */
    void with(String service, String more) throws Exception {
        Path file = Files.writeString(folder.resolve("more.yml"), "services:\n  " + service + ":\n" + more.indent(4));
        compose("-f", file.toString(), "up", "--detach", "--force-recreate", "--timeout", "0", service);
    }

    /** The containers as at the beginning, whatever a test did to them; a container that was made anew has an empty log. */
    static void restore(String... services) throws Exception {
        for (String service : services) {
            Ran.of("docker", "unpause", PROJECT + "-" + service + "-1");
        }
        compose(Stream.concat(Stream.of("up", "--detach", "--force-recreate", "--timeout", "0"), Stream.of(services)).toArray(String[]::new));
    }

    /** Brings a container into a state. */
    static void put(String container, String state) throws Exception {
        switch (state) {
            case "stopped" -> sure(Ran.of("docker", "stop", "--time", "2", container));
            case "paused" -> sure(Ran.of("docker", "pause", container));
            default -> {
                // Each time Docker waits twice as long before it starts it again: in the end there is time to look at it.
                sure(Ran.of("docker", "exec", container, "sh", "-c", "touch /crash; kill -KILL $(pgrep -x sleep)"));
                await("the container restarts for ever",
                    () -> Ran.of("docker", "inspect", "--format", "{{.State.Restarting}} {{.RestartCount}}", container)
                        .out().matches("true (?:[7-9]|\\d\\d)\\s*"));
            }
        }
    }

    /** A new job that began three seconds ago; its row says so, and is all there is of it. */
    static String row(String status) throws Exception {
        String id = UUID.randomUUID().toString();
        sql("INSERT INTO etl_jobs (id, job_type, status, created_at, started_at, completed_at) VALUES ('" + id + "', 'full', '" + status
            + "', now() - interval '3 s', now() - interval '3 s', " + (status.equals("completed") ? "now()" : "NULL") + ")");
        return id;
    }

    /** Lets the first process of a container write this, and waits until Docker has it; its last line must be short and its own. */
    static void write(String container, String text) throws Exception {
        // Docker calls a container running a little before it can be entered.
        await("the container can be entered", () -> Ran.of("docker", "exec", container, "true").code() == 0);
        sure(Ran.of(Map.of(), null, text.getBytes(StandardCharsets.UTF_8),
            List.of("docker", "exec", "-i", container, "sh", "-c", "cat > /proc/1/fd/1")));
        String last = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        await("Docker has the log's last line", () -> {
            Ran tail = Ran.of("docker", "logs", "--tail", "3", container);
            return (tail.out() + tail.err()).contains(last);
        });
    }

    /** A healthy job, all in the worker's log. */
    static String healthy() throws Exception {
        String id = row("completed");
        write(WORKER, WorkerLines.timed(WorkerLines.of(id, "ForkPoolWorker-2")));
        return id;
    }

    /** A job that has come to the litigator check, and whose row says running. */
    static String running() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        write(WORKER, WorkerLines.timed(WorkerLines.of(id, "ForkPoolWorker-1").subList(0, 19)));
        return id;
    }

    static void olderThanItsJobs() throws Exception {
        await("the container is older than the job",
            () -> Instant.parse(Ran.of("docker", "inspect", "--format", "{{.State.StartedAt}}", WORKER).out().strip())
                .isBefore(Instant.now().minusSeconds(4)));
    }

    /** A report, and how the run ended. */
    record Report(int code, String out, String err, double seconds) {
        String fromThePipelineOn() {
            return out.contains("Pipeline Trace:") ? out.substring(out.indexOf("Pipeline Trace:")) : out;
        }

        /** The stages with this status. */
        Set<String> with(String status) {
            return Pattern.compile("(?m)^  \\[" + status + "\\] (.*?) - ").matcher(out).results()
                .map(line -> line.group(1)).collect(Collectors.toCollection(TreeSet::new));
        }

        String verdict() {
            Matcher verdict = Pattern.compile("  Status: (.*)").matcher(out);
            return verdict.find() ? verdict.group(1) : "none";
        }

        @Override
        public String toString() {
            return "exit code " + code + " after " + seconds + " s\n" + err + out;
        }
    }

    static Report trace(String... arguments) {
        long start = System.nanoTime();
        Stream<String> where = Arrays.asList(arguments).contains("-p") ? Stream.of("--color", "never") : Stream.of("-p", PROJECT, "--color", "never");
        AllTests.Run run = AllTests.trace(Stream.concat(where, Stream.of(arguments)).toArray(String[]::new));
        Report report = new Report(run.code(), run.out(), run.err(), (System.nanoTime() - start) / 1e9);
        assertFalse((report.out() + report.err()).contains("\tat "), report.toString());
        return report;
    }

    static Report started(Map<String, String> env, Path where, String... arguments) throws Exception {
        Ran ran = Ran.of(env, where, new byte[0], OwnJvm.command(arguments));
        Report report = new Report(ran.code(), ran.out(), ran.err(), ran.seconds());
        assertFalse((report.out() + report.err()).contains("\tat "), report.toString());
        return report;
    }

    /** No verdict: exit code 4, nothing on stdout, and one line that says these words. */
    static void noVerdict(Report report, String... words) {
        assertEquals(4, report.code(), report.toString());
        assertEquals("", report.out());
        assertEquals(1, report.err().lines().filter(line -> !line.startsWith("trace-job: still reading")).count(), report.toString());
        for (String word : words) {
            assertTrue(report.err().contains(word), word + " is not in " + report.err());
        }
    }

    /** Ended within the limit of the whole run for this --timeout. */
    static void inTime(Report report, double timeout) {
        assertTrue(report.seconds() < 2 * timeout + 5 + SLACK, report.toString());
    }

    static Set<String> difference(Set<String> all, String... without) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(List.of(without));
        return rest;
    }
}
