import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/** What is always passed: `~/.trace-job.properties`, where every key is the long name of an option. */
final class Settings implements CommandLine.IDefaultValueProvider {
    private static final Set<String> WAYS = Set.of("JOB-ID", "last", "list", "audit", "demo", "replay", "doctor", "list-stages", "list-checks");
    /** What of the file is moot where one of these is typed: the two exclude each other. */
    private static final Map<String, Set<String>> MOOT = Map.ofEntries(
        Map.entry("last", WAYS), Map.entry("list", WAYS), Map.entry("audit", WAYS), Map.entry("demo", WAYS), Map.entry("replay", WAYS),
        Map.entry("color", Set.of("no-color")), Map.entry("no-color", Set.of("color")),
        Map.entry("context", Set.of("host", "source")), Map.entry("host", Set.of("context", "source")),
        Map.entry("source", Set.of("swarm", "context", "host", "project-name", "file")),
        Map.entry("swarm", Set.of("source", "project-name", "file")), Map.entry("project-name", Set.of("swarm")),
        Map.entry("watch", Set.of("list", "audit", "demo", "replay", "record", "explain", "source", "doctor")),
        Map.entry("record", Set.of("list", "demo", "replay", "explain", "lines", "watch")),
        Map.entry("lines", Set.of("list", "audit", "record", "explain", "diff", "output")),
        Map.entry("explain", Set.of("diff", "lines", "record", "watch", "output")),
        Map.entry("diff", Set.of("list", "audit", "explain", "format", "output", "lines", "demo", "replay")),
        Map.entry("format", Set.of("output", "diff", "lines", "list", "audit")),
        Map.entry("output", Set.of("list", "explain", "list-stages", "list-checks", "diff", "lines")));
    private final Properties values = new Properties() {
        @Override
        public synchronized Object put(Object key, Object value) {
            if (containsKey(key)) {
                throw new KnownFailure(2, file + ": " + key + " was given twice");
            }
            return super.put(key, value);
        }
    };
    private final Path file = Path.of(System.getProperty("user.home"), ".trace-job.properties");

    /** Throws KnownFailure for a file that cannot be read and for a key that is no option. @param typed what was typed, read without this file */
    Settings(CommandLine.Model.CommandSpec spec, Supplier<Set<String>> typed) {
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                values.load(lines);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new KnownFailure(2, file + " cannot be read");
            }
            for (String name : values.stringPropertyNames()) {
                if (!spec.optionsMap().containsKey("--" + name)) {
                    CommandLine.Model.OptionSpec option = spec.optionsMap().get("-" + name);
                    throw new KnownFailure(2, file + ": there is no option --" + name
                        + (option == null ? "" : "; write " + option.longestName().substring(2) + "="));
                }
            }
            if (!values.isEmpty()) {
                giveWay(typed.get());
            }
        }
    }

    /** What is typed goes before what is always passed, also where the two exclude each other. */
    private void giveWay(Set<String> typed) {
        MOOT.forEach((key, by) -> {
            if (!typed.contains(key) && by.stream().anyMatch(typed::contains)) {
                values.remove(key);
            }
        });
        if (!typed.contains("watch") && !values.containsKey("watch")) {
            values.keySet().removeAll(Set.of("for", "fail-fast"));
        }
        if (!typed.contains("audit") && !values.containsKey("audit")) {
            values.keySet().removeAll(Set.of("status", "script"));
        }
    }

    /** True where the file has this value for a key. */
    boolean says(String key, String value) {
        return value.equals(values.getProperty(key, "").strip());
    }

    /** The file and the key, where the option with this name has its value from there; empty else. */
    String place(String longestName) {
        String key = longestName.replaceFirst("^-+", "");
        return values.containsKey(key) ? file + ": " + key : "";
    }

    @Override
    public String defaultValue(CommandLine.Model.ArgSpec arg) {
        String value = arg.isOption() ? values.getProperty(((CommandLine.Model.OptionSpec) arg).longestName().replaceFirst("^-+", "")) : null;
        return value == null ? null : value.strip();
    }
}
