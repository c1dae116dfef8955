import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults of all that lies beneath a trace, each made real: the engine, the containers, the database, the logs, the disk, the
 * terminal. What could be had is told, what could not is UNKNOWN and says why, and the run ends in time with nothing left.
 */
class FaultsTest {
    private static final String PROJECT = "p1lending-faults";
    private static final Path FILE = AllTests.home().resolve("test/faults/docker-compose.prod.yml");
    private static final String WORKER = PROJECT + "-celery-worker-1";
    private static final String POSTGRES = PROJECT + "-postgres-1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Seconds by which a run may take longer than its limit, on two noisy cores. */
    private static final double SLACK = 5;
    /** What is told of every job here whose lines could all be read, from the pipeline on. */
    private static final String HEALTHY = Demo.ALL_IS_WELL + """
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
    private static final Set<String> IN_THE_LOG =
        new TreeSet<>(List.of("Snowflake Query", "Pre-filtering", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"));
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS").withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    // ---- The stack: containers that only hold logs, and a real database ----

    @BeforeAll
    static void startTheStack() throws Exception {
        Ran server = run("docker", "version", "--format", "{{.Server.Version}}");
        assumeTrue(server.code() == 0, "no Docker Engine answers: " + server.err().strip());
        sure(run(AllTests.home().resolve("test/stack/image/build").toString()));
        endTheStack();
        compose("up", "--detach", "postgres", "redis", "backend", "celery-worker");
        await("the database answers", () -> run("docker", "logs", POSTGRES).out().contains("init process complete")
            && psql("SELECT 1 FROM etl_jobs LIMIT 1").code() == 0);
    }

    @AfterAll
    static void endTheStack() throws Exception {
        Ran ours = run("docker", "ps", "-aq", "--filter", "label=com.docker.compose.project=" + PROJECT);
        if (ours.code() != 0) {
            return;
        }
        if (!ours.out().isBlank()) {
            run(Stream.concat(Stream.of("docker", "unpause"), ours.out().lines()).toArray(String[]::new));
        }
        compose("down", "--volumes", "--timeout", "0");
    }

    /** How a command ended. */
    private record Ran(int code, String out, String err, double seconds) {}

    private static Ran run(String... command) throws Exception {
        return run(Map.of(), null, new byte[0], List.of(command));
    }

    private static Ran run(Map<String, String> env, Path where, byte[] input, List<String> command) throws Exception {
        File in = File.createTempFile("faults", ".in");
        File out = File.createTempFile("faults", ".out");
        File err = File.createTempFile("faults", ".err");
        long start = System.nanoTime();
        try {
            Files.write(in.toPath(), input);
            ProcessBuilder builder = new ProcessBuilder(command).redirectInput(in).redirectOutput(out).redirectError(err);
            builder.directory(where == null ? null : where.toFile()).environment().putAll(env);
            Process process = builder.start();
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            return new Ran(process.waitFor(), Files.readString(out.toPath()), Files.readString(err.toPath()), (System.nanoTime() - start) / 1e9);
        } catch (IOException notInstalled) {
            return new Ran(127, "", String.valueOf(notInstalled.getMessage()), 0);
        } finally {
            for (File file : List.of(in, out, err)) {
                Files.deleteIfExists(file.toPath());
            }
        }
    }

    private static Ran sure(Ran ran) {
        assertEquals(0, ran.code(), ran.out() + ran.err());
        return ran;
    }

    private static Ran compose(String... words) throws Exception {
        return compose(Map.of(), words);
    }

    private static Ran compose(Map<String, String> env, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker", "compose", "-p", PROJECT, "-f", FILE.toString()));
        command.addAll(List.of(words));
        return sure(run(env, null, new byte[0], command));
    }

    private static Ran psql(String sql) throws Exception {
        return run("docker", "exec", POSTGRES, "/usr/bin/psql", "-U", "p1lending", "-d", "p1lending_etl",
            "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql);
    }

    private static List<String> sql(String sql) throws Exception {
        return sure(psql(sql)).out().lines().toList();
    }

    private static void await(String what, Callable<Boolean> seen) throws Exception {
        for (Instant deadline = Instant.now().plus(PATIENCE); !seen.call(); Thread.sleep(50)) {
            assertTrue(Instant.now().isBefore(deadline), "not so after " + PATIENCE + ": " + what);
        }
    }

    /** The containers as at the beginning, whatever a test did to them; a container that was made anew has an empty log. */
    private static void restore(String... services) throws Exception {
        for (String service : services) {
            run("docker", "unpause", PROJECT + "-" + service + "-1");
        }
        compose(Stream.concat(Stream.of("up", "--detach", "--force-recreate", "--timeout", "0"), Stream.of(services)).toArray(String[]::new));
    }

    // ---- Jobs ----

    /** A new job that began three seconds ago; its row says so, and is all there is of it. */
    private static String row(String status) throws Exception {
        String id = UUID.randomUUID().toString();
        sql("INSERT INTO etl_jobs (id, job_type, status, created_at, started_at, completed_at) VALUES ('" + id + "', 'full', '" + status
            + "', now() - interval '3 s', now() - interval '3 s', " + (status.equals("completed") ? "now()" : "NULL") + ")");
        return id;
    }

    /** The lines of a healthy job, as its worker process writes them; for each moment two copies. `{0.10}` stands for a time. */
    private static List<String> lines(String id, String process) {
        String task = UUID.randomUUID().toString();
        List<String> lines = new ArrayList<>();
        lines.add("[{0.00}: INFO/MainProcess] Task app.workers.etl_tasks.run_etl_job[" + task + "] received");
        both(lines, process, "0.10", "ETL.Tasks", "Generated table_id for job " + id + ": ETL_RESULTS_1");
        both(lines, process, "0.20", "ETL.ETLEngine", "📋 Database Connections: Establishing connections");
        both(lines, process, "0.30", "ETL.ETLEngine", "📋 SQL Execution: Executing optimized query with filtering");
        both(lines, process, "0.70", "ETL.Snowflake", "✅ SQL executed successfully, returned 198 rows");
        both(lines, process, "0.80", "ETL.ETLEngine", "📋 Data Filtering: Retrieved 198 unprocessed records in 0.10s");
        both(lines, process, "0.90", "ETL.ETLEngine", "📋 Batch Processing: Processing batch 1/1 - Records 1 to 198");
        both(lines, process, "1.00", "ETL.IdiCore", "🔧 Processing batch of 198 people for idiCORE lookup using 8 threads with caching");
        both(lines, process, "2.00", "ETL.IdiCore", "✅ Parallel API calls completed: 198 people, 326 phones found");
        both(lines, process, "2.10", "ETL.ETLEngine", "📋 Litigator Check: Checking 176 phones against litigator list (skipped 0 blacklisted)");
        both(lines, process, "2.40", "ETL.CCCAPI", "Litigator check completed: 176/176 successful, 12 found in list");
        both(lines, process, "2.50", "ETL.ETLEngine", "📋 DNC Check: Checking 318 phones against DNC list");
        both(lines, process, "2.60", "ETL.DNC", "✅ DNC check completed (batched): 45/318 phones found in DNC list (318 successful checks)");
        both(lines, process, "2.70", "ETL.ETLEngine", "📋 Final Upload: Uploading ALL 198 processed records to ETL_RESULTS_1");
        both(lines, process, "2.80", "ETL.Snowflake", "Bulk upload complete: 198 rows loaded, 0 errors");
        both(lines, process, "2.90", "ETL.ETLEngine", "📋 Upload Complete: Successfully stored 198 records in Snowflake");
        both(lines, process, "2.95", "ETL.ETLEngine", "✅ Completed ETL job");
        lines.add("[{3.00}: INFO/" + process + "] Task app.workers.etl_tasks.run_etl_job[" + task + "] succeeded in 2.9s: {'success': True}");
        return lines;
    }

    private static void both(List<String> lines, String process, String at, String logger, String text) {
        lines.add("{" + at + "} - " + logger + " - INFO - " + text);
        lines.add("[{" + at + "}: INFO/" + process + "] " + text);
    }

    /** The lines with times: the job began three seconds ago. */
    private static String timed(List<String> lines) {
        Instant start = Instant.now().minusSeconds(3);
        return Pattern.compile("\\{(\\d\\.\\d\\d)\\}").matcher(String.join("\n", lines) + "\n")
            .replaceAll(at -> STAMP.format(start.plusMillis(Math.round(Double.parseDouble(at.group(1)) * 1000))));
    }

    /** Lets the first process of a container write this, and waits until Docker has it; its last line must be short and its own. */
    private static void write(String container, String text) throws Exception {
        sure(run(Map.of(), null, text.getBytes(StandardCharsets.UTF_8),
            List.of("docker", "exec", "-i", container, "sh", "-c", "cat > /proc/1/fd/1")));
        String last = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        await("Docker has the log's last line", () -> {
            Ran tail = run("docker", "logs", "--tail", "3", container);
            return (tail.out() + tail.err()).contains(last);
        });
    }

    /** A healthy job, all in the worker's log. */
    private static String healthy() throws Exception {
        String id = row("completed");
        write(WORKER, timed(lines(id, "ForkPoolWorker-2")));
        return id;
    }

    private static void olderThanItsJobs() throws Exception {
        await("the container is older than the job",
            () -> Instant.parse(run("docker", "inspect", "--format", "{{.State.StartedAt}}", WORKER).out().strip())
                .isBefore(Instant.now().minusSeconds(4)));
    }

    /** A job that has come to the litigator check, and whose row says running. */
    private static String running() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        write(WORKER, timed(lines(id, "ForkPoolWorker-1").subList(0, 19)));
        return id;
    }

    // ---- Tracing ----

    /** A report, and how the run ended. */
    private record Report(int code, String out, String err, double seconds) {
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

    private static Report trace(String... arguments) {
        long start = System.nanoTime();
        Stream<String> where = Arrays.asList(arguments).contains("-p") ? Stream.of("--color", "never") : Stream.of("-p", PROJECT, "--color", "never");
        AllTests.Run run = AllTests.trace(Stream.concat(where, Stream.of(arguments)).toArray(String[]::new));
        Report report = new Report(run.code(), run.out(), run.err(), (System.nanoTime() - start) / 1e9);
        assertFalse((report.out() + report.err()).contains("\tat "), report.toString());
        return report;
    }

    /** The command that starts trace-job in a JVM of its own, with the options it declares. */
    private static List<String> command(String... arguments) throws IOException {
        String options = Files.readAllLines(AllTests.home().resolve("trace-job.java")).stream()
            .filter(line -> line.startsWith("//RUNTIME_OPTIONS ")).findFirst().orElseThrow();
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(Arrays.asList(options.split(" ")).subList(1, options.split(" ").length));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "TraceJob"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Report started(Map<String, String> env, Path where, String... arguments) throws Exception {
        Ran ran = run(env, where, new byte[0], command(arguments));
        Report report = new Report(ran.code(), ran.out(), ran.err(), ran.seconds());
        assertFalse((report.out() + report.err()).contains("\tat "), report.toString());
        return report;
    }

    /** No verdict: exit code 4, nothing on stdout, and one line that says these words. */
    private static void noVerdict(Report report, String... words) {
        assertEquals(4, report.code(), report.toString());
        assertEquals("", report.out());
        assertEquals(1, report.err().lines().filter(line -> !line.startsWith("trace-job: still reading")).count(), report.toString());
        for (String word : words) {
            assertTrue(report.err().contains(word), word + " is not in " + report.err());
        }
    }

    /** Ended within the limit of the whole run for this --timeout. */
    private static void inTime(Report report, double timeout) {
        assertTrue(report.seconds() < 2 * timeout + 5 + SLACK, report.toString());
    }

    // ---- Docker itself ----

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"unix:///nonexistent/docker.sock", "tcp://127.0.0.1:1", "ssh://nobody@127.0.0.1:1"})
    void whereNoEngineAnswersOneLineAsksForIt(String host) throws Exception {
        String id = UUID.randomUUID().toString();
        noVerdict(trace("--host", host, id), "the database could not be asked (", "; is Docker running, or is it elsewhere (--context, --host)?");
        noVerdict(started(Map.of("DOCKER_HOST", host), null, "-p", PROJECT, "--list"),
            "; is Docker running, or is it elsewhere (--context, --host)?");
    }

    @Test
    void anEngineThatTakesCallsAndNeverAnswersEndsTheRunInItsTime() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Report report = trace("--host", "tcp://127.0.0.1:" + deaf.getLocalPort(), "--timeout", "1", UUID.randomUUID().toString());
            noVerdict(report, "timed out after 1 s", "docker did not say in time what containers there are (--timeout");
            inTime(report, 1);
        }
    }

    @Test
    void withoutDockerOneLineSaysWhatIsNeeded() throws Exception {
        noVerdict(started(Map.of("PATH", folder.toString()), null, "-p", PROJECT, UUID.randomUUID().toString()),
            "(docker is not installed here); docker and its compose plugin are needed, or --replay with a recording");
    }

    @Test
    void withoutTheComposePluginOneLineSaysWhatIsNeeded() throws Exception {
        Map<String, String> none = Map.of("DOCKER_CONFIG", folder.toString());
        for (String docker : List.of("docker", "/usr/bin/docker")) {
            if (!docker.startsWith("/") || Files.exists(Path.of(docker))) {
                assumeTrue(run(none, null, new byte[0], List.of(docker, "compose", "version")).code() != 0,
                    "a plugin for all users is installed here");
            }
        }
        String id = UUID.randomUUID().toString();
        List<Map<String, String>> clients = new ArrayList<>(List.of(none));
        if (Files.exists(Path.of("/usr/bin/docker"))) {
            clients.add(Map.of("DOCKER_CONFIG", folder.toString(), "PATH", "/usr/bin:" + System.getenv("PATH")));
        }
        for (Map<String, String> client : clients) {
            for (String[] arguments : new String[][] {{"-p", PROJECT, id}, {"-f", FILE.toString(), id}, {id}}) {
                noVerdict(started(client, folder, arguments), "(docker has no compose plugin here); docker and its compose plugin are needed");
            }
        }
    }

    @Test
    void inAFolderWithoutAComposeFileOneLineSaysWhereToGo() throws Exception {
        noVerdict(started(Map.of(), folder, UUID.randomUUID().toString()), "no configuration file provided",
            "; go to the folder of docker-compose.prod.yml, or say -f FILE");
    }

    @Test
    void aProjectThatIsNotUpHasNoContainers() throws Exception {
        String id = UUID.randomUUID().toString();
        noVerdict(trace("-p", PROJECT + "-none", id), "this project has no containers");
        Files.writeString(folder.resolve("docker-compose.prod.yml"),
            Files.readString(FILE).replace("name: " + PROJECT, "name: " + PROJECT + "-none"));
        noVerdict(started(Map.of(), folder, id), "this project has no containers");
        noVerdict(started(Map.of(), folder, "--list"), "this project has no containers");
    }

    // ---- Services ----

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
        write(WORKER, timed(lines(id, "ForkPoolWorker-2")).replace("176/176 successful", "0/176 successful"));
        Report report = trace(id);
        Matcher command = Pattern.compile("\nNext:\n  (docker compose .* logs --since \\S+ --until \\S+ celery-worker)\n").matcher(report.out());
        assertTrue(command.find(), report.toString());
        String lines = sure(run("sh", "-c", command.group(1))).out();
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

    /** Brings a container into a state. */
    private static void put(String container, String state) throws Exception {
        switch (state) {
            case "stopped" -> sure(run("docker", "stop", "--time", "2", container));
            case "paused" -> sure(run("docker", "pause", container));
            default -> {
                // Each time Docker waits twice as long before it starts it again: in the end there is time to look at it.
                sure(run("docker", "exec", container, "sh", "-c", "touch /crash; kill -KILL $(pgrep -x sleep)"));
                await("the container restarts for ever",
                    () -> run("docker", "inspect", "--format", "{{.State.Restarting}} {{.RestartCount}}", container)
                        .out().matches("true (?:[6-9]|\\d\\d)\\s*"));
            }
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

    private static Set<String> difference(Set<String> all, String... without) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(List.of(without));
        return rest;
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

    // ---- A container that is paused under a command ----

    /** Holds a table until it is closed. */
    private static final class Locked implements AutoCloseable {
        private final Process session;
        private final String table;

        Locked(String table) throws Exception {
            this.table = table;
            session = new ProcessBuilder("docker", "exec", POSTGRES, "/usr/bin/psql", "-U", "p1lending", "-d", "p1lending_etl", "-Xqc",
                "BEGIN; LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(300)")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            await("the table is locked", () -> held() > 0);
        }

        private int held() throws Exception {
            return Integer.parseInt(sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                + " AND relation = '" + table + "'::regclass").get(0));
        }

        /** How many of trace-job's queries wait for it. */
        static int waiting() throws Exception {
            return Integer.parseInt(sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND query LIKE '/* trace-job */%'").get(0));
        }

        @Override
        public void close() throws IOException {
            try {
                release();
            } catch (Exception unreleased) {
                throw new IOException(unreleased);
            }
        }

        private void release() throws Exception {
            sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                + " AND relation = '" + table + "'::regclass");
            session.waitFor();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"job_logs", "etl_jobs"})
    @SuppressWarnings("try")
    void aDatabaseThatIsPausedUnderAQueryTimesOut(String table) throws Exception {
        String id = healthy();
        ExecutorService aside = Executors.newSingleThreadExecutor();
        try (Locked lock = new Locked(table)) {
            Future<Report> tracing = aside.submit(() -> trace(id, "--timeout", "3", "-v"));
            await("a query waits", () -> Locked.waiting() > 0);
            sure(run("docker", "pause", POSTGRES));
            Report report;
            try {
                report = tracing.get();
            } finally {
                sure(run("docker", "unpause", POSTGRES));
            }
            inTime(report, 3);
            assertEquals(1, report.code(), report.toString());
            assertTrue((report.out() + report.err()).contains("timed out after 3 s"), report.toString());
            // The log alone proves what the worker did, without the row too.
            assertEquals(Set.of(), difference(IN_THE_LOG, report.with("OK").toArray(String[]::new)), report.toString());
            assertTrue(report.with("UNKNOWN").contains(table.equals("job_logs") ? "Job Log File" : "Job Created"), report.toString());
        } finally {
            aside.shutdownNow();
        }
    }

    // ---- Replicas ----

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
                write(container, timed(lines(jobs.get(replica), "ForkPoolWorker-1")).replace("returned 198 rows", "returned " + records + " rows"));
                sure(run("docker", "exec", container, "sh", "-c", "mkdir -p logs/jobs; for i in $(seq " + 10 * replica
                    + "); do echo line $i; done > logs/jobs/" + jobs.get(replica) + ".log"));
            }
            // A file of the same name that is not this job's run.
            sure(run("docker", "exec", WORKER, "sh", "-c", "echo stale > logs/jobs/" + jobs.get(2) + ".log"));
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

    // ---- Postgres ----

    /** What keeps psql out, and what ends that. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "its rules refuse us | cd /var/lib/postgresql/data; cp pg_hba.conf /tmp;"
            + " echo local all p1lending reject > pg_hba.conf; kill -HUP $(head -1 postmaster.pid)"
            + "| cd /var/lib/postgresql/data; cp /tmp/pg_hba.conf .; kill -HUP $(head -1 postmaster.pid) | pg_hba.conf rejects connection",
        "nobody listens | cd /var/run/postgresql; mv .s.PGSQL.5432 away | cd /var/run/postgresql; mv away .s.PGSQL.5432"
            + "| failed: No such file or directory",
        "it takes calls and never answers | kill -STOP $(head -1 /var/lib/postgresql/data/postmaster.pid)"
            + "| kill -CONT $(head -1 /var/lib/postgresql/data/postmaster.pid) | timed out after 2 s"})
    void aDatabaseThatDoesNotAnswerLeavesTheLogs(String name, String fault, String mended, String why) throws Exception {
        String id = healthy();
        sure(run("docker", "exec", POSTGRES, "sh", "-c", fault));
        Report whole;
        Report part;
        Report list;
        try {
            Thread.sleep(300);
            whole = trace(id, "--timeout", "2");
            part = trace(id.substring(3, 20), "--timeout", "2");
            list = trace("--list", "--timeout", "2");
        } finally {
            sure(run("docker", "exec", POSTGRES, "sh", "-c", mended));
            await("the database answers", () -> psql("SELECT 1").code() == 0);
        }
        noVerdict(list, why);
        for (Report report : List.of(whole, part)) {
            inTime(report, 2);
            assertEquals(1, report.code(), report.toString());
            assertTrue(report.out().contains("ETL JOB TRACE: " + id + "\n"), report.toString());
            assertTrue(report.err().contains("the database could not be asked (") && report.err().contains(why)
                && report.err().contains("; going on with the logs"), report.toString());
            assertEquals(Set.of(), difference(IN_THE_LOG, report.with("OK").toArray(String[]::new)), report.toString());
            assertEquals(Set.of("Job Created", "Job Complete"), report.with("UNKNOWN"), report.toString());
        }
    }

    @Test
    @SuppressWarnings("try")
    void aTableThatSomebodyHoldsTimesOutAndLeavesTheLogs() throws Exception {
        String id = healthy();
        try (Locked lock = new Locked("etl_jobs")) {
            Report report = trace(id, "--timeout", "2");
            inTime(report, 2);
            assertEquals(1, report.code(), report.toString());
            String why = "timed out after 2 s|ERROR:  canceling statement due to statement timeout";
            assertTrue(report.err().matches("(?s).*the database could not be asked \\((" + why + ")\\); going on with the logs\n.*"),
                report.toString());
            assertEquals(Set.of(), difference(IN_THE_LOG, report.with("OK").toArray(String[]::new)), report.toString());
            assertEquals(Set.of("Job Created", "Job Complete"), report.with("UNKNOWN"), report.toString());
            await("in the database, too, no query of ours waits", () -> Locked.waiting() == 0);
        }
    }

    @Test
    void amongAHundredThousandJobsOneIsFoundByAPartOfItsIdAndTheNewestAreListed() throws Exception {
        String id = healthy();
        double few = quickest(id);
        sql("INSERT INTO etl_jobs (job_type, status, created_at, completed_at, table_title)"
            + " SELECT 'full', 'completed', now() - i * interval '1 minute',"
            + " now() - i * interval '1 minute', 'of the many' FROM generate_series(1, 100000) i");
        try {
            sql("ANALYZE etl_jobs");
            String part = id.substring(4, 21);
            assertEquals(List.of("1"), sql("SELECT count(*) FROM etl_jobs WHERE id::text LIKE '%" + part + "%'"));
            Report report = trace(part);
            assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
            assertTrue(quickest(part) < few + 2, "it took " + quickest(part) + " s, and " + few + " s among few");
            Report list = trace("--list");
            assertEquals(0, list.code(), list.toString());
            List<String> listed = list.out().lines().map(line -> line.strip().split(" ")[0]).toList();
            assertEquals(sql("SELECT id FROM etl_jobs ORDER BY created_at DESC LIMIT 20"), listed.subList(0, 20));
            long all = Long.parseLong(sql("SELECT count(*) FROM etl_jobs").get(0));
            assertTrue(list.out().endsWith("\n  and " + (all - 20) + " more\n"), list.out());
            assertTrue(list.seconds() < few + 2, "the list took " + list.seconds() + " s");
            Report several = trace(id.substring(9, 11));
            assertEquals(3, several.code(), several.toString());
            String count = sql("SELECT count(*) FROM etl_jobs WHERE id::text LIKE '%" + id.substring(9, 11) + "%'").get(0);
            assertTrue(several.err().contains(count + " jobs have "), several.err());
        } finally {
            sql("DELETE FROM etl_jobs WHERE table_title = 'of the many'");
        }
    }

    private static double quickest(String id) {
        return Math.min(trace(id).seconds(), trace(id).seconds());
    }

    /** Some wrap psql, to say whose database it is. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"NOTICE:  this is production", "[dba] psql is watched, see #42", "{not an answer}"})
    void whatPsqlSaysBeforeItsAnswerIsNoAnswer(String notice) throws Exception {
        String id = healthy();
        String wrapper = "#!/bin/sh\necho '" + notice + "'\necho '" + notice + "' >&2\nexec /usr/bin/psql \"$@\"\n";
        sure(run(Map.of(), null, wrapper.getBytes(StandardCharsets.UTF_8), List.of("docker", "exec", "-i", "-u", "root", POSTGRES, "sh", "-c",
            "cat > /usr/local/bin/psql; chmod 755 /usr/local/bin/psql")));
        try {
            assertTrue(run("docker", "exec", POSTGRES, "psql", "--version").out().startsWith(notice + "\n"),
                "the wrapper does not come first on the PATH");
            for (String name : List.of(id, id.substring(2, 19))) {
                Report report = trace(name);
                assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
                assertEquals(0, report.code());
                assertEquals("", report.err());
            }
        } finally {
            sure(run("docker", "exec", "-u", "root", POSTGRES, "rm", "/usr/local/bin/psql"));
        }
    }

    // ---- Who may only read ----

    @Test
    void aRoleWithTheGrantsOfTheReadmeSeesWhatTheOwnerSees() throws Exception {
        String readme = Files.readString(AllTests.home().resolve("README.md"));
        List<String> grants = Pattern.compile("`(GRANT [^`]+ TO reader;)`").matcher(readme).results().map(grant -> grant.group(1)).toList();
        assertEquals(1, grants.size(), "the README's GRANT is written otherwise now");
        String id = healthy();
        sql("INSERT INTO sql_scripts (id, name, content) VALUES ('" + id + "', 'spring campaign', 'SELECT 1')");
        sql("UPDATE etl_jobs SET script_id = '" + id + "' WHERE id = '" + id + "'");
        sql("INSERT INTO job_logs (job_id, level, message, created_at)"
            + " SELECT id, 'INFO', 'Data Filtering: Retrieved 198 unprocessed records', created_at + interval '2 s'"
            + " FROM etl_jobs WHERE id = '" + id + "'");
        sql("CREATE ROLE reader LOGIN");
        try {
            for (String grant : grants) {
                sql(grant);
            }
            Report owner = trace(id, "--format", "json");
            Report reader = trace(id, "--format", "json", "--db-user", "reader");
            assertEquals(0, reader.code(), reader.toString());
            JsonNode told = AllTests.JSON.readTree(reader.out());
            assertEquals("spring campaign", told.path("job").path("name").asText());
            JsonNode same = AllTests.JSON.readTree(owner.out());
            for (String part : List.of("job", "verdict", "stages", "issues")) {
                assertEquals(same.path(part), told.path(part), part);
            }
            for (JsonNode ran : told.path("commands")) {
                assertTrue(!ran.path("command").asText().contains("psql") || ran.path("exitCode").asInt(-1) == 0, ran.toString());
                assertTrue(!ran.path("command").asText().contains("psql") || ran.path("command").asText().contains("-U reader"), ran.toString());
            }
        } finally {
            psql("DROP OWNED BY reader");
            psql("DROP ROLE reader");
            sql("DELETE FROM job_logs WHERE job_id = '" + id + "'");
        }
    }

    @Test
    void whatATraceAsksOfTheDatabaseCannotWrite() throws Exception {
        String id = row("completed");
        ComposeTarget target = new ComposeTarget();
        target.compose.addAll(List.of("-p", PROJECT));
        target.limit = 10;
        LiveSource live = new LiveSource(target, new CommandRunner(10), new Progress(new java.io.PrintWriter(java.io.Writer.nullWriter())));
        CommandResult answer = live.ask(Command.of("docker compose exec -T postgres psql -U p1lending -d p1lending_etl"
            + " -c \"DELETE FROM etl_jobs WHERE id::text = '{job}'\""), Map.of("job", id));
        assertEquals("ERROR:  cannot execute DELETE in a read-only transaction", answer.problem());
        assertEquals(List.of("1"), sql("SELECT count(*) FROM etl_jobs WHERE id = '" + id + "'"));
    }

    // ---- Logs ----

    /** Shell that writes what is no line of any job, in the midst of one. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', value = {
        "a line of 50 MB ~ head -c 50000000 /dev/zero | tr '\\0' x; echo",
        "binary ~ head -c 3000000 /dev/urandom; echo",
        "no UTF-8 ~ printf 'a\\377\\376b \\300\\200 \\355\\240\\200\\n\\342\\202\\n'",
        "escapes and ends of lines ~ printf '\\033[2J\\033]0;title\\007 \\r\\r\\n\\v\\f\\0\\0\\n'",
        "a line of 16383 ~ head -c 16383 /dev/zero | tr '\\0' x; echo",
        "a line of 16384 ~ head -c 16384 /dev/zero | tr '\\0' x; echo",
        "a line of 16385 ~ head -c 16385 /dev/zero | tr '\\0' x; echo",
        "20,000 empty lines ~ yes '' | head -20000",
        // Each of them waits for a copy that never comes: together they are more than the tool's memory.
        "1,000 lines of 60 KB ~ head -c 60000 /dev/zero | tr '\\0' x > /tmp/x; at=$(date -u '+%F %T,000');"
            + " for i in $(seq 1000); do printf '%s - ETL.X - INFO - %s ' \"$at\" $i; cat /tmp/x; echo; done"})
    void whatElseStandsInTheLogChangesNothing(String name, String shell) throws Exception {
        String id = row("completed");
        List<String> lines = lines(id, "ForkPoolWorker-2");
        for (int[] part : new int[][] {{0, 14}, {14, 24}, {24, lines.size()}}) {
            if (part[0] == 14 || !name.contains("50 MB")) {
                sure(run("docker", "exec", WORKER, "sh", "-c", "(" + shell + ") > /proc/1/fd/1"));
            }
            write(WORKER, timed(lines).lines().toList().subList(part[0], part[1]).stream().collect(Collectors.joining("\n", "", "\n")));
        }
        try {
            // With the memory that the tool gives itself.
            Report report = started(Map.of(), null, "-p", PROJECT, "--color", "never", id);
            assertEquals(rounded(HEALTHY), rounded(report.fromThePipelineOn()), report.toString());
            assertEquals(0, report.code());
            assertEquals(List.of(), report.err().lines().filter(line -> !line.startsWith("trace-job: still reading")).toList());
        } finally {
            if (!name.startsWith("a line of 16") && !name.startsWith("no")) {
                restore("celery-worker");
            }
        }
    }

    /** Without the times: each of the three parts is written with times of its own. */
    private static String rounded(String report) {
        return report.replaceAll("(?m)^(  \\w[\\w ]+): \\d+\\.\\ds.*$", "$1");
    }

    /** Docker cuts what is longer than 16 KB, each copy elsewhere, and writes a time before each piece. */
    @ParameterizedTest(name = "{0} characters")
    @ValueSource(ints = {16_000, 16_383, 16_384, 16_385, 40_000})
    void aLongMessageOfTheJobIsOneMessageAndTheLinesAfterItStand(int length) throws Exception {
        String id = row("completed");
        List<String> lines = new ArrayList<>(lines(id, "ForkPoolWorker-2"));
        String head = "{0.20} - ETL.ETLEngine - INFO - ";
        String text = "Database Connections: ".concat("q".repeat(length))
            .substring(0, length - head.length() + "{0.20}".length() - STAMP.format(Instant.now()).length());
        lines.set(3, head + text);
        lines.set(4, "[{0.20}: INFO/ForkPoolWorker-2] " + text);
        write(WORKER, timed(lines));
        assertEquals(HEALTHY, trace(id).fromThePipelineOn());
        JsonNode query = AllTests.JSON.readTree(trace(id, "--format", "json").out()).path("stages").path(3);
        assertEquals(List.of(text), query.path("evidence").findValuesAsText("text").stream().filter(one -> one.startsWith("Database")).toList());
    }

    /** The pieces are of bytes: a character across their border is lost, and in the other copy, with another head, it is whole. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"é", "工", "🚀", "x🚀é"})
    void aLongMessageOfAnyCharactersIsOneMessage(String characters) throws Exception {
        String id = row("completed");
        List<String> lines = new ArrayList<>(lines(id, "ForkPoolWorker-2"));
        String text = "Database Connections: " + characters.repeat(40_000 / characters.length());
        lines.set(3, "{0.20} - ETL.Tasks - INFO - " + text);
        lines.set(4, "[{0.20}: INFO/ForkPoolWorker-2] " + text);
        write(WORKER, timed(lines));
        assertEquals(HEALTHY, trace(id).fromThePipelineOn());
        JsonNode query = AllTests.JSON.readTree(trace(id, "--format", "json").out()).path("stages").path(3);
        assertEquals(List.of(text), query.path("evidence").findValuesAsText("text").stream().filter(one -> one.startsWith("Database")).toList());
    }

    // ---- Logs that go while they are read ----

    @Test
    void aLogThatIsRotatedWhileItIsReadIsToldAsItIsOrNotAtAll() throws Exception {
        compose(Map.of("FAULTS_MAX_SIZE", "1m"), "up", "--detach", "--force-recreate", "--timeout", "0", "celery-worker");
        try {
            // Else the container's age alone would say that something is lost.
            olderThanItsJobs();
            String id = healthy();
            assertEquals(HEALTHY, trace(id).fromThePipelineOn());
            Process noise = new ProcessBuilder("docker", "exec", WORKER, "timeout", "30", "python3", "-c", "import time\n"
                + "out = open('/proc/1/fd/1', 'w')\nwhile True:\n"
                + "    out.write((time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime()) + ',110 - ETL.JobEvents - INFO - Job event: row_processed"
                + " for job 0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60: {}\\n') * 500)\n"
                + "    out.flush()\n    time.sleep(0.04)\n").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try {
                Set<String> seen = new TreeSet<>();
                Report report = trace(id);
                for (Instant deadline = Instant.now().plusSeconds(30); ; report = trace(id)) {
                    onlyWhatIsTrue(report);
                    assertTrue(report.code() == 0 && HEALTHY.equals(report.fromThePipelineOn())
                        || report.code() == 1 && !report.with("UNKNOWN").isEmpty(), report.toString());
                    seen.add("exit code " + report.code());
                    if (report.with("UNKNOWN").containsAll(IN_THE_LOG)) {
                        break;
                    }
                    assertTrue(Instant.now().isBefore(deadline), "the log was never lost: " + report);
                }
                // Once more, while all that is left belongs to others.
                Report last = trace(id);
                assertEquals(Set.of(), difference(IN_THE_LOG, last.with("UNKNOWN").toArray(String[]::new)), last.toString());
                assertTrue(last.verdict().startsWith("unknown"), last.toString());
            } finally {
                noise.destroy();
            }
        } finally {
            restore("celery-worker");
        }
    }

    /** Whatever is OK is what happened, with its numbers. */
    private static void onlyWhatIsTrue(Report report) {
        assertEquals(List.of(), report.out().lines()
            .filter(line -> line.startsWith("  [OK] ") && !HEALTHY.contains(line + "\n")).toList(), report.toString());
    }

    @Test
    void aContainerThatIsRemovedWhileItsLogIsReadIsMissed() throws Exception {
        String id = row("completed");
        sql("UPDATE etl_jobs SET created_at = now() - interval '3 hours', started_at = now() - interval '3 hours' WHERE id = '" + id + "'");
        List<String> lines = timed(lines(id, "ForkPoolWorker-2")).lines().toList();
        write(WORKER, String.join("\n", lines.subList(0, 23)) + "\n");
        sure(run("docker", "exec", WORKER, "sh", "-c", "yes '2026-01-15 09:30:02,110 - ETL.JobEvents - INFO"
            + " - Job event: row_processed for job 0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60: {}'"
            + " | head -150000 > /proc/1/fd/1"));
        write(WORKER, String.join("\n", lines.subList(23, lines.size())) + "\n");
        ExecutorService aside = Executors.newSingleThreadExecutor();
        try {
            Future<Report> tracing = aside.submit(() -> trace(id));
            await("the log is read",
                () -> commands().values().stream().anyMatch(command -> command.contains(" logs ") && command.contains(" celery-worker")));
            Thread.sleep(300);
            sure(run("docker", "rm", "--force", WORKER));
            assertFalse(tracing.isDone(), "the log was read before the container went");
            Report report = tracing.get();
            assertEquals(1, report.code(), report.toString());
            // Docker goes on with a file that it has opened: what is told was read, and the rest is missed.
            onlyWhatIsTrue(report);
            assertTrue(report.with("UNKNOWN").contains("Job Log File"), report.toString());
        } finally {
            aside.shutdownNow();
            restore("celery-worker");
        }
    }

    // ---- Clocks ----

    @Test
    void aClockTenMinutesOffIsToldAndTheTimesArePutRight() throws Exception {
        restore("celery-worker");
        String id = row("completed");
        Instant before = Instant.now();
        // Each line is written at its own time, as a worker does.
        String python = "import datetime, re, sys, time\nnow = datetime.datetime.utcnow()\nout = open('/proc/1/fd/1', 'w')\n"
            + "time_of = lambda at: now + datetime.timedelta(seconds=float(at.group(1)))\n"
            + "for line in sys.stdin.buffer.read().decode().splitlines(True):\n"
            + "    at = re.search(r'\\{(\\d\\.\\d\\d)\\}', line)\n"
            + "    if at:\n        time.sleep(max(0, (time_of(at) - datetime.datetime.utcnow()).total_seconds()))\n"
            + "    out.write(re.sub(r'\\{(\\d\\.\\d\\d)\\}', lambda at: time_of(at).strftime('%Y-%m-%d %H:%M:%S,%f')[:-3], line))\n"
            + "    out.flush()\n";
        byte[] lines = (String.join("\n", lines(id, "ForkPoolWorker-2")) + "\n").getBytes(StandardCharsets.UTF_8);
        sure(run(Map.of(), null, lines, List.of("docker", "exec", "-i", "-e", "FAKETIME=-10m", "-e", "PYTHONIOENCODING=utf-8",
            "-e", "LANG=C.UTF-8", WORKER, "sh", "-c",
            "export LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1); exec python3 -c \"$0\"", python)));
        Instant after = Instant.now();
        try {
            await("Docker has the lines", () -> run("docker", "logs", WORKER).out().contains("succeeded in 2.9s"));
            String stamp = run("docker", "logs", WORKER).out().substring(1, 24);
            Instant written = STAMP.parse(stamp, Instant::from);
            assertTrue(written.isBefore(before.minusSeconds(590)) && written.isAfter(before.minusSeconds(610)), "the clock was not off: " + stamp);
            Report report = trace(id);
            assertTrue(report.fromThePipelineOn().startsWith(HEALTHY.substring(0, HEALTHY.indexOf("  None"))), report.toString());
            assertTrue(report.out().contains("Clock off: celery-worker is 10m 00.0s behind\n"), report.toString());
            Matcher started = Pattern.compile("  Started: (\\S+)\n").matcher(report.out());
            assertTrue(started.find(), report.toString());
            Instant told = Instant.parse(started.group(1));
            assertTrue(!told.isBefore(before.minusSeconds(2)) && !told.isAfter(after.plusSeconds(2)),
                "started between " + before + " and " + after + ", told " + told);
            assertEquals(1, report.code());
        } finally {
            restore("celery-worker");
        }
    }

    // ---- The disk, the pipe ----

    @Test
    void aDiskThatIsFullTakesTheRecordingAndNotTheReport() throws Exception {
        String id = healthy();
        Path zipped = Files.createSymbolicLink(folder.resolve("full.jsonl.gz"), Path.of("/dev/full"));
        for (String file : List.of("/dev/full", zipped.toString())) {
            Report report = trace(id, "--record", file);
            assertEquals(4, report.code(), report.toString());
            assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
            assertEquals("trace-job: the recording could not be written to " + file + ": No space left on device\n", report.err());
        }
        Files.delete(zipped);
        Report nowhere = trace(id, "--record", folder.resolve("no/such/folder.jsonl").toString());
        assertEquals("trace-job: the recording could not be written to " + folder + "/no/such/folder.jsonl: no such folder\n", nowhere.err());
        assertEquals(4, nowhere.code());
        Report aFolder = trace(id, "--record", folder.toString());
        assertEquals("trace-job: the recording could not be written to " + folder + ": Is a directory\n", aFolder.err());
    }

    @Test
    void whoReadsOneLineOnlyGetsItAndNothingIsLeft() throws Exception {
        String id = healthy();
        Set<Long> before = commands().keySet();
        String shown = command("-p", PROJECT, id, "-v").stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Ran ran = run("bash", "-c", "set -o pipefail; " + shown + " | head -1; echo \"${PIPESTATUS[*]}\"");
        assertEquals("============================================\n0 0\n", ran.out());
        assertEquals("", ran.err());
        Ran none = run("bash", "-c", shown + " | true; echo \"${PIPESTATUS[0]}\"");
        assertEquals("0\n", none.out());
        assertEquals("", none.err());
        nothingIsLeft(before);
    }

    // ---- Processes ----

    /** The commands of docker and its plugin that name our project, by process id. */
    private static Map<Long, String> commands() throws IOException {
        Map<Long, String> found = new TreeMap<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(one -> one.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
                    if (command.matches("(?s)\\S*docker(?:-compose)? .*") && command.contains(PROJECT)) {
                        found.put(Long.valueOf(process.getFileName().toString()), command);
                    }
                } catch (IOException ended) {
                    continue;
                }
            }
        }
        return found;
    }

    private static void nothingIsLeft(Set<Long> before) throws Exception {
        Map<Long, String> left = commands();
        for (Instant deadline = Instant.now().plusSeconds(5);
                !before.containsAll(left.keySet()) && Instant.now().isBefore(deadline); left = commands()) {
            Thread.sleep(50);
        }
        left.keySet().removeAll(before);
        assertEquals(Map.of(), left);
    }

    @Test
    @SuppressWarnings("try")
    void ctrlCEndsItAtAnyTimeAndTheTerminalIsClean() throws Exception {
        String id = running();
        // It was built before: what is interrupted is the tool, not its compiler.
        sure(run(AllTests.home().resolve("trace-job.java").toString(), "--version"));
        sure(run("docker", "pause", WORKER));
        try {
            for (String table : List.of("etl_jobs", "job_logs")) {
                try (Locked lock = new Locked(table)) {
                    Set<Long> before = commands().keySet();
                    interrupted(id, table.equals("etl_jobs") ? new double[] {0.2, 0.5, 0.9, 1.6, 2.6} : new double[] {1.3, 2.2, 3.6, 5.2});
                    nothingIsLeft(before);
                }
            }
        } finally {
            restore("celery-worker");
        }
    }

    /** Presses Ctrl-C on terminals after so many seconds, and looks at them. */
    private static void interrupted(String id, double... moments) throws Exception {
        ExecutorService people = Executors.newFixedThreadPool(moments.length);
        try {
            Map<Double, Future<String>> terminals = new LinkedHashMap<>();
            for (double moment : moments) {
                terminals.put(moment, people.submit(() -> interrupted(id, moment)));
            }
            for (Map.Entry<Double, Future<String>> terminal : terminals.entrySet()) {
                String shown = terminal.getValue().get();
                String when = "interrupted after " + terminal.getKey() + " s:\n" + shown;
                assertTrue(shown.contains("ended 130\r\n"), when);
                String before = shown.substring(0, shown.indexOf("ended 130"));
                // JBang, which looks for the built tool at first, says that it is interrupted in its own words.
                List<String> said = before.replace("^C", "").replaceAll("\\[jbang\\][^\r\n]*", "").lines().filter(line -> !line.isBlank()
                    && !line.startsWith("trace-job: still reading") && !line.startsWith("trace-job: the database could not be asked (")).toList();
                assertEquals(List.of(), said, when);
                String terminalsState = shown.substring(shown.indexOf("ended 130"));
                assertTrue(Pattern.compile("\\sicanon\\s").matcher(terminalsState).find()
                    && Pattern.compile("\\secho\\s").matcher(terminalsState).find(), when);
                double took = Double.parseDouble(shown.replaceAll("(?s).*took (\\S+)\\s*$", "$1"));
                assertTrue(took < terminal.getKey() + SLACK, when);
            }
        } finally {
            people.shutdownNow();
        }
    }

    private static String interrupted(String id, double moment) throws Exception {
        String command = "trap : INT; echo begins; " + AllTests.home().resolve("trace-job.java")
            + " -p " + PROJECT + " --timeout 20 " + id + "; echo \"ended $?\"; stty -a";
        // Who starts the tests in the background has them ignore Ctrl-C, and all that they start.
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=INT", "script", "-qefc", command, "/dev/null").redirectErrorStream(true);
        builder.environment().put("SHELL", "/bin/bash");
        Process terminal = builder.start();
        try (OutputStream keys = terminal.getOutputStream()) {
            String begins = new String(terminal.getInputStream().readNBytes("begins\r\n".length()), StandardCharsets.UTF_8);
            assertEquals("begins\r\n", begins);
            long start = System.nanoTime();
            Thread.sleep((long) (moment * 1000));
            keys.write(3);
            keys.flush();
            String shown = new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            terminal.waitFor();
            return shown + String.format(Locale.ROOT, "took %.2f", (System.nanoTime() - start) / 1e9);
        }
    }

    /** A terminal tells the commands as well; `kill` and what watches over processes tell the tool alone. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"INT, 130", "TERM, 143"})
    @SuppressWarnings("try")
    void aSignalToTheToolAloneEndsItsCommandsToo(String signal, int code) throws Exception {
        String id = healthy();
        try (Locked lock = new Locked("job_logs")) {
            Set<Long> before = commands().keySet();
            List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
            command.addAll(command("-p", PROJECT, "--timeout", "20", id));
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile()).start();
            await("a query waits", () -> Locked.waiting() > 0);
            sure(run("kill", "-" + signal, Long.toString(tool.pid())));
            assertTrue(tool.waitFor(10, TimeUnit.SECONDS), "it goes on");
            assertEquals(code, tool.exitValue());
            nothingIsLeft(before);
            assertEquals(List.of(), Files.readAllLines(folder.resolve("said")).stream()
                .filter(line -> !line.startsWith("trace-job: still reading")).toList());
        }
    }

    @Test
    @SuppressWarnings("try")
    void atTheTimeLimitNothingOfDebiansOldClientIsLeft() throws Exception {
        Path debians = Path.of("/usr/bin/docker");
        assumeTrue(Files.isExecutable(debians) && run(debians.toString(), "--version").out().contains(" 20.10."),
            "Debian's docker 20.10 is not installed");
        String id = healthy();
        Set<Long> before = commands().keySet();
        try (Locked lock = new Locked("job_logs")) {
            Set<Long> withLock = commands().keySet();
            Report report = started(Map.of("PATH", "/usr/bin:" + System.getenv("PATH")), null,
                "-p", PROJECT, "--timeout", "2", id, "-v", "--color", "never");
            nothingIsLeft(withLock);
            inTime(report, 2);
            assertTrue(report.out().contains("timed out after 2 s") || report.out().contains("canceling statement"), report.toString());
        }
        nothingIsLeft(before);
        CommandResult follow = new CommandRunner(1).run("log",
            List.of(debians.toString(), "compose", "-p", PROJECT, "logs", "--follow", "celery-worker"), Map.of(), line -> true);
        assertEquals("timed out after 1 s", follow.problem());
        assertTrue(follow.lines() > 0 && follow.seconds() < 1 + SLACK, follow.toString());
        nothingIsLeft(before);
        CommandResult exec = new CommandRunner(1).run("exec",
            List.of(debians.toString(), "compose", "-p", PROJECT, "exec", "-T", "celery-worker", "sleep", "5"), Map.of(), line -> true);
        assertEquals("timed out after 1 s", exec.problem());
        nothingIsLeft(before);
    }

    // ---- What is left on the disk ----

    @Test
    void nothingIsWrittenAnywhereButWhereRecordSays() throws Exception {
        String id = healthy();
        String home = System.getProperty("user.home");
        Map<String, Path> folders = new LinkedHashMap<>();
        for (String name : List.of("HOME", "TMPDIR", "where", "DOCKER_CONFIG", "record")) {
            folders.put(name, Files.createDirectory(folder.resolve(name)));
        }
        // The client needs its plugin; all else of its own folder stays behind.
        Path plugins = Path.of(System.getenv().getOrDefault("DOCKER_CONFIG", home + "/.docker"), "cli-plugins");
        if (Files.isDirectory(plugins)) {
            Files.createSymbolicLink(folders.get("DOCKER_CONFIG").resolve("cli-plugins"), plugins);
        }
        Map<String, String> env = Map.of("HOME", folders.get("HOME").toString(), "TMPDIR", folders.get("TMPDIR").toString(),
            "DOCKER_CONFIG", folders.get("DOCKER_CONFIG").toString(),
            "JAVA_TOOL_OPTIONS", "-Duser.home=" + folders.get("HOME") + " -Djava.io.tmpdir=" + folders.get("TMPDIR"));
        Map<String, String> before = tree(folder);
        for (String[] arguments : new String[][] {{id}, {"--list"}, {UUID.randomUUID().toString()}, {id, "--format", "json", "-v"}}) {
            String[] all = Stream.concat(Stream.of("-p", PROJECT), Stream.of(arguments)).toArray(String[]::new);
            Ran ran = run(env, folders.get("where"), new byte[0], command(all));
            assertTrue(ran.code() == 0 || ran.code() == 3, ran.toString());
            assertEquals(before, tree(folder), String.join(" ", arguments));
        }
        Path record = folders.get("record").resolve("job.jsonl.gz");
        sure(run(env, folders.get("where"), new byte[0], command("-p", PROJECT, id, "--record", record.toString())));
        Map<String, String> after = tree(folder);
        after.keySet().removeAll(before.keySet());
        assertEquals(Set.of("record/job.jsonl.gz"), after.keySet());
        sure(run(env, folders.get("where"), new byte[0], command("--replay", record.toString())));
        after = tree(folder);
        after.keySet().removeAll(before.keySet());
        assertEquals(Set.of("record/job.jsonl.gz"), after.keySet());
        Files.deleteIfExists(folders.get("DOCKER_CONFIG").resolve("cli-plugins"));
    }

    /** Every file under a folder, with its size and when it was changed. */
    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return files;
    }
}
