import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the first minutes. */
final class StartOptions {
    @Option(names = "--doctor", description = "Can jobs be traced here? Looks at Docker, the project, the database and the logs; needs no job.")
    boolean doctor;

    @Option(names = "--limit", defaultValue = "20", paramLabel = "N", description = "With --list: so many jobs (20).")
    int limit;

    @Option(names = "--completion", arity = "0..1", fallbackValue = "", paramLabel = "SHELL",
        description = "Print a completion script for bash, zsh or fish, which says how to keep it.")
    String completion;

    /** What is wrong with what was typed; empty when nothing is. */
    Optional<String> problem() {
        return limit < 1 || limit > 1000 ? Optional.of("--limit is a number from 1 to 1000") : Optional.empty();
    }
}
