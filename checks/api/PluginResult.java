import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a check outside of Java answered, as monitoring plugins do: the exit code is the status, the first line the text.
 *
 * @param text foreign text
 */
record PluginResult(String name, Status status, String text) {
    /** Characters; monitoring systems keep no more of one answer either. */
    private static final int LONGEST = 8 * 1024;
    private static final List<Status> BY_EXIT_CODE = List.of(Status.OK, Status.WARN, Status.FAIL, Status.UNKNOWN);

    /**
     * The commands of these checks: each is a command, or a folder that stands for all executables in it. What a folder lacks is
     * noted. Throws IOException for a folder that cannot be read.
     */
    static List<List<String>> commands(List<String> checks, Consumer<String> note) throws IOException {
        List<List<String>> commands = new ArrayList<>();
        for (String check : checks) {
            if (!Files.isDirectory(Path.of(check))) {
                commands.add(Command.split(check));
                if (check.endsWith(".java")) {
                    note.accept("a check in Java takes part another way: jbang -s " + Printable.plain(check) + " trace-job@org JOB-ID");
                }
                continue;
            }
            try (Stream<Path> files = Files.list(Path.of(check))) {
                Map<Boolean, List<Path>> found = files.filter(Files::isRegularFile).sorted().collect(Collectors.partitioningBy(Files::isExecutable));
                found.get(true).forEach(file -> commands.add(List.of(file.toString())));
                found.get(false).stream().filter(file -> file.toString().endsWith(".sh") || file.toString().endsWith(".py"))
                    .forEach(file -> note.accept(Printable.plain(file.toString()) + " is left out: it is not executable (chmod +x makes it so)"));
                if (found.get(true).isEmpty()) {
                    note.accept("no executable is in the folder " + Printable.plain(check));
                }
            }
        }
        return commands;
    }

    static PluginResult of(String name, CommandResult answer) {
        String first = answer.out().isEmpty() ? "" : answer.out().get(0);
        first = first.length() > LONGEST ? first.substring(0, LONGEST) : first;
        String text = Printable.plain(first.contains("|") ? first.substring(0, first.indexOf('|')) : first).strip();
        boolean plugin = answer.exitCode() >= 0 && answer.exitCode() < BY_EXIT_CODE.size() && !text.isEmpty() && !answer.timedOut();
        return plugin ? new PluginResult(name, BY_EXIT_CODE.get(answer.exitCode()), text)
            : new PluginResult(name, Status.UNKNOWN, answer.timedOut() || answer.exitCode() < 0 ? answer.problem() : noAnswer(answer, text));
    }

    /** Of a command that ended by itself, and not as a plugin does. */
    private static String noAnswer(CommandResult answer, String text) {
        String ended = "exit code " + answer.exitCode();
        boolean complained = answer.problem() != null && !answer.problem().equals(ended);
        return "it ended with " + ended + (!text.isEmpty() ? ": " + text : complained ? " and said on stderr: " + answer.problem() : " and said nothing");
    }
}
