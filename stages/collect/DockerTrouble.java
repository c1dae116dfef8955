import java.util.stream.Stream;

/** What to try where Docker itself does not answer. */
interface DockerTrouble {
    /** To be put after why it does not; empty where that says nothing of Docker. */
    static String hint(String why) {
        return why.contains("permission denied while trying to connect") ? "; this user may not ask Docker: sudo usermod -aG docker \"$USER\", and log in again"
            : Stream.of("Cannot connect to the Docker daemon", "error during connect").anyMatch(why::contains)
                ? "; is Docker running, or is it elsewhere (--context, --host)?"
            : why.contains("context not found") ? "; docker context ls names them"
            : why.contains("not a swarm manager") ? "; --swarm asks a manager, which --context or --host names"
            : why.contains("is not installed here") || why.contains("no compose plugin")
                ? "; docker and its compose plugin are needed, or --replay with a recording" : "";
    }
}
