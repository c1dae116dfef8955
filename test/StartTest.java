import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to start it give the same report: in a checkout, from another folder, by alias, from a catalog on a server. */
class StartTest {
    @TempDir
    Path folder;

    private String start(Path where, Map<String, String> env, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile()).redirectError(new File("/dev/null"));
        builder.environment().putAll(env);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
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
        assertEquals(true, report.contains("  [OK] MyStage - 148 of 198 records are clean\n"), report);
        assertEquals(true, report.contains("  1. [WARN] MyCheck: 198 records\n"), report);
        assertEquals(true, Files.readAllLines(folder.resolve("MyCheck.java")).size() <= 25);
    }
}
