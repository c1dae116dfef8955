import java.util.List;
import java.util.Optional;

/** Spec, Common Issues: no Snowflake data. The row never holds the SQL error itself; it stands in the log, over several lines. */
class NoSnowflakeData extends Check {
    NoSnowflakeData() {
        super("No Snowflake data");
        sees("no records, SQL errors, timeouts, refused connections");
        severity(Status.FAIL).resolution("Check the script's syntax, and run it in Snowflake.", "docker compose logs celery-worker");
        explains("Snowflake Query", "Pre-filtering");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        Finding query = trace.finding("Snowflake Query");
        if (query == null || query.status() != Status.FAIL || trace.lost()) {
            boolean empty = query != null && query.status() == Status.OK && query.numbers().getOrDefault("records", 1.0) == 0;
            return !empty ? nothing() : found("the query returned no records", "the script selects nothing, or nothing new",
                query.evidence().stream().filter(line -> line.text.contains("returned 0")).toList()).map(issue -> issue.as(Status.WARN));
        }
        List<Message> shown = query.quotes();
        String text = shown.isEmpty() ? "" : shown.get(0).text;
        String cause = text.contains("compilation error") ? "invalid SQL script"
            : text.contains("timeout") || text.contains("57014") ? "the query took longer than Snowflake allows"
            : text.contains("Failed to connect") || text.contains("250001") ? "Snowflake refused the connection" : "the query failed";
        Optional<Issue> issue = found(query.summary(), cause, shown);
        String logs = "docker compose logs celery-worker";
        return cause.startsWith("Snowflake refused") ? issue.map(one -> one.todo("Check the credentials and the way to Snowflake.", logs))
            : cause.contains("longer") ? issue.map(one -> one.todo("Make the query smaller, or its warehouse larger.", logs)) : issue;
    }
}
