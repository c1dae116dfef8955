import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An audit as a page: how the jobs are, those that are not well by what is worst about them, each with its stages folded, then the healthy ones. */
final class HtmlAudit {
    /** Characters of all jobs as they are written: the page stays under 1 MB. */
    private static final int BUDGET = 800_000;
    private static final int MOST_ISSUES = 20;
    private final Audit audit;
    private final ReportOptions options;
    private int left = BUDGET;

    private HtmlAudit(Audit audit, ReportOptions options) {
        this.audit = audit;
        this.options = options;
    }

    static String render(Audit audit, ReportOptions options) {
        return Html.page(AuditText.headline(audit).lines().findFirst().orElse(""), new HtmlAudit(audit, options).body());
    }

    private String body() {
        StringBuilder links = new StringBuilder();
        StringBuilder groups = new StringBuilder();
        int number = 0;
        for (Map.Entry<String, List<AuditedJob>> group : audit.byIssue().entrySet()) {
            String title = Html.text(HtmlParts.brief(group.getKey())) + " (" + group.getValue().size() + ")";
            String name = "issue-" + ++number;
            links.append("<a href=\"#").append(name).append("\">").append(title).append("</a>");
            groups.append(Html.section(name, title, jobs(group.getValue())));
        }
        String next = options.next().isEmpty() ? "" : Html.section("next", "Next", Html.block(options.next()));
        String healthy = audit.healthy().isEmpty() ? "" : Html.section("healthy", "Healthy (" + audit.healthy().size() + ")",
            Html.folded("", false, "Jobs", jobs(audit.healthy())));
        return header(links + (healthy.isEmpty() ? "" : "<a href=\"#healthy\">Healthy</a>")) + "<main>\n" + groups + next + healthy
            + Html.section("commands", "Commands", HtmlParts.commands(audit.answers(), audit.missing())) + "</main>\n"
            + HtmlParts.footer(audit.scope().now(), options.masked());
    }

    /** @param links to the parts of the page, as markup */
    private String header(String links) {
        AuditScope scope = audit.scope();
        String cut = scope.isCut() ? "The newest " + scope.read() + " of " + Times.count(scope.matches(), "job") + "; the others were not looked at" : "";
        return "<header>\n<h1>ETL jobs since " + Times.iso(scope.from()) + (scope.to().isBefore(scope.now()) ? " until " + Times.iso(scope.to()) : "")
            + "</h1>\n<p class=\"verdict " + audit.severity() + "\"><strong>" + Times.count(audit.jobs().size(), "job")
            + (audit.jobs().isEmpty() ? "" : ": " + AuditText.counts(audit.words())) + "</strong></p>\n<dl class=\"facts\">"
            + HtmlParts.fact("Their rows say", Html.text(AuditText.counts(audit.statuses())))
            + HtmlParts.fact("Only", Html.text(HtmlParts.brief(scope.narrowed())))
            + HtmlParts.fact("Looked at", Html.text(cut)) + (audit.missing().isEmpty() ? "" : HtmlParts.fact("Not read", "<a href=\"#commands\">"
            + Times.count(audit.missing().size(), "answer") + "</a>"))
            + "</dl>\n</header>\n<nav aria-label=\"Parts of this page\">" + links + "<a href=\"#commands\">Commands</a></nav>\n";
    }

    /** As many as there is room for; what is left out is said. */
    private String jobs(List<AuditedJob> jobs) {
        List<String> shown = new ArrayList<>();
        for (AuditedJob job : jobs) {
            String markup = job(job);
            left -= markup.length();
            if (left < 0) {
                break;
            }
            shown.add(markup);
        }
        return String.join("", shown) + (shown.size() == jobs.size() ? "" : "<p>" + (jobs.size() - shown.size()) + " more; --format json has them.</p>\n");
    }

    private String job(AuditedJob job) {
        String time = job.millis() < 0 ? "" : "<span class=\"time\">" + Times.duration(job.millis()) + "</span>";
        String why = job.what().isEmpty() ? job.verdict().because() : job.what();
        String facts = HtmlParts.fact("Job", "<code>" + Html.text(job.job().id()) + "</code>")
            + HtmlParts.fact("Its row says", Html.text(HtmlParts.brief(job.job().status())))
            + HtmlParts.fact("Started", Times.iso(job.started())) + HtmlParts.fact("Completed", Times.iso(job.completed()));
        return Html.folded("", false, time + Html.status(job.severity()) + "<code>" + Html.text(AuditText.shortId(job)) + "</code> "
            + AuditText.minute(job) + " <strong>"
            + Html.text(HtmlParts.brief(job.job().name())) + "</strong> " + Html.text(job.word() + (why.isEmpty() ? "" : ": " + HtmlParts.brief(why))),
            "<dl class=\"facts\">" + facts + "</dl>\n" + issues(job) + stages(job));
    }

    private static String issues(AuditedJob job) {
        String more = job.issues().size() <= MOST_ISSUES ? "" : "<p>And " + (job.issues().size() - MOST_ISSUES) + " more.</p>\n";
        return job.issues().isEmpty() ? "" : "<ol class=\"issues\">\n"
            + job.issues().stream().limit(MOST_ISSUES).map(HtmlAudit::issue).collect(Collectors.joining()) + "</ol>\n" + more;
    }

    private static String issue(Issue issue) {
        return "<li>\n<h3>" + Html.status(issue.severity()) + Html.text(HtmlParts.brief(issue.symptom())) + "</h3>\n"
            + HtmlParts.paragraph("Likely cause", Html.text(issue.cause()))
            + HtmlParts.paragraph("Resolution", issue.resolution().isEmpty() ? "" : Html.text(issue.resolution().get(0)))
            + (issue.evidence().isEmpty() ? "" : Html.block(issue.evidence().stream()
                .flatMap(message -> HtmlParts.brief(HtmlParts.line(message)).lines()).toList())) + "</li>\n";
    }

    private static String stages(AuditedJob job) {
        String rows = job.outcomes().stream().filter(outcome -> outcome.status().isProblem() || !outcome.stage().hiddenWhenOk)
            .map(outcome -> "<tr><td>" + Html.status(outcome.status()) + "</td><th scope=\"row\">" + Html.text(outcome.stage().title) + "</th><td>"
                + Html.text(HtmlParts.brief(outcome.summary())) + "</td><td class=\"number\">"
                + (outcome.millis() < 0 ? "" : Times.duration(outcome.millis())) + "</td></tr>\n")
            .collect(Collectors.joining());
        return rows.isEmpty() ? "" : "<table>\n<thead><tr><th scope=\"col\">Status</th><th scope=\"col\">Stage</th><th scope=\"col\">What happened</th>"
            + "<th scope=\"col\" class=\"number\">Time</th></tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n";
    }
}
