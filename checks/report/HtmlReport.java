import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The report as a page: the verdict and what is wrong first, then where the time went, the stages with their evidence, the commands. */
final class HtmlReport {
    /** Characters of one message, and of all evidence together as it is written: the page stays under 1 MB. */
    private static final int LONGEST = 2_000;
    private static final int BUDGET = 450_000;
    private static final int MOST_MESSAGES = 100;
    private static final int MOST_ISSUES = 100;
    private static final int MOST_COMMANDS = 100;
    private final Trace trace;
    private final ReportOptions options;
    private int left = BUDGET;

    private HtmlReport(Trace trace, ReportOptions options) {
        this.trace = trace;
        this.options = options;
    }

    static String render(Trace trace, ReportOptions options) {
        return Html.page("ETL job " + trace.job.id() + ": " + trace.verdict.state(), new HtmlReport(trace, options).body());
    }

    private String body() {
        String issues = Html.section("issues", "Issues", issues());
        String time = Html.section("time", "Where the time went", unaccounted() + HtmlTimeline.render(trace));
        String next = options.next().isEmpty() ? "" : Html.section("next", "Next", Html.block(options.next()));
        String stages = Html.section("stages", "Stages", trace.findings.values().stream().map(this::stage).collect(Collectors.joining()));
        String unknown = trace.unrecognised.isEmpty() ? "" : Html.section("unrecognised", "Warnings and errors that no stage knows", evidence(trace.unrecognised));
        String commands = Html.section("commands", "Commands", commands());
        return header(!next.isEmpty()) + "<main>\n" + issues + time + next + stages + unknown + commands + "</main>\n" + footer();
    }

    private String header(boolean next) {
        Status colour = trace.verdict.state() == Verdict.State.UNKNOWN ? Status.UNKNOWN : trace.verdict.state().isProblem() ? Status.FAIL
            : trace.isWrong() ? Status.WARN : trace.verdict.state() == Verdict.State.COMPLETED ? Status.OK : Status.RUN;
        String total = trace.totalMillis() < 0 ? "-" : Times.duration(trace.totalMillis()) + (trace.over() || trace.ended() != null ? "" : " so far");
        return "<header>\n<h1>ETL job <code>" + Html.text(trace.job.id()) + "</code></h1>\n<p class=\"verdict " + colour + "\"><strong>"
            + Html.text(brief(TextReport.status(trace))) + "</strong></p>\n<dl class=\"facts\">" + fact("Script", Html.text(brief(trace.job.name())))
            + fact("Created", Times.iso(trace.job.time("created_at"))) + fact("Started", Times.iso(trace.started())) + fact("Completed", Times.iso(trace.completed()))
            + fact("Duration", total) + "</dl>\n</header>\n<nav aria-label=\"Parts of this page\"><a href=\"#issues\">Issues</a><a href=\"#time\">Time</a>"
            + (next ? "<a href=\"#next\">Next</a>" : "") + "<a href=\"#stages\">Stages</a><a href=\"#commands\">Commands</a></nav>\n";
    }

    private static String fact(String name, String value) {
        return value.isEmpty() ? "" : "<div><dt>" + name + "</dt><dd>" + value + "</dd></div>";
    }

    private String issues() {
        if (trace.issues.isEmpty()) {
            return "<p>None.</p>\n";
        }
        String more = trace.issues.size() <= MOST_ISSUES ? "" : "<p>And " + (trace.issues.size() - MOST_ISSUES) + " more.</p>\n";
        return "<ol class=\"issues\">\n" + trace.issues.stream().limit(MOST_ISSUES).map(this::issue).collect(Collectors.joining()) + "</ol>\n" + more;
    }

    private String issue(Issue issue) {
        List<String> commands = issue.resolution().stream().skip(1).toList();
        String stages = trace.findings.values().stream().map(Finding::stage).filter(stage -> issue.explains().contains(stage.getClass()))
            .map(stage -> "<a href=\"#stage-" + stage.id() + "\">" + Html.text(stage.title) + "</a>").collect(Collectors.joining(", "));
        return "<li>\n<h3>" + Html.status(issue.severity()) + Html.text(brief(issue.symptom())) + "</h3>\n"
            + paragraph("Since", issue.since() == null ? "" : Times.iso(issue.since())) + paragraph("Likely cause", Html.text(issue.cause()))
            + paragraph("Resolution", issue.resolution().isEmpty() ? "" : Html.text(issue.resolution().get(0))) + paragraph("Stages", stages)
            + (commands.isEmpty() ? "" : Html.folded("", false, "Commands", Html.block(commands)))
            + (issue.evidence().isEmpty() ? "" : Html.folded("", false, "Evidence (" + issue.evidence().size() + ")", evidence(issue.evidence()))) + "</li>\n";
    }

    /** @param content markup */
    private static String paragraph(String name, String content) {
        return content.isEmpty() ? "" : "<p>" + name + ": " + content + "</p>\n";
    }

    private String unaccounted() {
        long millis = Timeline.of(trace).unaccountedMillis();
        return millis == 0 ? "" : "<p>No stage accounts for " + Times.duration(millis) + ".</p>\n";
    }

    private String stage(Finding finding) {
        String time = finding.millis() < 0 ? "" : "<span class=\"time\">" + Times.duration(finding.millis())
            + (finding.stage().title.equals(trace.bottleneck) ? " (bottleneck)" : "") + "</span>";
        String numbers = finding.numbers().entrySet().stream().map(number -> fact(Html.text(number.getKey()), Times.number(number.getValue()))).collect(Collectors.joining());
        String notes = finding.notes().stream().map(note -> "<p>" + Html.text(brief(note)) + "</p>\n").collect(Collectors.joining());
        return Html.folded("stage-" + finding.stage().id(), false, time + Html.status(finding.status()) + "<strong>" + Html.text(finding.stage().title) + "</strong> "
            + Html.text(brief(finding.summary())), (numbers.isEmpty() ? "" : "<dl class=\"facts\">" + numbers + "</dl>\n") + notes + evidence(finding.evidence()));
    }

    /** As much as there is room for; what is left out is said. */
    private String evidence(List<Message> messages) {
        List<String> lines = new ArrayList<>();
        int shown = 0;
        for (Message message : messages.subList(0, Math.min(MOST_MESSAGES, messages.size()))) {
            String line = Times.MILLIS.format(message.time) + " " + message.service + (message.process.isEmpty() ? "" : "/" + message.process) + " ["
                + message.placedBy + "] " + (message.text.length() > LONGEST ? message.text.substring(0, LONGEST) + "…" : message.text);
            left -= Html.text(line).length();
            if (left < 0) {
                break;
            }
            lines.addAll(line.lines().toList());
            shown++;
        }
        String more = shown == messages.size() ? "" : "<p>" + (messages.size() - shown) + " more; --format json has them.</p>\n";
        return messages.isEmpty() ? "<p>No messages.</p>\n" : (lines.isEmpty() ? "" : Html.block(lines)) + more;
    }

    private String commands() {
        StringBuilder rows = new StringBuilder();
        for (CommandResult answer : trace.answers.values().stream().limit(MOST_COMMANDS).toList()) {
            rows.append("<tr><td class=\"number\">").append(Times.number(answer.seconds())).append("s</td><td>").append(answer.exitCode())
                .append(answer.timedOut() ? ", timed out" : "").append("</td><td class=\"number\">").append(answer.lines()).append("</td><td><code>")
                .append(Html.text(brief(answer.command()))).append("</code></td></tr>\n");
        }
        String missing = trace.missing.entrySet().stream().limit(MOST_COMMANDS).map(one -> "<li>" + Html.text(brief(one.getKey().replace("{job}", trace.job.id()) + ": "
            + one.getValue())) + "</li>\n").collect(Collectors.joining());
        return "<table class=\"commands\">\n<thead><tr><th scope=\"col\">Took</th><th scope=\"col\">Exit</th><th scope=\"col\">Lines</th><th scope=\"col\">Command</th></tr></thead>\n"
            + "<tbody>\n" + rows + "</tbody>\n</table>\n" + (missing.isEmpty() ? "" : "<h3>Not read</h3>\n<ul>\n" + missing + "</ul>\n");
    }

    private String footer() {
        return "<footer><p>Traced at " + Times.iso(trace.now) + " by trace-job; times are UTC. "
            + (options.masked() ? "Names, phones, addresses, tokens and passwords are masked." : "<strong>Nothing is masked: names, phones, addresses and secrets are as they were.</strong>")
            + "</p></footer>\n";
    }

    private static String brief(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
