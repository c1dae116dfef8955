import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A stack that was deployed to Docker Swarm, asked through a manager. Its tasks are its containers, those too that Swarm has
 * replaced, as long as it keeps them. Logs come from all nodes; what is run in a container is run on this node alone. What a
 * node that is down had to tell is missing under its name.
 */
final class SwarmStack implements Source {
    private static final int MOST_AT_ONCE = 4;
    /** Swarm keeps five old tasks of each place by default; more than so many are not asked for, and those that run are the last to go. */
    private static final int MOST_TASKS = 400;
    private static final String[] LIST = {"stack", "ps", "--no-trunc", "--format", "{{json .}}"};
    private static final String[] NODES = {"node", "ls", "--format", "{{json .}}"};
    private static final String[] INSPECT = {"inspect", "--type", "task", "--format", "{{json .}}"};
    private static final String[] LOG = {"service", "logs", "--raw", "--timestamps", "--no-trunc"};
    /** Nanoseconds: what was said of the tasks just now is not asked again. */
    private static final long JUST_NOW = 500_000_000;
    private final ComposeTarget target;
    private final CommandRunner runner;
    private final LiveSource here;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final SideBySide together = new SideBySide("task");
    /** As they were last listed, the newest first; null before that. */
    private volatile List<SwarmTask> tasks;
    /** Why they could not be listed; null when they were. */
    private volatile CommandResult unlisted;
    /** How many tasks were not asked for. */
    private volatile int left;
    private CommandResult listing;
    private long listedAt;

    /** @param target with Swarm's words */
    SwarmStack(ComposeTarget target, CommandRunner runner, Progress progress) {
        this.target = target;
        this.runner = runner;
        here = new LiveSource(target, runner, progress);
    }

    @Override
    public Instant now() {
        return here.now();
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        if (ask.equals(LiveSource.CONTAINERS)) {
            return list();
        }
        if (ask.key().equals(LiveSource.STATE)) {
            return states(ask);
        }
        CommandResult absent = absent(ask, null);
        return absent != null ? absent : here.ask(ask, fill);
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler lines) {
        CommandResult absent = absent(ask, replica);
        CommandResult answer = absent != null ? absent : here.stream(ask, fill, replica, lines);
        boolean elsewhere = replica == null && answer.noSuchFile()
            && tasks().stream().anyMatch(task -> task.service().equals(target.service(ask.service())) && !task.here());
        return elsewhere ? answer.without("it may be on another node, " + CommandResult.OUT_OF_REACH) : answer;
    }

    @Override
    public Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        // All are of one database: where one cannot be asked, none can.
        return sinks.keySet().stream().anyMatch(ask -> absent(ask, null) != null) ? Source.super.rows(sinks, fill) : here.rows(sinks, fill);
    }

    /** Why this cannot be run in a container of its service; null where it can, or needs none. */
    private CommandResult absent(Command ask, Container replica) {
        if (ask.service().isEmpty() || ask.kind() == Command.Kind.ROWS && target.psql != null) {
            return null;
        }
        List<SwarmTask> own = tasks().stream().filter(task -> task.service().equals(target.service(ask.service())))
            .filter(task -> replica == null || replica.name().equals(task.fullName(several()))).toList();
        if (unlisted != null) {
            return new CommandResult(ask.key(), unlisted.command(), unlisted.exitCode(), unlisted.seconds(), 0, unlisted.timedOut(), List.of(),
                unlisted.problem());
        }
        if (own.stream().anyMatch(task -> task.runs() && task.here() && !task.containerId().isEmpty())) {
            return null;
        }
        String where = own.stream().filter(SwarmTask::runs).map(SwarmTask::node).distinct().collect(Collectors.joining(", "));
        String hint = ask.kind() == Command.Kind.ROWS ? ": run trace-job there, or say --psql" : "";
        String why = !where.isEmpty() ? target.service(ask.service()) + " runs on " + where + ", " + CommandResult.OUT_OF_REACH + hint
            : replica != null ? replica.name() + " does not run any more: what was in it is " + CommandResult.OUT_OF_REACH
            : "no task of " + target.service(ask.service()) + " runs";
        return new CommandResult(ask.key(), "", -1, 0, 0, false, List.of(), why);
    }

    /** The commands as they run for what is asked, to copy and paste. */
    static Stream<String> shown(ComposeTarget target, Command ask, Map<String, String> fill) {
        String stack = target.swarm.stack;
        if (ask.equals(LiveSource.CONTAINERS)) {
            return Stream.of(words(List.of(LIST), List.of(stack)), NODES, words(List.of(INSPECT), List.of("<task>")),
                LiveSource.inspect(List.of("<container>")).words().stream().skip(1).toArray(String[]::new)).map(words -> shown(target, words));
        }
        if (ask.kind() == Command.Kind.LOG) {
            return (ask.service().isEmpty() ? Stream.of("the others") : Stream.of(ask.service().split(" ")).map(target::service).map(target.swarm::service))
                .map(service -> shown(target, words(List.of(LOG), List.of("--since", "<created>", "<task of " + service + ">"))));
        }
        return Stream.of(SwarmWords.lookedUp(target.docker, target.shown(ask, fill)));
    }

    private static String shown(ComposeTarget target, String... words) {
        return CommandRunner.shown(target.docker(words));
    }

    private List<SwarmTask> tasks() {
        if (tasks == null) {
            list();
        }
        return tasks;
    }

    private boolean several() {
        return tasks().stream().map(SwarmTask::node).filter(node -> !node.isEmpty()).distinct().count() > 1;
    }

    private synchronized CommandResult list() {
        if (listing == null || System.nanoTime() - listedAt > JUST_NOW) {
            listing = listed();
            listedAt = System.nanoTime();
        }
        return listing;
    }

    private CommandResult listed() {
        CommandResult answer = ask(words(List.of(LIST), List.of(target.swarm.stack)));
        Map<String, JsonNode> listed = new LinkedHashMap<>();
        List<JsonNode> whole = Json.list(answer.out()).stream().filter(one -> one.path("ID").asText().matches("[a-z0-9]{20,30}")).toList();
        whole.stream().sorted(Comparator.comparing(one -> one.path("DesiredState").asText().equals("Shutdown"))).limit(MOST_TASKS)
            .forEach(one -> listed.put(one.path("ID").asText(), one));
        left = whole.size() - listed.size();
        List<String> told = List.of();
        List<String> nodes = List.of();
        if (answer.problem() == null && !listed.isEmpty()) {
            CommandResult names = ask(NODES);
            CommandResult inspected = ask(words(List.of(INSPECT), listed.keySet()));
            nodes = names.out();
            told = inspected.out();
            // A task that Swarm has forgotten since it was listed is one that no longer counts.
            boolean known = inspected.problem() == null || inspected.problem().endsWith(" not found");
            answer = names.problem() != null ? names : known ? answer : inspected;
        }
        Map<String, JsonNode> nodesById = new LinkedHashMap<>();
        Json.list(nodes).forEach(node -> nodesById.put(node.path("ID").asText(), node));
        JsonNode none = Json.NODES.missingNode();
        tasks = Json.list(told).stream().filter(one -> listed.containsKey(one.path("ID").asText())).map(one -> SwarmTask.of(target.swarm.stack,
                listed.get(one.path("ID").asText()), one, name(one.path("NodeID").asText(), nodesById),
                nodesById.getOrDefault(one.path("NodeID").asText(), none)))
            .sorted(SwarmTask.NEWEST_FIRST).toList();
        unlisted = answer.problem() == null ? null : answer;
        note();
        boolean several = several();
        return answer.with(tasks.stream().map(task -> task.listed(several).toString()).toList());
    }

    /** Notes in which containers of this node something can be run. */
    private void note() {
        Map<String, String> containers = new HashMap<>();
        tasks.stream().filter(task -> task.here() && task.runs() && !task.containerId().isEmpty()).forEach(task -> {
            containers.putIfAbsent(task.service(), task.containerId());
            containers.putIfAbsent(task.service() + "." + task.slot(), task.containerId());
        });
        target.swarm.containers.keySet().retainAll(containers.keySet());
        target.swarm.containers.putAll(containers);
    }

    /** A node's name; with a part of its id where another has the same. */
    private static String name(String id, Map<String, JsonNode> nodes) {
        String name = nodes.containsKey(id) ? nodes.get(id).path("Hostname").asText().replaceAll("[^\\w.-]", "_") : "";
        boolean twice = nodes.entrySet().stream().anyMatch(node -> !node.getKey().equals(id) && node.getValue().path("Hostname").asText().equals(name));
        return name.isEmpty() || twice ? name + (name.isEmpty() ? "" : "-") + id.substring(0, Math.min(5, id.length())) : name;
    }

    private static String[] words(List<String> first, Collection<String> then) {
        return Stream.concat(first.stream(), then.stream()).toArray(String[]::new);
    }

    private CommandResult ask(String... words) {
        return runner.ask(LiveSource.CONTAINERS.key(), target.docker(words));
    }

    /** What Swarm told of the tasks, and of this node's containers what Docker knows beside that. */
    private CommandResult states(Command ask) {
        List<SwarmTask> all = tasks();
        List<String> own = all.stream().filter(task -> task.here() && !task.containerId().isEmpty()).map(SwarmTask::containerId).toList();
        Map<String, JsonNode> known = new HashMap<>();
        CommandResult answer = own.isEmpty() ? new CommandResult(ask.key(), "", 0, 0, 0, false, List.of(), null) : here.ask(LiveSource.inspect(own), Map.of());
        Json.list(answer.out()).forEach(one -> known.put(one.path("Id").asText(), one));
        List<String> out = all.stream().map(task -> task.inspected(all, known.getOrDefault(task.containerId(), Json.NODES.missingNode())).toString()).toList();
        // A container that is gone is told by its task alone.
        return new CommandResult(ask.key(), answer.command(), 0, answer.seconds(), out.size(), answer.timedOut(), out,
            answer.timedOut() ? answer.problem() : null);
    }

    /** Each task's log is a command of its own, so that what one has lost is known; all go into one reader. */
    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        Set<String> services = Stream.of(ask.service().split(" ")).map(target::service).collect(Collectors.toSet());
        List<SwarmTask> own = tasks().stream().filter(task -> services.contains(task.service()) && task.hasLog())
            .filter(task -> window.since() == null || task.ended() == null || !task.ended().isBefore(window.since())).toList();
        if (own.isEmpty()) {
            // All that ran did so before the window.
            boolean known = unlisted == null && tasks.stream().anyMatch(task -> services.contains(task.service()));
            return known ? nothing(ask) : Objects.requireNonNullElseGet(absent(ask, null), () -> nothing(ask));
        }
        boolean several = several();
        CommandResult answer = LiveSource.log(window, now(), reader,
            (lines, flags) -> merged(ask, together.each(own, task -> read(ask, task, task.fullName(several), lines, flags)), several));
        return left == 0 || answer.problem() != null ? answer : answer.without("so many tasks are listed that " + left + " old ones were not asked");
    }

    private static CommandResult nothing(Command ask) {
        return new CommandResult(ask.key(), "", 0, 0, 0, false, List.of(), null);
    }

    private CommandResult read(Command ask, SwarmTask task, String name, LineHandler lines, String... flags) {
        if (task.nodeDown()) {
            return new CommandResult(ask.key(), "", -1, 0, 0, false, List.of(), "the node is down");
        }
        CommandResult answer = run(ask, task, name, lines, flags);
        // Of a container that was removed Swarm shows nothing, and says nothing; one that has ended has written something once.
        boolean gone = answer.problem() == null && answer.lines() == 0 && task.ended() != null
            && run(ask, task, name, line -> true, "--tail", "1").lines() == 0;
        return gone ? answer.without("the log of " + name + " is " + CommandResult.GONE) : answer;
    }

    private CommandResult run(Command ask, SwarmTask task, String name, LineHandler lines, String... flags) {
        List<String> command = target.docker(LOG);
        String until = null;
        for (int at = 0; at < flags.length; at += 2) {
            until = flags[at].equals("--until") ? Stamps.DOCKER.format(Instant.parse(flags[at + 1])) : until;
            command.addAll(flags[at].equals("--until") ? List.of() : List.of(flags[at], flags[at + 1]));
        }
        // A task's lines come in the order of time: it needs no more of them.
        String end = until;
        command.add(task.id());
        free.acquireUninterruptibly();
        try {
            return runner.log(ask.key(), command, raw -> {
                synchronized (lines) {
                    return (end == null || !Stamps.isAfter(raw, end)) && lines.line(name + " | " + raw);
                }
            });
        } finally {
            free.release();
        }
    }

    private static CommandResult merged(Command ask, Map<SwarmTask, CommandResult> answers, boolean several) {
        if (!several) {
            CommandResult all = SideBySide.joined(ask, answers.values(), Map.of());
            return answers.values().stream().map(CommandResult::problem).filter(Objects::nonNull).findFirst().map(all::without).orElse(all);
        }
        Map<String, String> away = new LinkedHashMap<>();
        answers.forEach((task, answer) -> away.merge(task.node(), Objects.requireNonNullElse(answer.problem(), ""),
            (one, other) -> one.isEmpty() ? other : one));
        away.values().removeIf(String::isEmpty);
        return SideBySide.joined(ask, answers.values(), away);
    }

    /** Follows each service by one command, in which the tasks that take others' places appear by themselves. */
    @Override
    public CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        begun.accept(() -> over.complete(null));
        Map<String, CommandResult> answers = together.each(List.of(ask.service().split(" ")), service -> {
            List<String> command = target.docker("service", "logs", "--follow", "--timestamps", "--no-trunc", "--since", since.toString(),
                target.swarm.service(target.service(service)));
            CommandResult answer = runner.followLog(ask.key(), command, raw -> {
                String line = named(raw);
                synchronized (lines) {
                    return line == null || lines.line(line);
                }
            }, stop -> over.thenRun(stop));
            over.complete(null);
            return answer;
        });
        return answers.values().stream().reduce((one, other) -> one.problem() != null ? one : other).orElse(nothing(ask));
    }

    /** A line with the name that its task has in the report: Swarm writes `TIME STACK_SERVICE.1.TASK@NODE | TEXT`; null for none of that form. */
    private String named(String raw) {
        int time = raw.indexOf(' ');
        int bar = raw.indexOf(" | ");
        int at = raw.indexOf('@');
        if (time < 0 || at < time || bar < at) {
            return null;
        }
        String place = raw.substring(time + 1, at);
        String id = place.substring(place.lastIndexOf('.') + 1);
        String name = name(id);
        if (name == null) {
            list();
            name = name(id);
        }
        return name == null ? null : name + " | " + raw.substring(0, time) + raw.substring(bar + 2);
    }

    private String name(String id) {
        return id.length() < SwarmTask.SHORT ? null
            : tasks().stream().filter(task -> task.id().startsWith(id)).findFirst().map(task -> task.fullName(several())).orElse(null);
    }
}
