import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An incident: the server of the catalog is gone, and JBang's caches are two days old. The ways of the README start all the same. */
class OfflineTest {
    private static final String VERSION = TraceJob.VERSION + "\n";
    @TempDir
    Path folder;
    private Path home;
    private Path jbang;

    /** A checkout of its own. */
    @BeforeEach
    void copy() throws IOException {
        home = folder.resolve("checkout");
        jbang = folder.resolve("jbang");
        for (String part : List.of("trace-job.java", "jbang-catalog.json", ".bin", "stages", "checks", "test/cases/demo")) {
            try (Stream<Path> files = Files.walk(AllTests.home().resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = home.resolve(AllTests.home().relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private Ran start(String... command) throws Exception {
        return Ran.of(Map.of("JBANG_DIR", jbang.toString()), folder, new byte[0], List.of(command));
    }

    private Ran launch(String... words) throws Exception {
        return start(Stream.concat(Stream.of(home.resolve(".bin/jbang").toString()), Stream.of(words)).toArray(String[]::new));
    }

    /** All that JBang keeps looks as if it had been fetched two days ago. */
    private void age() throws IOException {
        FileTime then = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        try (Stream<Path> files = Files.walk(jbang)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, then);
            }
        }
    }

    /** @param port 0 for any @param asked counts the requests */
    private HttpServer serve(int port, AtomicInteger asked) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            Path file = home.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
            boolean there = file.startsWith(home) && Files.isRegularFile(file);
            byte[] bytes = there ? Files.readAllBytes(file) : new byte[0];
            exchange.sendResponseHeaders(there ? 200 : 404, there ? bytes.length : -1);
            if (there) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void anAliasStartsWithItsServerGoneAndIsUpdatedWhenToldTo() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = serve(0, asked);
        int port = server.getAddress().getPort();
        launch("config", "set", "cache-evict", "never");
        launch("catalog", "add", "--name", "org", "http://127.0.0.1:" + port + "/jbang-catalog.json");
        assertEquals(VERSION, launch("trace-job@org", "--version").out());
        server.stop(0);
        age();
        int before = asked.get();
        Ran gone = launch("trace-job@org", "--version");
        assertEquals(VERSION, gone.out(), gone.err());
        Path command = home.resolve("trace-job.java");
        Files.writeString(command, Files.readString(command).replace("\"" + TraceJob.VERSION + "\"", "\"trace-job 9.9.9\""));
        server = serve(port, asked);
        try {
            assertEquals(VERSION, launch("trace-job@org", "--version").out());
            assertEquals(before, asked.get(), "an ordinary start asked the server");
            assertEquals("trace-job 9.9.9\n", launch("--fresh", "trace-job@org", "--version").out());
        } finally {
            server.stop(0);
        }
    }

    /** What nobody has set up is at least told by a word more. */
    @Test
    void withoutTheSettingAnOldCacheFailsInOneWordAndStartsInAnother() throws Exception {
        HttpServer server = serve(0, new AtomicInteger());
        launch("catalog", "add", "--name", "org", "http://127.0.0.1:" + server.getAddress().getPort() + "/jbang-catalog.json");
        assertEquals(VERSION, launch("trace-job@org", "--version").out());
        server.stop(0);
        age();
        Ran plain = launch("trace-job@org", "--version");
        assertTrue(plain.code() != 0 && plain.out().isEmpty() && plain.err().contains("Could not download"), plain.toString());
        assertEquals(VERSION, launch("-o", "trace-job@org", "--version").out());
    }

    @Test
    void aCheckoutStartsByALinkAndAfterAnEditSeveralAtOnce() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("trace-job"), home.resolve("trace-job.java"));
        assertEquals(VERSION, start("sh", "-c", link + " --version").out());
        age();
        assertEquals(VERSION, start("sh", "-c", link + " --version").out());
        Path stage = home.resolve("stages/DncCheck.java");
        Files.writeString(stage, Files.readString(stage) + "// edited\n");
        assertEquals(VERSION.repeat(4), start("sh", "-c", (link + " --version & ").repeat(4) + "wait").out());
    }

    @Test
    void aPortableJarNeedsNeitherJBangNorTheCheckout() throws Exception {
        Path jar = Files.createDirectories(folder.resolve("opt")).resolve("trace-job.jar");
        Ran exported = launch("export", "portable", "-O", jar.toString(), home.resolve("trace-job.java").toString());
        assertTrue(Files.isRegularFile(jar), exported.toString());
        Files.move(home, folder.resolve("gone"));
        Files.move(jbang, folder.resolve("gone-too"));
        assertEquals(VERSION, start(OwnJvm.java(), "-jar", jar.toString(), "--version").out());
        assertEquals(AllTests.trace("--demo", "--color", "never").out(), start(OwnJvm.java(), "-jar", jar.toString(), "--demo", "--color", "never").out());
    }
}
