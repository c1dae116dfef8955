import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/** Where answers come from: a live stack, or a recording of one. */
interface Stack {
    /** The time of the trace, UTC. */
    Instant now();

    /** The whole answer; it is small by nature. */
    Answer ask(Ask ask, Map<String, String> fill);

    /** Streams a file of the job through the sink. */
    Answer file(Ask ask, Map<String, String> fill, int index, LineSink sink);

    /** Streams the log of a service; the reader is asked for anew when the first try did not reach back far enough. */
    Answer log(Ask ask, Window window, Supplier<LogReader> reader);

    /** True when a problem with the compose file could be mended, and asking again is worth it. */
    default boolean settle(String problem) {
        return false;
    }
}
