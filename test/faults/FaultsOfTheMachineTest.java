import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The machine on which it runs: a full disk, a closed pipe, Ctrl-C, signals, an old client; no process and no file is left. */
class FaultsOfTheMachineTest extends FaultsStack {
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
        assertEquals("trace-job: the recording could not be written to " + folder + ": it is a folder\n", aFolder.err());
    }

    @Test
    void whoReadsOneLineOnlyGetsItAndNothingIsLeft() throws Exception {
        String id = healthy();
        Set<Long> before = DockerCommands.running().keySet();
        String shown = OwnJvm.command("-p", PROJECT, id, "-v").stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Ran ran = Ran.of("bash", "-c", "set -o pipefail; " + shown + " | head -1; echo \"${PIPESTATUS[*]}\"");
        assertEquals("============================================\n0 0\n", ran.out());
        assertEquals("", ran.errWithoutProgress());
        Ran none = Ran.of("bash", "-c", shown + " | true; echo \"${PIPESTATUS[0]}\"");
        assertEquals("0\n", none.out());
        assertEquals("", none.errWithoutProgress());
        DockerCommands.nothingIsLeft(before);
    }

    @Test
    @SuppressWarnings("try")
    void ctrlCEndsItAtAnyTimeAndTheTerminalIsClean() throws Exception {
        String id = running();
        // It was built before: what is interrupted is the tool, not its compiler.
        sure(Ran.of(AllTests.home().resolve("trace-job.java").toString(), "--version"));
        sure(Ran.of("docker", "pause", WORKER));
        try {
            for (String table : List.of("etl_jobs", "job_logs")) {
                try (LockedTable lock = new LockedTable(table)) {
                    Set<Long> before = DockerCommands.running().keySet();
                    interrupted(id, table.equals("etl_jobs") ? new double[] {0.2, 0.5, 0.9, 1.6, 2.6} : new double[] {1.3, 2.2, 3.6, 5.2});
                    DockerCommands.nothingIsLeft(before);
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
                    && !line.startsWith("trace-job: still reading") && !line.startsWith("trace-job: could not query the database (")).toList();
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
        try (LockedTable lock = new LockedTable("job_logs")) {
            Set<Long> before = DockerCommands.running().keySet();
            List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
            command.addAll(OwnJvm.command("-p", PROJECT, "--timeout", "20", id));
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile()).start();
            await("a query waits", () -> LockedTable.waiting() > 0);
            sure(Ran.of("kill", "-" + signal, Long.toString(tool.pid())));
            assertTrue(tool.waitFor(10, TimeUnit.SECONDS), "it goes on");
            assertEquals(code, tool.exitValue());
            DockerCommands.nothingIsLeft(before);
            assertEquals(List.of(), Files.readAllLines(folder.resolve("said")).stream()
                .filter(line -> !line.startsWith("trace-job: still reading")).toList());
        }
    }

    @Test
    @SuppressWarnings("try")
    void atTheTimeLimitNothingOfDebiansOldClientIsLeft() throws Exception {
        Path debians = Path.of("/usr/bin/docker");
        assumeTrue(Files.isExecutable(debians) && Ran.of(debians.toString(), "--version").out().contains(" 20.10."),
            "Debian's docker 20.10 is not installed");
        String id = healthy();
        Set<Long> before = DockerCommands.running().keySet();
        try (LockedTable lock = new LockedTable("job_logs")) {
            Set<Long> withLock = DockerCommands.running().keySet();
            Report report = started(Map.of("PATH", "/usr/bin:" + System.getenv("PATH")), null,
                "-p", PROJECT, "--timeout", "2", id, "-v", "--color", "never");
            DockerCommands.nothingIsLeft(withLock);
            inTime(report, 2);
            assertTrue(report.out().contains("timed out after 2 s") || report.out().contains("canceling statement"), report.toString());
        }
        DockerCommands.nothingIsLeft(before);
        CommandResult follow = new CommandRunner(1).run("log",
            List.of(debians.toString(), "compose", "-p", PROJECT, "logs", "--follow", "celery-worker"), Map.of(), line -> true);
        assertEquals("timed out after 1 s", follow.problem());
        assertTrue(follow.lines() > 0 && follow.seconds() < 1 + SLACK, follow.toString());
        DockerCommands.nothingIsLeft(before);
        CommandResult exec = new CommandRunner(1).run("exec",
            List.of(debians.toString(), "compose", "-p", PROJECT, "exec", "-T", "celery-worker", "sleep", "5"), Map.of(), line -> true);
        assertEquals("timed out after 1 s", exec.problem());
        DockerCommands.nothingIsLeft(before);
    }

    @Test
    void nothingIsWrittenAnywhereButWhereRecordSaysAndTheIdsThatCompletionOffers() throws Exception {
        String id = healthy();
        String home = System.getenv("HOME");
        Map<String, Path> folders = new LinkedHashMap<>();
        for (String name : List.of("HOME", "TMPDIR", "cache", "where", "DOCKER_CONFIG", "record")) {
            folders.put(name, Files.createDirectory(folder.resolve(name)));
        }
        // The client needs its plugin; all else of its own folder stays behind.
        Path plugins = Path.of(System.getenv().getOrDefault("DOCKER_CONFIG", home + "/.docker"), "cli-plugins");
        if (Files.isDirectory(plugins)) {
            Files.createSymbolicLink(folders.get("DOCKER_CONFIG").resolve("cli-plugins"), plugins);
        }
        Map<String, String> env = Map.of("HOME", folders.get("HOME").toString(), "XDG_CACHE_HOME", folders.get("cache").toString(), "TMPDIR", folders.get("TMPDIR").toString(),
            "DOCKER_CONFIG", folders.get("DOCKER_CONFIG").toString(),
            "JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folders.get("TMPDIR"));
        Map<String, String> before = tree(folder);
        for (String[] arguments : new String[][] {{id}, {"--list"}, {UUID.randomUUID().toString()}, {id, "--format", "json", "-v"}}) {
            String[] all = Stream.concat(Stream.of("-p", PROJECT), Stream.of(arguments)).toArray(String[]::new);
            Ran ran = Ran.of(env, folders.get("where"), new byte[0], OwnJvm.command(folders.get("HOME"), all));
            assertTrue(ran.code() == 0 || ran.code() == 3, ran.toString());
            assertEquals(before, tree(folder), String.join(" ", arguments));
        }
        String seen = Files.readString(folders.get("cache").resolve("trace-job/jobs.tsv"));
        assertTrue(seen.contains(id + "\tcompleted\t") && seen.lines().allMatch(line -> line.matches("[0-9a-f-]{36}\t[a-z]+\t[a-z -]+")), seen);
        Path record = folders.get("record").resolve("job.jsonl.gz");
        sure(Ran.of(env, folders.get("where"), new byte[0], OwnJvm.command(folders.get("HOME"), "-p", PROJECT, id, "--record", record.toString())));
        Map<String, String> after = tree(folder);
        after.keySet().removeAll(before.keySet());
        assertEquals(Set.of("record/job.jsonl.gz"), after.keySet());
        sure(Ran.of(env, folders.get("where"), new byte[0], OwnJvm.command(folders.get("HOME"), "--replay", record.toString())));
        after = tree(folder);
        after.keySet().removeAll(before.keySet());
        assertEquals(Set.of("record/job.jsonl.gz"), after.keySet());
        Files.deleteIfExists(folders.get("DOCKER_CONFIG").resolve("cli-plugins"));
    }

    /** Every file under a folder, with its size and when it was changed. */
    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).filter(file -> !file.endsWith("cache/trace-job/jobs.tsv")).toList()) {
                files.put(root.relativize(file).toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return files;
    }
}
