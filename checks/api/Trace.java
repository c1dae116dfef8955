import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said of one job: the evidence, and what was concluded from it. */
final class Trace extends Evidence {
    final List<Issue> issues = new ArrayList<>();
    final List<PluginResult> plugins = new ArrayList<>();
    /** The stack traces of checks that crashed, by their ids. */
    final Map<String, List<String>> crashes = new LinkedHashMap<>();
    Verdict verdict;
    /** The runs of the job that another one followed, the first one first, each judged by its own messages; none before they are judged. */
    final List<Trace> earlier = new ArrayList<>();
    /** What the stages and checks ask, by the names of the answers; empty where nobody has said so. */
    final Set<String> asked = new TreeSet<>();

    Trace(Job job, Instant now) {
        super(job, now);
    }

    /** The rows of an answer, one object each. Throws IllegalArgumentException where neither a stage nor a check asks for rows of that name. */
    @Override
    List<JsonNode> rows(String key) {
        if (key.startsWith("rows of ") && !asked.isEmpty() && !asked.contains(key)) {
            throw new IllegalArgumentException("nobody asks for " + key + "; there are "
                + asked.stream().filter(one -> one.startsWith("rows of ")).collect(Collectors.joining(", ")));
        }
        return super.rows(key);
    }

    /** The first of these numbers that a stage has, for the stage that declares them; 0 when none was told. */
    double number(Function<PipelineStage, List<String>> declared) {
        return findings.values().stream().filter(finding -> finding.stage() instanceof PipelineStage)
            .mapToDouble(finding -> declared.apply((PipelineStage) finding.stage()).stream().filter(finding::has)
                .mapToDouble(finding::number).findFirst().orElse(0)).max().orElse(0);
    }

    /**
     * True where the system can remember people of the job, which a next run leaves out: a run of it came to the end of a batch, or
     * nothing shows how far the job came.
     */
    boolean remembered() {
        boolean another = batches != null && batches.current() > 1;
        return another || earlier.stream().anyMatch(Trace::remembered) || findings.values().stream()
            .anyMatch(finding -> finding.stage() instanceof PipelineStage stage && canBeRemembered(stage, finding));
    }

    /** By the stage that looks people up, or by one of the same batch that comes after it. */
    private static boolean canBeRemembered(PipelineStage stage, Finding finding) {
        return stage.remembers.isEmpty() ? stage.inBatches && !finding.evidence().isEmpty() && finding.status() != Status.SKIP
            : finding.status() == Status.UNKNOWN || stage.remembers.stream().anyMatch(finding::has);
    }

    /** How many records the stage that stores them was to store; 0 where nothing tells. */
    double toStore() {
        return findings.values().stream().filter(finding -> finding.stage() instanceof PipelineStage stage && !stage.stores.isEmpty()
                && finding(stage.after) != null)
            .mapToDouble(finding -> finding(((PipelineStage) finding.stage()).after).numbers().getOrDefault(((PipelineStage) finding.stage()).needs, 0.0))
            .max().orElse(0);
    }

    /** Why the worker of a job that is not completed was lost; empty where it was not. A row that somebody set by hand does not bring it back. */
    String whyLost() {
        return verdict.state() == Verdict.State.LOST ? verdict.because()
            : attempt() != null && attempt().lost && !job.status().equals("completed") ? attempt().why : "";
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
        return findings.values().stream().filter(finding -> finding.isInterrupted()
            || Arrays.asList(besides).contains(finding.stage().getClass())).toList();
    }

    /** The lines that ended the last attempt: that of its time limit, that of its end; none while it is open. */
    List<Message> endOfAttempt() {
        return attempt() == null ? List.of() : Stream.of(attempt().limit, attempt().end).filter(message -> message != null && attempt().end != null).toList();
    }

    /** True when a worker's container was killed while it had the job, most often because memory ran out. */
    boolean workerWasKilled() {
        return containers(Container.WORKER).stream().anyMatch(one -> one.finished() != null
            && (attempt() == null || attempt().covers(one.finished()))
            && (one.oomKilled() || one.exitCode() == 137 && !one.state().equals("running")));
    }

    /** True when the last attempt is open, and its worker process has it or wrote a line of it within so many minutes. */
    boolean isAtWork(long minutes) {
        return attempt() != null && attempt().to == null && !nobodyHasIt() && Duration.between(lastSeen(), now).toMinutes() < minutes;
    }

    /**
     * By how much the database's clock is ahead of this machine's. It was read some time after the trace began, as long as the slowest
     * answers took at the most: zero where the clocks differ by no more than that and so many seconds.
     */
    Duration databaseClockOff(long seconds) {
        Instant clock = job.time("now");
        Duration off = clock == null ? Duration.ZERO : Duration.between(now, clock);
        double waited = answers.values().stream().mapToDouble(CommandResult::seconds).max().orElse(0)
            + (answers.containsKey("rows of etl_jobs") ? answers.get("rows of etl_jobs").seconds() : 0);
        return Math.abs(off.toSeconds()) > seconds + waited ? off : Duration.ZERO;
    }

    /** True when a stage of the job's own work did not do all of it. */
    boolean isDegraded() {
        return findings.values().stream().anyMatch(Finding::degrades);
    }

    /** True when something is wrong with the job, or cannot be told. */
    boolean isWrong() {
        return !issues.isEmpty() || verdict.state().isProblem() || findings.values().stream().anyMatch(finding -> finding.status().isProblem());
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
