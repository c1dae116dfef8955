import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What is said of one job: the evidence, and what was concluded from it. */
final class Trace extends Evidence {
    final List<Issue> issues = new ArrayList<>();
    final List<PluginResult> plugins = new ArrayList<>();
    /** The stack traces of checks that crashed, by their ids. */
    final Map<String, List<String>> crashes = new LinkedHashMap<>();
    Verdict verdict;

    Trace(Job job, Instant now) {
        super(job, now);
    }

    /** The first of these numbers that a stage has, for the stage that declares them; 0 when none was told. */
    double number(Function<PipelineStage, List<String>> declared) {
        return findings.values().stream().filter(finding -> finding.stage() instanceof PipelineStage)
            .mapToDouble(finding -> declared.apply((PipelineStage) finding.stage()).stream().filter(finding::has)
                .mapToDouble(finding::number).findFirst().orElse(0)).max().orElse(0);
    }

    /** The findings of the stages that are a step in job_logs, by what the rows of the step begin with. */
    Map<String, Finding> steps() {
        Map<String, Finding> steps = new LinkedHashMap<>();
        findings.values().forEach(finding -> {
            if (finding.stage() instanceof PipelineStage stage && !stage.jobLogs.isEmpty()) {
                steps.put(stage.jobLogs, finding);
            }
        });
        return steps;
    }

    /** The findings of the stages that were interrupted, and of these. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    final List<Finding> interrupted(Class<? extends Stage>... besides) {
        return findings.values().stream().filter(finding -> finding.reasons().contains(Finding.Reason.BROKEN_OFF)
            || Arrays.asList(besides).contains(finding.stage().getClass())).toList();
    }

    /** True when the job says of itself that it succeeded: by its row, or where that was not updated by the end of its task. */
    boolean claimsSuccess() {
        return job.status().equals("completed") || !over() && workEnded() && !lost()
            && findings.values().stream().noneMatch(finding -> finding.stage().isSummary && finding.status() == Status.FAIL);
    }

    Trace(Evidence collected) {
        super(collected, collected.job);
    }
}
