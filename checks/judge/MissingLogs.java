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
        return !isAnew(replicas, created) ? forgotten(trace, replicas, created)
            : service + " was recreated at " + Times.iso(replicas.get(0).created()) + ", after the job; its earlier log is gone";
    }

    private static boolean isAnew(List<Container> containers, Instant created) {
        return containers.stream().allMatch(one -> one.created() != null && one.created().isAfter(created));
    }

    /** Swarm forgets the oldest of many tasks of one place: where no line shows who ran the job, it may have been such a one; null where none was. */
    private static String forgotten(Evidence trace, List<Container> tasks, Instant created) {
        return !trace.attempts.isEmpty() ? null : tasks.stream().filter(Container::replaced).map(Container::place).distinct()
            .filter(place -> isAnew(tasks.stream().filter(one -> one.place().equals(place)).toList(), created)).findFirst()
            .map(place -> "Swarm keeps no task of " + place + " from the time of the job; its earlier log is gone").orElse(null);
    }
}
