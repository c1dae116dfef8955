import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The stages and checks are those that were compiled in: shipped, edited in place, or added with `jbang -s`. */
interface Scripts {
    Map<Class<?>, List<?>> LOADED = new ConcurrentHashMap<>();

    /** Loads them once: whoever asks while another thread does it waits for that. They keep nothing of a job. */
    @SuppressWarnings("unchecked")
    static <T> List<T> all(Class<T> kind) {
        return (List<T>) LOADED.computeIfAbsent(kind, Scripts::load);
    }

    private static <T> List<T> load(Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (String name : names()) {
            try {
                Class<?> script = Class.forName(name, false, Scripts.class.getClassLoader());
                if (kind.isAssignableFrom(script) && script != kind && !java.lang.reflect.Modifier.isAbstract(script.getModifiers())) {
                    found.add(kind.cast(script.getDeclaredConstructor().newInstance()));
                }
            } catch (ReflectiveOperationException | LinkageError unusable) {
                throw new IllegalStateException("the script " + name + " cannot be loaded", unusable);
            }
        }
        return found;
    }

    /**
     * What the compiler does not see in these scripts, in one line; empty when all is well.
     *
     * @param home where trace-job.java is in a checkout: the launcher says it, else it is this folder, or there is none
     */
    static Optional<String> problem(List<Stage> stages, List<Check> checks, Path home) {
        // With loops: the first streams and lambdas of a run cost its start more than all of this.
        Map<String, String> classes = new HashMap<>();
        for (Stage stage : stages) {
            String other = classes.putIfAbsent("stage " + stage.id(), stage.getClass().getName());
            if (other != null) {
                return Optional.of("two stages are called " + stage.title + ": " + other + " and " + stage.getClass().getName());
            }
        }
        for (Check check : checks) {
            String other = classes.putIfAbsent("check " + check.id(), check.getClass().getName());
            if (other != null) {
                return Optional.of("two checks are called " + check.title + ": " + other + " and " + check.getClass().getName());
            }
        }
        for (Stage stage : stages) {
            Optional<String> wrong = undeclared(stage, stages);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return unlisted(home, new HashSet<>(classes.values()));
    }

    /** A number that this stage speaks of, and that nothing tells; empty where there is none. */
    private static Optional<String> undeclared(Stage stage, List<Stage> stages) {
        Set<String> own = stage.numbers();
        for (String number : stage.spokenOf()) {
            if (!own.contains(number)) {
                return Optional.of(stage.getClass().getName() + " speaks of its number " + number + ", which nothing tells; it has " + String.join(", ", own));
            }
        }
        String needs = stage instanceof PipelineStage ? ((PipelineStage) stage).needs : "";
        for (Stage before : needs.isEmpty() ? List.<Stage>of() : stages) {
            if (before.getClass() == ((PipelineStage) stage).after && !before.numbers().contains(needs)) {
                return Optional.of(stage.getClass().getName() + " needs the number " + needs + " of " + before.getClass().getName() + ", which has "
                    + String.join(", ", before.numbers()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> unlisted(Path home, Set<String> loaded) {
        File head = home.resolve("trace-job.java").toFile();
        if (!head.exists()) {
            return Optional.empty();
        }
        Set<String> files = new TreeSet<>();
        for (String folder : new String[] {"stages", "checks"}) {
            String[] names = home.resolve(folder).toFile().list();
            for (String name : names == null ? new String[0] : names) {
                if (name.endsWith(".java") && !loaded.contains(name.substring(0, name.length() - ".java".length()))) {
                    files.add(folder + "/" + name);
                }
            }
        }
        return files.isEmpty() ? Optional.empty() : unnamed(head.toPath(), files);
    }

    /** The first of these files that trace-job.java does not name; what the scripts share is named, and is no script. */
    private static Optional<String> unnamed(Path head, Set<String> files) {
        try (Stream<String> lines = Files.lines(head)) {
            lines.takeWhile(line -> line.startsWith("//")).filter(line -> line.startsWith("//SOURCES "))
                .forEach(line -> files.remove(line.substring("//SOURCES ".length()).strip()));
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            return Optional.empty();
        }
        return files.stream().findFirst().map(Printable::plain)
            .map(file -> file + " takes no part: give trace-job.java the line //SOURCES " + file + " beside the others, or move the file");
    }

    /** The top-level classes beside this one, in its jar or in its folder. */
    private static List<String> names() {
        try {
            Path home = Path.of(Scripts.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(home)) {
                try (Stream<Path> files = Files.list(home)) {
                    return classes(files.map(file -> file.getFileName().toString()));
                }
            }
            try (JarFile jar = new JarFile(home.toFile())) {
                return classes(jar.stream().map(entry -> entry.getName()));
            }
        } catch (IOException | java.net.URISyntaxException unreadable) {
            throw new IllegalStateException("the jar of trace-job cannot be read", unreadable);
        }
    }

    private static List<String> classes(Stream<String> files) {
        return files.filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("/"))
            .map(file -> file.substring(0, file.length() - ".class".length())).sorted().toList();
    }
}
