import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The commands that the report says to type next, and the time of the logs that they show. */
interface NextCommands {
    /** How many there are without -v. */
    int MOST = 6;
    /** Around the job's time: a container's clock is read to the second, and end lines come a little later. */
    Duration MARGIN = Duration.ofSeconds(10);

    /** The shell commands of the issues' resolutions, those of the worst issues first; all of them with -v. */
    static List<String> of(List<Issue> issues, boolean verbose) {
        List<String> all = issues.stream().flatMap(issue -> issue.resolution().stream().skip(1)).distinct().toList();
        return verbose || all.size() <= MOST ? all
            : Stream.concat(all.stream().limit(MOST), Stream.of("# and " + (all.size() - MOST) + " more with -v")).toList();
    }

    /** An issue's commands. Where it names logs, the log that its evidence comes from is the first of them. */
    static Stream<String> of(Issue issue) {
        String log = "docker compose logs ";
        List<String> commands = new ArrayList<>(issue.resolution().stream().skip(1).toList());
        int first = (int) commands.stream().takeWhile(command -> !command.startsWith(log)).count();
        if (first < commands.size()) {
            issue.evidence().stream().filter(Message::logged).map(message -> log + message.service)
                .filter(command -> !commands.contains(command)).findFirst().ifPresent(command -> commands.add(first, command));
        }
        return commands.stream();
    }

    /** The job's first time less a margin, UTC, by Docker's clock, which `docker compose logs` goes by; null when no time is known. */
    static Instant since(Trace trace) {
        return times(trace).stream().min(Comparator.naturalOrder()).map(first -> first.minus(MARGIN).truncatedTo(ChronoUnit.SECONDS)).orElse(null);
    }

    /** The job's last time with a margin, UTC; null while it runs. */
    static Instant until(Trace trace) {
        boolean ended = trace.over() || trace.lost() || trace.workEnded();
        return !ended ? null : times(trace).stream().max(Comparator.naturalOrder()).map(last -> last.plus(MARGIN).truncatedTo(ChronoUnit.SECONDS)).orElse(null);
    }

    /** The logs' times were put right by Docker's clock when they were read, and the row's are here. */
    private static List<Instant> times(Trace trace) {
        List<Instant> times = new ArrayList<>();
        Stream.of("created_at", "completed_at").map(trace.job::time).filter(Objects::nonNull).forEach(time -> times.add(time.minus(trace.databaseAhead())));
        trace.attempts.forEach(attempt -> Stream.of(attempt.from, attempt.to).filter(Objects::nonNull).forEach(times::add));
        Stream.concat(trace.messages.stream().filter(Message::logged).limit(1),
            trace.issues.stream().flatMap(issue -> issue.evidence().stream()).filter(Message::logged)).forEach(message -> times.add(message.time));
        return times;
    }
}
