/** Spec step 7: what the job's lines in all services call an error, tracebacks whole. A level is a level; a word in a name is none. */
class ErrorAnalysis extends Stage {
    ErrorAnalysis() {
        super("Error Analysis", 130);
        step("7").quiet().sumsUp();
        runs("docker compose logs");
        says("no errors");
        remedy("Read the errors of the job.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        Trace trace = sight.trace;
        for (Message message : trace.messages) {
            boolean recovered = trace.findings.values().stream().anyMatch(finding -> finding.stage().recovers(message));
            if (message.error() && !recovered) {
                sight.breaks.add(message);
                sight.add("errors", 1);
                if (message.text.contains("Traceback (most recent call last)")) {
                    sight.add("tracebacks", 1);
                }
            }
        }
        // Of the services that only stand beside the job a log may be missing: what was read of them is told.
        if (!sight.broken() && trace.missing.keySet().stream().anyMatch(key -> key.startsWith("log ") && !key.equals(Gathering.OTHERS))) {
            return sight.unknown("not every log could be read");
        }
        return sight.broken() ? sight.warn(Judging.count(sight.breaks.size(), "error")
            + (sight.has("tracebacks") ? ", " + Judging.count(sight.number("tracebacks"), "traceback") : "")) : sight.ok();
    }
}
