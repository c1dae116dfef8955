import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The commands of docker that run for a trace: whether one runs, and that none is left. */
final class DockerCommands {
    private DockerCommands() {}

    /** The commands of docker and its plugin that name our project, by process id. */
    static Map<Long, String> running() throws IOException {
        Map<Long, String> found = new TreeMap<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(one -> one.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
                    if (command.matches("(?s)\\S*docker(?:-compose)? .*") && command.contains(FaultsStack.PROJECT)) {
                        found.put(Long.valueOf(process.getFileName().toString()), command);
                    }
                } catch (IOException ended) {
                    continue;
                }
            }
        }
        return found;
    }

    static void nothingIsLeft(Set<Long> before) throws Exception {
        Map<Long, String> left = running();
        for (Instant deadline = Instant.now().plusSeconds(5);
                !before.containsAll(left.keySet()) && Instant.now().isBefore(deadline); left = running()) {
            Thread.sleep(50);
        }
        left.keySet().removeAll(before);
        assertEquals(Map.of(), left);
    }
}
