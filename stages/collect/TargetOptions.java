import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say where the stack is, and what its parts are called there. */
final class TargetOptions {
    private static final String STANDARD_FILE = "docker-compose.prod.yml";

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Compose file (docker-compose.prod.yml when it is there).")
    List<String> files = new ArrayList<>();

    @Option(names = {"-p", "--project-name"}, paramLabel = "NAME", description = "Compose project; alone it is enough.")
    String project;

    @Option(names = "--project-directory", paramLabel = "DIR", description = "Handed to docker compose.")
    String projectDirectory;

    @Option(names = "--context", paramLabel = "NAME", description = "Handed to docker.")
    String context;

    @Option(names = "--host", paramLabel = "HOST", description = "Handed to docker.")
    String host;

    @Option(names = "--service", split = ",", paramLabel = "NAME=YOURS",
        description = "What one of the services backend, celery-worker, postgres, redis is called here.")
    Map<String, String> services = new LinkedHashMap<>();

    @Option(names = "--db-name", paramLabel = "NAME", description = "Database (p1lending_etl).")
    String databaseName;

    @Option(names = "--db-user", paramLabel = "NAME", description = "Database user (p1lending).")
    String databaseUser;

    @Option(names = "--psql", paramLabel = "CONNINFO", description = "Ask the database with this machine's psql.")
    String psql;

    @Option(names = "--celery-app", paramLabel = "NAME", defaultValue = "app.workers.celery_app",
        description = "The Celery app, to ask the workers what they run.")
    String celeryApp;

    /** What is wrong with what was typed; empty when nothing is. */
    Optional<String> problem() {
        boolean names = services.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
            .allMatch(name -> Command.SERVICE.matcher(name).matches());
        return !celeryApp.matches("[\\w.:]+") ? Optional.of("--celery-app is a name such as app.workers.celery_app")
            : psql != null && psql.contains("sslpassword") ? Optional.of("--psql takes no sslpassword: it would stand on a command line")
            : !names ? Optional.of("--service is NAME=YOURS") : Optional.empty();
    }

    /** @param live false where a recording answers: then no file of this folder is meant; @param limit seconds for one command */
    ComposeTarget target(CommandLine.ParseResult typed, boolean live, double limit) {
        ComposeTarget target = new ComposeTarget();
        if (context != null) {
            target.docker.addAll(List.of("--context", context));
        }
        if (host != null) {
            target.docker.addAll(List.of("--host", host));
        }
        // What is typed says where the stack is, and not together with what is always passed.
        project = typed.hasMatchedOption("-f") && !typed.hasMatchedOption("-p") ? null : project;
        files = typed.hasMatchedOption("-p") && !typed.hasMatchedOption("-f") ? List.of() : files;
        boolean composeFile = System.getenv("COMPOSE_FILE") != null && !System.getenv("COMPOSE_FILE").isEmpty();
        Path standard = Path.of(projectDirectory == null ? "" : projectDirectory, STANDARD_FILE);
        if (files.isEmpty() && project == null && !composeFile && live && Files.exists(standard)) {
            files = List.of(standard.toString());
        }
        files.forEach(file -> target.compose.addAll(List.of("-f", file)));
        if (project != null) {
            target.compose.addAll(List.of("-p", project));
        }
        if (projectDirectory != null) {
            target.compose.addAll(List.of("--project-directory", projectDirectory));
        }
        target.services = services;
        target.databaseName = databaseName;
        target.databaseUser = databaseUser;
        target.psql = psql;
        target.limit = limit;
        target.celeryApp = celeryApp;
        return target;
    }
}
