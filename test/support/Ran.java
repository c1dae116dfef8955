import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** How a command of the system ended; one that is not installed has exit code 127. */
record Ran(int code, String out, String err, double seconds) {
    /** Its stderr, without the progress that it tells on a busy machine. */
    String errWithoutProgress() {
        return err.lines().filter(line -> !line.startsWith("trace-job: still reading")).map(line -> line + "\n").collect(Collectors.joining());
    }

    static Ran of(String... command) throws Exception {
        return of(Map.of(), command);
    }

    static Ran of(Map<String, String> env, String... command) throws Exception {
        return of(env, null, new byte[0], List.of(command));
    }

    /** @param where the folder in which it runs, or null for this one */
    static Ran of(Map<String, String> env, Path where, byte[] input, List<String> command) throws Exception {
        File in = File.createTempFile("test", ".in");
        File out = File.createTempFile("test", ".out");
        File err = File.createTempFile("test", ".err");
        long start = System.nanoTime();
        try {
            Files.write(in.toPath(), input);
            ProcessBuilder builder = new ProcessBuilder(command).redirectInput(in).redirectOutput(out).redirectError(err);
            builder.directory(where == null ? null : where.toFile()).environment().putAll(env);
            Process process = builder.start();
            // The first start of a stack builds its images.
            if (!process.waitFor(15, TimeUnit.MINUTES)) {
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
}
