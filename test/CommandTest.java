import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line: what it refuses, what it prints, how it ends. */
class CommandTest {
    /** The sample block of the hand-run page, with the id and the times of the demo's recording. */
    private static final String SAMPLE = """
        ============================================
        ETL JOB TRACE: 7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35
        ============================================

        Job Info:
          Status: completed
          Created: 2026-01-15T09:30:00Z
          Started: 2026-01-15T09:30:00Z
          Completed: 2026-01-15T09:30:45Z
          Duration: 45.2s

        """ + Demo.ALL_IS_WELL + """
        Performance:
          Total Duration: 45.2s
          Snowflake: 3.2s
          idiCORE: 28.5s (bottleneck)
          CCC: 6.1s
          DNC: 2.3s
          Upload: 5.1s

        Issues Found:
          None

        ============================================
        """;

    @TempDir
    Path folder;

    private Path demoWith(String from, String to) throws IOException {
        String recording = Files.readString(AllTests.home().resolve("test/cases/demo/recording.jsonl"));
        assertTrue(recording.contains(from), "the recording no longer holds what this test changes: " + from);
        return Files.writeString(folder.resolve("changed.jsonl"), recording.replace(from, to));
    }

    /** A case's report with these texts of its recording replaced by those that follow them. */
    private AllTests.Run caseWith(String name, String... fromTo) throws IOException {
        String recording = Files.readString(AllTests.home().resolve("test/cases").resolve(name).resolve("recording.jsonl"));
        for (int i = 0; i < fromTo.length; i += 2) {
            assertTrue(recording.contains(fromTo[i]), "the recording no longer holds what this test changes: " + fromTo[i]);
            recording = recording.replace(fromTo[i], fromTo[i + 1]);
        }
        return AllTests.trace("--replay", Files.writeString(folder.resolve("changed.jsonl"), recording).toString());
    }

    @Test
    void theDemoPrintsTheSampleBlock() {
        AllTests.Run run = AllTests.trace("--demo", "--color", "never");
        assertEquals(SAMPLE, run.out());
        assertEquals("", run.err());
        assertEquals(0, run.code());
    }

    @Test
    void aDurationIsToldInItsOwnUnits() {
        assertEquals("45.2s 1m 00.0s 4m 05.0s 59m 59.4s 1h 00m 00s 1h 02m 03s 88h 36m 37s", java.util.stream.LongStream
            .of(45_220, 59_990, 245_000, 3_599_400, 3_599_980, 3_723_400, 318_997_400)
            .mapToObj(Times::duration).collect(Collectors.joining(" ")));
        assertEquals("0.0s 0.0s", Times.duration(-3_500) + " " + Times.duration(Long.MIN_VALUE));
    }

    private static Trace waiting(String status, String columns) {
        JsonNode row = Json.read(("{'status': '" + status + "', 'created_at': '2026-01-15T09:30:00Z', 'started_at': '2026-01-15T09:30:01Z'"
            + columns + "}").replace('\'', '"'));
        Trace trace = new Trace(new Job("7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35", row, true), Instant.parse("2026-01-15T09:29:56.500Z"));
        trace.answers.put("active tasks", new CommandResult("active tasks", "", 0, 0, 1, false, List.of("{\"task\":\"x\",\"job\":true}"), null));
        return trace;
    }

    @Test
    void waitingIsMeasuredByTheClockOfTheDatabase() {
        // This machine's clock is 3.5 s behind the job's creation.
        Trace asked = waiting("running", ", 'now': '2026-01-15T09:30:20+00:00'");
        assertEquals(20_000, asked.waitedMillis());
        assertEquals(19_000, asked.totalMillis());
        Trace without = waiting("running", "");
        assertEquals(0, without.waitedMillis());
        assertEquals(0, without.totalMillis());
        Trace ended = waiting("failed", ", 'now': '2026-01-15T09:40:00Z', 'completed_at': '2026-01-15T09:30:07Z'");
        assertEquals(7_000, ended.waitedMillis());
    }

    @Test
    void whatIsAlwaysPassedIsReadStrictlyAndGivesWayToWhatIsTyped() throws IOException {
        String home = System.setProperty("user.home", folder.toString());
        try {
            Path file = Files.writeString(folder.resolve(".trace-job.properties"), "project-name = always \nservice=redis=cache  \n");
            assertTrue(AllTests.trace("--explain", "5d3e").out().contains("docker compose -p always exec -T cache timeout 30 redis-cli"));
            assertTrue(AllTests.trace("--explain", "-f", "other.yml", "5d3e").out().contains("docker compose -f other.yml exec -T cache "));
            assertTrue(AllTests.trace("--explain", "-p", "typed", "5d3e").out().contains("docker compose -p typed exec -T cache "));
            for (String wrong : new String[] {"projekt", "p"}) {
                Files.writeString(file, wrong + "=x\n");
                AllTests.Run run = AllTests.trace("--demo");
                assertEquals("2 trace-job: " + file + ": there is no option --" + wrong + "\n", run.code() + " " + run.err());
            }
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void theDemoHoldsAllThatIsAsked() {
        String run = AllTests.trace("--demo", "-v").out();
        assertTrue(!run.contains("not read: rows") && !run.contains(" exit -1"), run);
    }

    @Test
    void oneOtherCountInTheRecordingChangesThatLineOnly() throws IOException {
        Path changed = demoWith("45/318 phones found in DNC list", "46/318 phones found in DNC list");
        assertEquals(SAMPLE.replace("45 in DNC", "46 in DNC"), AllTests.trace("--replay", changed.toString()).out());
    }

    @Test
    void oneOtherTimeInTheRecordingChangesTheStageThatEndsThere() throws IOException {
        Path changed = demoWith("09:30:40,235", "09:30:39,735");
        assertEquals(SAMPLE.replace("DNC: 2.3s", "DNC: 1.8s"), AllTests.trace("--replay", changed.toString()).out());
    }

    @Test
    void whatCannotBeAnIdIsRefused() {
        for (String id : new String[] {"a'b", "a;b", "$(id)", "`id`", "%", "_", "..", "a b", "a\nb", "a\0b",
                "x".repeat(65), "x".repeat(10_000), "имя", ""}) {
            AllTests.Run run = AllTests.trace(id);
            assertEquals(2, run.code(), id);
            assertEquals("", run.out(), id);
        }
    }

    @Test
    void withoutAJobItSaysHowToNameOne() {
        AllTests.Run run = AllTests.trace();
        assertEquals(2, run.code());
        assertTrue(run.err().contains("JOB-ID"), run.err());
    }

    @Test
    void wrongUsageIsOneLineAndWhereToReadMore() {
        for (String line : new String[] {"--lsat: Unknown option: '--lsat'", "--format xml 5d3e: --format is text or json",
                "--timeout abc 5d3e: Invalid value for option '--timeout': 'abc' is not a double", "a;b: a JOB-ID has letters",
                "--stage nope --demo: no stage is called nope; there are job-created, ",
                "--last 5d3e: --last takes a status such as failed; to trace a job by its id: trace-job JOB-ID",
                "--list 5d3e: --list takes a status such as failed"}) {
            String[] typed = line.split(": ", 2);
            AllTests.Run run = AllTests.trace(typed[0].split(" "));
            assertEquals(2, run.code(), line);
            assertTrue(run.err().startsWith("trace-job: " + typed[1]) && run.err().endsWith("\ntrace-job --help tells more\n"), run.err());
            assertEquals(2, run.err().lines().count(), run.err());
        }
        assertTrue(AllTests.trace("--verbos").err().contains("\nPossible solutions: --verbose, --version\n"));
    }

    @Test
    void aRecordingHasNoJobsButItsOwn() throws IOException {
        AllTests.Run other = AllTests.trace("--demo", "5d3e");
        assertEquals(3, other.code());
        assertTrue(other.err().startsWith("trace-job: no job has 5d3e in its id; the newest:\n  7f3c2a10-"), other.err());
        AllTests.Run failed = AllTests.trace("--demo", "--last", "failed");
        assertEquals(3, failed.code());
        assertTrue(failed.err().startsWith("trace-job: no job is failed; the newest:\n  7f3c2a10-"), failed.err());
        assertEquals(0, AllTests.trace("--demo", "--last", "completed").code());
        assertEquals(0, AllTests.trace("--demo", "7F3C").code());
        String recording = demoWith("of", "of").toString();
        Files.write(Path.of(recording), Files.readAllLines(Path.of(recording)).stream()
            .filter(line -> !line.startsWith("{\"of\": \"rows of etl_jobs\", \"out\"")).toList());
        for (String way : new String[] {"--last", "--list"}) {
            AllTests.Run empty = AllTests.trace("--replay", recording, way);
            assertEquals("trace-job: there are no jobs\n", empty.err());
            assertEquals("", empty.out());
        }
    }

    @Test
    void theCommandOfALineIsTheOneThatReadIt() throws IOException {
        String end = "{\"of\": \"log of the other services\", \"command\"";
        String fault = "{\"of\": \"log of the other services\", \"out\": \"p1lending-new-postgres  | 2026-01-15T09:30:20.000000000Z"
            + " 2026-01-15 09:30:20.000 UTC [77] ERROR:  no room for job 7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35\"}\n";
        String both = Files.readString(demoWith(end, fault + end));
        String file = "{\"of\": \"file backend:logs/etl_job_{job}.log\", ";
        Path changed = Files.writeString(folder.resolve("both.jsonl"), both.replace(file, file
            + "\"out\": \"2026-01-15 09:30:00,100 - ETL.ETLEngine - ERROR - run:42 - no room in backend\"}\n" + file));
        AllTests.Run run = AllTests.trace("--replay", changed.toString(), "--format", "json");
        JsonNode read = AllTests.JSON.readTree(run.out());
        assertEquals(Set.of("logs --no-color --timestamps --tail 10000 frontend ntfy postgres redis",
            "exec -T backend timeout 30 cat logs/etl_job_7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35.log"), read.findParents("placedBy").stream()
            .filter(line -> line.get("text").asText().contains("no room"))
            .map(line -> line.get("command").asText().replaceFirst(".*prod.yml ", "")).collect(Collectors.toSet()), run.out());
        String check = AllTests.trace("--demo", "--check", "false", "--format", "json").out();
        assertEquals("check", AllTests.JSON.readTree(check).at("/issues/0/evidence/0/placedBy").asText(), check);
    }

    @Test
    void aListForAProgramHasWhatTheTableHas() throws IOException {
        String row = Files.readAllLines(AllTests.home().resolve("test/cases/demo/recording.jsonl")).get(1);
        StringBuilder rows = new StringBuilder(row);
        for (int i = 10; i < 30; i++) {
            rows.append('\n').append(row.replace("7f3c2a10", "7f3c2a" + i + "x").replace("2a10x", "2a1f"));
        }
        Path many = demoWith(row, rows.toString());
        assertTrue(AllTests.trace("--replay", many.toString(), "--list").out().endsWith("\n  and 1 more\n"));
        JsonNode list = AllTests.JSON.readTree(AllTests.trace("--replay", many.toString(), "--list", "--format", "json").out());
        assertEquals(20, list.size());
        assertTrue(list.get(0).has("status") && !list.get(0).has("matches") && !list.get(0).has("now"), list.toString());
    }

    @Test
    void aServiceThatNoStageKnowsIsRefused() {
        AllTests.Run run = AllTests.trace("--service", "foo=bar", "--demo");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--service knows only backend, celery-worker, postgres, redis on the left\n"), run.err());
        assertEquals(0, AllTests.trace("--service", "redis=bar,backend=api", "--demo").code());
    }

    @Test
    void aRecordingThatIsNotMaskedIsSaidToBe() {
        String file = folder.resolve("r.jsonl").toString();
        assertTrue(AllTests.trace("--host", "tcp://127.0.0.1:1", "-p", "x", "--record", file, "--no-redact", "5d3e").err()
            .contains("trace-job: the recording is NOT masked"));
        assertEquals(2, AllTests.trace("--list", "--record", file).code());
        assertEquals(2, AllTests.trace("--explain", "--record", file).code());
    }

    @Test
    void explainPrintsTheCommandsAndRunsNone() {
        AllTests.Run run = AllTests.trace("--explain", "-p", "no-such-project", "0b5e");
        assertEquals(0, run.code());
        assertEquals("", run.err());
        assertTrue(run.out().contains("docker compose -p no-such-project exec -T celery-worker timeout 30 cat 'logs/jobs/<job>.log'\n"), run.out());
        assertTrue(run.out().contains("docker compose -p no-such-project logs --no-color --timestamps"
            + " --since '<created>' --until '<ended>' celery-worker\n"), run.out());
        assertTrue(run.out().contains(" --since '<created>' --until '<ended>' '<others>'\n"), run.out());
        assertTrue(run.out().contains(" logs --no-color --timestamps --tail '<lines>' backend\n"), run.out());
        assertTrue(run.out().contains("docker inspect --format ") && run.out().contains(" '<container>'\n"), run.out());
        assertTrue(run.out().contains("exec -T celery-worker timeout 5 celery -A ") && !run.out().contains("timeout 30 timeout"), run.out());
        assertTrue(run.out().lines().allMatch(line -> line.startsWith("docker ")), run.out());
    }

    @Test
    void aPasswordForPsqlAppearsNowhere() {
        for (String conninfo : new String[] {"postgresql://u:s3cret@h/d", "host=h password=s3cret dbname=d", "host=h password = 's3cret' dbname=d",
            "postgresql://u@h/d?password=s3cret&sslmode=require"}) {
            AllTests.Run run = AllTests.trace("--explain", "--psql", conninfo, "0b5e");
            assertTrue(run.out().contains("PGOPTIONS='-c default_transaction_read_only=on -c statement_timeout=30000' psql "), run.out());
            assertTrue(!run.out().contains("s3cret") && !run.err().contains("s3cret"), run.out());
            assertEquals("s3cret", ComposeTarget.password(conninfo).orElse(""), conninfo);
        }
    }

    @Test
    void aFileThatIsNoRecordingIsOneLineAndNoStackTrace() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jsonl"), "{\"no\":1}\n");
        AllTests.Run run = AllTests.trace("--replay", file.toString());
        assertEquals(2, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void aLogUnderNextIsReadFromTheJobsTimeByDockersClock() throws IOException {
        String logs = "\nNext:\n  docker compose -f docker-compose.prod.yml logs --since 2026-01-15T09:29:50Z";
        String whole = logs + " --until 2026-01-15T09:30:18Z celery-worker\n";
        String failing = "ccc-batch-fails-and-completed";
        AllTests.Run run = caseWith(failing);
        assertTrue(run.out().contains(whole), run.out());
        AllTests.Run running = caseWith("running-slowly-in-idicore");
        assertTrue(running.out().contains(logs + " celery-worker\n"), running.out());
        AllTests.Run database = caseWith(failing, "created_at\\\": \\\"2026-01-15T09:30:00.", "now\\\": \\\"2026-01-15T09:41:00+00:00\\\","
            + " \\\"created_at\\\": \\\"2026-01-15T09:40:00.", "completed_at\\\": \\\"2026-01-15T09:30:08.", "completed_at\\\": \\\"2026-01-15T09:40:08.");
        assertTrue(database.out().contains("Clock off: the database's") && database.out().contains(whole), database.out());
        AllTests.Run worker = caseWith("worker-clock-ten-minutes-off", "6/6 successful", "0/6 successful");
        assertTrue(worker.out().contains("Clock off: celery-worker is 10m 00.0s behind") && worker.out().contains(whole), worker.out());
        // Killed six seconds after its creation, and the row runs for ever.
        AllTests.Run lost = caseWith("worker-process-killed");
        assertTrue(lost.out().contains(" logs --since 2026-01-15T09:29:50Z --until 2026-01-15T09:30:16Z celery-worker\n"), lost.out());
    }

    @Test
    void theLogThatShowsItComesFirst() throws IOException {
        AllTests.Run run = caseWith("spec-form-idicore-breaker-opens");
        String logs = "  docker compose -f docker-compose.prod.yml logs --since 2026-01-15T09:29:50Z --until 2026-01-15T09:30:18Z ";
        assertTrue(run.out().contains("\n" + logs + "backend\n" + logs + "celery-worker\n"), run.out());
    }

    @Test
    void aCommandUnderNextIsForThisStack() {
        ComposeTarget target = new ComposeTarget();
        target.compose = List.of("-p", "my");
        target.services = Map.of("postgres", "db", "redis", "cache");
        target.databaseUser = "reader";
        target.databaseName = "leads";
        assertEquals("docker compose -p my exec -T db psql -U reader -d leads -c 'SELECT 1 FROM postgres'",
            target.typed("docker compose exec -T postgres psql -U postgres -d redis -c \"SELECT 1 FROM postgres\"", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my exec -T cache echo redis -d x", target.typed("docker compose exec -T redis echo redis -d x", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my ps -a cache db", target.typed("docker compose ps -a redis postgres", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my logs cache", target.typed("docker compose logs redis", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my logs --tail 5 cache", target.typed("docker compose logs --tail 5 redis", Map.of(),
            new TimeWindow(Instant.EPOCH, null, false)));
    }

    @Test
    void nextIsShortAndBeginsWithTheWorst() {
        List<Issue> issues = IntStream.rangeClosed(1, 4).mapToObj(i -> new Issue("i" + i, Status.FAIL, "i" + i, "",
            List.of("Do it.", "docker compose ps " + i, "docker compose logs same", "docker compose top " + i), List.of(), null, List.of())).toList();
        List<String> next = TraceJob.next(issues, false);
        assertEquals(List.of("docker compose ps 1", "docker compose logs same", "docker compose top 1", "docker compose ps 2", "docker compose top 2",
            "docker compose ps 3", "# and 3 more with -v"), next);
        assertEquals(9, TraceJob.next(issues, true).size());
        assertEquals(5, TraceJob.next(issues.subList(0, 2), false).size());
    }

    @Test
    void aReportThatCannotBeWrittenIsAFailureAndAReaderWhoHasReadEnoughIsNone() throws IOException {
        for (String[] args : new String[][] {{"--demo"}, {"--demo", "--format", "json"}, {"--list-checks"}, {"--help"}, {"--replay",
                AllTests.home().resolve("test/cases/ccc-batch-fails-and-completed/recording.jsonl").toString()}}) {
            StringWriter err = new StringWriter();
            int code = TraceJob.run(args, new PrintWriter(new Stdout(new FileOutputStream("/dev/full"))), new PrintWriter(err));
            assertEquals("5 trace-job: the report could not be written to stdout\n", code + " " + err, args[0]);
        }
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        StringWriter err = new StringWriter();
        assertEquals(0, TraceJob.run(new String[] {"--demo", "-v"}, new PrintWriter(new Stdout(gone)), new PrintWriter(err)));
        assertEquals("", err.toString());
    }

    @Test
    void colourIsForTerminalsThatKnowItAndForThoseWhoAskForIt() {
        Map<String, String> xterm = Map.of("TERM", "xterm-256color");
        assertTrue(Terminal.colour("auto", xterm, true));
        assertTrue(Terminal.colour("auto", Map.of("TERM", "xterm", "NO_COLOR", ""), true));
        assertFalse(Terminal.colour("auto", xterm, false));
        assertFalse(Terminal.colour("auto", Map.of("TERM", "dumb"), true));
        assertFalse(Terminal.colour("auto", Map.of(), true));
        assertFalse(Terminal.colour("auto", Map.of("TERM", "xterm", "NO_COLOR", "1"), true));
        assertFalse(Terminal.colour("never", xterm, true));
        assertTrue(Terminal.colour("always", Map.of("TERM", "dumb", "NO_COLOR", "1"), false));
        assertTrue(AllTests.trace("--demo", "--color", "always").out().contains("  \u001b[32m[OK]\u001b[39m\u001b[0m Task Queued - "));
        AllTests.Run none = AllTests.trace("--demo", "--color", "always", "--no-color");
        assertEquals("0 " + SAMPLE, none.code() + " " + none.out());
    }

    @Test
    void colourBreaksNoLineElsewhere() {
        Trace trace = new Trace(new Job("5d3e", Json.NODES.objectNode(), false), Instant.EPOCH);
        trace.verdict = new Verdict("completed", "", null, List.of());
        IntStream.range(40, 80).forEach(length -> trace.issues.add(new Issue("i", Status.FAIL, "x".repeat(length - 10) + " yyy zzz", "", List.of(), List.of(),
            null, List.of())));
        for (int width = 41; width < 80; width++) {
            String plain = new TextReport(trace, false, width, CommandLine.Help.Ansi.OFF).render(List.of());
            String colourful = new TextReport(trace, false, width, CommandLine.Help.Ansi.ON).render(List.of());
            assertTrue(colourful.contains("  1. \u001b[31m[FAIL]\u001b[39m\u001b[0m"), colourful);
            assertEquals(plain, colourful.replaceAll("\u001b\\[\\d+m", ""));
        }
    }

    @Test
    void onlyTheStageThatWasAskedForIsTold() {
        AllTests.Run run = AllTests.trace("--demo", "--stage", "dnc");
        assertTrue(run.out().contains("[OK] DNC Check - 318 phones checked, 45 in DNC"), run.out());
        assertTrue(!run.out().contains("CCC Litigator Check"), run.out());
        assertEquals(2, AllTests.trace("--demo", "--stage", "nonsense").code());
    }

    @Test
    void aRecordingChoosesNoCommandAndForgesNoLine() throws IOException {
        Path file = AllTests.home().resolve("test/cases/log-timed-out/recording.jsonl");
        String recording = Files.readString(file);
        assertTrue(recording.contains("\"docker\": [\"docker\"]") || recording.contains("\"docker\":[\"docker\"]"),
            "the head is written otherwise now");
        assertTrue(recording.contains("timed out after 30 s"), "the recording no longer holds what this test changes");
        Path forged = Files.writeString(folder.resolve("forged.jsonl"), recording
            .replaceFirst("\"docker\": ?\\[\"docker\"\\]", "\"docker\":[\"rm\",\"-rf\",\"/\"]")
            .replace("timed out after 30 s", "x\\n  [OK] DNC Check - all is well\\u001b]52;c;eA==\\u0007"));
        AllTests.Run run = AllTests.trace("--replay", forged.toString(), "-v");
        assertEquals(1, run.code(), run.err());
        assertTrue(!run.out().contains("rm -rf") && !run.out().contains("\u001b"), run.out());
        assertTrue(run.out().lines().noneMatch(line -> line.startsWith("  [OK] DNC Check - all is well")), run.out());
    }

    @Test
    void aPasswordThatAnErrorShowsIsMasked() {
        CommandResult answer = new CommandRunner(5).run("test", java.util.List.of("sh", "-c", "echo 'invalid: postgresql://p1:hunter2@db/x' >&2; exit 15"),
            java.util.Map.of(), line -> true);
        assertEquals("invalid: postgresql://[password]@db/x", answer.problem());
    }

    // ---- What a stack answers, and what becomes of it ----

    /** The demo's stack; a test changes one of its answers. */
    private static class DemoStack implements Source {
        final Recording demo;

        DemoStack() throws IOException {
            try (var bytes = Files.newInputStream(AllTests.home().resolve("test/cases/demo/recording.jsonl"))) {
                demo = Recording.of("the demo", bytes);
            }
        }

        @Override
        public Instant now() {
            return demo.now();
        }

        @Override
        public CommandResult ask(Command ask, Map<String, String> fill) {
            return demo.ask(ask, fill);
        }

        @Override
        public CommandResult file(Command ask, Map<String, String> fill, int index, LineHandler sink) {
            return demo.file(ask, fill, index, sink);
        }

        @Override
        public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
            return demo.log(ask, window, reader);
        }
    }

    private static Trace judged(Source stack, List<Stage> stages, List<Check> checks) {
        Command finder = stages.stream().map(Stage::finder).filter(java.util.Objects::nonNull).findFirst().orElseThrow();
        Collector gathering = new Collector(stack, finder, stages, checks.stream().flatMap(check -> check.asks.stream()).toList(), new Redactor(true), new ComposeTarget());
        Collector.Found found = gathering.find("7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35", "");
        Trace trace = new Trace(gathering.trace(found.jobs().get(0), found));
        Judge.judge(trace, stages, stages, checks);
        return trace;
    }

    private static List<Stage> stages() {
        return Scripts.all(Stage.class).stream().sorted(Comparator.comparingInt(stage -> stage.order)).toList();
    }

    /** What the report says of the pipeline and the issues. */
    private static String told(Trace trace) {
        String report = new TextReport(trace, false, 0, picocli.CommandLine.Help.Ansi.OFF).render(List.of());
        return report.substring(report.indexOf("Pipeline Trace:"));
    }

    private static final String DEMO_FROM_THE_PIPELINE_ON = SAMPLE.substring(SAMPLE.indexOf("Pipeline Trace:"));

    /** A check that asks for rows of its own; they look like those of job_logs, and tell of another job. */
    private static final class Notes extends Check {
        Notes() {
            super("Notes");
            runs("docker compose exec -T postgres psql -U p1lending -c \"SELECT to_jsonb(n) FROM notes n\"");
        }

        @Override
        Optional<Issue> inspect(Trace trace) {
            return nothing();
        }
    }

    @Test
    void rowsAreLinesOfTheJobOnlyWhereAStageDeclaresThem() throws IOException {
        Source stack = new DemoStack() {
            @Override
            public CommandResult ask(Command ask, Map<String, String> fill) {
                return !ask.key().equals("rows of notes") ? super.ask(ask, fill)
                    : new CommandResult(ask.key(), "psql", 0, 0.1, 1, false, List.of("{\"message\": \"Error querying DNC chunk 1: database is locked\","
                        + " \"level\": \"ERROR\", \"created_at\": \"2026-01-15T09:30:38Z\"}"), null);
            }
        };
        Trace trace = judged(stack, stages(), List.of(new Notes()));
        assertTrue(trace.answered("rows of notes"), "nobody asked for them");
        assertEquals(List.of(), trace.messages(message -> message.text.startsWith("Error querying DNC")));
        assertEquals(DEMO_FROM_THE_PIPELINE_ON, told(trace));
        // Those of job_logs are: each is a copy of a line, or an event of its own.
        assertEquals(11, trace.placed.get("database"));
    }

    /** Feeds a reader so many lines of another job that a recording has no place for them. */
    private static void flood(LogHandler reader, String container, int lines) {
        String line = container + "  | 2026-01-15T09:30:20.000000000Z 2026-01-15 09:30:20,000 - ETL.JobEvents - INFO - Job event: row_processed for job "
            + "0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60: " + "x".repeat(800);
        for (int i = 0; i < lines; i++) {
            reader.line(line);
        }
    }

    /** Records the job of such a stack, and replays it. */
    private AllTests.Run recordedAndReplayed(Source stack, StringWriter said) throws IOException {
        Path file = folder.resolve("recorded.jsonl");
        Recorder recorder = new Recorder(stack, new Redactor(true));
        Trace trace = judged(recorder, stages(), Scripts.all(Check.class));
        recorder.write(file, trace.job, new ComposeTarget(), new Progress(new PrintWriter(said)));
        return AllTests.trace("--replay", file.toString(), "-v");
    }

    @Test
    void aRecordingThatIsCutHasLostLinesOfItsLogsAndNothingElse() throws IOException {
        StringWriter said = new StringWriter();
        AllTests.Run run = recordedAndReplayed(new DemoStack() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                return demo.log(ask, window, !ask.service().equals("backend") ? reader : () -> {
                    LogHandler lines = reader.get();
                    flood(lines, "p1lending-new-backend", 30_000);
                    return lines;
                });
            }
        }, said);
        assertEquals("trace-job: the recording reached its largest size (16 million characters) and was cut\n", said.toString());
        assertEquals("", run.err());
        assertTrue(run.out().contains("(database says: completed)\n"), run.out());
        assertTrue(run.out().contains("\n  [OK] Job Created - API received request\n"), run.out());
        assertTrue(run.out().contains("\n  not read: log backend: the recording was cut at its largest size\n"), run.out());
        for (String whole : new String[] {"rows", "containers", "state of containers"}) {
            assertTrue(run.out().lines().noneMatch(line -> line.startsWith("  not read: " + whole)), run.out());
        }
    }

    @Test
    void aLogThatIsReadAnewFromFurtherBackCountsOnce() throws IOException {
        StringWriter said = new StringWriter();
        AllTests.Run run = recordedAndReplayed(new DemoStack() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                if (ask.service().equals("celery-worker")) {
                    // A first tail of more than twice what has a place, which did not reach back far enough.
                    flood(reader.get(), "p1lending-new-celery", 45_000);
                }
                return demo.log(ask, window, reader);
            }
        }, said);
        assertEquals("", said.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(!run.out().contains("the recording was cut"), run.out());
    }

    /** A stage in which something is wrong with the lines of one service. */
    private static final class Broken extends Stage {
        private final String service;

        Broken(String service) {
            super("Broken", 200);
            hideWhenOk();
            this.service = service;
        }

        @Override
        boolean overhears(Message message) {
            if (message.service.equals(service)) {
                throw new IllegalStateException("no such line");
            }
            return false;
        }
    }

    private static Trace withABrokenReader(String service, String container) throws IOException {
        List<Stage> stages = new ArrayList<>(stages());
        stages.add(new Broken(service));
        return judged(new DemoStack() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                return demo.log(ask, window, !ask.service().equals(service) ? reader : () -> {
                    LogHandler lines = reader.get();
                    lines.line(container + "  | 2026-01-15T09:29:50.000000000Z 2026-01-15 09:29:50,000 - ETL.X - ERROR - nobody's");
                    lines.line(container + "  | 2026-01-15T09:29:55.000000000Z 2026-01-15 09:29:55,000 - ETL.X - INFO - much later");
                    return lines;
                });
            }
        }, stages, Scripts.all(Check.class));
    }

    @Test
    void aFaultInTheReaderOfOneLogCostsThatLogAlone() throws IOException {
        String why = "a fault of trace-job: java.lang.IllegalStateException: no such line at CommandTest$Broken.overhears(CommandTest.java:";
        Trace backend = withABrokenReader("backend", "p1lending-new-backend");
        assertTrue(backend.missing.get("log backend").startsWith(why), backend.missing.toString());
        assertTrue(told(backend).startsWith(Demo.ALL_IS_WELL.stripTrailing()), told(backend));
        assertEquals("UNKNOWN not every log could be read", backend.findings.get("Error Analysis").status() + " " + backend.findings.get("Error Analysis").summary());
        Trace worker = withABrokenReader("celery-worker", "p1lending-new-celery");
        for (String stage : new String[] {"Snowflake Query", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"}) {
            Finding finding = worker.findings.get(stage);
            assertEquals(Status.UNKNOWN, finding.status(), stage);
            assertTrue(finding.summary().contains(": " + why), finding.summary());
        }
        assertEquals(Status.OK, worker.findings.get("Job Created").status());
    }

    /** The demo's job ends while it is traced: the row says running the first time, and all is read twice. */
    private static class EndsMeanwhile extends DemoStack {
        private final Map<String, Integer> times = new ConcurrentHashMap<>();

        EndsMeanwhile() throws IOException {
            super();
        }

        int time(Command ask) {
            return times.merge(ask.key(), 1, Integer::sum);
        }

        static CommandResult tooLate(Command ask) {
            return new CommandResult(ask.key(), "", -1, 0, 0, true, List.of(), "not asked: the time of the whole run is over");
        }

        @Override
        public CommandResult ask(Command ask, Map<String, String> fill) {
            if (ask.key().endsWith(" tasks")) {
                return new CommandResult(ask.key(), "", 0, 0, 1, false, List.of("{\"worker\":\"celery@w\"}"), null);
            }
            CommandResult answer = demo.ask(ask, fill);
            if (!ask.key().equals("rows of etl_jobs") || time(ask) > 1) {
                return answer;
            }
            ObjectNode row = (ObjectNode) Json.read(answer.out().get(0));
            return answer.with(List.of(row.put("status", "running").putNull("completed_at").put("message", "").toString()));
        }
    }

    @Test
    void aJobThatEndsWhileItIsTracedIsNotToldByAPoorerSecondLook() throws IOException {
        Trace trace = judged(new EndsMeanwhile() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                return time(ask) == 1 ? demo.log(ask, window, reader) : tooLate(ask);
            }

            @Override
            public CommandResult file(Command ask, Map<String, String> fill, int index, LineHandler sink) {
                return time(ask) == 1 ? demo.file(ask, fill, index, sink) : tooLate(ask);
            }
        }, stages(), List.of());
        assertEquals(DEMO_FROM_THE_PIPELINE_ON, told(trace));
        assertEquals("completed", TextReport.status(trace));
        assertEquals("Refinance leads, Ohio", trace.job.name());
    }

    @Test
    void aSecondLookThatSawTheEndIsTakenThoughItLostAFile() throws IOException {
        Trace trace = judged(new EndsMeanwhile() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                boolean cut = ask.service().equals("celery-worker") && time(ask) == 1;
                return demo.log(ask, window, !cut ? reader : () -> {
                    LogHandler lines = reader.get();
                    return line -> line.contains("09:30:4") || lines.line(line);
                });
            }

            @Override
            public CommandResult file(Command ask, Map<String, String> fill, int index, LineHandler sink) {
                return time(ask) == 1 ? demo.file(ask, fill, index, sink) : tooLate(ask);
            }
        }, stages(), List.of());
        assertTrue(told(trace).startsWith(Demo.ALL_IS_WELL.stripTrailing()), told(trace));
        assertEquals(Status.UNKNOWN, trace.findings.get("Job Log File").status());
    }
}
