import java.util.List;
import java.util.Map;

/** An audit for a ticket: how the jobs are, a table of those that are not well for each issue, and the healthy ones folded. */
final class MarkdownAudit {
    /** Characters: GitHub takes 65,536, and a ticket needs some words beside it. */
    private static final int LONGEST = 60_000;
    private static final int LONGEST_CELL = 300;
    private static final int MOST_COMMANDS = 20;
    private final Audit audit;
    private final ReportOptions options;
    private final StringBuilder out = new StringBuilder();

    private MarkdownAudit(Audit audit, ReportOptions options) {
        this.audit = audit;
        this.options = options;
    }

    static String render(Audit audit, ReportOptions options) {
        for (int listed : new int[] {options.verbose() ? Integer.MAX_VALUE : AuditText.MOST_LISTED, AuditText.MOST_LISTED, 3}) {
            String report = new MarkdownAudit(audit, options).report(listed);
            if (report.length() <= LONGEST) {
                return report;
            }
        }
        return new MarkdownAudit(audit, options).report(0);
    }

    /** @param listed so many jobs of each issue */
    private String report(int listed) {
        List<String> headline = AuditText.headline(audit).lines().toList();
        out.append("#".repeat(options.headingLevel())).append(" ETL jobs: ").append(audit.jobs().isEmpty() ? "none" : AuditText.counts(audit.words()))
            .append("\n\n");
        headline.forEach(line -> paragraph(Markdown.text(line)));
        audit.missing().forEach((key, why) -> paragraph("**Not read:** " + Markdown.text(brief(key + ": " + why))));
        for (Map.Entry<String, List<AuditedJob>> group : audit.byIssue().entrySet()) {
            out.append("#".repeat(options.headingLevel() + 1)).append(' ').append(Markdown.text(brief(group.getKey()))).append(" (")
                .append(group.getValue().size()).append(")\n\n");
            out.append(table(group.getValue(), listed));
        }
        if (!audit.healthy().isEmpty()) {
            out.append(Markdown.folded("", "Healthy: " + Times.count(audit.healthy().size(), "job"),
                table(audit.healthy(), listed).stripTrailing() + "\n")).append('\n');
        }
        List<String> next = options.next();
        if (!next.isEmpty()) {
            out.append("#".repeat(options.headingLevel() + 1)).append(" Next\n\n").append(Markdown.block("sh", "", next)).append('\n');
        }
        List<String> commands = audit.answers().stream().limit(MOST_COMMANDS).map(answer -> Times.number(answer.seconds()) + "s, exit " + answer.exitCode()
            + (answer.timedOut() ? ", timed out" : "") + ", " + Times.count(answer.lines(), "line") + ": " + brief(answer.command())).toList();
        out.append(Markdown.folded("", "Commands", Markdown.block("text", "", commands))).append('\n');
        paragraph(MarkdownReport.masked(options));
        return out.toString().stripTrailing() + "\n";
    }

    private void paragraph(String text) {
        out.append(text).append("\n\n");
    }

    private static String table(List<AuditedJob> jobs, int listed) {
        StringBuilder table = new StringBuilder();
        if (listed > 0) {
            table.append("| Job | Created | Script | Verdict | Why |\n|---|---|---|---|---|\n");
        }
        for (AuditedJob job : jobs.subList(0, Math.min(listed, jobs.size()))) {
            String what = job.what().isEmpty() ? job.verdict().because() : job.what();
            table.append("| ").append(Markdown.code(AuditText.shortId(job))).append(" | ").append(AuditText.minute(job)).append(" | ")
                .append(Markdown.cell(brief(job.job().name()))).append(" | ").append(Markdown.cell(job.word())).append(" | ")
                .append(Markdown.cell(brief(what))).append(job.issues().size() < 2 ? ""
                    : "; and " + Times.count(job.issues().size() - 1, "more issue")).append(" |\n");
        }
        return table.append(table.isEmpty() ? "" : "\n")
            .append(jobs.size() <= listed ? "" : "And " + (jobs.size() - Math.min(listed, jobs.size())) + " more.\n\n").toString();
    }

    private static String brief(String text) {
        return text.length() <= LONGEST_CELL ? text
            : text.substring(0, text.offsetByCodePoints(0, Math.min(LONGEST_CELL, text.codePointCount(0, text.length())))) + "…";
    }
}
