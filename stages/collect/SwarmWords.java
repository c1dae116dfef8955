import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the page's `docker compose` commands are for a stack that was deployed to Swarm. */
final class SwarmWords {
    /** Before the name of what runs in a container that is not known. */
    private static final String UNKNOWN = "CONTAINER-OF-";
    private static final String PAUSED = "PAUSED-OF-";
    private static final Pattern OF_SERVICE = Pattern.compile("(CONTAINER|PAUSED)-OF-([\\w.-]+)");
    final String stack;
    /** The id of the container of a service that runs on this node; of a service's replica under `service.2`. */
    final Map<String, String> containers = new ConcurrentHashMap<>();

    /** @param stack its name */
    SwarmWords(String stack) {
        this.stack = stack;
    }

    /** The words after `docker`. @param compose those after `docker compose` */
    List<String> of(List<String> compose) {
        if (compose.isEmpty()) {
            return List.of();
        }
        List<String> rest = compose.subList(1, compose.size());
        switch (compose.get(0)) {
            case "exec":
                return exec(rest);
            case "logs":
                return logs(rest);
            case "ps":
                List<String> services = rest.stream().filter(word -> Command.SERVICE.matcher(word).matches() && !word.equals("json"))
                    .map(this::service).toList();
                return services.isEmpty() ? List.of("stack", "ps", "--no-trunc", stack) : with(List.of("service", "ps", "--no-trunc"), services);
            case "restart", "start":
                return with(List.of("service", "update", "--force"), named(rest));
            case "up":
                // What has no container has no task either: it was scaled down.
                return with(List.of("service", "scale"), named(rest).stream().map(service -> service + "=1").toList());
            case "unpause":
                return with(List.of("unpause"), named(rest).stream().map(service -> PAUSED + service).toList());
            default:
                return with(List.of("compose"), compose);
        }
    }

    /** A command with these words as a person types it, on any manager and at any time: the shell looks for the container. */
    String typed(List<String> docker, List<String> compose) {
        return lookedUp(docker, CommandRunner.shown(with(docker, new SwarmWords(stack).of(compose))));
    }

    /** A command line in which the shell looks for each container that is not known. */
    static String lookedUp(List<String> docker, String shown) {
        return OF_SERVICE.matcher(shown).replaceAll(found -> Matcher.quoteReplacement("$(" + CommandRunner.shown(docker)
            + " ps -q -n 1 -f status=" + (found.group(1).equals("PAUSED") ? "paused" : "running") + " -f name=" + found.group(2) + ")"));
    }

    String service(String name) {
        return stack + "_" + name;
    }

    /** The services among these words. */
    private List<String> named(List<String> words) {
        return words.stream().filter(word -> !word.startsWith("-")).map(this::service).toList();
    }

    private static List<String> with(List<String> first, List<String> then) {
        List<String> words = new ArrayList<>(first);
        words.addAll(then);
        return words;
    }

    /** The options that come before the service are those of `docker exec`, but for the replica, which is a container of its own. */
    private List<String> exec(List<String> rest) {
        List<String> words = new ArrayList<>(List.of("exec"));
        String replica = "";
        int at = 0;
        for (; rest.get(at).startsWith("-"); at++) {
            if (rest.get(at).equals("--index")) {
                replica = "." + rest.get(++at);
            } else if (rest.get(at).equals("-e")) {
                words.addAll(List.of("-e", rest.get(++at)));
            }
        }
        String service = rest.get(at);
        words.add(containers.getOrDefault(service + replica, UNKNOWN + service(service) + (replica.isEmpty() ? "." : replica)));
        words.addAll(rest.subList(at + 1, rest.size()));
        return words;
    }

    /** It has no end of a window, and no colours. */
    private List<String> logs(List<String> rest) {
        List<String> words = new ArrayList<>(List.of("service", "logs", "--no-trunc"));
        for (int at = 0; at < rest.size(); at++) {
            String word = rest.get(at);
            if (word.equals("--until")) {
                at++;
            } else if (word.equals("--since") || word.equals("--tail")) {
                words.addAll(List.of(word, rest.get(++at)));
            } else if (word.startsWith("-")) {
                words.addAll(word.equals("--no-color") ? List.of() : List.of(word));
            } else {
                words.add(word.startsWith("<") ? word : service(word));
            }
        }
        return words;
    }
}
