import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks several at once, and makes one answer of theirs. */
final class SideBySide {
    private final ExecutorService threads;

    /** @param name of its threads */
    SideBySide(String name) {
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Asks each of these at once, and waits for all of them; their answers in this order. */
    <T> Map<T, CommandResult> each(Collection<T> asked, Function<T, CommandResult> question) {
        Map<T, CommandResult> answers = new LinkedHashMap<>();
        begin(asked, question).forEach((one, answer) -> answers.put(one, answer.join()));
        return answers;
    }

    /** Asks each of these at once; their answers in this order, as they come. */
    <T> Map<T, CompletableFuture<CommandResult>> begin(Collection<T> asked, Function<T, CommandResult> question) {
        Map<T, CompletableFuture<CommandResult>> pending = new LinkedHashMap<>();
        asked.forEach(one -> pending.put(one, later(() -> question.apply(one))));
        return pending;
    }

    /** Asks one; it is not waited for. */
    <T> CompletableFuture<T> later(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, threads);
    }

    /** One answer of several. @param away those that did not answer wholly, by the name of the host, and why */
    static CommandResult joined(Command ask, Collection<CommandResult> answers, Map<String, String> away) {
        String problem = away.entrySet().stream().map(one -> one.getKey() + ": " + one.getValue()).collect(Collectors.joining("; "));
        return new CommandResult(ask.key(), answers.stream().map(CommandResult::command).filter(command -> !command.isEmpty())
            .collect(Collectors.joining("; ")),
            answers.stream().mapToInt(CommandResult::exitCode).filter(code -> code != 0).findFirst().orElse(0),
            answers.stream().mapToDouble(CommandResult::seconds).max().orElse(0), answers.stream().mapToLong(CommandResult::lines).sum(),
            answers.stream().anyMatch(CommandResult::timedOut), answers.stream().flatMap(answer -> answer.out().stream()).toList(),
            problem.isEmpty() ? null : CommandRunner.brief(problem), away);
    }
}
