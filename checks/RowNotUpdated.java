import java.util.List;
import java.util.stream.Stream;

/** A task that came to its end while the row says running for ever: what to do depends on whether its work was done. */
class RowNotUpdated extends Check {
    RowNotUpdated() {
        super("Row not updated");
        detects("a task that has ended, well or not, while the row says that it runs");
        severity(Status.FAIL).cause("the database could not be reached at the end");
        explains(JobComplete.class);
    }

    @Override
    Issue inspect(Trace trace) {
        if (trace.verdict.state() != Verdict.State.ZOMBIE || !trace.workEnded()) {
            return nothing();
        }
        Finding complete = trace.finding(JobComplete.class);
        List<Message> end = Stream.concat(complete.lines("lostUpdates").stream().filter(Message::error),
            Stream.of(trace.taskEnded() ? trace.attempt().end : trace.recordedEnd())).distinct().toList();
        return complete.status() == Status.FAIL ? found("its task failed", end).explaining(trace.interrupted(JobComplete.class))
                .resolution(Rerun.after(trace, "See the error: what was not reached was not done.", "docker compose logs postgres"))
            : trace.isDegraded() ? found("its task has ended, and not all of its work is done", end)
                .resolution("Do what the other issues say, and see why the row was not updated.", "docker compose logs postgres")
            : found("its task has ended", end).resolution("Do not start it again, its work is done: see why the row was not updated.", "docker compose logs postgres");
    }
}
