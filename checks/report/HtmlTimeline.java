import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The timeline as a table with a drawing in each row; what a bar is shows when the mouse rests on it. */
final class HtmlTimeline {
    /** So many parts has the axis; where a row has more bars, those that would touch are one. */
    private static final int PARTS = 1000;
    private static final int MOST_BARS = 300;
    private static final int MOST_OTHER_JOBS = 20;

    private final Trace trace;
    private final Timeline timeline;
    private final StringBuilder out = new StringBuilder();

    private HtmlTimeline(Trace trace) {
        this.trace = trace;
        this.timeline = Timeline.of(trace);
    }

    static String render(Trace trace) {
        return new HtmlTimeline(trace).table();
    }

    private String table() {
        if (timeline.from() == null) {
            return "<p>Nothing was measured.</p>\n";
        }
        out.append("<table class=\"waterfall\">\n<thead><tr><th scope=\"col\">Part</th><th scope=\"col\"><span class=\"axis\"><span>")
            .append(Times.iso(timeline.from()))
            .append("</span><span>").append(Times.iso(timeline.to()))
            .append("</span></span></th><th scope=\"col\" class=\"number\">Time</th></tr></thead>\n<tbody>\n");
        row("Queued", Status.SKIP, timeline.entries(TimelineEntry.Kind.QUEUED), -1, "");
        timeline.entries(TimelineEntry.Kind.OTHER_JOB).stream().limit(MOST_OTHER_JOBS)
            .forEach(other -> row("job " + other.name().substring(0, Math.min(8, other.name().length())), Status.SKIP, List.of(other), -1, ""));
        for (Finding finding : trace.findings.values()) {
            if (finding.stage() instanceof PipelineStage stage && finding.status() != Status.SKIP) {
                row(stage.performanceRow.isEmpty() ? stage.title : stage.performanceRow, finding.status(),
                    timeline.entries().stream().filter(entry -> entry.stage() == stage).toList(), finding.millis(),
                    stage.title.equals(trace.bottleneck) ? "bottleneck" : "");
            }
        }
        optional("wait for retry", TimelineEntry.Kind.RETRY);
        optional("no stage", TimelineEntry.Kind.GAP);
        timeline.entries(TimelineEntry.Kind.ATTEMPT).forEach(attempt -> row("worker", Status.SKIP, List.of(attempt), attempt.millis(), ""));
        out.append("</tbody>\n</table>\n");
        moments();
        return out.toString();
    }

    private void optional(String name, TimelineEntry.Kind kind) {
        if (!timeline.entries(kind).isEmpty()) {
            row(name, Status.SKIP, timeline.entries(kind), -1, "");
        }
    }

    /** @param millis the row's time; negative for the sum of its entries */
    private void row(String name, Status status, List<TimelineEntry> entries, long millis, String remark) {
        List<TimelineEntry> bars = entries.stream().filter(entry -> !entry.kind().moment()).toList();
        String time = millis >= 0 ? Times.duration(millis) : bars.isEmpty() ? "-" : Times.duration(bars.stream().mapToLong(TimelineEntry::millis).sum());
        out.append("<tr><th scope=\"row\">").append(Html.text(name)).append("</th><td class=\"").append(status).append("\"><svg role=\"img\" aria-label=\"")
            .append(Html.text(name + ": " + (bars.isEmpty() ? "not measured" : time + " " + remark).strip())).append("\" viewBox=\"0 0 ").append(PARTS)
            .append(" 10\" preserveAspectRatio=\"none\">");
        List<List<TimelineEntry>> groups = groups(bars);
        groups.forEach(this::bar);
        entries.stream().filter(entry -> entry.kind().moment()).forEach(moment -> rect("mark", at(moment.from()), 3, 1, told(moment)));
        out.append("</svg></td><td class=\"number\">").append(time).append(remark.isEmpty() ? "" : "<small>" + remark + "</small>").append("</td></tr>\n");
    }

    /** Each bar alone; of very many those that touch each other are one. */
    private List<List<TimelineEntry>> groups(List<TimelineEntry> bars) {
        List<List<TimelineEntry>> groups = new ArrayList<>();
        for (TimelineEntry bar : bars) {
            List<TimelineEntry> last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
            if (bars.size() > MOST_BARS && last != null && at(bar.from()) - at(last.get(last.size() - 1).to()) < 1) {
                last.add(bar);
            } else {
                groups.add(new ArrayList<>(List.of(bar)));
            }
        }
        return groups;
    }

    private void bar(List<TimelineEntry> group) {
        TimelineEntry first = group.get(0);
        TimelineEntry last = group.get(group.size() - 1);
        long millis = group.stream().mapToLong(TimelineEntry::millis).sum();
        double whole = Math.max(1, Duration.between(first.from(), last.to()).toMillis());
        String text = group.size() == 1 ? told(first)
            : first.name() + ", " + group.size() + " visits, " + Times.duration(millis) + " from " + clock(first.from());
        // Never thinner than can be seen.
        rect("", at(first.from()), Math.max(1, at(last.to()) - at(first.from())), group.size() == 1 ? 1 : Math.max(0.2, millis / whole), text);
    }

    private void rect(String status, double from, double width, double opacity, String text) {
        out.append("<rect").append(status.isEmpty() ? "" : " class=\"" + status + "\"").append(" x=\"").append(number(Math.min(from, PARTS - width)))
            .append("\" width=\"")
            .append(number(width)).append("\" height=\"10\"").append(opacity < 1 ? " fill-opacity=\"" + number(opacity) + "\"" : "").append("><title>")
            .append(Html.text(text)).append("</title></rect>");
    }

    private static String told(TimelineEntry entry) {
        String visit = entry.visit() > 0 ? ", visit " + entry.visit() : "";
        return entry.kind().moment() ? clock(entry.from()) + " " + entry.name() + visit + ": " + entry.text()
            + (entry.times() > 1 ? ", " + entry.times() + " times" : "")
            : entry.name() + visit + ": " + Times.duration(entry.millis()) + (entry.open() ? " so far" : "") + " from " + clock(entry.from());
    }

    private static String clock(Instant time) {
        return Times.MILLIS.format(time).substring(11);
    }

    /** Where a time is on the axis. */
    private double at(Instant time) {
        double whole = Math.max(1, Duration.between(timeline.from(), timeline.to()).toMillis());
        return Duration.between(timeline.from(), time).toMillis() * PARTS / whole;
    }

    private static String number(double value) {
        return BigDecimal.valueOf(Math.max(0, value)).setScale(2, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }

    private void moments() {
        List<TimelineEntry> moments = timeline.entries().stream().filter(entry -> entry.kind().moment()).toList();
        if (!moments.isEmpty()) {
            out.append("<ol class=\"moments\">\n");
            moments.forEach(moment -> out.append("<li>").append(Html.text(told(moment))).append("</li>\n"));
            out.append("</ol>\n");
        }
    }
}
