import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say how a report is shown, and where. */
final class OutputOptions {
    @Option(names = "--format", paramLabel = "FORMAT",
        description = "text (the default), json, html, markdown, otlp (OTLP/JSON), nagios (a plugin's line), or for --audit prometheus.")
    String format;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE|DIR",
        description = "Write the report there; FILE's ending tells the format. In DIR it is trace-job-ID.html.")
    Path output;

    @Option(names = "--waterfall", description = "Show where the time went, stage by stage, on one axis.")
    boolean waterfall;

    @Option(names = "--heading-level", defaultValue = "2", paramLabel = "1-4", description = "The level of the first heading in Markdown (2).")
    int headingLevel;

    @Option(names = "--color", defaultValue = "auto", paramLabel = "auto|always|never",
        description = "Colour in the report (auto: on a terminal that knows it, unless NO_COLOR is set).")
    String color;

    @Option(names = "--no-color", description = "The same as --color never.")
    boolean noColor;

    @Option(names = "--local", description = "Times of this machine's zone, not UTC.")
    boolean local;

    /** What is wrong with what was typed; empty when nothing is. @param replay a recording says itself whether it is an audit's */
    Optional<String> problem(boolean audit, boolean replay) {
        ReportFormat wanted = format == null ? null : ReportFormat.named(format);
        boolean fits = format == null || wanted != null && (wanted.fits(audit) || replay);
        return headingLevel < 1 || headingLevel > 4 ? Optional.of("--heading-level is 1 to 4")
            : !fits ? Optional.of("--format is " + ReportFormat.names(audit) + (audit ? " for an audit" : ""))
            : !Set.of("auto", "always", "never").contains(color) ? Optional.of("--color is auto, always or never") : Optional.empty();
    }

    /** True for a file whose folder is not there: better said now than when all was read. */
    static boolean hasNoFolder(Path file) {
        return file != null && file.toAbsolutePath().getParent() != null && Files.notExists(file.toAbsolutePath().getParent());
    }

    /** The format that was typed, else the one that the file's ending tells. */
    ReportFormat wanted(CommandLine.ParseResult typed) {
        return format == null || !typed.hasMatchedOption("--format") && output != null ? ReportFormat.of(output) : ReportFormat.named(format);
    }

    /** @param now of the evidence, UTC; @param masked names, phones, addresses and secrets are */
    ReportOptions options(Instant now, boolean verbose, boolean masked, List<String> next) {
        boolean terminal = output == null && Terminal.shown();
        return new ReportOptions(verbose, waterfall, terminal ? Terminal.width() : 0, output == null && !Terminal.utf8(System.getenv()), ansi(terminal),
            headingLevel, new Clock(now, zone(), terminal), masked, next);
    }

    ZoneId zone() {
        return local ? ZoneId.systemDefault() : ZoneOffset.UTC;
    }

    CommandLine.Help.Ansi ansi(boolean terminal) {
        return CommandLine.Help.Ansi.valueOf(Terminal.colour(noColor ? "never" : color, System.getenv(), terminal));
    }
}
