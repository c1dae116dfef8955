import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Jobs as their rows show them, one a line. */
interface JobTable {
    /** How many jobs a list has; one more is asked for, to know whether there are. */
    int LISTED = 20;

    /** @param matches how many there are in all */
    static List<String> lines(List<Job> jobs, long matches) {
        List<String> lines = new ArrayList<>();
        for (Job job : jobs.subList(0, Math.min(LISTED, jobs.size()))) {
            lines.add(String.format(Locale.ROOT, "  %-36s  %-9s  %-20s  %s", job.id(), Printable.plain(job.status()),
                Times.iso(job.time("created_at")), Printable.plain(job.name())).stripTrailing());
        }
        if (matches > lines.size()) {
            lines.add("  and " + (matches - lines.size()) + " more");
        }
        return lines;
    }
}
