import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Passes on what is asked; who extends it says only what it does otherwise. Rows are streamed by its own `stream`, each SELECT by itself. */
abstract class ForwardingSource implements Source {
    /** Who is asked. */
    abstract Source stack();

    @Override
    public Instant now() {
        return stack().now();
    }

    @Override
    public boolean settle(CommandResult containers) {
        return stack().settle(containers);
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        return stack().ask(ask, fill);
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        return stack().stream(ask, fill, replica, sink);
    }

    @Override
    public void askAhead(List<Command> asks, Map<String, String> fill) {
        stack().askAhead(asks, fill);
    }

    @Override
    public void dropFiles() {
        stack().dropFiles();
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return stack().log(ask, window, reader);
    }

    @Override
    public CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        return stack().follow(ask, since, lines, begun);
    }

    @Override
    public JsonNode folded(Command ask) {
        return stack().folded(ask);
    }
}
