import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** One of several Docker hosts. What is asked of it at the same time is few: each command is a connection of its own. What is followed does not count. */
final class DockerHost {
    private static final int MOST_AT_ONCE = 4;
    final String name;
    final LiveSource source;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    DockerHost(ComposeTarget target, CommandRunner runner, Progress progress) {
        name = target.host;
        source = new LiveSource(target, runner, progress);
    }

    CommandResult ask(Command ask, Map<String, String> fill) {
        return inTurn(() -> source.ask(ask, fill));
    }

    CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler lines) {
        return inTurn(() -> source.stream(ask, fill, replica, lines));
    }

    CommandResult log(Command ask, LogHandler lines, String... flags) {
        return inTurn(() -> source.read(ask, lines, flags));
    }

    private CommandResult inTurn(Supplier<CommandResult> question) {
        free.acquireUninterruptibly();
        try {
            return question.get();
        } finally {
            free.release();
        }
    }
}
