import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** A task that the broker delivers again runs again from the start; Celery's retries do so on purpose. */
class RunTwice extends Check {
    RunTwice() {
        super("Run more than once");
        detects("a task that the broker delivered again, and Celery's retries");
        cause("the broker delivered the task again, or Celery tried it again after an error");
        resolution("Compare what was stored with what was retrieved.", "docker compose logs celery-worker");
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        List<Message> ends = trace.attempts.stream().map(attempt -> attempt.end).filter(Objects::nonNull).toList();
        boolean onPurpose = trace.attempts.stream().limit(Math.max(0, trace.attempts.size() - 1)).allMatch(attempt -> attempt.retries);
        String where = trace.attempts.stream().map(attempt -> attempt.process).collect(Collectors.joining(", "));
        return trace.attempts.size() < 2 ? nothing()
            : onPurpose ? found(trace.attempts.size() + " attempts, on " + where, "Celery tried the task again after an error", ends)
            : found(trace.attempts.size() + " runs, on " + where, "the broker delivered the task again", ends);
    }
}
