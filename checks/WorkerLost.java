import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A killed process, a restarted or recreated container, memory that ran out: in all of them the row says running for ever. */
class WorkerLost extends Check {
    WorkerLost() {
        super("Worker lost");
        detects("a worker process or container that died, ran out of memory or was started anew while the job ran");
        severity(Status.FAIL).cause("no worker has this job; its status will never change");
        resolution("Start the job again; look at the memory if the worker was killed.", "docker compose ps -a celery-worker");
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        boolean begun = trace.attempt() != null || !trace.recorded().isEmpty();
        boolean zombie = trace.verdict.state() == Verdict.State.ZOMBIE && begun && !trace.workEnded();
        if (!zombie && trace.verdict.state() != Verdict.State.LOST) {
            return nothing();
        }
        Attempt attempt = trace.attempt();
        List<Message> evidence = attempt != null && attempt.end != null ? Stream.of(attempt.limit, attempt.end).filter(Objects::nonNull).toList() : List.of();
        boolean limit = attempt != null && attempt.limit != null;
        boolean memory = trace.containers("celery-worker").stream().anyMatch(one -> one.finished() != null
            && (attempt == null || !one.finished().isBefore(attempt.from))
            && (one.oomKilled() || one.exitCode() == 137 && !one.state().equals("running")));
        Optional<Issue> lost = limit ? found(trace.verdict.because(), "the task ran longer than its time limit allows", evidence)
            : memory ? found(trace.verdict.because(), "the container was killed, most often because memory ran out", evidence)
            : found(trace.verdict.because(), evidence);
        List<Finding> broken = trace.interrupted(TaskStarted.class, JobComplete.class);
        String[] again = Rerun.after(trace, limit ? "Raise the task's time limit, or give the job fewer records." : "Look at the memory if the worker was killed.");
        return lost.map(issue -> issue.since(trace.verdict.since()).explaining(broken).todo(Rerun.withWorker(trace, again)));
    }
}
