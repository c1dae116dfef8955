import java.time.Instant;
import java.util.List;

/** Why the logs that a stage names do not tell all of the job. */
interface MissingLogs {
    /** In our words; null when they were read whole. */
    static String why(Stage stage, Evidence trace) {
        for (Command command : stage.runs) {
            String why = command.kind() != Command.Kind.LOG ? null
                : trace.missing.containsKey(command.key()) ? "log of " + command.service() + ": " + trace.missing.get(command.key())
                : lostWithContainer(trace, command.service());
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private static String lostWithContainer(Evidence trace, String service) {
        Instant created = trace.job.time("created_at");
        if (trace.containers.isEmpty() || created == null || service.isEmpty()) {
            return null;
        }
        List<Container> replicas = trace.containers(service);
        if (replicas.isEmpty()) {
            return "there is no container of " + service;
        }
        return !replicas.stream().allMatch(one -> one.created() != null && one.created().isAfter(created)) ? null
            : service + " was recreated at " + Times.iso(replicas.get(0).created()) + ", after the job; its earlier log is gone";
    }
}
