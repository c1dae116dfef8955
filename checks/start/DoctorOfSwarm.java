import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the doctor says of a stack that was deployed to Swarm: its nodes, its services, how far back their logs go. */
final class DoctorOfSwarm {
    private final ComposeTarget target;
    private final CommandRunner runner;

    DoctorOfSwarm(ComposeTarget target, CommandRunner runner) {
        this.target = target;
        this.runner = runner;
    }

    /** @param services those that a trace asks, by the names of the hand-run page */
    List<Diagnosis> stack(Set<String> services) {
        List<Diagnosis> found = new ArrayList<>();
        found.add(nodes());
        if (found.get(0).fatal()) {
            return found;
        }
        CommandResult answer = ask("service", "ls", "--filter", "label=com.docker.stack.namespace=" + target.swarm.stack, "--format", "{{json .}}");
        List<JsonNode> listed = Json.list(answer.out());
        if (answer.problem() != null || listed.isEmpty()) {
            found.add((answer.timedOut() ? Diagnosis.unknown("Stack", answer.problem())
                : Diagnosis.fail("Stack", answer.problem() != null ? answer.problem() : "no service is of a stack " + target.swarm.stack,
                    typed("stack", "ls") + "    # then trace-job --doctor --swarm STACK")).stops());
            return found;
        }
        found.add(Diagnosis.ok("Stack", target.swarm.stack + ", " + Times.count(listed.size(), "service")));
        services.forEach(name -> found.add(service(name, listed)));
        for (String name : services) {
            String service = target.swarm.service(target.service(name));
            if (!Set.of("postgres", "redis").contains(name) && listed.stream().anyMatch(one -> one.path("Name").asText().equals(service))) {
                found.add(log(service));
            }
        }
        return found;
    }

    private String typed(String... words) {
        return CommandRunner.shown(target.docker(words));
    }

    private CommandResult ask(String... words) {
        return runner.ask("doctor", target.docker(words));
    }

    private Diagnosis nodes() {
        CommandResult answer = ask("node", "ls", "--format", "{{json .}}");
        if (answer.problem() != null) {
            return (answer.timedOut() ? Diagnosis.unknown("Swarm", answer.problem())
                : Diagnosis.fail("Swarm", answer.problem(), "trace-job --doctor --swarm " + target.swarm.stack + " --host ssh://A-MANAGER")).stops();
        }
        List<JsonNode> nodes = Json.list(answer.out());
        List<String> down = nodes.stream().filter(node -> !node.path("Status").asText().equals("Ready")).map(node -> node.path("Hostname").asText()).toList();
        return down.isEmpty() ? Diagnosis.ok("Swarm", Times.count(nodes.size(), "node") + " ready")
            : Diagnosis.warn("Swarm", down.size() + " of " + Times.count(nodes.size(), "node") + " down: " + String.join(", ", down)
                + "; what ran there is UNKNOWN", typed("node", "ls"));
    }

    /** @param listed what `docker service ls` says, with `Replicas` such as `1/2`, those that run of those that should */
    private Diagnosis service(String name, List<JsonNode> listed) {
        String service = target.swarm.service(target.service(name));
        String subject = "Service " + service;
        String replicas = listed.stream().filter(one -> one.path("Name").asText().equals(service)).map(one -> one.path("Replicas").asText())
            .findFirst().orElse("");
        String[] counts = replicas.split("[/ ]", 3);
        if (replicas.isEmpty() || counts.length < 2) {
            return Diagnosis.fail(subject, "not in this stack", Diagnosis.called(target, name));
        }
        String why = typed("service", "ps", "--no-trunc", service);
        return counts[1].equals("0") ? Diagnosis.fail(subject, "scaled down to 0", typed("service", "scale", service + "=1"))
            : counts[0].equals("0") ? Diagnosis.fail(subject, "none of " + counts[1] + " up", why)
            : !counts[0].equals(counts[1]) ? Diagnosis.warn(subject, counts[0] + " of " + counts[1] + " up", why)
            : Diagnosis.ok(subject, counts[0].equals("1") ? "up" : counts[0] + " replicas up");
    }

    /** Its first line is read, and no further. */
    private Diagnosis log(String service) {
        CommandResult answer = runner.firstOfLog("doctor", target.docker("service", "logs", "--raw", "--timestamps", "--no-trunc", service));
        String subject = "Log of " + service;
        if (answer.out().isEmpty()) {
            return answer.problem() == null || answer.timedOut() ? Diagnosis.unknown(subject, answer.problem() == null ? "no line yet" : answer.problem())
                : Diagnosis.fail(subject, answer.problem(), "logging: {driver: local}    # in the compose file, then deploy it again");
        }
        Instant since = Times.parse(answer.out().get(0).split(" ", 2)[0]);
        return since == null ? Diagnosis.unknown(subject, "its first line has no time")
            : Diagnosis.ok(subject, "goes back to " + Times.iso(since) + " at least");
    }
}
