import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs of the command in a process of its own, in which what stands for `docker` and `psql` notes every call. */
final class Witness {
    private Witness() {}

    /** What came of one run, and the commands that ran meanwhile. */
    record Tried(List<String> args, int code, String out, String err, List<List<String>> commands) {}

    /**
     * Runs the command once for each line of a file, an array of arguments, and writes what came of it: code, stderr, and how
     * far the witness has got.
     */
    static final class Many {
        public static void main(String[] files) throws IOException {
            Path seen = Path.of(files[1]);
            List<String> results = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(files[0]))) {
                List<String> args = new ArrayList<>();
                Json.read(line).forEach(word -> args.add(word.asText()));
                StringWriter out = new StringWriter();
                StringWriter err = new StringWriter();
                int code = TraceJob.run(args.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
                results.add(HostileInput.ascii(AllTests.JSON.createObjectNode().put("code", code).put("out", out.toString()).put("err", err.toString())
                    .put("seen", Files.exists(seen) ? Files.size(seen) : 0)));
            }
            Files.write(Path.of(files[2]), results);
        }
    }

    /** A process of its own: `docker` and `psql` come first on its PATH, and only note what they are called with. */
    static List<Tried> run(Path folder, List<List<String>> tries, String rows, String containers) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path seen = folder.resolve("seen");
        Files.deleteIfExists(seen);
        Path cwd = Files.createDirectories(folder.resolve("cwd"));
        Files.writeString(folder.resolve("rows"), rows);
        Files.writeString(folder.resolve("containers"), containers);
        for (String name : List.of("docker", "psql")) {
            Path witness = Files.writeString(bin.resolve(name), "#!/bin/sh\n"
                + "printf '%s\\0' \"${0##*/}\" \"$@\" '<end>' >>'" + seen + "'\ncase \"$*\" in\n"
                + "*ILIKE*) [ -s '" + folder.resolve("rows") + "' ] || { echo 'does not answer' >&2; exit 2; };"
                + " cat '" + folder.resolve("rows") + "';;\n"
                + "*' ps '*) cat '" + folder.resolve("containers") + "';;\nesac\n");
            assertTrue(witness.toFile().setExecutable(true));
        }
        Path list = folder.resolve("tries");
        Files.write(list, tries.stream().map(args -> {
            ArrayNode words = AllTests.JSON.createArrayNode();
            args.forEach(words::add);
            return HostileInput.ascii(words);
        }).toList());
        Path results = folder.resolve("results");
        ProcessBuilder child = new ProcessBuilder(OwnJvm.java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8",
            "-cp", System.getProperty("java.class.path"), Many.class.getName(), list.toString(), seen.toString(), results.toString())
            .directory(cwd.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("child").toFile());
        child.environment().put("PATH", bin + File.pathSeparator + "/usr/bin:/bin");
        // The jobs that it lists are made up, and not for this machine's completion.
        child.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        child.environment().keySet().removeIf(name -> name.startsWith("COMPOSE_") || name.startsWith("DOCKER_"));
        Process process = child.start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, "the runs took more than three minutes");
        assertEquals(0, process.waitFor(), () -> read(folder.resolve("child")));
        byte[] all = Files.exists(seen) ? Files.readAllBytes(seen) : new byte[0];
        List<Tried> tried = new ArrayList<>();
        int from = 0;
        for (String line : Files.readAllLines(results)) {
            JsonNode result = Json.read(line);
            List<List<String>> commands = new ArrayList<>(List.of(new ArrayList<>()));
            int to = result.get("seen").asInt();
            for (String word : new String(all, from, to - from, StandardCharsets.UTF_8).split("\0", -1)) {
                if (word.equals("<end>")) {
                    commands.add(new ArrayList<>());
                } else {
                    commands.get(commands.size() - 1).add(word);
                }
            }
            commands.remove(commands.size() - 1);
            from = to;
            tried.add(new Tried(tries.get(tried.size()), result.get("code").asInt(),
                result.get("out").asText(), result.get("err").asText(), commands));
        }
        assertEquals(tries.size(), tried.size());
        try (Stream<Path> left = Files.list(cwd)) {
            assertEquals(List.of(), left.map(Path::getFileName).map(Path::toString).filter(name -> !name.equals("words")).toList(),
                "a command of an id was run");
        }
        return tried;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
