import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Over the limit of the hand-run page, with its share of the whole. */
class SlowStage extends Check {
    SlowStage() {
        super("Slow stage");
        detects("a stage over its concern threshold, with its share of the total time");
        cause("more work than usual, or the service behind the stage is slow");
        resolution("Look at what the stage waited for.", "docker compose logs celery-worker");
    }

    @Override
    Issue inspect(Trace trace) {
        List<Finding> slow = trace.findings.values().stream().filter(Finding::slow).sorted(Comparator.comparing(Finding::millis).reversed()).toList();
        String what = slow.stream().map(finding -> finding.stage().title + " took " + Times.duration(finding.millis()) + ", "
            + Math.round(100.0 * finding.millis() / Math.max(1, trace.totalMillis())) + "% of the whole").collect(Collectors.joining("; "));
        return slow.isEmpty() ? nothing() : found(what, slow.stream().flatMap(finding -> finding.evidence().stream().limit(2)).toList()).explaining(slow);
    }
}
