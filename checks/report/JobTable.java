import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Jobs as their rows show them, one a line. */
interface JobTable {
    /** How many jobs a list has unless more are wanted. */
    int LISTED = 20;

    /** @param matches how many there are in all */
    static List<String> lines(List<Job> jobs, long matches) {
        List<String> lines = new ArrayList<>();
        for (Job job : jobs.subList(0, Math.min(LISTED, jobs.size()))) {
            lines.add(String.format(Locale.ROOT, "  %-36s  %-9s  %-20s  %s", job.id(), Printable.plain(job.status()),
                Times.iso(job.time("created_at")), Printable.plain(job.name())).stripTrailing());
        }
        return more(lines, jobs, matches);
    }

    /**
     * The same with a head, ages and durations.
     *
     * @param verdict what an earlier trace or audit said of a job; empty where none did
     * @param clock its time is that of the list
     */
    static List<String> whole(List<Job> jobs, long matches, Function<Job, String> verdict, Clock clock) {
        String form = "  %-36s  %-9s  %-13s  %-20s  %-11s  %-10s  %s";
        List<String> lines = new ArrayList<>();
        for (Job job : jobs) {
            Instant created = job.time("created_at");
            lines.add(clock.local(String.format(Locale.ROOT, form, job.id(), Printable.plain(job.status()),
                verdict.apply(job).isEmpty() ? "-" : verdict.apply(job),
                Times.iso(created), created == null ? "-" : clock.age(created), duration(job, clock.now()), Printable.plain(job.name())).stripTrailing()));
        }
        more(lines, jobs, matches);
        lines.add(0, String.format(Locale.ROOT, form, "JOB", "ROW", "VERDICT", "CREATED", "AGE", "DURATION", "SCRIPT"));
        return lines;
    }

    private static List<String> more(List<String> lines, List<Job> jobs, long matches) {
        if (matches > lines.size()) {
            lines.add("  and " + (matches - lines.size()) + " more");
        }
        return lines;
    }

    /** From its start, or its creation, to its end; so far for one that runs; a dash where the row does not tell. */
    private static String duration(Job job, Instant now) {
        Instant from = job.time("started_at") == null ? job.time("created_at") : job.time("started_at");
        Instant to = job.time("completed_at") != null ? job.time("completed_at") : job.ended() ? null : now;
        return from == null || to == null ? "-" : Times.duration(to.toEpochMilli() - from.toEpochMilli());
    }
}
