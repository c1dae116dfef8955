//SOURCES Completion.java
//SOURCES Diagnosis.java
//SOURCES DoctorOfData.java
//SOURCES DoctorOfSwarm.java
//SOURCES ExplainedCommands.java
//SOURCES HelpText.java
//SOURCES JobList.java
//SOURCES SeenJobs.java
//SOURCES ScriptLines.java
//SOURCES StackFinder.java
//SOURCES StartOptions.java
//SOURCES WrongUsage.java

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Can a job be traced here? Each thing that a trace needs is looked at, without a job; what is not seen is UNKNOWN. */
final class Doctor {
    /** How far back a log should go, so that a job of yesterday can be traced. */
    private static final Duration WANTED = Duration.ofHours(24);
    private static final String INSPECT = "{\"Service\":{{json (index .Config.Labels \"com.docker.compose.service\")}},\"Id\":{{json .Id}},"
        + "\"Name\":{{json .Name}},\"Created\":{{json .Created}},\"Driver\":{{json .HostConfig.LogConfig.Type}},\"Options\":{{json .HostConfig.LogConfig.Config}}}";
    private final ComposeTarget target;
    private final CommandRunner runner;
    private final Set<String> services;
    private final PrintWriter out;
    private final Progress progress;
    private final List<Diagnosis> lines = new ArrayList<>();
    /** Those that a host has, by the names of the hand-run page. */
    private final Set<String> seen = new TreeSet<>();

    /** @param services those that a trace asks, by the names of the hand-run page */
    Doctor(ComposeTarget target, CommandRunner runner, Set<String> services, PrintWriter out, Progress progress) {
        this.target = target;
        this.runner = runner;
        this.services = new TreeSet<>(services);
        this.out = out;
        this.progress = progress;
        // A database that is asked with the local psql needs no service.
        if (target.psql != null) {
            this.services.remove("postgres");
        }
    }

    /** Each host of the stack after the other; what none of them has is missing. The exit code is the worst. */
    static int run(ComposeTarget target, CommandRunner runner, Set<String> services, PrintWriter out, Progress progress) {
        if (target.hosts.isEmpty()) {
            return new Doctor(target, runner, services, out, progress).run();
        }
        int worst = 0;
        Set<String> seen = new TreeSet<>();
        for (ComposeTarget host : target.hosts) {
            out.println("Host " + host.host + ":");
            Doctor doctor = new Doctor(host, runner, services, out, progress);
            worst = Math.max(worst, doctor.run());
            seen.addAll(doctor.seen);
            out.println();
        }
        for (String name : services) {
            if (!seen.contains(name) && !(name.equals("postgres") && target.psql != null)) {
                out.print(Diagnosis.fail("Service " + target.service(name), "on none of the hosts", Diagnosis.called(target, name)).text());
                worst = Math.max(worst, 1);
            }
        }
        return worst;
    }

    /** The exit code: 0 when all is OK, 4 when no job can be traced until a FAIL is mended, else 1. */
    int run() {
        say(docker());
        boolean engine = lines.get(0).status() == Status.OK;
        boolean there = target.swarm == null ? ofCompose(engine) : engine && ofSwarm();
        DoctorOfData data = new DoctorOfData(target, runner);
        if (target.psql != null || there && (target.host.isEmpty() || seen.contains("postgres"))) {
            data.database().forEach(this::say);
        } else if (target.host.isEmpty()) {
            say(Diagnosis.unknown("Database, clocks", "not asked: there is no project whose database could be asked"));
        }
        say(data.disk());
        out.println();
        out.println(sum());
        return lines.stream().anyMatch(Diagnosis::fatal) ? 4 : lines.stream().allMatch(line -> line.status() == Status.OK) ? 0 : 1;
    }

    /** True where the project has containers. */
    private boolean ofCompose(boolean engine) {
        say(compose());
        boolean able = engine && lines.get(1).status() != Status.FAIL;
        List<JsonNode> containers = able ? project() : List.of();
        if (target.swarm != null) {
            return ofSwarm();
        }
        if (!containers.isEmpty()) {
            services(containers);
            logs(containers);
        } else if (!able) {
            say(Diagnosis.unknown("Project, services, logs", "not asked: docker and its compose plugin come first"));
        }
        return !containers.isEmpty();
    }

    /** True where the stack has services. */
    private boolean ofSwarm() {
        List<Diagnosis> found = new DoctorOfSwarm(target, runner).stack(services);
        found.forEach(this::say);
        return found.stream().noneMatch(Diagnosis::fatal);
    }

    private String sum() {
        String counts = new TreeMap<>(lines.stream().collect(Collectors.groupingBy(Diagnosis::status, Collectors.counting()))).entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", "));
        boolean fatal = lines.stream().anyMatch(Diagnosis::fatal);
        return counts + (fatal ? ": no job can be traced here until this is fixed" : lines.stream().allMatch(line -> line.status() == Status.OK)
            ? ": jobs can be traced here; trace-job lists the newest" : ": jobs can be traced; what is not OK may be missing in a report");
    }

    /** What is known is shown at once: a command that hangs is then the one that has no line yet. */
    private void say(Diagnosis line) {
        lines.add(line);
        out.print(line.text());
        out.flush();
    }

    private CommandResult ask(List<String> command) {
        return runner.ask("doctor", command);
    }

    private Diagnosis docker() {
        CommandResult answer = ask(target.docker("version", "--format", "{{json .}}"));
        JsonNode versions = Json.read(String.join("\n", answer.out()));
        String client = versions.at("/Client/Version").asText();
        if (answer.problem() == null && versions.at("/Server/Version").isTextual()) {
            return Diagnosis.ok("Docker", "client " + client + ", engine " + versions.at("/Server/Version").asText());
        }
        String problem = String.valueOf(answer.problem());
        if (answer.timedOut()) {
            return new Diagnosis(Status.UNKNOWN, "Docker", "its engine did not answer in time: " + problem,
                List.of(target.call("--doctor", "--timeout", "120")), true);
        }
        return (problem.contains("is not installed here") ? Diagnosis.fail("Docker", problem, "https://docs.docker.com/engine/install/")
            : problem.contains("permission denied") ? Diagnosis.fail("Docker", problem, "sudo usermod -aG docker \"$USER\"    # then log in again")
            : problem.contains("context") ? Diagnosis.fail("Docker", problem, "docker context ls    # then trace-job --context NAME")
            : Diagnosis.fail("Docker", problem, "sudo systemctl start docker    # or name another engine: --context, --host")).stops();
    }

    private Diagnosis compose() {
        CommandResult answer = ask(target.docker("compose", "version", "--short"));
        String version = answer.out().isEmpty() ? "" : answer.out().get(0).strip();
        return answer.problem() == null && !version.isEmpty() ? Diagnosis.ok("Compose", version)
            : answer.timedOut() ? new Diagnosis(Status.UNKNOWN, "Compose", String.valueOf(answer.problem()), List.of(), true)
            : Diagnosis.fail("Compose", answer.problem() == null ? "says no version" : answer.problem(), "sudo apt-get install docker-compose-plugin").stops();
    }

    private List<JsonNode> project() {
        CommandResult answer = ask(target.compose("ps", "-a", "--format", "json"));
        List<JsonNode> containers = Json.list(answer.out());
        String where = CommandRunner.shown(target.compose());
        if (answer.problem() != null) {
            String problem = answer.problem();
            say((answer.timedOut() ? Diagnosis.unknown("Project", problem) : Diagnosis.fail("Project", problem,
                problem.contains("required variable") || problem.contains("env file")
                    ? "trace-job --doctor -p PROJECT    # needs no file; docker compose ls names the projects"
                    : "docker compose ls --all    # then trace-job --doctor -p PROJECT")).stops());
        } else if (containers.isEmpty() && target.host.isEmpty() && !target.isProject() && SwarmStacks.find(target, runner, progress)) {
            return containers;
        } else if (containers.isEmpty()) {
            say(Diagnosis.fail("Project", where + " has no containers",
                "docker compose ls --all    # is it another project? trace-job --doctor -p PROJECT",
                CommandRunner.shown(target.compose("up", "-d")) + "    # where it is this one").stops());
        } else {
            String name = containers.get(0).path("Project").asText();
            say(Diagnosis.ok("Project", where + ": " + (name.isEmpty() ? "" : name + ", ") + Times.count(containers.size(), "container")));
        }
        return answer.problem() != null ? List.of() : containers;
    }

    private void services(List<JsonNode> containers) {
        Set<String> there = containers.stream().map(one -> one.path("Service").asText()).collect(Collectors.toCollection(TreeSet::new));
        for (String name : services) {
            String real = target.service(name);
            List<JsonNode> its = containers.stream().filter(one -> one.path("Service").asText().equals(real)).toList();
            List<JsonNode> up = its.stream().filter(one -> one.path("State").asText().equals("running")).toList();
            String subject = "Service " + real;
            boolean database = name.equals("postgres");
            if (its.isEmpty() && !target.host.isEmpty()) {
                continue;
            }
            seen.add(name);
            if (its.isEmpty()) {
                Diagnosis missing = Diagnosis.fail(subject, "not in this project; there are " + String.join(", ", there), Diagnosis.called(target, name),
                    CommandRunner.shown(target.compose("up", "-d", real)));
                say(missing);
            } else if (up.isEmpty()) {
                say(Diagnosis.fail(subject, its.get(0).path("Status").asText(its.get(0).path("State").asText()),
                    CommandRunner.shown(target.compose("up", "-d", real))));
            } else if (up.size() < its.size()) {
                say(Diagnosis.warn(subject, up.size() + " of " + Times.count(its.size(), "container") + " up",
                    CommandRunner.shown(target.compose("up", "-d", real))));
            } else if (up.stream().anyMatch(one -> one.path("Health").asText().equals("unhealthy"))) {
                say(Diagnosis.warn(subject, "up, but unhealthy by its own health check; its logs can be read",
                    CommandRunner.shown(target.docker("inspect", "--format", "{{json .State.Health}}", its.get(0).path("Name").asText()))));
            } else {
                say(Diagnosis.ok(subject, up.size() == 1 ? "up" : up.size() + " replicas up" + (database ? "" : ", all are read")));
            }
        }
    }

    /** How far back each log goes: its first line is read, and no further. */
    private void logs(List<JsonNode> containers) {
        List<String> ids = containers.stream().filter(one -> services.stream().map(target::service).anyMatch(one.path("Service").asText()::equals))
            .filter(one -> !Set.of(target.service("postgres"), target.service("redis")).contains(one.path("Service").asText()))
            .map(one -> one.path("ID").asText()).filter(id -> id.matches("[0-9a-f]{12,64}")).toList();
        if (ids.isEmpty()) {
            return;
        }
        List<String> inspect = target.docker("inspect", "--format", INSPECT);
        inspect.addAll(ids);
        CommandResult answer = ask(inspect);
        if (answer.problem() != null) {
            say(Diagnosis.unknown("Logs", answer.problem()));
        }
        for (JsonNode container : Json.list(answer.out())) {
            say(log(container));
        }
    }

    private Diagnosis log(JsonNode container) {
        String subject = "Log of " + Printable.plain(container.path("Name").asText().replace("/", ""));
        String driver = container.path("Driver").asText();
        CommandResult first = runner.firstOfLog("doctor",
            target.docker("logs", "--timestamps", "--until", Instant.now().toString(), container.path("Id").asText()));
        if (first.problem() != null) {
            return first.timedOut() ? Diagnosis.unknown(subject, driver + ": " + first.problem())
                : Diagnosis.fail(subject, "driver " + driver + ": " + first.problem(), "logging: {driver: local}    # in the compose file, then: "
                    + CommandRunner.shown(target.compose("up", "-d", container.path("Service").asText())));
        }
        Instant since = first.out().isEmpty() ? null : Times.parse(first.out().get(0).split(" ", 2)[0]);
        Instant made = Times.parse(container.path("Created").asText());
        if (since == null) {
            return Diagnosis.unknown(subject, driver + ": no line yet" + (made == null ? "" : "; the container was created at " + Times.iso(made)));
        }
        String size = container.at("/Options/max-size").asText();
        String rotates = size.isEmpty() ? "" : ", rotates at " + size + " x " + container.at("/Options/max-file").asText("1");
        boolean young = Duration.between(since, Instant.now()).compareTo(WANTED) < 0;
        boolean rotated = young && !size.isEmpty() && made != null && Duration.between(made, Instant.now()).compareTo(WANTED) > 0;
        String found = driver + ", goes back to " + Times.iso(since) + rotates;
        return rotated ? Diagnosis.warn(subject, found + ": less than a day, though the container is older",
            "logging: {options: {max-size: 100m, max-file: \"5\"}}    # in the compose file")
            : Diagnosis.ok(subject, found + (young ? "; of jobs before that there are no lines" : ""));
    }
}
