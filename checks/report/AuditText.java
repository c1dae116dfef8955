import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An audit as text: how the jobs are, and those that are not well, by what is worst about them. */
interface AuditText {
    /** Of one issue so many jobs are listed; all with -v. */
    int MOST_LISTED = 20;
    int SHORT_ID = 8;

    static String render(Audit audit, boolean verbose) {
        StringBuilder out = new StringBuilder();
        String counts = audit.words().entrySet().stream().map(word -> word.getValue() + " " + word.getKey()).collect(Collectors.joining(", "));
        out.append(Times.count(audit.matches(), "job")).append(" since ").append(Times.iso(audit.from()))
            .append(audit.to().isBefore(audit.now()) ? " until " + Times.iso(audit.to()) : "").append(counts.isEmpty() ? "" : ": " + counts);
        if (!audit.jobs().isEmpty()) {
            out.append("   (their rows say: ").append(audit.statuses().entrySet().stream().map(status -> status.getValue() + " " + status.getKey())
                .collect(Collectors.joining(", "))).append(')');
        }
        out.append('\n');
        if (audit.matches() > audit.jobs().size()) {
            out.append("Only the newest ").append(audit.jobs().size()).append(" were looked at: narrow the period\n");
        }
        audit.byIssue().forEach((title, jobs) -> group(out, title, jobs, verbose));
        if (verbose) {
            group(out, "Healthy", audit.jobs().stream().filter(job -> !job.wrong()).toList(), true);
            audit.missing().forEach((key, why) -> out.append("\nNot read: ").append(key).append(": ").append(why));
            out.append(audit.missing().isEmpty() ? "" : "\n");
        }
        List<String> next = next(audit);
        if (!next.isEmpty()) {
            out.append("\nNext: ").append(String.join("\n      ", next)).append('\n');
        }
        return out.toString();
    }

    private static void group(StringBuilder out, String title, List<AuditedJob> jobs, boolean all) {
        if (jobs.isEmpty()) {
            return;
        }
        out.append("\n  ").append(title).append(" (").append(jobs.size()).append(")\n");
        int listed = all ? jobs.size() : Math.min(jobs.size(), MOST_LISTED);
        int name = jobs.stream().limit(listed).mapToInt(job -> shortName(job).length()).max().orElse(0);
        for (AuditedJob job : jobs.subList(0, listed)) {
            out.append(String.format(Locale.ROOT, "    %s  %s  %-" + Math.max(1, name) + "s  %-" + 13 + "s  %s", shortId(job), minute(job), shortName(job),
                job.word(), said(job)).stripTrailing()).append('\n');
        }
        out.append(listed < jobs.size() ? "    and " + (jobs.size() - listed) + " more with -v\n" : "");
    }

    private static String said(AuditedJob job) {
        if (job.issues().isEmpty()) {
            return job.verdict().because();
        }
        Issue worst = job.issues().get(0);
        return worst.symptom().substring(Math.min(worst.symptom().length(), worst.title().length() + (worst.symptom().contains(": ") ? 2 : 0)))
            + (job.issues().size() > 1 ? "; and " + Times.count(job.issues().size() - 1, "more issue") : "");
    }

    private static String shortId(AuditedJob job) {
        return job.job().id().substring(0, Math.min(SHORT_ID, job.job().id().length()));
    }

    private static String shortName(AuditedJob job) {
        String name = Printable.plain(job.job().name());
        return name.length() > 24 ? name.substring(0, 23) + "…" : name;
    }

    private static String minute(AuditedJob job) {
        String time = Times.iso(job.job().time("created_at"));
        return time.length() < 16 ? time : time.substring(0, 16).replace('T', ' ');
    }

    /** A trace of the worst job of each issue, by the shortest part of its id that no other job of the period has. */
    private static List<String> next(Audit audit) {
        List<String> next = new ArrayList<>();
        for (Map.Entry<String, List<AuditedJob>> group : audit.byIssue().entrySet()) {
            AuditedJob worst = group.getValue().get(0);
            boolean alone = audit.jobs().stream().filter(job -> job.job().id().contains(shortId(worst))).count() == 1;
            next.add("trace-job " + (alone ? shortId(worst) : worst.job().id()));
        }
        return next.stream().limit(3).toList();
    }
}
