import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** One container of the project, as `docker compose ps` and `docker inspect` tell. Times in UTC. */
record Container(String service, String project, String name, int index, String state, int exitCode, Instant created, Instant started,
        Instant finished, boolean oomKilled) {
    /** The service that runs the jobs. */
    static final String WORKER = "celery-worker";
    /** Takes the requests and runs the previews. */
    static final String BACKEND = "backend";

    /** True for the name that Compose writes before this container's lines: its own, or that without the project's. */
    boolean is(String prefix) {
        return name.equals(prefix) || name.equals(project + "-" + prefix);
    }

    /** The project of one that `docker compose ps` lists: older versions tell it in the container's name alone. */
    static String project(JsonNode listed) {
        int service = listed.path("Name").asText().lastIndexOf("-" + listed.path("Service").asText() + "-");
        return listed.path("Project").asText(service < 0 ? "" : listed.path("Name").asText().substring(0, service));
    }
}
