import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An audit as text: how the jobs are, and those that are not well, by what is worst about them. */
interface AuditText {
    /** Of one issue so many jobs are listed; all with -v. */
    int MOST_LISTED = 20;
    int MOST_NEXT = 3;
    int SHORT_ID = 8;
    int LONGEST_NAME = 24;
    int LONGEST = 120;

    static String render(Audit audit, boolean verbose, List<String> next) {
        StringBuilder out = new StringBuilder(headline(audit)).append('\n');
        audit.missing().forEach((key, why) -> out.append("Not read: ").append(Printable.plain(key)).append(": ").append(Printable.plain(why))
            .append(why.startsWith("timed out") ? " (--timeout gives it more)" : "").append('\n'));
        audit.byIssue().forEach((title, jobs) -> group(out, title, jobs, verbose));
        if (verbose) {
            group(out, "Healthy", audit.healthy(), true);
            out.append("\nNot looked at: the jobs' own files, and what takes a command for each job (Slower than usual); a trace looks at them\n");
            commands(out, audit);
        }
        if (!next.isEmpty()) {
            out.append("\nNext: ").append(String.join("\n      ", next)).append('\n');
        }
        return out.toString();
    }

    /** How many jobs there are, in which period, how they are, and how their rows say they are. */
    static String headline(Audit audit) {
        String counts = counts(audit.words());
        String jobs = audit.scope().isCut() ? "The newest " + audit.scope().read() + " of " + Times.count(audit.scope().matches(), "job")
            : Times.count(audit.jobs().size(), "job");
        return jobs + " since " + Times.iso(audit.scope().from())
            + (audit.scope().to().isBefore(audit.scope().now()) ? " until " + Times.iso(audit.scope().to()) : "")
            + (audit.scope().narrowed().isEmpty() ? "" : " (" + Printable.plain(audit.scope().narrowed()) + ")") + (counts.isEmpty() ? "" : ": " + counts)
            + (audit.jobs().isEmpty() ? "" : "   (their rows say: " + counts(audit.statuses()) + ")")
            + (audit.scope().isCut() ? "\nThe others were not looked at: name a shorter period" : "");
    }

    /** `31 ok, 3 degraded`: what there is none of is left out. */
    static String counts(Map<String, Long> counts) {
        return counts.entrySet().stream().filter(one -> one.getValue() > 0).map(one -> one.getValue() + " " + one.getKey()).collect(Collectors.joining(", "));
    }

    private static void group(StringBuilder out, String title, List<AuditedJob> jobs, boolean all) {
        if (jobs.isEmpty()) {
            return;
        }
        // What is the same of all of them is said once.
        String same = jobs.stream().map(AuditText::what).distinct().count() == 1 && jobs.size() > 1 ? what(jobs.get(0)) : "";
        out.append("\n  ").append(title).append(" (").append(jobs.size()).append(')').append(same.isEmpty() ? "" : ": " + same).append('\n');
        List<AuditedJob> listed = all ? jobs : jobs.subList(0, Math.min(jobs.size(), MOST_LISTED));
        int name = listed.stream().mapToInt(job -> shortName(job).length()).max().orElse(0);
        int word = listed.stream().mapToInt(job -> job.word().length()).max().orElse(0);
        for (AuditedJob job : listed) {
            String what = !same.isEmpty() ? "" : all || what(job).length() <= LONGEST ? what(job) : what(job).substring(0, LONGEST - 1) + "…";
            out.append(String.format(Locale.ROOT, "    %s  %s  %-" + Math.max(1, name) + "s  %-" + word + "s  %s", shortId(job), minute(job), shortName(job),
                job.word(), what + more(job, !what.isEmpty())).stripTrailing()).append('\n');
        }
        out.append(listed.size() < jobs.size() ? "    and " + (jobs.size() - listed.size()) + " more with -v\n" : "");
    }

    private static String what(AuditedJob job) {
        return Printable.plain(job.what());
    }

    private static String more(AuditedJob job, boolean after) {
        return job.issues().size() < 2 ? "" : (after ? "; and " : "") + Times.count(job.issues().size() - 1, "more issue");
    }

    /** The part of its id that people type. */
    static String shortId(AuditedJob job) {
        return job.job().id().substring(0, Math.min(SHORT_ID, job.job().id().length()));
    }

    private static String shortName(AuditedJob job) {
        String name = Printable.plain(job.job().name());
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 1) + "…" : name;
    }

    /** When it was created, UTC. */
    static String minute(AuditedJob job) {
        String time = Times.iso(job.job().time("created_at"));
        return time.length() < 16 ? time : time.substring(0, 16).replace('T', ' ');
    }

    private static void commands(StringBuilder out, Audit audit) {
        out.append("\nCommands:\n");
        for (CommandResult answer : audit.answers()) {
            String command = Printable.plain(answer.command());
            out.append(String.format(Locale.ROOT, "  %.2fs exit %d%s, %s%n     | %s%n", answer.seconds(), answer.exitCode(),
                answer.timedOut() ? ", timed out" : "",
                Times.count(answer.lines(), "line"), command.length() > 240 ? command.substring(0, 240) + "…" : command));
        }
    }

    /**
     * A trace of the first job of each of the worst issues, by the short part of its id where no other job of the period has that.
     *
     * @param call how trace-job is called for this stack
     */
    static List<String> next(Audit audit, String call) {
        List<String> next = new ArrayList<>();
        for (List<AuditedJob> group : audit.byIssue().values()) {
            AuditedJob worst = group.get(0);
            boolean alone = audit.jobs().stream().filter(job -> job.job().id().contains(shortId(worst))).count() == 1;
            next.add(call + " " + (alone ? shortId(worst) : worst.job().id()));
        }
        return next.stream().limit(MOST_NEXT).toList();
    }
}
