/** A killed process, a restarted or recreated container, memory that ran out: in all of them the row says running for ever. */
class WorkerLost extends Check {
    WorkerLost() {
        super("Worker lost");
        detects("a worker process or container that died, ran out of memory or was started anew while the job ran");
        severity(Status.FAIL).cause("no worker has this job; its status will never change");
        resolution("Start the job again; look at the memory if the worker was killed.", "docker compose ps -a celery-worker");
    }

    @Override
    Issue inspect(Trace trace) {
        boolean begun = trace.attempt() != null || !trace.recorded().isEmpty();
        boolean zombie = trace.verdict.state() == Verdict.State.ZOMBIE && begun && !trace.workEnded();
        if (!zombie && trace.whyLost().isEmpty()) {
            return nothing();
        }
        boolean limit = trace.attempt() != null && trace.attempt().limit != null;
        String[] again = Rerun.after(trace, limit ? "Raise the task's time limit, or give the job fewer records." : "Look at the memory if the worker was killed.");
        Issue lost = found(zombie ? trace.verdict.because() : trace.whyLost(), trace.endOfAttempt()).since(trace.verdict.since())
            .explaining(trace.interrupted(TaskStarted.class, JobComplete.class)).resolution(Rerun.withWorker(trace, again));
        return limit ? lost.because("the task ran longer than its time limit allows") : zombie ? lost
            : lost.because(trace.workerWasKilled() || trace.attempt() != null && trace.attempt().lostItsProcess() ? "it was killed, most often because memory ran out, or it crashed"
                : "a restart, a deployment or a crash: a job does not outlive its worker");
    }
}
