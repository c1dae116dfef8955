import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tool in a JVM of its own, as a test starts it that needs another environment, another memory or a process to end. */
final class OwnJvm {
    private OwnJvm() {}

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The command that starts trace-job in a JVM of its own, with the options it declares. */
    static List<String> command(String... arguments) throws IOException {
        return command(Path.of(System.getProperty("user.home")), arguments);
    }

    /** The jobs that a test has seen are not for this user's completion, nor this user's options for a test. @param home the user's there */
    static List<String> command(Path home, String... arguments) throws IOException {
        String options = Files.readAllLines(AllTests.home().resolve("trace-job.java")).stream()
            .filter(line -> line.startsWith("//RUNTIME_OPTIONS ")).findFirst().orElseThrow();
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(Arrays.asList(options.split(" ")).subList(1, options.split(" ").length));
        command.add("-Duser.home=" + home);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "TraceJob"));
        command.addAll(List.of(arguments));
        return command;
    }
}
