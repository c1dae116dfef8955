import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A recording that keeps what its logs and files came to, and gives that in place of their lines from then on. */
final class FoldedSource extends ForwardingSource {
    private final Recording whole;
    /** As a recording writes it, by the key of the command. */
    final Map<String, JsonNode> folded = new ConcurrentHashMap<>();
    boolean replays;

    FoldedSource(Recording whole) {
        this.whole = whole;
    }

    private boolean replays(Command ask) {
        return replays && folded.containsKey(ask.key());
    }

    @Override
    Source stack() {
        return whole;
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler lines) {
        return whole.stream(ask, fill, replica, replays(ask) ? line -> true : lines);
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return whole.log(ask, window, replays(ask) ? () -> line -> true : reader);
    }

    @Override
    public JsonNode folded(Command ask) {
        return replays ? folded.get(ask.key()) : null;
    }

    @Override
    public void folded(Command ask, FoldedLog log) {
        if (!replays) {
            folded.put(ask.key(), Json.read(log.json(text -> text).toString()));
        }
    }
}
