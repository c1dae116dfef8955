import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say where the stack is, and what its parts are called there. */
final class TargetOptions {
    /** What can name a stack of Swarm's, and is no option. */
    static final Pattern SWARM = Pattern.compile("[A-Za-z0-9][\\w.-]{0,99}");
    private static final Set<String> SAYS_WHERE = Set.of("--file", "--project-name", "--project-directory", "--context", "--host", "--source",
        "--swarm", "--service",
        "--db-name", "--db-user");
    private static final String STANDARD_FILE = "docker-compose.prod.yml";

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Compose file (docker-compose.prod.yml when it is there).")
    List<String> files = new ArrayList<>();

    @Option(names = {"-p", "--project-name"}, paramLabel = "NAME", description = "Compose project; alone it is enough.")
    String project;

    @Option(names = "--project-directory", paramLabel = "DIR", description = "Handed to docker compose.")
    String projectDirectory;

    @Option(names = "--context", split = ",", paramLabel = "NAME", description = "Handed to docker; several times for a stack on several hosts.")
    List<String> contexts = new ArrayList<>();

    @Option(names = "--host", split = ",", paramLabel = "HOST", description = "Handed to docker; several times for a stack on several hosts.")
    List<String> addresses = new ArrayList<>();

    @Option(names = "--source", paramLabel = "NAME", description = "Ask the commands of ~/.trace-job.d/NAME.properties in place of docker.")
    String source;

    @Option(names = "--swarm", paramLabel = "STACK", description = "The stack was deployed to Docker Swarm under this name; asked through a manager.")
    String swarm;

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

    /** What was typed of where the stack is, but for the database's own address, which can hold a password. */
    private static List<List<String>> where(CommandLine.ParseResult typed) {
        return typed.matchedOptionsSet().stream().filter(option -> SAYS_WHERE.contains(option.longestName()))
            .flatMap(option -> option.originalStringValues().stream().map(value -> List.of(option.names()[0], value))).toList();
    }

    /** What is wrong with what was typed; empty when nothing is. */
    Optional<String> problem() {
        boolean names = services.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
            .allMatch(name -> Command.SERVICE.matcher(name).matches());
        return !celeryApp.matches("[\\w.:]+") ? Optional.of("--celery-app is a name such as app.workers.celery_app")
            : psql != null && psql.contains("sslpassword") ? Optional.of("--psql takes no sslpassword: it would stand on a command line")
            : psql != null && psql.matches("(?s).*\\boptions\\s*=.*") ? Optional.of("--psql takes no options=: trace-job sets its own, so that it may only read")
            : !names ? Optional.of("--service is NAME=YOURS")
            : source != null && !SourceTemplate.NAME.matcher(source).matches()
            ? Optional.of("--source takes the name of a file in ~/.trace-job.d, without its .properties")
            : swarm != null && !SWARM.matcher(swarm).matches() ? Optional.of("--swarm takes the name of a stack; docker stack ls names them")
            : swarm != null && (source != null || project != null || contexts.size() + addresses.size() > 1)
                ? Optional.of("--swarm asks one manager: not with --source, -p or several hosts")
            : source != null && !(contexts.isEmpty() && addresses.isEmpty()) ? Optional.of("--source asks no docker: not with --context or --host")
            : Stream.concat(contexts.stream(), addresses.stream()).map(TargetOptions::plain).distinct().count()
                < Stream.concat(contexts.stream(), addresses.stream()).distinct().count()
                ? Optional.of("two of the hosts would have the same name: give them contexts, docker context create NAME --docker host=ADDRESS")
                : Optional.empty();
    }

    /** What answers. Throws KnownFailure (2) for a --source whose file does not say how. */
    Source source(ComposeTarget target, CommandRunner runner, Progress progress) {
        return source != null ? template(target, runner) : target.swarm != null ? new SwarmStack(target, runner, progress)
            : !target.hosts.isEmpty() ? new SeveralHosts(target, runner, progress)
            // A project that is named is Compose's.
            : new AskedAhead(target.isProject() ? new LiveSource(target, runner, progress) : new StackOfFile(target, runner, progress), target);
    }

    /** The commands as they would run for what is asked. */
    Stream<String> shown(ComposeTarget target, Stream<Command> asks, Map<String, String> fill) {
        TemplateSource other = source == null ? null : template(target, null);
        return asks.flatMap(ask -> other != null ? Stream.of(other.shown(ask, fill)) : target.swarm != null ? SwarmStack.shown(target, ask, fill)
            : Stream.of(target.shown(ask, fill))).filter(line -> !line.isBlank());
    }

    private TemplateSource template(ComposeTarget target, CommandRunner runner) {
        return new TemplateSource(new SourceTemplate(source, Path.of(System.getProperty("user.home"), ".trace-job.d")), target, runner);
    }

    /** @param live false where a recording answers: then no file of this folder is meant; @param limit seconds for one command */
    ComposeTarget target(CommandLine.ParseResult typed, boolean live, double limit) {
        ComposeTarget target = new ComposeTarget();
        target.typed = where(typed);
        List<List<String>> docker = Stream.concat(contexts.stream().map(name -> List.of("docker", "--context", name)),
            addresses.stream().map(address -> List.of("docker", "--host", address))).distinct().toList();
        target.docker = new ArrayList<>(docker.isEmpty() ? List.of("docker") : docker.get(0));
        // What is typed says where the stack is, and not together with what is always passed.
        project = typed.hasMatchedOption("-f") && !typed.hasMatchedOption("-p") ? null : project;
        files = typed.hasMatchedOption("-p") && !typed.hasMatchedOption("-f") ? List.of() : files;
        boolean composeFile = System.getenv("COMPOSE_FILE") != null && !System.getenv("COMPOSE_FILE").isEmpty();
        Path standard = Path.of(projectDirectory == null ? "" : projectDirectory, STANDARD_FILE);
        if (files.isEmpty() && project == null && !composeFile && live && Files.exists(standard)) {
            files = List.of(standard.toString());
        }
        target.files = files;
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
        target.elsewhere = source != null;
        target.swarm = swarm == null ? null : new SwarmWords(swarm);
        if (docker.size() > 1) {
            boolean told = docker.stream().map(words -> hostName(words.get(2))).distinct().count() == docker.size();
            // Addresses that end alike are named whole: no two hosts may have one name.
            target.hosts = docker.stream().map(words -> target.on(told ? hostName(words.get(2)) : plain(words.get(2)), words)).toList();
        }
        return target;
    }

    /** What a host is called in the report: a context by its name, an address by its machine or its socket. */
    private static String hostName(String typed) {
        String address = typed.replaceFirst("^[a-z]+://", "");
        String machine = address.startsWith("/") ? address.substring(address.lastIndexOf('/') + 1)
            : address.replaceFirst("/.*", "").replaceFirst("^[^@]*@", "");
        return plain(machine);
    }

    private static String plain(String address) {
        return address.replaceFirst("^[a-z]+:///?", "").replaceAll("[^\\w.:@-]", "_");
    }
}
