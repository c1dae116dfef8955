import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The stack of a compose file: the containers that Compose made from it or, where it made none, the tasks of the one stack that
 * was deployed to Swarm. Only a listing that is empty makes it look for that one.
 */
final class StackOfFile implements Source {
    private final ComposeTarget target;
    private final CommandRunner runner;
    private final Progress progress;
    private volatile Source stack;

    StackOfFile(ComposeTarget target, CommandRunner runner, Progress progress) {
        this.target = target;
        this.runner = runner;
        this.progress = progress;
        stack = new LiveSource(target, runner, progress);
    }

    @Override
    public boolean settle(CommandResult containers) {
        if (stack.settle(containers)) {
            return true;
        }
        boolean none = target.swarm == null && (containers.problem() == null ? Json.list(containers.out()).isEmpty()
            : LiveSource.isUnusableFile(containers.problem()));
        if (!none || !SwarmStacks.find(target, runner, progress)) {
            return false;
        }
        stack = new SwarmStack(target, runner, progress);
        return true;
    }

    @Override
    public Instant now() {
        return stack.now();
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        return stack.ask(ask, fill);
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler lines) {
        return stack.stream(ask, fill, replica, lines);
    }

    @Override
    public Map<Command, CommandResult> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        return stack.rows(sinks, fill);
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return stack.log(ask, window, reader);
    }

    @Override
    public CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        return stack.follow(ask, since, lines, begun);
    }
}
