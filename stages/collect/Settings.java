import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import picocli.CommandLine;

/** What is always passed: `~/.trace-job.properties`, where every key is the long name of an option. */
final class Settings implements CommandLine.IDefaultValueProvider {
    private final Properties values = new Properties();

    /** Throws Trouble for a file that cannot be read and for a key that is no option. */
    Settings(CommandLine.Model.CommandSpec spec) {
        Path file = Path.of(System.getProperty("user.home"), ".trace-job.properties");
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                values.load(lines);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new KnownFailure(2, file + " cannot be read");
            }
            for (String name : values.stringPropertyNames()) {
                if (!spec.optionsMap().containsKey("--" + name)) {
                    throw new KnownFailure(2, file + ": there is no option --" + name);
                }
            }
        }
    }

    @Override
    public String defaultValue(CommandLine.Model.ArgSpec arg) {
        String value = arg.isOption() ? values.getProperty(((CommandLine.Model.OptionSpec) arg).longestName().replaceFirst("^-+", "")) : null;
        return value == null ? null : value.strip();
    }
}
