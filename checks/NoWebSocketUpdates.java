import java.util.List;

/** Spec, Common Issues: no WebSocket updates. The job itself goes on without Redis; only nobody sees it. */
class NoWebSocketUpdates extends Check {
    NoWebSocketUpdates() {
        super("No WebSocket updates");
        detects("events that could not be sent, a Redis that is down");
        cause("Redis connection").resolution("Check Redis; it holds the queue too: restart it only when no job runs or waits.", "docker compose ps -a redis", "docker compose exec -T redis redis-cli PING",
            "docker compose restart redis");
        explains(WebSocketEvents.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding events = trace.finding(WebSocketEvents.class);
        if (events.status() == Status.WARN) {
            return found(events.summary(), events.quotes());
        }
        List<String> down = trace.containers("redis").stream().filter(Container::isDown)
            .map(one -> one.name() + " is " + one.state()).toList();
        boolean silent = trace.queueIsSilent();
        return trace.over() || down.isEmpty() && !silent ? nothing() : found(down.isEmpty() ? "redis does not answer" : down.get(0));
    }
}
