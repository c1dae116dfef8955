//SOURCES AtWork.java
//SOURCES FindingRules.java
//SOURCES JudgeRule.java
//SOURCES MissingLogs.java
//SOURCES Pipeline.java
//SOURCES PlainStageRules.java
//SOURCES Plugins.java
//SOURCES Situation.java
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
    private final Pipeline pipeline;

    private Judge(Trace trace, List<Stage> stages) {
        this.trace = trace;
        this.pipeline = Pipeline.of(trace, stages);
    }

    /**
     * Fills the trace's findings, verdict and issues. All stages take part, so that each sees its own lines only; the
     * findings of those that were asked for stay.
     */
    static void judge(Trace trace, List<Stage> stages, Collection<Stage> asked, List<Check> checks) {
        trace.settle();
        Stream.concat(stages.stream().flatMap(stage -> stage.runs.stream()), checks.stream().flatMap(check -> check.runs.stream()))
            .forEach(ask -> trace.asked.add(ask.key()));
        Judge judging = new Judge(trace, stages);
        for (Stage stage : stages) {
            trace.visits.put(stage.getClass(), judging.pipeline.observations.get(stage).visits);
            trace.findings.put(stage.title, judging.find(stage));
        }
        judging.earlier(stages);
        trace.verdict = VerdictRules.of(trace);
        checks.stream().sorted(Comparator.comparing(check -> !check.first)).forEach(check -> trace.issues.addAll(judging.inspect(check)));
        trace.verdict = VerdictRules.afterChecks(trace);
        judging.unexplained();
        trace.findings.values().removeIf(finding -> !asked.contains(finding.stage()));
        trace.issues.sort(Issue.WORST_FIRST);
    }

    /** Judges the runs of the job that another one followed. */
    private void earlier(List<Stage> stages) {
        List<Attempt> runs = new ArrayList<>(trace.attempts.subList(0, Math.max(0, trace.attempts.size() - 1)));
        if (trace.messages.stream().anyMatch(trace::ofALostRun)) {
            runs.add(0, null);
        }
        for (Attempt run : runs) {
            Trace alone = new Trace(Pipeline.alone(trace, run));
            Judge judging = new Judge(alone, stages);
            stages.stream().filter(PipelineStage.class::isInstance).forEach(stage -> {
                alone.visits.put(stage.getClass(), judging.pipeline.observations.get(stage).visits);
                alone.findings.put(stage.title, judging.find(stage));
            });
            if (run != null) {
                run.visits = alone.visits;
            }
            trace.earlier.add(alone);
        }
    }

    /** A stage's finding. A stage that throws is a finding too: the others still stand. */
    private Finding find(Stage stage) {
        Observation observed = pipeline.observations.get(stage);
        try {
            if (trace.job.preview() && !stage.notForPreviews.isEmpty()) {
                return observed.skip(stage.notForPreviews);
            }
            return stage instanceof PipelineStage flowing ? FindingRules.judge(new Situation(flowing, trace, pipeline))
                : PlainStageRules.judge(stage, trace, pipeline);
        } catch (RuntimeException | StackOverflowError | LinkageError fault) {
            observed.millis = -1;
            return new Finding(observed, Status.UNKNOWN, "crashed: " + Printable.plain(fault.toString()), Set.of(), Optional.empty(), List.of(),
                stackTrace(fault));
        }
    }

    /** What was seen comes to: a line that says that the stage failed decides, unless it judges such lines itself. */
    static Finding decide(Stage stage, Observation observed) {
        return observed.broken() && !stage.judgesFailures ? stage.judgeBroken(observed) : stage.judge(observed);
    }

    private static List<String> stackTrace(Throwable fault) {
        return Stream.concat(Stream.of(fault.toString()), Arrays.stream(fault.getStackTrace()).limit(20).map(at -> "  at " + at))
            .map(Printable::plain).toList();
    }

    private List<Issue> inspect(Check check) {
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
        List<Finding> wrong = trace.findings.values().stream().filter(finding -> finding.status().isProblem()).filter(finding -> trace.issues.stream()
            .noneMatch(issue -> issue.explains().contains(finding.stage().getClass()) && issue.severity().compareTo(finding.status()) >= 0)).toList();
        // A stage that the job's own end cut off did not fail by itself: what ended the job is told instead.
        boolean cutOff = wrong.stream().anyMatch(finding -> finding.stage().isSummary && finding.status() == Status.FAIL);
        List<Finding> causes = wrong.stream().filter(finding -> !finding.stage().isSummary && !(cutOff && finding.isInterrupted())).toList();
        causes.forEach(finding -> unexplained(finding, finding.quotes()));
        boolean failed = wrong.stream().anyMatch(finding -> finding.status() == Status.FAIL)
            && trace.issues.stream().noneMatch(issue -> issue.severity() == Status.FAIL);
        if (!wrong.isEmpty() && (trace.issues.isEmpty() || failed)) {
            Finding first = wrong.stream().filter(finding -> finding.status() == Status.FAIL && (!cutOff || finding.stage().isSummary)).findFirst().orElse(wrong.get(0));
            unexplained(first, wrong.stream().flatMap(finding -> finding.quotes().stream()).distinct().toList());
        }
    }

    /** The same, and what a next run leaves out. */
    private List<String> rerun(List<String> resolution) {
        return List.of(Rerun.after(trace, resolution.get(0), resolution.stream().skip(1).toArray(String[]::new)));
    }

    private void unexplained(Finding finding, List<Message> shown) {
        trace.issues.add(new Issue(finding.stage().id(), finding.status(), finding.stage().title + ": " + finding.summary(),
            finding.cause().map(Cause::sentence).orElse(""),
            finding.stage().isSummary && trace.job.status().equals("failed") && trace.remembered() ? rerun(finding.stage().resolution) : finding.stage().resolution,
            List.of(finding.stage().getClass()), shown.isEmpty() ? null : shown.get(0).time, shown));
    }
}
