import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the rows of job_logs, of any number of jobs: each that has a message and a time is a message of its job. Kept are those
 * that a stage knows, warnings and errors, and each job's first and last.
 */
final class JobLogRows implements LineHandler {
    /** Of one job. */
    private static final int MOST = 25_000;

    private static final class Rows {
        final List<Message> kept = new ArrayList<>();
        Message last;
        int count;
        boolean full;
    }

    private final String service;
    private final KnownLines known;
    private final String job;
    private final Map<String, Rows> jobs = new HashMap<>();
    private final Map<String, Instant> latest = new HashMap<>();

    /**
     * Of a job that goes on no row counts that is newer than the job's own: the logs may have been read before, and tell no more.
     *
     * @param job whose rows they are, where only one job's were asked for; null where each row says it
     * @param jobs all that were asked for
     */
    JobLogRows(String service, KnownLines known, String job, List<Job> jobs) {
        this.service = service;
        this.known = known;
        this.job = job;
        jobs.stream().filter(one -> !one.ended() && one.time("now") != null).forEach(one -> latest.put(one.id().toLowerCase(Locale.ROOT), one.time("now")));
    }

    @Override
    public boolean line(String line) {
        JsonNode row = Json.read(line);
        Instant time = Times.parse(row.path("created_at").asText());
        if (!row.has("message") || time == null) {
            return true;
        }
        String id = (job != null ? job : row.path("job_id").asText()).toLowerCase(Locale.ROOT);
        if (time.isAfter(latest.getOrDefault(id, Instant.MAX))) {
            return true;
        }
        Rows rows = jobs.computeIfAbsent(id, of -> new Rows());
        Message message = new Message(service, "", time, row.path("level").asText("INFO").toUpperCase(Locale.ROOT), "",
            Printable.lines(row.path("message").asText()));
        boolean keeps = rows.count++ == 0 || message.error() || message.level.equals("WARNING") || known.of(message) != null;
        rows.last = keeps ? null : message;
        rows.full |= keeps && rows.kept.size() >= MOST;
        if (keeps && !rows.full) {
            rows.kept.add(message);
        }
        return true;
    }

    /** How many messages of the job there were. */
    int count(String id) {
        return jobs.getOrDefault(id.toLowerCase(Locale.ROOT), new Rows()).count;
    }

    /** True when there were more than are kept. */
    boolean full(String id) {
        return jobs.getOrDefault(id.toLowerCase(Locale.ROOT), new Rows()).full;
    }

    /** Those of the job that are kept, in the order of the rows, not redacted yet; they are kept here no longer. */
    List<Message> take(String id) {
        Rows rows = jobs.remove(id.toLowerCase(Locale.ROOT));
        if (rows == null) {
            return List.of();
        }
        if (rows.last != null) {
            rows.kept.add(rows.last);
        }
        return rows.kept;
    }
}
