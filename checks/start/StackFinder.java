import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the one stack of this machine, where nothing says which is meant. */
final class StackFinder {
    private static final List<String> FILES = List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");

    private StackFinder() {}

    /**
     * Sets the target's project when exactly one has the worker's service, and notes its name. Throws KnownFailure (2) with
     * their names when several have it, and for a file that is named and not there; does nothing when none is found. Answers why
     * Docker could not be asked; null where it could, or need not be.
     */
    static String find(ComposeTarget target, CommandRunner runner, Progress progress) {
        target.files.stream().filter(file -> !file.equals("-") && Files.notExists(Path.of(file))).findFirst().ifPresent(file -> {
            throw new KnownFailure(2, "there is no file " + file + "; -p PROJECT needs none (docker compose ls names the projects)");
        });
        if (isNamed(target, System.getenv())) {
            return null;
        }
        CommandResult result = runner.ask("stacks", target.docker("ps", "-a", "--filter", "label=com.docker.compose.service=" + target.service("celery-worker"),
            "--format", "{{.State}} {{.Label \"com.docker.compose.project\"}}"));
        if (result.problem() != null) {
            return result.problem();
        }
        List<String> projects = projects(result.out().stream().filter(line -> line.startsWith("running ")));
        if (projects.isEmpty()) {
            projects = projects(result.out().stream());
        }
        if (projects.isEmpty()) {
            SwarmStacks.find(target, runner, progress);
        }
        if (projects.size() > 1) {
            throw new KnownFailure(2, "which stack? There are several here; add -p with one of " + String.join(", ", projects));
        }
        if (projects.size() == 1) {
            target.compose.addAll(List.of("-p", projects.get(0)));
            progress.note("the stack here is -p " + projects.get(0));
        }
        return null;
    }

    /** @param lines a container's state and its project */
    private static List<String> projects(Stream<String> lines) {
        return lines.map(line -> line.substring(line.indexOf(' ') + 1).strip()).filter(name -> name.matches("[a-z0-9][a-z0-9_-]*"))
            .distinct().sorted().limit(20).collect(Collectors.toList());
    }

    /** True where options, the environment or a file in this folder or one above say which stack is meant. */
    private static boolean isNamed(ComposeTarget target, Map<String, String> env) {
        if (target.elsewhere || target.swarm != null || !target.compose.isEmpty()
            || Stream.of("COMPOSE_FILE", "COMPOSE_PROJECT_NAME").anyMatch(name -> !env.getOrDefault(name, "").isEmpty())) {
            return true;
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (FILES.stream().map(folder::resolve).anyMatch(Files::exists)) {
                return true;
            }
        }
        return false;
    }
}
