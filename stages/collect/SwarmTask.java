import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A task of Swarm's, which is one container: a task is never started anew, another takes its place. Times in UTC.
 *
 * @param name as it is reported: `celery-worker.1.nqlg7043d712`, the end of its container's name
 * @param service its name in the stack's compose file
 * @param node the name of its node; empty where it has none yet
 * @param here true where its node is the one that is asked
 * @param nodeDown true where its node does not answer the manager
 * @param containerId empty where there is none yet
 */
record SwarmTask(String id, String name, String service, String place, int slot, String node, boolean here, boolean nodeDown, String state, boolean wanted,
        String error, int exitCode, Instant created, Instant reached, Instant updated, String containerId) {
    /** Of a task's id in the names of its container and its lines. */
    static final int SHORT = 12;
    static final Comparator<SwarmTask> NEWEST_FIRST = Comparator.comparing(SwarmTask::created, Comparator.nullsFirst(Comparator.naturalOrder())).reversed();
    private static final Set<String> OVER = Set.of("complete", "shutdown", "failed", "rejected", "remove", "orphaned");
    private static final Set<String> UNWANTED = Set.of("shutdown", "remove", "complete");

    /**
     * @param stack its name; @param listed what `docker stack ps` says of it; @param told what `docker inspect` says
     * @param node the name of its node; @param answering what `docker node ls` says of that; missing where it says nothing
     */
    static SwarmTask of(String stack, JsonNode listed, JsonNode told, String node, JsonNode answering) {
        String id = told.path("ID").asText();
        String place = listed.path("Name").asText();
        place = place.startsWith(stack + "_") ? place.substring(stack.length() + 1) : place;
        // The tasks of a global service have their node's id in place of a number.
        String service = place.substring(0, Math.max(0, place.lastIndexOf('.')));
        JsonNode status = told.path("Status");
        JsonNode container = status.path("ContainerStatus");
        String containerId = container.path("ContainerID").asText();
        return new SwarmTask(id, place + "." + id.substring(0, Math.min(SHORT, id.length())), service, place, Math.max(1, told.path("Slot").asInt(1)), node,
            answering.path("Self").asBoolean(), !node.isEmpty() && !answering.path("Status").asText().equals("Ready"), status.path("State").asText(),
            !UNWANTED.contains(told.path("DesiredState").asText()), status.path("Err").asText(), container.path("ExitCode").asInt(),
            Times.parse(told.path("CreatedAt").asText()), Times.parse(status.path("Timestamp").asText()), Times.parse(told.path("UpdatedAt").asText()),
            containerId.matches("[0-9a-f]{64}") ? containerId : "");
    }

    boolean runs() {
        return state.equals("running") && !nodeDown;
    }

    /** True for one whose container was started, as far as is known: one that was not has written nothing, which is no loss. */
    boolean hasLog() {
        return !containerId.isEmpty() && !state.equals("rejected") && !error.startsWith("starting container failed");
    }

    /** What it is called where there are several nodes. */
    String fullName(boolean several) {
        return several && !node.isEmpty() ? node + "/" + name : name;
    }

    /** An id as a container has it, also for a task that has no container yet. */
    String containerOrOwnId() {
        return !containerId.isEmpty() ? containerId : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
    }

    /** When it ended; null for one that did not. Of a node that is down nobody says when: its task was given up then. */
    Instant ended() {
        return OVER.contains(state) ? reached : nodeDown && !wanted ? updated : null;
    }

    /** True where another task has its place. */
    boolean isReplaced(List<SwarmTask> all) {
        return !wanted && all.stream().anyMatch(other -> other.place.equals(place) && other != this && NEWEST_FIRST.compare(other, this) < 0);
    }

    /** Why Swarm ended it, in Swarm's words where it has some; empty for one that is wanted. */
    private String reason() {
        return wanted && error.isEmpty() ? "" : !error.isEmpty() ? error : nodeDown ? "its node " + node + " is down" : OVER.contains(state) || !wanted
            ? "it was updated, scaled down or moved" : "";
    }

    /** As `docker compose ps` would list it. */
    ObjectNode listed(boolean several) {
        ObjectNode listed = Json.NODES.objectNode().put("ID", containerOrOwnId()).put("Name", name).put("Service", service).put("State", shownState());
        return several && !node.isEmpty() ? listed.put("Host", node) : listed;
    }

    /** As `docker inspect` would tell it. @param own what that says of its container; missing where that is on another node */
    ObjectNode inspected(List<SwarmTask> all, JsonNode own) {
        boolean started = state.equals("running") || own.has("StartedAt");
        return Json.NODES.objectNode().put("Id", containerOrOwnId()).put("Name", name).put("Service", service)
            .put("Status", own.path("Status").asText().equals("paused") ? "paused" : shownState()).put("Number", slot)
            .put("ExitCode", exitCode).put("OOMKilled", own.path("OOMKilled").asBoolean()).put("Created", text(created))
            .put("StartedAt", !started ? "" : own.path("StartedAt").asText(text(reached)))
            .put("FinishedAt", ended() == null ? "" : own.path("FinishedAt").asText(text(ended()))).put("Replaced", isReplaced(all)).put("Reason", reason());
    }

    private String shownState() {
        return nodeDown && state.equals("running") ? "orphaned" : state;
    }

    private static String text(Instant time) {
        return time == null ? "" : time.toString();
    }
}
