import java.io.Console;
import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The terminal's width, asked only when there is one. */
interface Terminal {
    static int width() {
        return size().columns();
    }

    /** @param columns 0 where there is no terminal, as lines */
    record Size(int lines, int columns) {}

    static Size size() {
        if (!shown()) {
            return new Size(0, 0);
        }
        try {
            Process size = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).redirectErrorStream(true).start();
            String[] answer = new String(size.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ");
            return answer.length == 2 && answer[0].matches("\\d{1,4}") && answer[1].matches("\\d{1,4}")
                ? new Size(Integer.parseInt(answer[0]), Integer.parseInt(answer[1])) : new Size(0, 0);
        } catch (IOException noTerminal) {
            return new Size(0, 0);
        }
    }

    /** True when a person sees the output: from JDK 22 on there can be a console without a terminal, and only the console tells. */
    static boolean shown() {
        Console console = System.console();
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException absent) {
            return false;
        }
    }

    /** True when a person sees stderr; where the system does not tell of stderr alone, when a person sees all. */
    static boolean errors() {
        try {
            String stderr = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return stderr.startsWith("/dev/pts/") || stderr.startsWith("/dev/tty") || stderr.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException untold) {
            return shown();
        }
    }

    /** True where the locale's characters are those of UTF-8: the first of these variables that is not empty tells. */
    static boolean utf8(Map<String, String> env) {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG").map(name -> env.getOrDefault(name, "")).filter(value -> !value.isEmpty()).findFirst()
            .map(value -> value.toLowerCase(Locale.ROOT).replace("-", "").endsWith("utf8")).orElse(false);
    }

    /** Colour as --color says; for auto on a terminal that knows it. NO_COLOR counts when it is not empty (no-color.org). */
    static boolean colour(String when, Map<String, String> env, boolean shown) {
        boolean auto = shown && env.getOrDefault("NO_COLOR", "").isEmpty() && !env.getOrDefault("TERM", "dumb").equals("dumb");
        return when.equals("always") || when.equals("auto") && auto;
    }
}

/** stdout in UTF-8. Who stops reading, as `head` does, has read enough: only what else goes wrong is a failure. */
final class Stdout extends OutputStreamWriter {
    Stdout(OutputStream stdout) {
        super(new FilterOutputStream(stdout) {
            @Override
            public void write(byte[] bytes, int offset, int size) throws IOException {
                try {
                    out.write(bytes, offset, size);
                } catch (IOException failed) {
                    if (!String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
                        throw failed;
                    }
                }
            }
        }, StandardCharsets.UTF_8);
    }
}
