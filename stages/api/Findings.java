import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the findings so far come to, for a stage that sums up those before it. */
interface Findings {
    /** The titles of the stages of whose findings this is true, with commas. */
    static String titles(Evidence trace, Predicate<Finding> which) {
        return trace.findings.values().stream().filter(which).map(finding -> finding.stage().title).collect(Collectors.joining(", "));
    }

    /** True when any stage that begins and ends has a message. */
    static boolean pipelineIsSeen(Evidence trace) {
        return trace.findings.values().stream().anyMatch(finding -> finding.stage() instanceof PipelineStage && !finding.evidence().isEmpty());
    }

    /** The stage that took longest, where one took at least so many milliseconds. */
    static Optional<Finding> longest(Evidence trace, long millis) {
        return trace.findings.values().stream().filter(finding -> finding.stage() instanceof PipelineStage && finding.millis() >= millis)
            .max(Comparator.comparingLong(Finding::millis));
    }

    /** The job's errors that no stage made good: what a stage met that did its work all the same was, but for what broke another. */
    static List<Message> openErrors(Evidence trace) {
        Set<Message> madeGood = new HashSet<>(trace.harmless);
        Map<Boolean, List<Finding>> byUndone = trace.findings.values().stream()
            .collect(Collectors.partitioningBy(finding -> finding.status().isProblem() && !finding.slow()));
        byUndone.get(false).forEach(finding -> madeGood.addAll(finding.evidence()));
        byUndone.get(true).forEach(finding -> finding.evidence().forEach(madeGood::remove));
        return trace.messages.stream().filter(message -> message.error() && !madeGood.contains(message)
            && trace.findings.values().stream().noneMatch(finding -> finding.stage().recovers(message))).toList();
    }
}
