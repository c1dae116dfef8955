import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The stack of a compose file: the containers that Compose made from it or, where it made none, the tasks of the one stack that
 * was deployed to Swarm. Only a listing that is empty makes it look for that one.
 */
final class StackOfFile extends ForwardingSource {
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
    public Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        return stack.rows(sinks, fill);
    }

    @Override
    Source stack() {
        return stack;
    }
}
