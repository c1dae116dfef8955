import java.util.List;
import java.util.Optional;

/** Spec, Common Issues: no Snowflake data. The row never holds the SQL error itself; it stands in the log, over several lines. */
class NoSnowflakeData extends Check {
    private static final String LOGS = "docker compose logs celery-worker";

    NoSnowflakeData() {
        super("No Snowflake data");
        detects("no records, SQL errors, timeouts, refused connections");
        severity(Status.FAIL).resolution("Check the script's syntax, and run it in Snowflake.", LOGS);
        explains(SnowflakeQuery.class);
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        Finding query = trace.finding(SnowflakeQuery.class);
        boolean read = query.status() == Status.OK && query.has("records");
        if (read && query.number("records") == 0 && !trace.finding(PreFiltering.class).has("nothingNew")) {
            return found("the query returned no records", "the script selects nothing, or nothing new",
                query.evidence().stream().filter(line -> line.text.contains("returned 0")).toList()).map(issue -> issue.as(Status.WARN));
        }
        if (query.status() != Status.FAIL || trace.lost()) {
            return nothing();
        }
        List<Message> shown = query.quotes();
        String text = shown.isEmpty() ? "" : shown.get(0).text;
        return query.has("withoutFile")
                ? found(query.summary(), "the uploaded file is gone, empty or not of a known form", shown)
                    .map(issue -> issue.todo("Upload the file again, and start a job from it.", LOGS))
            : text.contains("compilation error") ? found(query.summary(), "invalid SQL script", shown)
            : text.contains("timeout") || text.contains("57014") ? found(query.summary(), "the query took longer than Snowflake allows", shown)
                .map(issue -> issue.todo("Make the query smaller, or its warehouse larger.", LOGS))
            : text.contains("Failed to connect") || text.contains("250001") ? found(query.summary(), "Snowflake refused the connection", shown)
                .map(issue -> issue.todo("Check the credentials and the way to Snowflake.", LOGS))
            : text.contains("returned no results") ? found(query.summary(), "its tables are empty, or its conditions fit no row", shown)
                .map(issue -> issue.todo("Run the script in Snowflake.", LOGS))
            : found(query.summary(), "the query failed", shown);
    }
}
