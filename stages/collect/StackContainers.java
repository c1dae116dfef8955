import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The containers that `docker compose ps` lists, and whose service each is. */
final class StackContainers {
    private final ComposeTarget target;
    private final Redactor redactor;
    private final Map<String, JsonNode> byId = new LinkedHashMap<>();

    StackContainers(CommandResult listed, ComposeTarget target, Redactor redactor) {
        this.target = target;
        this.redactor = redactor;
        for (JsonNode one : Json.list(listed.out())) {
            if (one.path("ID").asText().matches("[0-9a-f]{12,64}")) {
                byId.put(one.path("ID").asText(), one);
            }
        }
    }

    List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    /** The service of each, by the names that Compose can write before a line of its log. */
    Map<String, String> services() {
        Map<String, String> services = new LinkedHashMap<>();
        for (JsonNode one : byId.values()) {
            String name = one.path("Name").asText();
            String service = target.specName(one.path("Service").asText());
            String project = Container.project(one) + "-";
            services.put(host(one) + name, service);
            services.put(host(one) + (name.startsWith(project) ? name.substring(project.length()) : name), service);
        }
        return services;
    }

    /** What stands before the name of a container where there are several hosts. */
    private static String host(JsonNode listed) {
        String host = listed.path("Host").asText();
        return host.isEmpty() ? "" : host + "/";
    }

    /** What `docker inspect` says of them. */
    List<Container> inspected(CommandResult state) {
        List<Container> containers = new ArrayList<>();
        for (JsonNode inspected : Json.list(state.out())) {
            String id = inspected.path("Id").asText();
            JsonNode one = byId.entrySet().stream().filter(entry -> id.startsWith(entry.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse(inspected);
            containers.add(new Container(target.specName(one.path("Service").asText()), Container.project(one),
                redactor.text(Printable.plain(host(one) + one.path("Name").asText())),
                inspected.path("Number").asInt(1), redactor.text(Printable.plain(inspected.path("Status").asText())), inspected.path("ExitCode").asInt(),
                Times.parse(inspected.path("Created").asText()), Times.parse(inspected.path("StartedAt").asText()),
                Times.parse(inspected.path("FinishedAt").asText()), inspected.path("OOMKilled").asBoolean(),
                inspected.path("Replaced").asBoolean(), redactor.text(Printable.plain(inspected.path("Reason").asText()))));
        }
        return containers;
    }
}
