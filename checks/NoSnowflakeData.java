/** Spec, Common Issues: no Snowflake data. The row never holds the SQL error itself; it stands in the log, over several lines. */
class NoSnowflakeData extends Check {
    NoSnowflakeData() {
        super("No Snowflake data");
        detects("no records, SQL errors, timeouts, refused connections");
        severity(Status.FAIL).cause("the query failed").resolution("Check the script's syntax, and run it in Snowflake.", Rerun.LOGS);
        explains(SnowflakeQuery.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding query = trace.finding(SnowflakeQuery.class);
        boolean empty = query.status() == Status.OK && query.has("records") && query.number("records") == 0;
        if (empty && !trace.finding(PreFiltering.class).has("nothingNew")) {
            return found("the query returned no records", query.lines("records")).because("the script selects nothing, or nothing new").as(Status.WARN);
        }
        return query.status() != Status.FAIL || trace.lost() ? nothing() : found(query.summary(), query.quotes()).because(query.cause());
    }
}
