import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One line for a monitoring system, as its plugins print it: the state, what is wrong, and after a bar the numbers. */
interface NagiosLine {
    /** The exit code that plugins have for what could not be found out. */
    int UNKNOWN = 3;
    int SHORT_ID = 8;
    int LONGEST = 400;
    /** So many issues are named. */
    int SHOWN = 3;

    static String render(Audit audit) {
        Map<String, List<AuditedJob>> issues = audit.byIssue();
        String worst = issues.entrySet().stream().limit(SHOWN).map(group -> group.getKey() + " (" + group.getValue().size() + ")")
            .collect(Collectors.joining(", "))
            + (issues.size() > SHOWN ? " and " + (issues.size() - SHOWN) + " more" : "");
        List<String> numbers = new ArrayList<>(List.of(number("jobs", audit.scope().isCut() ? audit.scope().matches() : audit.jobs().size())));
        audit.words().forEach((word, count) -> numbers.add(number(word.replace(' ', '_'), count) + thresholds(word)));
        return line(audit.severity(), AuditText.headline(audit).replace("\n", "; ").replaceAll(" {2,}", " ") + (worst.isEmpty() ? "" : "; " + worst), numbers);
    }

    static String render(Trace trace) {
        List<String> numbers = new ArrayList<>(List.of(number("issues", trace.issues.size()) + ";0"));
        if (trace.totalMillis() >= 0) {
            numbers.add(seconds("duration", trace.totalMillis()));
        }
        trace.findings.values().stream().filter(finding -> finding.millis() >= 0)
            .forEach(finding -> numbers.add(seconds(finding.stage().id(), finding.millis())));
        String id = trace.job.id().substring(0, Math.min(SHORT_ID, trace.job.id().length()));
        return line(severity(trace), "job " + id + " is " + TextReport.status(trace)
            + (trace.issues.isEmpty() ? "" : "; " + trace.issues.get(0).symptom()), numbers);
    }

    /** The line for what could not be found out, and why. */
    static String unknown(String why) {
        return line(Status.UNKNOWN, why, List.of());
    }

    /** The exit code of a plugin for this state. */
    static int exitCode(Status severity) {
        return switch (severity) {
            case OK, SKIP -> 0;
            case WARN -> 1;
            case FAIL -> 2;
            default -> UNKNOWN;
        };
    }

    /** How bad a trace is. */
    static Status severity(Trace trace) {
        return AuditedJob.of(trace).severity();
    }

    private static String line(Status severity, String text, List<String> numbers) {
        String state = List.of("OK", "WARNING", "CRITICAL", "UNKNOWN").get(exitCode(severity));
        // What stands after a bar would be read as numbers.
        String plain = Printable.plain(text.replace('\n', ' ')).replace('|', '/');
        return "TRACE-JOB " + state + ": " + (plain.length() > LONGEST ? plain.substring(0, LONGEST) + "…" : plain)
            + (numbers.isEmpty() ? "" : " | " + String.join(" ", numbers)) + "\n";
    }

    /** From which count on a monitoring system shows it as a warning or as critical: above none. */
    private static String thresholds(String word) {
        return Map.of("with warnings", ";0", "cancelled", ";0", "degraded", ";;0", "failed", ";;0", "lost", ";;0", "zombie", ";;0", "stuck", ";;0",
            "unknown", ";0")
            .getOrDefault(word, "");
    }

    private static String number(String label, long count) {
        return label + "=" + count;
    }

    private static String seconds(String label, long millis) {
        return String.format(Locale.ROOT, "%s=%.3fs", label, millis / 1000.0);
    }
}
