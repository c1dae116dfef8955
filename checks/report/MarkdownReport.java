import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The report for an issue, a merge request or a chat, in Markdown as GitHub and GitLab read it: `gh issue create -F -` takes it. */
final class MarkdownReport {
    /** Characters; GitHub takes no more than 65,536. */
    private static final int LONGEST = 60_000;
    private static final int LONGEST_LINE = 240;
    private static final int MOST_LINES = 10;
    private static final int MOST_ISSUES = 30;
    private static final int MOST_COMMANDS = 20;
    /** What belongs to a numbered item stands behind it, whether its number has one digit or two. */
    private static final String INDENT = "    ";
    private final Trace trace;
    private final ReportOptions options;
    private final StringBuilder out = new StringBuilder();

    private MarkdownReport(Trace trace, ReportOptions options) {
        this.trace = trace;
        this.options = options;
    }

    static String render(Trace trace, ReportOptions options) {
        String whole = new MarkdownReport(trace, options).report(true);
        return whole.length() <= LONGEST ? whole : new MarkdownReport(trace, options).report(false);
    }

    private String report(boolean evidence) {
        verdict();
        issues();
        stages();
        heading(1, "Where the time went");
        out.append(Markdown.block("text", "", new Waterfall(trace, 0, false, CommandLine.Help.Ansi.OFF).render().lines().toList())).append('\n');
        long unaccounted = Timeline.of(trace).unaccountedMillis();
        if (unaccounted > 0) {
            paragraph("No stage accounts for " + Times.duration(unaccounted) + ".");
        }
        if (!options.next().isEmpty()) {
            heading(1, "Next");
            out.append(Markdown.block("sh", "", options.next())).append('\n');
        }
        if (evidence) {
            evidence();
        } else {
            paragraph("The evidence of the stages is left out: it is too long.");
        }
        paragraph(masked(options));
        return out.toString().stripTrailing() + "\n";
    }

    /** Whether people and secrets are in it. */
    static String masked(ReportOptions options) {
        return options.masked() ? "Names, phones, addresses, tokens and passwords are masked."
            : "**Nothing is masked: names, phones, addresses and secrets are as they were.**";
    }

    /** @param below the first heading, in levels */
    private void heading(int below, String text) {
        out.append("#".repeat(options.headingLevel() + below)).append(' ').append(text).append("\n\n");
    }

    private void paragraph(String text) {
        out.append(text).append("\n\n");
    }

    private void verdict() {
        heading(0, "ETL job " + Markdown.code(trace.job.id()) + ": " + trace.verdict.state());
        String name = trace.job.name().isEmpty() ? "" : ", script " + Markdown.text(brief(trace.job.name()));
        paragraph("**Status:** " + Markdown.text(brief(TextReport.status(trace))) + name);
        String total = trace.totalMillis() < 0 ? "-" : Times.duration(trace.totalMillis()) + (trace.over() || trace.ended() != null ? "" : " so far");
        paragraph("Created " + Times.iso(trace.job.time("created_at")) + ", started " + Times.iso(trace.started()) + ", completed "
            + Times.iso(trace.completed()) + ", duration " + total);
    }

    private void issues() {
        heading(1, "Issues");
        if (trace.issues.isEmpty()) {
            paragraph("None.");
        }
        int number = 0;
        for (Issue issue : trace.issues.subList(0, Math.min(MOST_ISSUES, trace.issues.size()))) {
            out.append(++number).append(". **").append(issue.severity()).append("** ").append(Markdown.text(brief(issue.symptom()))).append("\n\n");
            out.append(issue.since() == null ? "" : INDENT + "Since: " + Times.iso(issue.since()) + "\n\n");
            item("Likely cause:", issue.cause());
            item("Resolution:", issue.resolution().isEmpty() ? "" : issue.resolution().get(0));
            if (!issue.evidence().isEmpty()) {
                out.append(Markdown.folded(INDENT, "Evidence", Markdown.block("text", INDENT, lines(issue.evidence())))).append('\n');
            }
        }
        if (trace.issues.size() > MOST_ISSUES) {
            paragraph("And " + (trace.issues.size() - MOST_ISSUES) + " more.");
        }
    }

    private void item(String name, String text) {
        if (!text.isEmpty()) {
            out.append(INDENT).append(name).append(' ').append(Markdown.text(text)).append("\n\n");
        }
    }

    private void stages() {
        heading(1, "Stages");
        out.append("| Status | Stage | What happened | Time |\n|---|---|---|--:|\n");
        for (Finding finding : shown().toList()) {
            String time = finding.millis() < 0 ? "" : Times.duration(finding.millis())
                + (finding.stage().title.equals(trace.bottleneck) ? " (bottleneck)" : "");
            out.append("| ").append(finding.status()).append(" | ").append(Markdown.cell(finding.stage().title)).append(" | ")
                .append(Markdown.cell(brief(finding.summary()))).append(" | ").append(time).append(" |\n");
        }
        out.append('\n');
    }

    private Stream<Finding> shown() {
        return trace.findings.values().stream().filter(finding -> !(finding.stage().isSummary && finding.stage().hiddenWhenOk && finding.summary().isEmpty())
            && (!finding.stage().hiddenWhenOk || finding.status().isProblem() || options.verbose()));
    }

    private void evidence() {
        heading(1, "Evidence");
        for (Finding finding : shown().filter(finding -> !finding.evidence().isEmpty()).toList()) {
            out.append(Markdown.folded("", finding.stage().title.replaceAll("[^\\w -]", "") + ": " + Times.count(finding.evidence().size(), "message"),
                Markdown.block("text", "", lines(finding.evidence())))).append('\n');
        }
        List<String> commands = trace.answers.values().stream().limit(MOST_COMMANDS)
            .map(answer -> Times.number(answer.seconds()) + "s, exit " + answer.exitCode()
            + (answer.timedOut() ? ", timed out" : "") + ", " + Times.count(answer.lines(), "line") + ": " + brief(answer.command())).toList();
        out.append(Markdown.folded("", "Commands", Markdown.block("text", "", commands))).append('\n');
    }

    /** The first lines of the first messages. */
    private static List<String> lines(List<Message> messages) {
        List<String> lines = new ArrayList<>();
        messages.stream().limit(MOST_LINES).forEach(message -> lines.add(Times.MILLIS.format(message.time) + " " + message.service
            + (message.process.isEmpty() ? "" : "/" + message.process) + " [" + message.placedBy + "] " + brief(message.firstLine())));
        if (messages.size() > MOST_LINES) {
            lines.add("and " + (messages.size() - MOST_LINES) + " more");
        }
        return lines;
    }

    private static String brief(String text) {
        return text.length() <= LONGEST_LINE ? text
            : text.substring(0, text.offsetByCodePoints(0, Math.min(LONGEST_LINE, text.codePointCount(0, text.length())))) + "…";
    }
}
