//SOURCES AuditJson.java
//SOURCES AuditText.java
//SOURCES Clock.java
//SOURCES Frame.java
//SOURCES Html.java
//SOURCES HtmlAudit.java
//SOURCES HtmlParts.java
//SOURCES HtmlReport.java
//SOURCES HtmlTimeline.java
//SOURCES DiffText.java
//SOURCES JobTable.java
//SOURCES JsonReport.java
//SOURCES LineText.java
//SOURCES Markdown.java
//SOURCES MarkdownAudit.java
//SOURCES MarkdownReport.java
//SOURCES NagiosLine.java
//SOURCES NextCommands.java
//SOURCES OtlpReport.java
//SOURCES OutputOptions.java
//SOURCES PrometheusText.java
//SOURCES ReportFile.java
//SOURCES Terminal.java
//SOURCES TextReport.java
//SOURCES Timeline.java
//SOURCES TimelineEntry.java
//SOURCES Waterfall.java

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** The formats of a report. A new one is a file that renders a judged trace, an audit, or both, and its line here. */
enum ReportFormat {
    TEXT((trace, options) -> new TextReport(trace, options).render(options.next()),
        (audit, options) -> AuditText.render(audit, options.verbose(), options.next()), ".txt"),
    JSON((trace, options) -> JsonReport.render(trace), (audit, options) -> AuditJson.render(audit), ".json"),
    HTML(HtmlReport::render, HtmlAudit::render, ".html", ".htm"),
    MARKDOWN(MarkdownReport::render, MarkdownAudit::render, ".md", ".markdown"),
    OTLP((trace, options) -> OtlpReport.render(trace), null, ".otlp.json", ".otlp"),
    NAGIOS((trace, options) -> NagiosLine.render(trace), (audit, options) -> NagiosLine.render(audit), ".nagios"),
    PROMETHEUS(null, (audit, options) -> PrometheusText.render(audit), ".prom");

    private final BiFunction<Trace, ReportOptions, String> ofTrace;
    private final BiFunction<Audit, ReportOptions, String> ofAudit;
    private final List<String> endings;

    /** @param ofTrace null where a trace has no such report; @param ofAudit likewise; @param endings of the names of its files, the usual one first */
    ReportFormat(BiFunction<Trace, ReportOptions, String> ofTrace, BiFunction<Audit, ReportOptions, String> ofAudit, String... endings) {
        this.ofTrace = ofTrace;
        this.ofAudit = ofAudit;
        this.endings = List.of(endings);
    }

    /** The whole report, with its last line end: a pure function of the judged trace. */
    String render(Trace trace, ReportOptions options) {
        return ofTrace.apply(trace, options);
    }

    /** The whole report of an audit. */
    String render(Audit audit, ReportOptions options) {
        return ofAudit.apply(audit, options);
    }

    /** True where there is such a report of an audit, or of a trace. */
    boolean fits(boolean audit) {
        return (audit ? ofAudit : ofTrace) != null;
    }

    /** The usual ending of its files. */
    String ending() {
        return endings.get(0);
    }

    /** The format of this name; null when there is none. */
    static ReportFormat named(String name) {
        return Arrays.stream(values()).filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name)).findFirst().orElse(null);
    }

    /** All names of those for an audit, or for a trace, for people: `a, b or c`. */
    static String names(boolean audit) {
        String names = Arrays.stream(values()).filter(format -> format.fits(audit)).map(format -> format.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
        return names.substring(0, names.lastIndexOf(", ")) + " or " + names.substring(names.lastIndexOf(", ") + 2);
    }

    /** The one that a file's ending tells, and a page for a folder; text for any other, and for none. */
    static ReportFormat of(Path file) {
        if (file == null) {
            return TEXT;
        }
        if (Files.isDirectory(file)) {
            return HTML;
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).flatMap(format -> format.endings.stream()).filter(name::endsWith).max(Comparator.comparing(String::length))
            .map(ending -> Arrays.stream(values()).filter(format -> format.endings.contains(ending)).findFirst().orElseThrow()).orElse(TEXT);
    }
}

/**
 * How a report is to be shown.
 *
 * @param verbose with all evidence; @param waterfall with where the time went
 * @param width of the terminal in characters, 0 for none
 * @param ascii draw with no other characters
 * @param headingLevel of the first heading, from 1
 * @param clock how times are told
 * @param masked names, phones, addresses and secrets are masked
 * @param next the commands to type next
 */
record ReportOptions(boolean verbose, boolean waterfall, int width, boolean ascii, CommandLine.Help.Ansi ansi, int headingLevel, Clock clock, boolean masked,
        List<String> next) {}
