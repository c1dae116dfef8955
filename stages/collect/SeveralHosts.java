import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A stack whose containers are on several Docker hosts, asked side by side. A container is named with its host, so that workers
 * of the same name are told apart; what a host does not answer is missing under its name, and what the others say still counts.
 */
final class SeveralHosts implements Source {
    /** Milliseconds: what was said of the containers just now is not asked again. */
    private static final long JUST_NOW = 500;
    /** Seconds until a log is followed again that could not be. */
    private static final long REST = 5;
    private final List<DockerHost> hosts;
    private final ComposeTarget target;
    private final Instant now;
    private final SideBySide together = new SideBySide("host");
    /** What each host said last of its containers; null before they were asked. */
    private volatile Map<DockerHost, CommandResult> listed;
    private long listedAt;

    /** @param target of the first of them, with all in its hosts */
    SeveralHosts(ComposeTarget target, CommandRunner runner, Progress progress) {
        this.target = target;
        hosts = target.hosts.stream().map(one -> new DockerHost(one, runner, progress)).toList();
        now = hosts.get(0).source.now();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        if (ask.equals(LiveSource.CONTAINERS)) {
            return containers();
        }
        if (ask.key().equals(LiveSource.STATE)) {
            return states(ask);
        }
        return ask.service().isEmpty() ? merged(ask, together.each(hosts, host -> host.ask(ask, fill))) : atOne(ask, host -> host.ask(ask, fill));
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler lines) {
        if (ask.kind() == Command.Kind.ROWS) {
            return atOne(ask, host -> host.stream(ask, fill, null, lines));
        }
        // Where nothing says on which host the job ran, it is the one that has its file.
        List<DockerHost> asked = replica == null ? having(ask.service()) : hosts.stream().filter(host -> host.name.equals(replica.host())).toList();
        CommandResult answer = nowhere(ask);
        for (DockerHost host : asked) {
            answer = host.stream(ask, fill, replica, lines);
            if (!answer.noSuchFile()) {
                return answer;
            }
        }
        // It can be on a host that does not answer.
        return replica == null && !silent().isEmpty() ? nowhere(ask) : answer;
    }

    /** The answer of one host that has the service: there is one database, and each worker tells of the tasks of all. */
    private CommandResult atOne(Command ask, Function<DockerHost, CommandResult> question) {
        boolean here = ask.kind() == Command.Kind.ROWS && target.psql != null;
        CommandResult answer = null;
        for (DockerHost host : here ? hosts.subList(0, 1) : having(ask.service())) {
            answer = question.apply(host);
            if (answer.problem() == null) {
                return answer;
            }
        }
        return answer == null ? nowhere(ask) : answer;
    }

    /** No host has the service, as far as they answer. */
    private CommandResult nowhere(Command ask) {
        String why = Stream.concat(Stream.of("no host has a container of " + target.service(ask.service())),
            silent().entrySet().stream().map(one -> one.getKey().name + ": " + one.getValue().problem())).collect(Collectors.joining("; "));
        return new CommandResult(ask.key(), "", -1, 0, 0, false, List.of(), why);
    }

    /** The hosts that did not say what containers they have; why not, with their names. */
    private Map<DockerHost, CommandResult> silent() {
        Map<DockerHost, CommandResult> silent = new LinkedHashMap<>();
        listed().forEach((host, answer) -> {
            if (answer.problem() != null) {
                silent.put(host, answer);
            }
        });
        return silent;
    }

    /** The hosts that have a container of one of these services, those where it is up before the others. */
    private List<DockerHost> having(String services) {
        Map<DockerHost, CommandResult> containers = listed();
        Set<String> names = Stream.of(services.split(" ")).map(target::service).collect(Collectors.toSet());
        return Stream.of(true, false).flatMap(up -> hosts.stream().filter(host -> Json.list(containers.get(host).out()).stream()
            .anyMatch(one -> names.contains(one.path("Service").asText()) && (!up || one.path("State").asText().equals("running"))))).distinct().toList();
    }

    private Map<DockerHost, CommandResult> listed() {
        if (listed == null) {
            containers();
        }
        return listed;
    }

    /** The containers of all hosts, each with the name of its host. */
    private synchronized CommandResult containers() {
        if (listed == null || System.nanoTime() - listedAt > TimeUnit.MILLISECONDS.toNanos(JUST_NOW)) {
            listed = together.each(hosts, host -> host.ask(LiveSource.CONTAINERS, Map.of()));
            listedAt = System.nanoTime();
            Stream.of("backend", Container.WORKER, "postgres", "redis").forEach(service -> having(service).stream().findFirst()
                .ifPresent(host -> target.homes.put(target.service(service), host.source.target.docker)));
        }
        Map<DockerHost, CommandResult> named = new LinkedHashMap<>();
        listed.forEach((host, answer) -> named.put(host, answer.with(Json.list(answer.out()).stream().filter(JsonNode::isObject)
            .map(one -> ((ObjectNode) one).put("Host", host.name).toString()).toList())));
        return merged(LiveSource.CONTAINERS, named);
    }

    /** Each host is asked of its own containers. */
    private CommandResult states(Command ask) {
        Map<DockerHost, List<String>> own = new LinkedHashMap<>();
        listed().forEach((host, answer) -> own.put(host,
            Json.list(answer.out()).stream().map(one -> one.path("ID").asText()).filter(ask.words()::contains).toList()));
        own.values().removeIf(List::isEmpty);
        return merged(ask, together.each(List.copyOf(own.keySet()), host -> host.ask(LiveSource.inspect(own.get(host)), Map.of())));
    }

    /** Of a log: what each host that has one of its services is asked. */
    private Map<DockerHost, Command> logs(Command ask) {
        Map<DockerHost, Command> logs = new LinkedHashMap<>();
        for (DockerHost host : having(ask.service())) {
            Set<String> there = Json.list(listed().get(host).out()).stream().map(one -> one.path("Service").asText()).collect(Collectors.toSet());
            String services = Stream.of(ask.service().split(" ")).filter(service -> there.contains(target.service(service))).collect(Collectors.joining(" "));
            logs.put(host, new Command(ask.key(), ask.kind(), services, ask.words()));
        }
        return logs;
    }

    /** All hosts' logs go into one reader; where a tail of one did not reach back far enough, those of all are read anew. */
    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        Map<DockerHost, Command> logs = logs(ask);
        if (logs.isEmpty()) {
            return nowhere(ask);
        }
        return LiveSource.log(window, now, reader, (lines, flags) -> {
            Map<DockerHost, CommandResult> answers = together.each(List.copyOf(logs.keySet()), host -> host.log(logs.get(host), of(host, lines), flags));
            return merged(ask, answers);
        });
    }

    /** Ends when a log ends that has shown something: all are followed anew then, and what was read is known. */
    @Override
    public CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        begun.accept(() -> over.complete(null));
        Map<DockerHost, CommandResult> answers = together.each(hosts, host -> follow(host, ask, since, of(host, lines), over));
        answers.values().removeIf(Objects::isNull);
        return merged(ask, answers);
    }

    /** Follows one host's log, and tries again as long as that shows nothing: the host is away, or has no such container yet. */
    private CommandResult follow(DockerHost host, Command ask, Instant since, LineHandler lines, CompletableFuture<Void> over) {
        CommandResult answer = null;
        while (!over.isDone()) {
            Command log = logs(ask).get(host);
            AtomicBoolean shown = new AtomicBoolean();
            answer = log == null ? null : host.source.follow(log, since, line -> {
                shown.set(true);
                return lines.line(line);
            }, stop -> over.thenRun(stop));
            if (shown.get()) {
                over.complete(null);
            }
            try {
                over.get(REST, TimeUnit.SECONDS);
            } catch (TimeoutException again) {
                continue;
            } catch (InterruptedException | ExecutionException stopped) {
                over.complete(null);
            }
        }
        return answer;
    }

    /** What a host's log shows, by turns with the others' logs, with the host's name before that of the container. */
    private static LogHandler of(DockerHost host, LineHandler lines) {
        String prefix = host.name + "/";
        return raw -> {
            String line = prefix + LogLine.begun(raw);
            synchronized (lines) {
                return lines.line(line);
            }
        };
    }

    /** One answer of several: what one host could not say is missing, under its name; so is what a host has that says nothing at all. */
    private CommandResult merged(Command ask, Map<DockerHost, CommandResult> answers) {
        Map<String, String> away = new LinkedHashMap<>();
        (ask.kind() == Command.Kind.LOG ? silent() : answers).forEach((host, answer) -> away.put(host.name, answer.problem()));
        answers.forEach((host, answer) -> away.put(host.name, answer.problem()));
        away.values().removeIf(Objects::isNull);
        return SideBySide.joined(ask, answers.values(), away);
    }

    /** Each host's own compose file may be of no use. */
    @Override
    public boolean settle(CommandResult containers) {
        Map<DockerHost, CommandResult> silent = silent();
        long settled = silent.entrySet().stream().filter(one -> one.getKey().source.settle(one.getValue())).count();
        listed = settled > 0 ? null : listed;
        return settled > 0;
    }
}
