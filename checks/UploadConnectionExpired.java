/** A worker process opens its upload connection once and never again: when it has expired, every later job there loses its results. */
class UploadConnectionExpired extends Check {
    UploadConnectionExpired() {
        super("Upload connection expired");
        detects("an upload that Snowflake refused because the worker process' connection is too old");
        severity(Status.FAIL).first();
        resolution("Restart celery-worker when no job runs, and before the next one: until then every job of that process loses its results.",
            "docker compose restart celery-worker");
    }

    @Override
    Issue inspect(Trace trace) {
        Finding upload = trace.finding(ResultsUpload.class);
        return upload.status() != Status.FAIL || upload.cause().isEmpty() ? nothing()
            : found("of " + (trace.attempt() == null ? "the worker" : trace.attempt().process), upload.linesOfCause()).because(upload.cause());
    }
}
