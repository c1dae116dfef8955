import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A watch in a JVM of its own, and what it has printed so far. */
final class Watching {
    final Process process;
    final Path out;
    final Path err;

    /** @param folder for what it prints */
    Watching(Path folder, String... arguments) throws Exception {
        out = Files.createTempFile(folder, "watch", ".out");
        err = Files.createTempFile(folder, "watch", ".err");
        List<String> all = new ArrayList<>(List.of("--watch", "--progress", "plain", "--timeout", "10"));
        all.addAll(List.of(arguments).contains("--swarm") ? List.of() : List.of("-p", FaultsStack.PROJECT));
        all.addAll(List.of(arguments));
        process = new ProcessBuilder(OwnJvm.command(all.toArray(String[]::new))).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        // Where the test fails it would go on, and load the machine.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    }

    String said() throws Exception {
        return Files.readString(out);
    }

    void awaits(String words) throws Exception {
        FaultsStack.await("the watch says " + words, () -> said().contains(words) || !process.isAlive());
        assertTrue(said().contains(words), said() + Files.readString(err));
    }

    int code() throws Exception {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it goes on: " + said());
        return process.exitValue();
    }

    long times(String words) throws Exception {
        return said().lines().filter(line -> line.contains(words)).count();
    }
}
