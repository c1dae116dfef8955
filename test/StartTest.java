import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to start it give the same report: in a checkout, from another folder, by alias, from a catalog on a server. */
class StartTest {
    @TempDir
    Path folder;

    private String start(Path where, Map<String, String> env, String... command) throws Exception {
        return Ran.of(env, where, new byte[0], List.of(command)).out();
    }

    private static String launcher() {
        return AllTests.home().resolve(".bin/jbang").toString();
    }

    @Test
    void fromAnotherFolderAndThroughALink() throws Exception {
        String demo = AllTests.trace("--demo").out();
        Path link = Files.createSymbolicLink(folder.resolve("tj"), AllTests.home().resolve("trace-job.java"));
        assertEquals(demo, start(folder, Map.of(), "sh", "-c", link + " --demo"));
        assertEquals(demo, start(AllTests.home(), Map.of(), launcher(), "trace-job", "--demo"));
    }

    @Test
    void aFullDiskBehindStdoutIsAnExitCodeOfItsOwn() throws Exception {
        String job = AllTests.home().resolve("trace-job.java").toString();
        assertEquals("5 5 0\n", start(folder, Map.of(), "sh", "-c", job + " --demo >/dev/full; a=$?; " + job + " --version >/dev/full; b=$?; "
            + job + " --demo >/dev/null; echo $a $b $?"));
    }

    @Test
    void aTerminalShowsColourUnlessItKnowsNoneOrNobodyWantsIt() throws Exception {
        String onATerminal = "unset NO_COLOR; export TERM=xterm; %s script -qec '" + AllTests.home().resolve("trace-job.java")
            + " %s' /dev/null </dev/null | grep -c $'\\033\\\\['";
        assertEquals("10\n", start(folder, Map.of(), "bash", "-c", onATerminal.formatted("", "--demo")));
        assertEquals("10\n", start(folder, Map.of(), "bash", "-c", onATerminal.formatted("NO_COLOR=", "--demo")));
        for (String off : List.of("NO_COLOR=1", "TERM=dumb")) {
            for (String args : List.of("--demo", "--help")) {
                assertEquals("0\n", start(folder, Map.of(), "bash", "-c", onATerminal.formatted(off, args)), off + " " + args);
            }
        }
        assertEquals("0\n", start(folder, Map.of(), "bash", "-c", onATerminal.formatted("", "--demo --no-color")));
    }

    /** A checkout of its own, whose scripts a test may break. */
    private Path checkout() throws IOException {
        Path home = folder.resolve("checkout");
        for (String part : List.of("trace-job.java", ".bin", "stages", "checks", "test/cases/demo")) {
            try (Stream<Path> files = Files.walk(AllTests.home().resolve(part))) {
                for (Path file : files.toList()) {
                    Path copy = home.resolve(AllTests.home().relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return home;
    }

    private static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertEquals(true, text.contains(from), file + " no longer holds what this test changes: " + from);
        Files.writeString(file, text.replace(from, to));
    }

    /** What the demo of a checkout says on stderr, without JBang's own progress, and how it ends; it prints no report. */
    private String broken(Path home) throws Exception {
        String said = start(folder, Map.of(), "sh", "-c", home.resolve("trace-job.java") + " --demo 2>err; echo $?");
        return said + Files.readString(folder.resolve("err")).replace("[jbang] Building jar for trace-job.java...\n", "");
    }

    /** Without a lock one of them left half of the classes in JBang's cache: each start after it failed. */
    @Test
    void threeFirstStartsSideBySideAllStart() throws Exception {
        Map<String, String> env = Map.of("JBANG_DIR", folder.resolve("jbang").toString());
        String one = checkout().resolve("trace-job.java") + " --version & ";
        assertEquals((TraceJob.VERSION + "\n").repeat(3), start(folder, env, "sh", "-c", one.repeat(3) + "wait"));
    }

    /** From the third start on JBang is not asked, unless a file has been changed since, even one that came with an older date, or what was built is gone. */
    @Test
    void whatJBangSaidLastTimeHoldsUntilAFileIsAnother() throws Exception {
        Path home = checkout();
        Map<String, String> env = Map.of("JBANG_DIR", folder.resolve("jbang").toString());
        String job = home.resolve("trace-job.java").toString();
        String demo = AllTests.trace("--demo").out();
        for (int time = 1; time <= 4; time++) {
            assertEquals(demo, start(folder, env, job, "--demo"), "start " + time);
        }
        assertEquals("2\ntrace-job: no stage is called it's \"$(x)\" \\; there are", start(folder, env, "sh", "-c",
            job + " --demo --stage 'it'\\''s \"$(x)\" \\' 2>err; echo $?; grep -o '.*there are' err").strip());
        Path stage = home.resolve("stages/DncCheck.java");
        Path older = folder.resolve("older.java");
        Files.writeString(older, Files.readString(stage).replace("\"DNC Check\"", "\"DNC List\""));
        assertEquals("", start(folder, env, "touch", "-d", "2020-01-01", older.toString()));
        assertEquals("", start(folder, env, "cp", "-p", older.toString(), stage.toString()));
        for (int time = 1; time <= 3; time++) {
            String edited = start(folder, env, job, "--demo");
            assertTrue(edited.contains("] DNC List - ") && !edited.contains("] DNC Check - "), edited);
        }
        assertEquals("", start(folder, env, "rm", "-r", folder.resolve("jbang").toString()));
        assertTrue(start(folder, env, job, "--demo").contains("] DNC List - "), "it is built again");
    }

    @Test
    void aStageThatDoesNotCompileIsNoVerdict() throws Exception {
        Path home = checkout();
        edit(home.resolve("stages/DncCheck.java"), "typical(", "typicl(");
        String said = broken(home);
        assertEquals(true, said.startsWith("70\n") && said.contains("DncCheck.java:") && said.contains("typicl"), said);
        assertEquals(true, said.endsWith("\ntrace-job: not started: JBang ended with exit code 1, and says why above\n"), said);
    }

    @Test
    void aNumberThatNothingTellsIsSaidAtOnce() throws Exception {
        Path home = checkout();
        edit(home.resolve("stages/DncCheck.java"), "whenOk(\"{checked} ", "whenOk(\"{chekced} ");
        String said = broken(home);
        assertTrue(said.startsWith("70\ntrace-job: DncCheck speaks of its number chekced, which nothing tells; it has checked, failedChunks, "), said);
        edit(home.resolve("stages/DncCheck.java"), "whenOk(\"{chekced} ", "whenOk(\"{checked} ");
        edit(home.resolve("stages/DncCheck.java"), ".needs(\"phones\")", ".needs(\"phnoes\")");
        said = broken(home);
        assertTrue(said.startsWith("70\ntrace-job: DncCheck needs the number phnoes of IdiCoreEnrichment, which has calls, errors, "), said);
    }

    @Test
    void aFileThatIsForgottenAndACheckThatIsThereTwiceAreSaidAtOnce() throws Exception {
        Path home = checkout();
        String check = Files.readString(home.resolve("checks/SlowStage.java")).replace("SlowStage", "Mine");
        Files.writeString(home.resolve("checks/Mine.java"), check);
        assertEquals("70\ntrace-job: checks/Mine.java takes no part: give trace-job.java the line //SOURCES checks/Mine.java beside the others, or move the file\n", broken(home));
        edit(home.resolve("trace-job.java"), "//SOURCES checks/SlowStage.java\n", "//SOURCES checks/SlowStage.java\n//SOURCES checks/Mine.java\n");
        assertEquals("70\ntrace-job: two checks are called Slow stage: Mine and SlowStage\n", broken(home));
        // In a checkout without its launcher, as with an installed JBang.
        Files.delete(home.resolve("checks/Mine.java"));
        Files.writeString(home.resolve("stages/Mine.java"), "");
        assertEquals("trace-job: stages/Mine.java takes no part: give trace-job.java the line //SOURCES stages/Mine.java beside the others, or move the file\n70\n", start(home,
            Map.of("CLASSES", System.getProperty("java.class.path")), "sh", "-c", "unset TRACE_JOB_HOME; java -cp \"$CLASSES\" TraceJob --demo 2>&1; echo $?"));
    }

    @Test
    void theLauncherOnThePathDoesNotStartItself() throws Exception {
        Map<String, String> env = Map.of("PATH", AllTests.home().resolve(".bin") + File.pathSeparator + System.getenv("PATH"));
        assertEquals(AllTests.trace("--demo").out(), start(AllTests.home(), env, "timeout", "60", "jbang", "trace-job", "--demo"));
    }

    @Test
    void byAliasFromAServerAndAgainWithTheServerGone() throws Exception {
        String demo = AllTests.trace("--demo").out();
        List<String> served = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            Path file = AllTests.home().resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
            boolean there = file.startsWith(AllTests.home()) && Files.isRegularFile(file);
            byte[] bytes = there ? Files.readAllBytes(file) : new byte[0];
            served.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(there ? 200 : 404, there ? bytes.length : -1);
            if (there) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        });
        server.start();
        Map<String, String> env = Map.of("JBANG_DIR", folder.resolve("jbang").toString());
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/jbang-catalog.json";
        start(folder, env, launcher(), "catalog", "add", "--name", "org", url);
        assertEquals(demo, start(folder, env, launcher(), "trace-job@org", "--demo"));
        assertEquals(true, served.contains("/stages/DncCheck.java"), served.toString());
        server.stop(0);
        assertEquals(demo, start(folder, env, launcher(), "trace-job@org", "--demo"));
    }

    @Test
    void aNewCheckAndANewStageFromTheirTemplatesJoinTheShippedOnes() throws Exception {
        Map<String, String> env = Map.of("JBANG_DIR", folder.resolve("jbang").toString());
        start(folder, env, launcher(), "catalog", "add", "--name", "org", AllTests.home().resolve("jbang-catalog.json").toString());
        start(folder, env, launcher(), "init", "-t", "check@org", "MyCheck.java");
        start(folder, env, launcher(), "init", "-t", "stage@org", "MyStage.java");
        String report = start(folder, env, launcher(), "-s", "./MyCheck.java", "-s", "./MyStage.java", "trace-job@org", "--demo");
        assertEquals(true, report.contains("  [OK] Title of MyStage in words - 148 of 198 records are clean\n"), report);
        assertEquals(true, report.contains("  1. [WARN] Title of MyCheck in words: 198 records\n"), report);
        assertEquals(true, Files.readAllLines(folder.resolve("MyCheck.java")).size() <= 25);
    }

    @Test
    void aStageThatBeginsAndEndsIsMadeFromItsTemplate() throws Exception {
        Map<String, String> env = Map.of("JBANG_DIR", folder.resolve("jbang").toString());
        start(folder, env, launcher(), "catalog", "add", "--name", "org", AllTests.home().resolve("jbang-catalog.json").toString());
        start(folder, env, launcher(), "init", "-t", "pipeline-stage@org", "MyStep.java");
        assertTrue(start(folder, env, launcher(), "-s", "./MyStep.java", "trace-job@org", "--demo").contains("  [SKIP] Title of MyStep in words - no job had it yet\n"));
        String demo = Files.readString(Demo.RECORDING);
        String line = demo.lines().filter(one -> one.contains("ForkPoolWorker-2] 📋 Statistics: ")).findFirst().orElseThrow() + "\n";
        String began = line.replaceFirst("Statistics: [^\"]*", "My step: asking about 198 records");
        String ended = line.replaceFirst("Statistics: [^\"]*", "My step: 190 answers");
        Path whole = Files.writeString(folder.resolve("whole.jsonl"), demo.replace(line, line + began + ended));
        assertTrue(start(folder, env, launcher(), "-s", "./MyStep.java", "trace-job@org", "--replay", whole.toString())
            .contains("  [OK] Title of MyStep in words - 190 of 198 records answered\n"));
        String failed = line.replaceFirst("Statistics: [^\"]*", "My step failed: 403").replace("INFO", "ERROR");
        Path broken = Files.writeString(folder.resolve("broken.jsonl"), demo.replace(line, line + failed));
        String report = start(folder, env, "sh", "-c", launcher() + " -s ./MyStep.java trace-job@org --replay broken.jsonl; true");
        assertTrue(report.contains("  [FAIL] Title of MyStep in words - ") && report.contains("Likely cause: the service refused\n"), broken + report);
    }

    @Test
    void theTemplatesOfSourcesAreSourcesAsTheyStand() throws Exception {
        Map<String, String> env = Map.of("JBANG_DIR", folder.resolve("jbang").toString());
        Files.createDirectories(folder.resolve(".trace-job.d"));
        start(folder, env, launcher(), "catalog", "add", "--name", "org", AllTests.home().resolve("jbang-catalog.json").toString());
        Map<String, String> logs = Map.of(
            "kubectl", "kubectl logs --tail=-1 --prefix --timestamps --all-containers --max-log-requests=50 '--since-time=<created>' -l app=celery-worker",
            "logcli", "logcli query --quiet --include-common-labels --forward --limit 5000000 --batch 5000 --output jsonl --from '<created>' --to '<ended>' '{container=~\"p1lending-celery-worker-.*\"}'",
            "journalctl", "journalctl --no-pager --all --output json --since '@<created>' --until '@<ended>' CONTAINER_NAME=p1lending-celery-worker-1");
        for (Map.Entry<String, String> source : logs.entrySet()) {
            start(folder, env, launcher(), "init", "-t", source.getKey() + "@org", ".trace-job.d/" + source.getKey() + ".properties");
            String said = start(folder, env, launcher(), "run", "-R-Duser.home=" + folder, "trace-job@org", "--source", source.getKey(), "--explain", "5d3e", "--psql", "host=db");
            assertTrue(said.lines().anyMatch(source.getValue()::equals), said);
        }
    }

    // ---- With and without a terminal ----

    /** Of JDK 22 to 24, which give a console where there is no terminal; later ones do so only with a console of this kind. */
    private static final String CONSOLE = """
        package jdk.internal.org.jline;
        public class JdkConsoleProviderImpl implements jdk.internal.io.JdkConsoleProvider {
            public jdk.internal.io.JdkConsole console(boolean terminal, java.nio.charset.Charset in, java.nio.charset.Charset out) {
                return (jdk.internal.io.JdkConsole) java.lang.reflect.Proxy.newProxyInstance(jdk.internal.io.JdkConsole.class.getClassLoader(),
                    new Class<?>[] {jdk.internal.io.JdkConsole.class}, (console, method, arguments) -> null);
            }
        }
        """;

    /** The command's output into a file, started at a terminal of 60 columns, and what that terminal showed. */
    private String[] atATerminal(String java, String... options) throws Exception {
        Path file = folder.resolve("piped");
        List<String> words = new ArrayList<>(List.of(java));
        words.addAll(List.of(options));
        words.addAll(List.of("-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), "TraceJob", "--demo", "-v", "--color", "never"));
        String command = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        String shown = start(folder, Map.of("SHELL", "/bin/sh"), "script", "-qec",
            "stty cols 60; " + command + "; " + command + " > '" + file + "'", "/dev/null").replace("\r", "");
        return new String[] {Files.readString(file), shown};
    }

    @Test
    void onlyWhatATerminalShowsIsWrappedToItsWidth() throws Exception {
        String report = AllTests.trace("--demo", "-v", "--color", "never").out();
        assertTrue(report.lines().anyMatch(line -> line.length() > 200), "nothing in the report is long enough to be wrapped");
        String[] here = atATerminal(OwnJvm.java());
        assertEquals(report, here[0]);
        assertTrue(here[1].lines().count() > report.lines().count() && here[1].lines().allMatch(line -> line.length() <= 60), here[1]);
    }

    @Test
    void aConsoleWithoutATerminalWrapsNothing() throws Exception {
        Path jdk;
        try (Stream<Path> jdks = Files.list(Path.of("/usr/lib/jvm"))) {
            jdk = jdks.filter(one -> Files.exists(one.resolve("bin/javac")) && one.getFileName().toString().contains("25")).findFirst().orElse(null);
        }
        assumeTrue(jdk != null, "there is no JDK 25 under /usr/lib/jvm");
        String java = jdk.resolve("bin/java").toString();
        String report = AllTests.trace("--demo", "-v", "--color", "never").out();
        String[] plain = atATerminal(java);
        assertEquals(report, plain[0]);
        assertTrue(plain[1].lines().count() > report.lines().count(), plain[1]);
        Path source = Files.createDirectories(folder.resolve("src/jdk/internal/org/jline")).resolve("JdkConsoleProviderImpl.java");
        Files.writeString(source, CONSOLE);
        Path classes = folder.resolve("classes");
        start(folder, Map.of(), jdk.resolve("bin/javac").toString(), "--patch-module", "jdk.internal.le=" + folder.resolve("src"),
            "-d", classes.toString(), source.toString());
        assertTrue(Files.isDirectory(classes), "the console cannot be compiled with this JDK");
        assertEquals(report, atATerminal(java, "--patch-module", "jdk.internal.le=" + classes, "-Djdk.console=jdk.internal.le")[0]);
    }
}
