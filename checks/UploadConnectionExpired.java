import java.util.List;
import java.util.Optional;

/** A worker process opens its upload connection once and never again: when it has expired, every later job there loses its results. */
class UploadConnectionExpired extends Check {
    private static final List<String> EXPIRED = List.of("390114", "390111", "390112", "08003", "oken has expired", "ession no longer exists",
        "onnection is closed");

    UploadConnectionExpired() {
        super("Upload connection expired");
        detects("an upload that Snowflake refused because the worker process' connection is too old");
        severity(Status.FAIL).first().cause("a worker process opens its upload connection once, and never again");
        resolution("Restart celery-worker when no job runs, and before the next one: until then every job of that process loses its results.",
            "docker compose restart celery-worker");
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        List<Message> expired = trace.finding(ResultsUpload.class).quotes().stream()
            .filter(line -> EXPIRED.stream().anyMatch(line.text::contains)).toList();
        return trace.finding(ResultsUpload.class).status() != Status.FAIL || expired.isEmpty() ? nothing()
            : found("of " + (trace.attempt() == null ? "the worker" : trace.attempt().process), expired);
    }
}
