import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The report as a page: the verdict and what is wrong first, then where the time went, the stages with their evidence, the commands. */
final class HtmlReport {
    /** Characters of all evidence together as it is written: the page stays under 1 MB. */
    private static final int BUDGET = 450_000;
    private static final int MOST_MESSAGES = 100;
    private static final int MOST_ISSUES = 100;
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
        String unknown = trace.unrecognised.isEmpty() ? ""
            : Html.section("unrecognised", "Warnings and errors that no stage knows", evidence(trace.unrecognised));
        Map<String, String> missing = new LinkedHashMap<>();
        trace.missing.forEach((key, why) -> missing.put(key.replace("{job}", trace.job.id()), why));
        String commands = Html.section("commands", "Commands", HtmlParts.commands(trace.answers.values(), missing));
        return header(!next.isEmpty()) + "<main>\n" + issues + time + next + stages + unknown + commands + "</main>\n"
            + HtmlParts.footer(trace.now, options.masked());
    }

    private String header(boolean next) {
        Status colour = trace.verdict.state() == Verdict.State.UNKNOWN ? Status.UNKNOWN : trace.verdict.state().isProblem() ? Status.FAIL
            : trace.isWrong() ? Status.WARN : trace.verdict.state() == Verdict.State.COMPLETED ? Status.OK : Status.RUN;
        String total = trace.totalMillis() < 0 ? "-" : Times.duration(trace.totalMillis()) + (trace.over() || trace.ended() != null ? "" : " so far");
        return "<header>\n<h1>ETL job <code>" + Html.text(trace.job.id()) + "</code></h1>\n<p class=\"verdict " + colour + "\"><strong>"
            + Html.text(HtmlParts.brief(TextReport.status(trace))) + "</strong></p>\n<dl class=\"facts\">"
            + HtmlParts.fact("Script", Html.text(HtmlParts.brief(trace.job.name())))
            + HtmlParts.fact("Created", Times.iso(trace.job.time("created_at"))) + HtmlParts.fact("Started", Times.iso(trace.started()))
            + HtmlParts.fact("Completed", Times.iso(trace.completed()))
            + HtmlParts.fact("Duration", total) + "</dl>\n</header>\n<nav aria-label=\"Parts of this page\"><a href=\"#issues\">Issues</a><a href=\"#time\">Time</a>"
            + (next ? "<a href=\"#next\">Next</a>" : "") + "<a href=\"#stages\">Stages</a><a href=\"#commands\">Commands</a></nav>\n";
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
        return "<li>\n<h3>" + Html.status(issue.severity()) + Html.text(HtmlParts.brief(issue.symptom())) + "</h3>\n"
            + HtmlParts.paragraph("Since", issue.since() == null ? "" : Times.iso(issue.since()))
            + HtmlParts.paragraph("Likely cause", Html.text(issue.cause()))
            + HtmlParts.paragraph("Resolution", issue.resolution().isEmpty() ? "" : Html.text(issue.resolution().get(0)))
            + HtmlParts.paragraph("Stages", stages)
            + (commands.isEmpty() ? "" : Html.folded("", false, "Commands", Html.block(commands)))
            + (issue.evidence().isEmpty() ? "" : Html.folded("", false, "Evidence (" + issue.evidence().size() + ")", evidence(issue.evidence()))) + "</li>\n";
    }

    private String unaccounted() {
        long millis = Timeline.of(trace).unaccountedMillis();
        return millis == 0 ? "" : "<p>No stage accounts for " + Times.duration(millis) + ".</p>\n";
    }

    private String stage(Finding finding) {
        String time = finding.millis() < 0 ? "" : "<span class=\"time\">" + Times.duration(finding.millis())
            + (finding.stage().title.equals(trace.bottleneck) ? " (bottleneck)" : "") + "</span>";
        String numbers = finding.numbers().entrySet().stream()
            .map(number -> HtmlParts.fact(Html.text(number.getKey()), Times.number(number.getValue()))).collect(Collectors.joining());
        String notes = finding.notes().stream().map(note -> "<p>" + Html.text(HtmlParts.brief(note)) + "</p>\n").collect(Collectors.joining());
        return Html.folded("stage-" + finding.stage().id(), false,
            time + Html.status(finding.status()) + "<strong>" + Html.text(finding.stage().title) + "</strong> "
            + Html.text(HtmlParts.brief(finding.summary())),
            (numbers.isEmpty() ? "" : "<dl class=\"facts\">" + numbers + "</dl>\n") + notes + evidence(finding.evidence()));
    }

    /** As much as there is room for; what is left out is said. */
    private String evidence(List<Message> messages) {
        List<String> lines = new ArrayList<>();
        int shown = 0;
        for (Message message : messages.subList(0, Math.min(MOST_MESSAGES, messages.size()))) {
            String line = HtmlParts.line(message);
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
}
