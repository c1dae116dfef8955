import java.util.Optional;

/** A stage that begins and ends, with what the rules ask about it: what was seen of it, of the stage before and of the job. */
final class Situation {
    final PipelineStage stage;
    final Observation observed;
    final Evidence trace;
    /** How long it took, in our words. */
    final String took;
    private final Pipeline pipeline;
    private final Finding before;
    /** What it was found to be so far; null before it was judged. */
    Finding finding;

    Situation(PipelineStage stage, Evidence trace, Pipeline pipeline) {
        this.stage = stage;
        this.trace = trace;
        this.pipeline = pipeline;
        this.observed = pipeline.observations.get(stage);
        this.took = Times.duration(observed.millis);
        this.before = stage.after == null ? null : trace.finding(stage.after);
    }

    /** True when it began or ended, or a line says that it could not do its work. */
    boolean isSeen() {
        return observed.begun() || observed.broken();
    }

    /** True when it began and did not end. */
    boolean isOpen() {
        return observed.openSince != null;
    }

    /** True when a stage that comes once, after the batches, began since the last one did. */
    boolean goesOnAfterBatches() {
        return pipeline.observations.values().stream().anyMatch(other -> other.stage.order > stage.order
            && other.stage instanceof PipelineStage flowing && !flowing.inBatches && trace.batches.current() == trace.batches.all()
            && other.visits.stream().anyMatch(visit -> !visit.from().isBefore(trace.batches.since())));
    }

    /** True when no more of the job's work is to come, whatever the row says. */
    boolean workIsOver() {
        return trace.over() || trace.workEnded();
    }

    /** True when the stage before has this status. */
    boolean before(Status status) {
        return before != null && before.status() == status;
    }

    /** True when the stage before tells the number that this one needs. */
    boolean beforeTellsWork() {
        return before.numbers().containsKey(stage.needs);
    }

    /** True when by that number there is nothing to do. */
    boolean beforeLeftNothing() {
        return before(Status.OK) && before.numbers().getOrDefault(stage.needs, -1.0) == 0;
    }

    boolean beforeHadNothingToDo() {
        return before != null && before.reasons().contains(Finding.Reason.NOTHING_TO_DO);
    }

    /** Skipped for the reason for which the stage before was. */
    Finding skipAsBefore() {
        return observed.skip(before.summary());
    }

    /** Skipped, because the job did not come so far, or has not yet. */
    Finding notReached() {
        return observed.skip(workIsOver() || trace.lost() ? "not reached" : "not reached yet");
    }

    /** Why the logs that this stage names do not tell all; null when they were read whole. */
    String missing() {
        return MissingLogs.why(stage, trace);
    }

    /** Why a log in which its lines stand was not read to its end; null when all were. */
    String unread() {
        Optional<String> service = observed.seen().stream().map(message -> message.service).distinct()
            .filter(one -> trace.missing.containsKey("log " + one)).findFirst();
        return service.map(one -> "log of " + one + " not read to its end: " + trace.missing.get("log " + one)).orElse(null);
    }

    /** True when the container's log shows nothing of it. */
    boolean isSeenInDatabaseOnly() {
        return observed.seen().stream().allMatch(PlacedBy.DATABASE::placed);
    }

    /** True when the log begins after this stage did, or after one that comes later. */
    boolean beganBeforeTheLog() {
        return observed.begins().stream().anyMatch(Pipeline::fromConsole)
            && pipeline.observations.keySet().stream().anyMatch(other -> other.order >= stage.order && pipeline.beganBeforeTheLog(other));
    }

    /** True when one of its visits has no line that ends it, though the job went on. */
    boolean hasUnclosedVisit() {
        return pipeline.unclosed(stage) && !isOpen();
    }

    /** True when it took longer than it may. */
    boolean isSlow() {
        return stage.limit(observed) > 0 && finding.seconds() > stage.limit(observed);
    }
}
