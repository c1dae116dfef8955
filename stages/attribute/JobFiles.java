import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The job's own files. Of those that one stage names the first that can be read is read, and none after it. */
final class JobFiles {
    /** One that was asked for: what came of it, and who read its lines. */
    private record Read(Command ask, CommandResult answer, Guarded<JobFileReader> reader) {}

    private final Source stack;
    private final KnownLines known;
    private final List<CompletableFuture<List<Read>>> reads;

    /**
     * Begins to read.
     *
     * @param trace with all that the logs tell; @param fold makes the fold of a file
     */
    JobFiles(Source stack, List<List<Command>> files, Map<String, String> fill, Evidence trace, KnownLines known, Supplier<JobFold> fold, Executor threads) {
        this.stack = stack;
        this.known = known;
        reads = files.stream().map(those -> CompletableFuture.supplyAsync(() -> {
            List<Read> read = new ArrayList<>();
            for (Command ask : those) {
                Guarded<JobFileReader> reader = new Guarded<>(new JobFileReader(ask.service(), trace, fold.get()));
                CommandResult answer = stack.stream(ask, fill, replica(ask, trace), reader);
                read.add(new Read(ask, answer, reader));
                if (answer.problem() == null) {
                    break;
                }
            }
            return read;
        }, threads)).toList();
    }

    /** Those that each stage names, and those of the checks; each once. */
    static List<List<Command>> of(List<Stage> stages, List<Command> more) {
        Set<String> keys = new LinkedHashSet<>();
        return Stream.concat(stages.stream().map(stage -> stage.runs), more.stream().map(List::of))
            .map(asks -> asks.stream().filter(ask -> ask.kind() == Command.Kind.FILE && keys.add(ask.key())).toList())
            .filter(files -> !files.isEmpty()).toList();
    }

    /** Which replica a file is read from: the one that ran the job; null when there is only one. */
    private static Container replica(Command ask, Evidence trace) {
        List<Container> replicas = trace.containers(ask.service());
        boolean single = replicas.size() < 2 && replicas.stream().allMatch(one -> one.host().isEmpty());
        return single || trace.attempt() == null ? null
            : replicas.stream().filter(one -> one.is(trace.attempt().container)).findFirst().orElse(null);
    }

    /** Waits until all are read: gives what came of each into this evidence. @param each takes what the lines of one came to */
    void addTo(Evidence trace, BiConsumer<Command, FoldedLog> each) {
        reads.stream().flatMap(files -> files.join().stream()).forEach(file -> {
            JsonNode recorded = stack.folded(file.ask());
            FoldedLog folded = recorded != null ? FoldedLog.of(recorded, known.declared()) : file.reader().finish(JobFileReader::finish).orElse(null);
            if (folded != null) {
                each.accept(file.ask(), folded);
            }
            boolean lost = folded != null && folded.lost() != null;
            trace.keep(file.reader().judge(lost ? file.answer().without(folded.lost()) : file.answer()));
        });
    }
}
