import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One of several Docker hosts. What is asked of it at the same time is few: each command is a connection of its own. */
final class DockerHost {
    private static final int MOST_AT_ONCE = 4;
    /** Nanoseconds; as long a log is not followed here after that could not be done. */
    static final long REST = 20_000_000_000L;
    final String name;
    final LiveSource source;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private volatile long failed = System.nanoTime() - REST;

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

    /** What is followed goes on for long, and waits for nobody. */
    CommandResult follow(Command ask, Instant since, LineHandler lines, Consumer<Runnable> begun) {
        CommandResult answer = source.follow(ask, since, lines, begun);
        failed = answer.problem() == null ? failed : System.nanoTime();
        return answer;
    }

    /** True for a moment after its log could not be followed. */
    boolean rests() {
        return System.nanoTime() - failed < REST;
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
