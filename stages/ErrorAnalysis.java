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
                sight.add(message.text.contains("Traceback (most recent call last)") ? "tracebacks" : "errors", 1);
            }
        }
        return sight.broken() ? sight.warn(sight.number("errors") + " errors and " + sight.number("tracebacks") + " tracebacks") : sight.ok();
    }
}
