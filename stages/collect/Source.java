import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where answers come from: a live stack, or a recording of one. */
interface Source {
    /** The time of the trace, UTC. */
    Instant now();

    /** The whole answer; it is small by nature. */
    CommandResult ask(Command ask, Map<String, String> fill);

    /** Streams a file of the job, or rows of which there can be many, through the sink. @param replica that has the file; null for any */
    CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink);

    /** Streams the rows of several SELECTs, each to its own sink; what came of each, in their order, as soon as it is there. */
    default Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        return new SideBySide("rows").begin(sinks.keySet(), ask -> stream(ask, fill, null, sinks.get(ask)));
    }

    /** Says what will be asked of a job in any case: where that saves time, it is asked now. @param asks those that need no more than this */
    default void askAhead(List<Command> asks, Map<String, String> fill) {
    }

    /** What was read ahead of the job's files is of no use: they may have grown. */
    default void dropFiles() {
    }

    /** Streams the log of a service; the reader is asked for anew when the first try did not reach back far enough. */
    CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader);

    /**
     * Streams the lines that a log gets from a time on, UTC, until it is stopped or the log has no more. Throws
     * UnsupportedOperationException where nothing goes on. @param begun is given what stops it
     */
    default CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        throw new UnsupportedOperationException("only a live stack goes on");
    }

    /** True when it was settled where the stack is, and asking again is worth it. @param containers what was listed of it, or why not */
    default boolean settle(CommandResult containers) {
        return false;
    }

    /** What a log or a file came to, where a recording holds that in place of its lines; null elsewhere. */
    default JsonNode folded(Command ask) {
        return null;
    }

    /** Takes what a log or a file came to. */
    default void folded(Command ask, FoldedLog log) {
    }
}
