import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stack that runs. */
final class LiveSource implements Source {
    /** The first tail that is asked for, in lines; each further one is at least twice as long, up to the last. */
    static final int FIRST_TAIL = 10_000;
    private static final int LAST_TAIL = 160_000;
    /** All containers of the project. */
    static final Command CONTAINERS = new Command("containers", Command.Kind.OTHER, "", Command.split("docker compose ps -a --format json"));
    /** The key of what `docker inspect` says of them. */
    static final String STATE = "state of containers";
    private static final String INSPECT = "{\"Id\":{{json .Id}},\"Created\":{{json .Created}},"
        + "\"StartedAt\":{{json .State.StartedAt}},\"FinishedAt\":{{json .State.FinishedAt}},"
        + "\"OOMKilled\":{{json .State.OOMKilled}},\"ExitCode\":{{json .State.ExitCode}},"
        + "\"Status\":{{json .State.Status}},\"Name\":{{json .Name}},"
        + "\"Service\":{{json (index .Config.Labels \"com.docker.compose.service\")}},"
        + "\"Number\":{{json (index .Config.Labels \"com.docker.compose.container-number\")}}}";
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    private static final Pattern UNUSABLE_FILE = Pattern.compile(
        "required variable|variable is not set|env file|interpolat|no configuration file|no such file", Pattern.CASE_INSENSITIVE);
    final ComposeTarget target;
    private final CommandRunner shell;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Progress teller;

    LiveSource(ComposeTarget target, CommandRunner shell, Progress teller) {
        this.target = target;
        this.shell = shell;
        this.teller = teller;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        KeptLines kept = new KeptLines();
        Map<String, String> env = ask.kind() == Command.Kind.ROWS ? target.psqlEnvironment() : Map.of();
        CommandResult answer = kept.of(shell.run(ask.key(), target.command(ask, fill), env, kept));
        return ask.key().endsWith(" tasks") ? answer.with(tasks(answer.out(), fill.get("job"))) : answer;
    }

    /** A worker's answer holds whole SQL texts: only the tasks' ids are kept, those of their jobs, and whether one is this job's. */
    private static List<String> tasks(List<String> out, String job) {
        List<String> tasks = new ArrayList<>();
        for (JsonNode workers : Json.list(out)) {
            for (Map.Entry<String, JsonNode> worker : workers.properties()) {
                tasks.add(Json.NODES.objectNode().put("worker", worker.getKey()).toString());
                for (JsonNode task : worker.getValue()) {
                    ObjectNode kept = Json.NODES.objectNode().put("task", task.path("id").asText());
                    kept.put("job", job != null && task.toString().contains(job));
                    Matcher id = UUID.matcher(task.path("args").toString() + task.path("kwargs"));
                    while (id.find()) {
                        kept.withArray("jobs").add(id.group());
                    }
                    tasks.add(kept.toString());
                }
            }
        }
        return tasks;
    }

    /** `docker inspect` of these containers, only the fields that are needed: the whole holds their environment. */
    static Command inspect(List<String> ids) {
        List<String> words = new ArrayList<>(List.of("docker", "inspect", "--format", INSPECT));
        words.addAll(ids);
        return new Command(STATE, Command.Kind.OTHER, "", words);
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        boolean rows = ask.kind() == Command.Kind.ROWS;
        return shell.run(ask.key(), rows ? target.command(ask, fill) : target.exec(ask, replica == null ? 0 : replica.index(), fill),
            rows ? target.psqlEnvironment() : Map.of(), sink);
    }

    @Override
    public Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        OnePsql psql = new OnePsql(sinks, ask -> target.rows(ask, fill));
        if (!psql.fits()) {
            return Source.super.rows(sinks, fill);
        }
        return psql.run(() -> shell.run("rows", psql.command(), target.psqlEnvironment(), psql), ask -> stream(ask, fill, null, sinks.get(ask)));
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return log(window, now, reader, (lines, flags) -> read(ask, lines, flags));
    }

    /** Reads a log, the tail first where its lines are recent. @param now of the trace, UTC; @param read with these flags of `docker compose logs` */
    static CommandResult log(TimeWindow window, Instant now, Supplier<LogHandler> reader, BiFunction<LogHandler, String[], CommandResult> read) {
        if (window.recent()) {
            for (double tail = FIRST_TAIL; tail <= LAST_TAIL; ) {
                LogHandler lines = reader.get();
                CommandResult answer = read.apply(lines, tail((long) tail, window));
                if (answer.problem() != null || lines.coversWindow((long) tail)) {
                    return answer;
                }
                // How much further back it must go, were the lines as dense there; further than the last tail, it is not tried.
                double reached = Math.max(1, Duration.between(lines.earliest(), now).toMillis());
                tail *= Math.max(2, 1.5 * Duration.between(window.since(), now).toMillis() / reached);
            }
        }
        List<String> flags = new ArrayList<>();
        if (window.since() != null) {
            flags.addAll(List.of("--since", window.since().toString()));
        }
        if (window.until() != null && window.until().isBefore(now)) {
            flags.addAll(List.of("--until", window.until().toString()));
        }
        return read.apply(reader.get(), flags.toArray(String[]::new));
    }

    /** Of the last so many lines those that are not too old: where they are fewer, the log reaches back far enough. */
    static String[] tail(long lines, TimeWindow window) {
        return new String[] {"--tail", Long.toString(lines), "--since", window.since().toString()};
    }

    @Override
    public CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        return shell.follow(ask.key(), target.log(ask.service(), "--follow", "--since", since.toString()), lines, begun);
    }

    /** Streams a log as these flags of `docker compose logs` choose it. */
    CommandResult read(Command ask, LogHandler lines, String... flags) {
        return shell.run(ask.key(), target.log(ask.service(), flags), Map.of(), lines);
    }

    /**
     * Where the compose file cannot be used, say because its variables are not set, and a project made from it exists,
     * the project's name is used instead, which needs no file. True when it is worth asking again.
     */
    @Override
    public boolean settle(CommandResult containers) {
        if (!isUnusableFile(containers.problem()) || target.compose.contains("-p")) {
            return false;
        }
        String project = System.getenv("COMPOSE_PROJECT_NAME");
        if (project == null || project.isEmpty()) {
            project = project();
        }
        if (project == null) {
            return false;
        }
        teller.note("the compose file cannot be used (" + containers.problem() + "); going on with -p " + project);
        target.compose = new ArrayList<>(List.of("-p", project));
        return true;
    }

    /** @param problem why nothing was listed; null when something could be */
    static boolean isUnusableFile(String problem) {
        return problem != null && UNUSABLE_FILE.matcher(problem).find();
    }

    /** The project whose containers were made from our file; null when there is none. Throws KnownFailure when there are several. */
    private String project() {
        int file = target.compose.indexOf("-f");
        String given = System.getenv("COMPOSE_FILE");
        String path = file >= 0 ? absolute(target.compose.get(file + 1)) : given == null || given.isEmpty() ? "" : absolute(given);
        CommandResult projects = ask(Command.of("docker compose ls --all --format json"), Map.of());
        List<String> names = Json.list(projects.out()).stream().filter(one -> List.of(one.path("ConfigFiles").asText().split(",")).contains(path))
            .map(one -> one.path("Name").asText()).filter(name -> name.matches("[a-z0-9][a-z0-9_-]*")).toList();
        if (names.size() > 1) {
            throw new KnownFailure(4, "the compose file cannot be used, and several projects were made from it: say -p with one of "
                + String.join(", ", names));
        }
        return names.isEmpty() ? null : names.get(0);
    }

    private static String absolute(String file) {
        return Path.of(file).toAbsolutePath().normalize().toString();
    }
}
