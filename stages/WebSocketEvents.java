/** Spec step 6. Each event is logged where it is sent; the browser sees it only when it has joined the job's room. */
class WebSocketEvents extends Stage {
    WebSocketEvents() {
        super("WebSocket Events", 120);
        step("6").judgesMissingLines().judgesFailures().hideWhenOk().doesNotDegrade();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        exclusive("^Job event: \\w+ for job |socket emit |joined job room: |Failed to emit job event");
        details("^Job event: job_progress|emit job_progress").countedAs("job_progress");
        details("^Job event: job_log|emit job_log").countedAs("job_log");
        details("^Job event: job_complete|emit job_complete").countedAs("job_complete");
        details("^Job event: job_error|emit job_error").countedAs("job_error");
        details("^Job event: (?:batch_progress|row_processed)").countedAs("others");
        details("joined job room: ").countedAs("joined");
        fails("Failed to emit job event").countedAs("failed");
        overhears("[Ss]ubscriber");
        resolution("Check Redis.", "docker compose exec -T redis redis-cli PING", "docker compose logs redis");
    }

    @Override
    Finding judge(Observation observed) {
        long sent = observed.number("job_progress") + observed.number("job_log") + observed.number("job_complete") + observed.number("job_error");
        if (!observed.trace.overheard.isEmpty()) {
            return observed.warn("backend's subscriber failed while the job ran: events may have reached nobody").quoting(observed.trace.overheard);
        }
        if (observed.broken()) {
            return observed.warn("{failed} events could not be sent");
        }
        if (sent == 0 && (observed.missingLog() != null)) {
            return observed.unknown("not every log could be read");
        }
        return sent == 0 ? observed.skip("no event was sent") : observed.ok(Times.count(sent, "event") + " sent, " + Times.count(observed.number("joined"), "viewer") + " joined"
            + (observed.trace.job.column("progress").matches("\\d{1,3}") ? ", last progress " + observed.trace.job.column("progress") + "%" : ""));
    }
}
