import java.util.List;
import java.util.Map;

/**
 * What came back.
 *
 * @param command the command as it ran, to copy and paste
 * @param exitCode the command's own; -1 when it was stopped or could not be started
 * @param seconds how long it took
 * @param lines how many lines it printed
 * @param out its output, kept only where the answer is small by nature
 * @param problem why there is no answer, in one line; null when there is one
 * @param away where several hosts were asked: those that did not answer wholly, and why
 */
record CommandResult(String key, String command, int exitCode, double seconds, long lines, boolean timedOut, List<String> out,
        String problem, Map<String, String> away) {
    /** In our words, so that a recording tells it too. */
    static final String OUT_OF_REACH = "out of reach here";

    /** Of a log, in our words. */
    static final String GONE = "gone with its container";

    CommandResult(String key, String command, int exitCode, double seconds, long lines, boolean timedOut, List<String> out, String problem) {
        this(key, command, exitCode, seconds, lines, timedOut, out, problem, Map.of());
    }

    /** True where the command itself says that there is no such file; any other trouble says nothing of that. */
    boolean noSuchFile() {
        return problem != null && problem.contains("No such file or directory");
    }

    /** True for a file that no command here reads, in a task of Swarm's on another node or where a source gives none: job_logs tell the same. */
    boolean outOfReach() {
        return problem != null && problem.contains(OUT_OF_REACH);
    }

    CommandResult with(List<String> out) {
        return new CommandResult(key, command, exitCode, seconds, lines, timedOut, List.copyOf(out), problem, away);
    }

    /** Not, or not wholly, an answer. */
    CommandResult without(String problem) {
        return new CommandResult(key, command, exitCode, seconds, lines, timedOut, out, problem);
    }
}
