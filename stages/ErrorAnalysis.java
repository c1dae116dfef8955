import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Spec step 7: what the job's lines in all services call an error, tracebacks whole. A level is a level; a word in a name is none. */
class ErrorAnalysis extends Stage {
    ErrorAnalysis() {
        super("Error Analysis", 130);
        step("7").hideWhenOk().summary();
        runs("docker compose logs");
        whenOk("no errors").computes("errors", "tracebacks", "harmless", "unrecognised");
        resolution("Read the errors of the job.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        Evidence trace = observed.trace;
        // What a stage met that did its work all the same was made good, but for what broke another.
        Set<Message> madeGood = new HashSet<>(trace.harmless);
        Map<Boolean, List<Finding>> byUndone = trace.findings.values().stream().collect(Collectors.partitioningBy(finding -> finding.status().wrong() && !finding.slow()));
        byUndone.get(false).forEach(finding -> madeGood.addAll(finding.evidence()));
        byUndone.get(true).forEach(finding -> finding.evidence().forEach(madeGood::remove));
        for (Message message : trace.messages) {
            boolean recovered = trace.findings.values().stream().anyMatch(finding -> finding.stage().recovers(message));
            if (message.error() && !recovered && !madeGood.contains(message)) {
                observed.takeFailure(message, "errors");
                if (message.text.contains("Traceback (most recent call last)")) {
                    observed.takeFailure(message, "tracebacks");
                }
            }
        }
        observed.put("harmless", Observation.count(trace.harmless));
        observed.put("unrecognised", Observation.count(trace.unrecognised));
        // Of the services that only stand beside the job a log may be missing: what was read of them is told.
        if (!observed.broken() && trace.missing.keySet().stream().anyMatch(key -> key.startsWith("log ") && !key.equals(Command.OTHERS))) {
            return observed.unknown("not every log could be read");
        }
        return observed.broken() ? observed.warn(Times.count(observed.number("errors"), "error")
            + (observed.has("tracebacks") ? ", " + Times.count(observed.number("tracebacks"), "traceback") : "")) : observed.ok();
    }
}
