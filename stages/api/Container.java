import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One container of the project, as `docker compose ps` and `docker inspect` tell. Times in UTC.
 *
 * @param name where there are several hosts, after that of its host: `worker-2/p1lending-celery-worker-1`
 * @param replaced true for one in whose place Swarm has set another
 * @param reason why it ended, in Swarm's own words; empty where none are known
 */
record Container(String service, String project, String name, int index, String state, int exitCode, Instant created, Instant started,
        Instant finished, boolean oomKilled, boolean replaced, String reason) {
    /** The service that runs the jobs. */
    static final String WORKER = "celery-worker";
    /** Takes the requests and runs the previews. */
    static final String BACKEND = "backend";

    /** True for the name that Compose writes before this container's lines: its own, or that without the project's. */
    boolean is(String prefix) {
        int own = prefix.indexOf('/') + 1;
        return name.equals(prefix) || name.equals(prefix.substring(0, own) + project + "-" + prefix.substring(own));
    }

    /** True for one that does not run, and that no other has replaced. */
    boolean isDown() {
        return !replaced && !state.equals("running");
    }

    /** How it ended, in a few words. */
    String end() {
        return (replaced ? "replaced by Swarm, " : state + ", ") + (reason.isEmpty() ? "exit code " + exitCode : reason) + (oomKilled ? ", out of memory" : "");
    }

    /** Of a task of Swarm's: where it stands, `celery-worker.1`, whatever its node. */
    String place() {
        return name.substring(name.indexOf('/') + 1, Math.max(name.indexOf('/') + 1, name.lastIndexOf('.')));
    }

    /** The host's name; empty where there is only one. */
    String host() {
        return host(name);
    }

    /** The host in a container's name, as its lines or its host tell it; empty where there is only one. */
    static String host(String container) {
        return container.substring(0, Math.max(0, container.indexOf('/')));
    }

    /** The project of one that `docker compose ps` lists: older versions tell it in the container's name alone. */
    static String project(JsonNode listed) {
        int service = listed.path("Name").asText().lastIndexOf("-" + listed.path("Service").asText() + "-");
        return listed.path("Project").asText(service < 0 ? "" : listed.path("Name").asText().substring(0, service));
    }
}
