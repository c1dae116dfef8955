import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One job beside another: statuses, numbers, times and the ids of issues are compared, never sentences.
 *
 * @param before the job that it is compared with
 * @param steps the stages that either of them has, in the order of the pipeline
 * @param appeared issues that only this job has; @param gone issues that only the other one has
 */
record TraceDiff(AuditedJob job, AuditedJob before, List<Step> steps, List<Issue> appeared, List<Issue> gone) {
    /** What became of a stage. */
    enum Change {
        SAME("same"), BETTER("better"), WORSE("worse"),
        /** There was or is nothing to do: neither is better. */
        OTHER("other"),
        /** It can no longer be known, which is no improvement, whatever it was before. */
        OUT_OF_SIGHT("out of sight"),
        /** It can be known now, and could not before. */
        IN_SIGHT("in sight again");

        private final String printed;

        Change(String printed) {
            this.printed = printed;
        }

        @Override
        public String toString() {
            return printed;
        }

        static Change of(Status before, Status now) {
            int worse = Integer.compare(rank(now), rank(before));
            return now == before ? SAME : now == Status.UNKNOWN ? OUT_OF_SIGHT : before == Status.UNKNOWN ? IN_SIGHT
                : worse > 0 ? WORSE : worse < 0 ? BETTER : OTHER;
        }

        private static int rank(Status status) {
            return status == Status.FAIL ? 2 : status == Status.WARN ? 1 : 0;
        }
    }

    /** One stage in both. @param numbers those that differ: now and before, null where it has none */
    record Step(AuditedJob.Outcome now, AuditedJob.Outcome before, Change change, Map<String, Double[]> numbers) {
        static Step of(AuditedJob.Outcome now, AuditedJob.Outcome before) {
            Set<String> names = new TreeSet<>(now.numbers().keySet());
            names.addAll(before.numbers().keySet());
            Map<String, Double[]> numbers = new LinkedHashMap<>();
            names.forEach(name -> numbers.put(name, new Double[] {now.numbers().get(name), before.numbers().get(name)}));
            numbers.values().removeIf(both -> both[0] != null && both[0].equals(both[1]));
            return new Step(now, before, Change.of(before.status(), now.status()), numbers);
        }
    }

    static TraceDiff of(Trace trace, Trace other) {
        AuditedJob job = AuditedJob.of(trace);
        AuditedJob before = AuditedJob.of(other);
        List<Step> steps = new ArrayList<>();
        for (AuditedJob.Outcome now : job.outcomes()) {
            before.outcomes().stream().filter(one -> one.stage().id().equals(now.stage().id())).findFirst().ifPresent(one -> steps.add(Step.of(now, one)));
        }
        // What sums up stages that can no longer be seen is not better for that.
        boolean blind = steps.stream().anyMatch(step -> step.change() == Change.OUT_OF_SIGHT);
        steps.replaceAll(step -> blind && step.change() == Change.BETTER && step.now().stage().isSummary
            ? new Step(step.now(), step.before(), Change.OUT_OF_SIGHT, step.numbers()) : step);
        return new TraceDiff(job, before, steps, without(job.issues(), before.issues()), without(before.issues(), job.issues()));
    }

    private static List<Issue> without(List<Issue> issues, List<Issue> others) {
        Set<String> ids = others.stream().map(Issue::id).collect(Collectors.toSet());
        return issues.stream().filter(issue -> !ids.contains(issue.id())).toList();
    }

    /** True for an issue that went because what showed it can no longer be seen. */
    boolean outOfSight(Issue gone) {
        return steps.stream().anyMatch(step -> step.now().status() == Status.UNKNOWN
            && (gone.explains().isEmpty() || gone.explains().contains(step.now().stage().getClass())));
    }

    /** Seconds for each record of the job, by its row; negative where its row has none, or the stage no time. */
    static double secondsPerRecord(AuditedJob job, AuditedJob.Outcome outcome) {
        String records = job.job().column("total_rows_processed");
        return outcome.millis() < 0 || !records.matches("[1-9]\\d{0,9}") ? -1 : outcome.millis() / 1000.0 / Long.parseLong(records);
    }
}
