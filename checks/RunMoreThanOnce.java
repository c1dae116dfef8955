import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A task that the broker delivers again runs again from the start; Celery's retries do so on purpose. */
class RunMoreThanOnce extends Check {
    RunMoreThanOnce() {
        super("Run more than once");
        detects("a task that the broker delivered again, and Celery's retries");
        resolution("Compare what was stored with what was retrieved.", "docker compose logs celery-worker");
    }

    @Override
    Issue inspect(Trace trace) {
        int attempts = trace.attempts.size();
        List<Message> ends = trace.attempts.stream().map(attempt -> attempt.end).filter(Objects::nonNull).toList();
        boolean onPurpose = trace.attempts.stream().limit(Math.max(0, attempts - 1)).allMatch(attempt -> attempt.retries);
        String where = ", on " + trace.attempts.stream().map(attempt -> attempt.process).collect(Collectors.joining(", "));
        return attempts < 2 ? nothing() : found(attempts + (onPurpose ? " attempts" : " runs") + where, ends)
            .because(onPurpose ? "Celery tried the task again after an error" : "the broker delivered the task again");
    }
}
