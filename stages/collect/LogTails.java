import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The ends of the logs of all services, as one command shows them: each line waits until somebody reads the log of its service. */
final class LogTails implements LogHandler {
    /** Of what waits. */
    private static final int MOST_CHARACTERS = 16 << 20;
    /** By the names that Compose writes before a line. */
    private final Map<String, String> services;
    private final Map<String, List<String>> waiting = new LinkedHashMap<>();
    private final Map<String, LineHandler> readers = new HashMap<>();
    private final Map<String, Long> lines = new HashMap<>();
    private String prefix = "";
    private String service;
    private long characters;
    private boolean stopped;

    /** @param services whose each container is */
    LogTails(Map<String, String> services) {
        this.services = services;
    }

    /** What shows them. */
    Command command() {
        String all = services.values().stream().filter(one -> Command.SERVICE.matcher(one).matches()).distinct().sorted().collect(Collectors.joining(" "));
        return new Command("ends of the logs", Command.Kind.LOG, all, Command.split("docker compose logs " + all));
    }

    @Override
    public synchronized boolean line(String raw) {
        String line = LogLine.begun(raw);
        if (prefix.isEmpty() || !line.startsWith(prefix)) {
            prefix = line.substring(0, line.indexOf('|') + 1);
            service = prefix.isEmpty() ? null : services.get(prefix.substring(0, prefix.length() - 1).strip());
        }
        // Of a container that was not there just now nobody knows what else is missing.
        stopped |= service == null || characters > MOST_CHARACTERS;
        if (stopped) {
            return false;
        }
        lines.merge(service, 1L, Long::sum);
        LineHandler reader = readers.get(service);
        if (reader != null) {
            reader.line(raw);
            return true;
        }
        characters += raw.length();
        return waiting.computeIfAbsent(service, of -> new ArrayList<>()).add(raw);
    }

    /** True where all these are there, and nobody has them yet. */
    synchronized boolean has(Set<String> services) {
        return !stopped && this.services.values().containsAll(services) && services.stream().noneMatch(readers::containsKey);
    }

    /** Hands these services' lines on, those too that come from now on. */
    synchronized void to(Set<String> services, LineHandler reader) {
        for (String one : services) {
            readers.put(one, reader);
            List<String> first = waiting.getOrDefault(one, List.of());
            waiting.remove(one);
            first.forEach(line -> characters -= line.length());
            first.forEach(reader::line);
        }
    }

    /** How many lines there were of these services. */
    synchronized long lines(Set<String> services) {
        return services.stream().mapToLong(one -> lines.getOrDefault(one, 0L)).sum();
    }

    /** True when they were read to the end. */
    synchronized boolean isWhole() {
        return !stopped;
    }

    synchronized void stop() {
        stopped = true;
        waiting.clear();
    }
}
