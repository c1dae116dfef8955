//SOURCES Pipeline.java
//SOURCES VerdictRules.java

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Asks each stage for its finding and each check for its issue, and says in one word where the job is. */
final class Judge {
    private final Trace trace;
    private final List<Stage> stages;
    private final Pipeline pipeline;

    private Judge(Trace trace, List<Stage> stages) {
        this.trace = trace;
        this.stages = stages;
        this.pipeline = Pipeline.of(trace, stages);
    }

    /**
     * Fills the trace's findings, verdict and issues. All stages take part, so that each sees its own lines only; the
     * findings of those that were asked for stay.
     */
    static void judge(Trace trace, List<Stage> stages, Collection<Stage> asked, List<Check> checks) {
        trace.settle();
        Judge judging = new Judge(trace, stages);
        for (Stage stage : stages) {
            trace.visits.put(stage.getClass(), judging.pipeline.observations.get(stage).visits);
            trace.findings.put(stage.title, judging.find(stage));
        }
        trace.verdict = VerdictRules.of(trace);
        checks.stream().sorted(Comparator.comparing(check -> !check.first)).forEach(check -> trace.issues.addAll(judging.look(check)));
        if (trace.verdict.state() == Verdict.State.COMPLETED) {
            trace.issues.stream().filter(issue -> issue.severity() == Status.FAIL).findFirst().ifPresent(issue ->
                trace.verdict = new Verdict(Verdict.State.DEGRADED, issue.symptom(), trace.ended(), List.of(issue.symptom())));
        }
        judging.unexplained();
        trace.findings.values().removeIf(finding -> !asked.contains(finding.stage()));
        trace.issues.sort(Issue.WORST_FIRST);
    }

    /** A stage's finding. A stage that throws is a finding too: the others still stand. */
    private Finding find(Stage stage) {
        Observation observed = pipeline.observations.get(stage);
        try {
            if (trace.job.preview() && !stage.notForPreviews.isEmpty()) {
                return observed.skip(stage.notForPreviews);
            }
            return stage instanceof PipelineStage flowing ? find(flowing, observed) : stage.judge(observed);
        } catch (RuntimeException | StackOverflowError | LinkageError fault) {
            observed.millis = -1;
            return new Finding(observed, Status.FAIL, "crashed: " + Printable.plain(fault.toString()), Set.of(), Optional.empty(), List.of(),
                stackTrace(fault));
        }
    }

    private Finding find(PipelineStage stage, Observation observed) {
        if (!observed.begun() && !observed.broken()) {
            return absent(stage, observed);
        }
        Finding finding = observed.openSince != null ? open(observed) : stage.judge(observed);
        return trace.lost() && observed.openSince != null ? finding : proved(stage, observed, finding);
    }

    private static List<String> stackTrace(Throwable fault) {
        return Stream.concat(Stream.of(fault.toString()), Arrays.stream(fault.getStackTrace()).limit(20).map(at -> "  at " + at))
            .map(Printable::plain).toList();
    }

    /** No word of the stage was seen: it was not reached, it had nothing to do, or the evidence is missing. */
    private Finding absent(PipelineStage stage, Observation observed) {
        Finding before = stage.after == null ? null : trace.finding(stage.after);
        String why = missing(stage);
        boolean done = trace.over() || trace.lost() || trace.workEnded();
        if (before != null && before.status() == Status.FAIL && trace.job.status().equals("completed") && before.numbers().containsKey(stage.needs)) {
            return stage.unseen(observed);
        }
        if (before != null && before.status() == Status.FAIL) {
            return observed.skip(done ? "not reached" : "not reached yet");
        }
        if (before != null && before.status() == Status.OK && !stage.needs.isEmpty() && before.numbers().getOrDefault(stage.needs, -1.0) == 0) {
            return observed.skip("nothing to do").because(Finding.Reason.NOTHING_TO_DO);
        }
        boolean nothing = before != null && before.reasons().contains(Finding.Reason.NOTHING_TO_DO);
        if (before != null && before.status() == Status.SKIP && (nothing || why == null)) {
            return nothing ? observed.skip(before.summary()).because(Finding.Reason.NOTHING_TO_DO) : observed.skip(before.summary());
        }
        if (why != null && (trace.over() || trace.attempts.isEmpty() && trace.job.time("started_at") != null)) {
            return observed.unknown(why);
        }
        if (trace.job.preview()) {
            return observed.skip("no evidence in the logs: a preview runs in backend, where lines carry no job id");
        }
        if (!trace.over()) {
            return observed.skip(done ? "not reached" : "not reached yet");
        }
        return trace.events == 0 || before != null && before.status() == Status.UNKNOWN ? observed.unknown("no evidence in the logs")
            : trace.job.status().equals("completed") ? stage.unseen(observed) : observed.skip("not reached");
    }

    /** The stage has begun and not ended. */
    private Finding open(Observation observed) {
        String took = Times.duration(observed.millis);
        if (trace.lost()) {
            return observed.fail("interrupted after " + took + ": the worker was lost").because(Finding.Reason.INTERRUPTED);
        }
        if (trace.attempt() != null && trace.attempt().retries && !trace.over()) {
            return observed.warn("interrupted after " + took + ", to be tried again").because(Finding.Reason.INTERRUPTED);
        }
        if (trace.stopped != null && !observed.broken()) {
            return observed.warn("interrupted after " + took + ": a user stopped the job").because(Finding.Reason.INTERRUPTED);
        }
        if (trace.over() || trace.workEnded()) {
            return observed.broken() ? observed.stage.judge(observed)
                : trace.job.status().equals("cancelled") ? observed.warn("interrupted after " + took + ": the job was cancelled")
                : observed.fail("started but did not finish").because(Finding.Reason.INTERRUPTED);
        }
        return (observed.broken() ? observed.fail("running for " + took + ", and could not do all of its work so far")
            : observed.ok("running for " + took)).because(Finding.Reason.RUNNING);
    }

    /** Lowers an OK that is not wholly proved, that hides errors, or that took too long. */
    private Finding proved(PipelineStage stage, Observation observed, Finding finding) {
        List<Message> seen = observed.seen();
        boolean onlyDatabase = seen.stream().allMatch(message -> PlacedBy.DATABASE.placed(message));
        // What a line shows is shown; what no line shows may stand in the part that was not read.
        if (finding.status() == Status.SKIP || finding.status() != Status.OK && observed.broken()) {
            return finding;
        }
        if (onlyDatabase) {
            String why = missing(stage);
            return finding.as(Status.UNKNOWN, "seen only in job_logs: " + (why == null ? "not in the container log" : why));
        }
        for (Message message : seen) {
            String why = trace.missing.get("log " + message.service);
            if (why != null) {
                return finding.as(Status.UNKNOWN, "log of " + message.service + " not read to its end: " + why);
            }
        }
        if (observed.begins().stream().anyMatch(Pipeline::fromConsole)
                && stages.stream().anyMatch(other -> other.order >= stage.order && pipeline.beganBeforeTheLog(other))) {
            return finding.as(Status.UNKNOWN, "the log starts after this stage did");
        }
        if (pipeline.unclosed(stage) && observed.openSince == null && finding.status() != Status.FAIL) {
            return finding.as(Status.UNKNOWN, "begun, but no line says that it ended");
        }
        if (finding.status() != Status.OK) {
            return finding;
        }
        if (!observed.errors().isEmpty()) {
            return finding.as(Status.WARN, finding.summary() + ", with " + Times.count(Observation.count(observed.errors()), "error") + " on the way")
                .quoting(List.of(observed.errors().get(0)));
        }
        double limit = stage.limit(observed);
        if (limit > 0 && finding.seconds() > limit) {
            return finding.as(Status.WARN, finding.summary() + "; took " + Times.duration(finding.millis()) + ", expected under "
                + Times.number(limit) + "s").because(Finding.Reason.SLOW).noting("typical: " + stage.typical);
        }
        return finding;
    }

    /** Why the logs that this stage names do not tell all; null when they were read whole. */
    private String missing(Stage stage) {
        List<String> reasons = new ArrayList<>();
        for (Command ask : stage.asks) {
            if (ask.kind() == Command.Kind.LOG) {
                String why = trace.missing.get(ask.key());
                if (why != null) {
                    reasons.add("log of " + ask.service() + ": " + why);
                } else {
                    lostWithContainer(ask.service()).ifPresent(reasons::add);
                }
            }
        }
        return reasons.isEmpty() ? null : reasons.get(0);
    }

    private Optional<String> lostWithContainer(String service) {
        if (trace.containers.isEmpty() || trace.job.time("created_at") == null) {
            return Optional.empty();
        }
        List<Container> replicas = trace.containers(service);
        if (replicas.isEmpty()) {
            return Optional.of("there is no container of " + service);
        }
        return replicas.stream().allMatch(one -> one.created() != null && one.created().isAfter(trace.job.time("created_at")))
            ? Optional.of(service + " was recreated at " + Times.iso(replicas.get(0).created())
                + ", after the job; its earlier log is gone") : Optional.empty();
    }

    private List<Issue> look(Check check) {
        try {
            Issue issue = check.inspect(trace);
            return issue == null ? List.of() : List.of(issue);
        } catch (RuntimeException | StackOverflowError | LinkageError fault) {
            trace.crashes.put(check.id(), stackTrace(fault));
            return List.of(new Issue(check.id(), Status.UNKNOWN, "The check " + check.id() + " crashed: " + Printable.plain(fault.toString()),
                "a fault of the check", List.of(), List.of(), null, List.of()));
        }
    }

    /** What is wrong with a stage and no check accounts for is an issue of its own. */
    private void unexplained() {
        List<Finding> wrong = trace.findings.values().stream().filter(finding -> finding.status().wrong()).filter(finding -> trace.issues.stream()
            .noneMatch(issue -> issue.explains().contains(finding.stage().getClass()) && issue.severity().compareTo(finding.status()) >= 0)).toList();
        List<Finding> causes = wrong.stream().filter(finding -> !finding.stage().isSummary).toList();
        causes.forEach(finding -> unexplained(finding, finding.quotes()));
        boolean failed = !wrong.isEmpty() && wrong.get(0).status() == Status.FAIL
            && trace.issues.stream().noneMatch(issue -> issue.severity() == Status.FAIL);
        if (!wrong.isEmpty() && (trace.issues.isEmpty() || failed)) {
            unexplained(wrong.get(0), wrong.stream().flatMap(finding -> finding.quotes().stream()).distinct().toList());
        }
    }

    private void unexplained(Finding finding, List<Message> shown) {
        trace.issues.add(new Issue(finding.stage().id(), finding.status(), finding.stage().title + ": " + finding.summary(), "",
            finding.stage().resolution, List.of(finding.stage().getClass()), shown.isEmpty() ? null : shown.get(0).time, shown));
    }
}
