import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** One read of each log, side by side, for any number of jobs. */
final class LogPass implements JobLogs {
    private final Source stack;
    private final KnownLines known;
    private final Map<Command, Guarded<Attribution>> readers = new ConcurrentHashMap<>();
    private final Map<Command, CompletableFuture<CommandResult>> answers = new LinkedHashMap<>();

    /**
     * Begins to read.
     *
     * @param logs the commands that show them
     * @param services whose each container is, by the names that Compose writes before a line
     * @param fold makes the fold of a job
     */
    LogPass(Source stack, Set<Command> logs, Map<String, String> services, JobIds jobs, TimeWindow window, KnownLines known, Redactor redactor,
            Function<String, JobFold> fold, Executor threads) {
        this.stack = stack;
        this.known = known;
        for (Command log : logs) {
            answers.put(log, CompletableFuture.supplyAsync(() -> stack.log(log, window, () -> {
                Guarded<Attribution> reader = new Guarded<>(new Attribution(log.service(), services, window, redactor,
                    new Folds(jobs, fold, known)));
                Guarded<Attribution> before = readers.put(log, reader);
                if (before != null) {
                    before.reader.release();
                }
                return reader;
            }), threads));
        }
    }

    /** Waits until all logs are read: what came of each. */
    List<CommandResult> answers() {
        return answers.entrySet().stream().map(log -> readers.containsKey(log.getKey()) ? readers.get(log.getKey()).judge(log.getValue().join())
            : log.getValue().join()).toList();
    }

    /** Waits until all logs are read, and gives what they show of its job into this evidence, not redacted yet. */
    @Override
    public void addTo(Evidence trace) {
        answers.forEach((log, answer) -> {
            CommandResult read = answer.join();
            JsonNode recorded = stack.folded(log);
            Guarded<Attribution> reader = readers.get(log);
            FoldedLog folded = recorded != null ? FoldedLog.of(recorded, known.declared())
                : reader == null ? null : reader.finish(lines -> lines.of(trace.job)).orElse(null);
            CommandResult judged = reader == null ? read : reader.judge(read);
            trace.keep(judged);
            if (folded != null) {
                folded.addTo(trace);
                stack.folded(log, folded);
                if (folded.lost() != null) {
                    trace.missing.put(log.key(), folded.lost());
                }
            }
        });
    }
}
