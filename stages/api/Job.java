import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The job that is traced, as its row tells it; without the database only its id is known.
 *
 * @param id the whole id, as the database or the logs have it
 * @param row the row of etl_jobs with whatever columns it has, empty when the database did not answer
 * @param inDatabase false when the row could not be read
 */
record Job(String id, JsonNode row, boolean inDatabase) {
    /** Letters, digits and hyphens only: an id is put into SQL, paths and patterns, and nothing else could be meant. */
    static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** True for an id of which nothing is left out. */
    static boolean isWholeId(String id) {
        return id.length() == 36;
    }

    /** The column's text, or an empty string when the column is missing or null. */
    String column(String name) {
        JsonNode value = row.path(name);
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    /** The row's status; "unknown" when the row could not be read, "?" when it is no word. */
    String status() {
        return !inDatabase ? "unknown" : column("status").matches("\\w{1,40}") ? column("status") : "?";
    }

    /** The row's name, or the name of its script: the real schema has no column `name`. */
    String name() {
        return column("name").isEmpty() ? column("script") : column("name");
    }

    /** When the column says, in UTC; null when it is missing, null or no time. */
    Instant time(String column) {
        return Times.parse(column(column));
    }

    /** True when the row says that the job has come to an end. */
    boolean ended() {
        return Set.of("completed", "failed", "cancelled").contains(status());
    }

    /** True as long as a worker can have it: cancelling reaches neither the queue nor the worker. */
    boolean canBeAtWork() {
        return !ended() || status().equals("cancelled");
    }

    /** True for a job whose people come from an uploaded file, and not from a query. */
    boolean fromFile() {
        return !column("file_source_id").isEmpty();
    }

    /** True for a preview, which runs in backend and never reaches Celery. */
    boolean preview() {
        return column("job_type").equals("preview");
    }
}
