/** Spec step 6. Each event is logged where it is sent; the browser sees it only when it has joined the job's room. */
class WebSocketEvents extends Stage {
    WebSocketEvents() {
        super("WebSocket Events", 120);
        step("6").quiet().doesNotDegrade();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        keeps("^Job event: \\w+ for job |socket emit |joined job room: |Failed to emit job event");
        shows("^Job event: job_progress|emit job_progress").counts("job_progress");
        shows("^Job event: job_log|emit job_log").counts("job_log");
        shows("^Job event: job_complete|emit job_complete").counts("job_complete");
        shows("^Job event: job_error|emit job_error").counts("job_error");
        shows("^Job event: (?:batch_progress|row_processed)").counts("others");
        shows("joined job room: ").counts("joined");
        breaks("Failed to emit job event").counts("failed");
        overhears("[Ss]ubscriber");
        remedy("Check Redis.", "docker compose exec -T redis redis-cli PING", "docker compose logs redis");
    }

    @Override
    Finding judge(Observation sight) {
        long sent = sight.number("job_progress") + sight.number("job_log") + sight.number("job_complete") + sight.number("job_error");
        if (!sight.trace.overheard.isEmpty()) {
            return sight.warn("backend's subscriber failed while the job ran: events may have reached nobody").quoting(sight.trace.overheard);
        }
        if (sight.broken()) {
            return sight.warn("{failed} events could not be sent");
        }
        if (sent == 0 && (sight.trace.missing.containsKey("log celery-worker") || sight.trace.missing.containsKey("log backend"))) {
            return sight.unknown("not every log could be read");
        }
        return sent == 0 ? sight.skip("no event was sent") : sight.ok(Times.count(sent, "event") + " sent, " + Times.count(sight.number("joined"), "viewer") + " joined"
            + (sight.trace.job.column("progress").matches("\\d{1,3}") ? ", last progress " + sight.trace.job.column("progress") + "%" : ""));
    }
}
