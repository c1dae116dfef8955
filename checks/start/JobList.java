import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;

/**
 * The jobs that the database has, as a list or as an answer to an id that names none or several.
 *
 * @param seen what is remembered of live jobs; null where a recording answers
 * @param status that was wanted; empty for any
 */
record JobList(Collector collector, SeenJobs seen, String status, Progress progress, PrintWriter out, PrintWriter err) {
    /** Prints them and remembers their ids. @param limit at most so many */
    int list(Collector.Found found, int limit, boolean json, Clock clock) {
        if (found.problem() != null) {
            throw new KnownFailure(4, found.unanswered() + found.hint());
        }
        List<Job> rows = found.jobs().subList(0, Math.min(limit, found.jobs().size()));
        collector.name(rows);
        if (seen != null) {
            seen.listed(rows);
            seen.write();
        }
        if (json) {
            ArrayNode listed = Json.NODES.arrayNode();
            rows.forEach(job -> listed.add(((ObjectNode) job.row()).without(List.of("matches", "now"))));
            out.println(listed.toPrettyString());
        } else if (rows.isEmpty()) {
            progress.note(none("") + (status.isEmpty() ? "" : " (" + String.join(", ", Completion.STATUSES) + ")"));
        } else {
            JobTable.whole(rows, found.matches(), job -> seen == null ? "" : seen.verdict(job), clock).forEach(out::println);
        }
        return 0;
    }

    /** Says that no job has this part in its id, with the newest ones, or that several have. */
    int unclear(Collector.Found found, String part) {
        if (found.jobs().isEmpty()) {
            Collector.Found newest = collector.find("", "");
            List<Job> five = newest.jobs().subList(0, Math.min(5, newest.jobs().size()));
            collector.name(five);
            err.println("trace-job: " + why(found, part) + (five.isEmpty() ? "" : "; the most recent:"));
            JobTable.lines(five, five.size()).forEach(err::println);
        } else {
            collector.name(found.jobs());
            err.println("trace-job: " + why(found, part) + ":");
            JobTable.lines(found.jobs(), found.matches()).forEach(err::println);
        }
        return 3;
    }

    /** Why no job, or no single one, is meant by this part of an id. */
    String why(Collector.Found found, String part) {
        return found.jobs().isEmpty() ? none(part) : found.matches() + " jobs have " + part + " in their id";
    }

    private String none(String part) {
        return !part.isEmpty() ? "no job has " + part + " in its id" : status.isEmpty() ? "there are no jobs" : "no " + status + " jobs";
    }
}
