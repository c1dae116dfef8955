/** Spec step 7: what the job's lines in all services call an error, tracebacks whole. A level is a level; a word in a name is none. */
class ErrorAnalysis extends Stage {
    ErrorAnalysis() {
        super("Error Analysis", 130);
        step("7").quiet().sumsUp();
        runs("docker compose logs");
        says("no errors");
        remedy("Read the errors of the job.", "docker compose logs --tail 500 celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        for (Message message : sight.trace.messages) {
            boolean recovered = sight.trace.findings.values().stream().anyMatch(finding -> finding.stage().recovers(message));
            if (message.error() && !recovered) {
                sight.breaks.add(message);
                sight.add("errors", 1);
                if (message.text.contains("Traceback (most recent call last)")) {
                    sight.add("tracebacks", 1);
                }
            }
        }
        return sight.broken() ? sight.warn(Judging.count(sight.breaks.size(), "error")
            + (sight.has("tracebacks") ? ", " + Judging.count(sight.number("tracebacks"), "traceback") : "")) : sight.ok();
    }
}
