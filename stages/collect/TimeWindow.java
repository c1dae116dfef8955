import java.time.Instant;

/** From when to when a log is read, UTC; null is open. `recent` asks for the log's tail first. */
record TimeWindow(Instant since, Instant until, boolean recent) {
    static final TimeWindow ALL = new TimeWindow(null, null, false);

    boolean contains(Instant time) {
        return time == null || (since == null || !time.isBefore(since)) && (until == null || !time.isAfter(until));
    }
}
