import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A job beside another one, as text: each stage now and before, the numbers that differ, the issues that appeared and went. */
interface DiffText {
    /** @param which what the other job is, in our words; empty where that was typed */
    static String render(TraceDiff diff, String which) {
        StringBuilder out = new StringBuilder();
        out.append("ETL JOB DIFF: ").append(diff.job().job().id()).append("\nagainst:      ").append(diff.before().job().id())
            .append(which.isEmpty() ? "" : " (" + which + ")").append("\n\n");
        both(out, "Status", diff.job().verdict().state().toString(), diff.before().verdict().state().toString());
        both(out, "Created", Times.iso(diff.job().job().time("created_at")), Times.iso(diff.before().job().time("created_at")));
        both(out, "Duration", duration(diff.job().millis()), duration(diff.before().millis()));
        both(out, "Records", records(diff.job()), records(diff.before()));
        out.append("\nStages:\n");
        for (TraceDiff.Step step : diff.steps()) {
            step(out, diff, step);
        }
        issues(out, "Issues that appeared", diff.appeared(), diff);
        issues(out, "Issues that went", diff.gone(), diff);
        return out.toString();
    }

    private static void both(StringBuilder out, String what, String now, String before) {
        out.append("  ").append(what).append(": ").append(now).append(now.equals(before) ? "" : "   before: " + before).append('\n');
    }

    private static String records(AuditedJob job) {
        String records = job.job().column("total_rows_processed");
        return records.matches("\\d{1,10}") ? records : "-";
    }

    private static String duration(long millis) {
        return millis < 0 ? "-" : Times.duration(millis);
    }

    private static void step(StringBuilder out, TraceDiff diff, TraceDiff.Step step) {
        boolean same = step.change() == TraceDiff.Change.SAME;
        boolean timed = step.now().millis() >= 0 || step.before().millis() >= 0;
        if (step.now().stage().hiddenWhenOk && same && !step.now().status().isProblem()) {
            return;
        }
        out.append("  [").append(step.now().status()).append("] ").append(step.now().stage().title)
            .append(same ? "" : " - " + step.change() + ", before [" + step.before().status() + "]").append('\n');
        if (timed) {
            out.append("       time ").append(time(diff.job(), step.now())).append(", before ").append(time(diff.before(), step.before())).append('\n');
        }
        if (!step.numbers().isEmpty()) {
            out.append("       ").append(step.numbers().entrySet().stream().map(number -> number.getKey() + " " + number(number.getValue()[0]) + ", before "
                + number(number.getValue()[1])).collect(Collectors.joining("; "))).append('\n');
        }
    }

    private static String time(AuditedJob job, AuditedJob.Outcome outcome) {
        double each = TraceDiff.secondsPerRecord(job, outcome);
        return duration(outcome.millis()) + (each < 0 ? "" : String.format(Locale.ROOT, " (%.3fs a record)", each));
    }

    private static String number(Double value) {
        return value == null ? "-" : Times.number(value);
    }

    private static void issues(StringBuilder out, String title, List<Issue> issues, TraceDiff diff) {
        out.append('\n').append(title).append(":\n").append(issues.isEmpty() ? "  None\n" : "");
        for (Issue issue : issues) {
            boolean hidden = diff.gone().contains(issue) && diff.outOfSight(issue);
            out.append("  [").append(issue.severity()).append("] ").append(issue.title()).append(" (").append(issue.id()).append(')')
                .append(hidden ? " - out of sight: what would show it could not be read" : "").append('\n');
        }
    }
}
