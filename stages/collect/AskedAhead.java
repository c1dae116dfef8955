import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A stack that is asked at once for what a trace will ask for later: its containers, and what needs no more than the job's id. Who asks
 * for it then gets what came, once. The ends of all logs are asked for by one command: to start Compose costs more than to read one.
 */
final class AskedAhead extends ForwardingSource {
    /** What came of a command, and its lines. */
    private record Answer(HeldLines lines, CompletableFuture<CommandResult> came) {
        /** What came of it, with its lines handed on; asked anew where not all could be held. */
        CommandResult to(LineHandler sink, Supplier<CommandResult> anew) {
            return lines.to(sink) ? came.join() : anew.get();
        }
    }

    /** Seconds; for the ends of all logs it is not waited longer: one of them may never answer. */
    private static final long PATIENCE = 3;
    private final Source stack;
    private final ComposeTarget target;
    private final SideBySide together = new SideBySide("ahead");
    /** By their filled words. */
    private final Map<String, Answer> rows = new ConcurrentHashMap<>();
    private final Map<String, Answer> files = new ConcurrentHashMap<>();
    private volatile CompletableFuture<CommandResult> containers;
    /** What the containers were when they were asked for first; null before that, and where it was another stack's. */
    private volatile CompletableFuture<CommandResult> listed;
    /** The ends of the logs in this window; null before they are asked for. */
    private TimeWindow tailsOf;
    private LogTails tails;
    private CompletableFuture<CommandResult> tailsEnd;

    AskedAhead(Source stack, ComposeTarget target) {
        this.stack = stack;
        this.target = target;
    }

    @Override
    Source stack() {
        return stack;
    }

    private static String key(Command ask, Map<String, String> fill) {
        return ComposeTarget.fill(String.join(" ", ask.words()), fill);
    }

    @Override
    public void askAhead(List<Command> asks, Map<String, String> fill) {
        Map<Command, LineHandler> held = new LinkedHashMap<>();
        asks.stream().filter(ask -> ask.kind() == Command.Kind.ROWS).forEach(ask -> held.put(ask, new HeldLines(true)));
        stack.rows(held, fill).forEach((ask, came) -> rows.put(key(ask, fill), new Answer((HeldLines) held.get(ask), came)));
        containers = together.later(() -> stack.ask(LiveSource.CONTAINERS, Map.of()));
        listed = containers;
        asks.stream().filter(ask -> ask.kind() == Command.Kind.FILE).forEach(ask -> {
            HeldLines lines = new HeldLines(false);
            files.put(key(ask, fill), new Answer(lines, together.later(() -> stack.stream(ask, fill, null, lines))));
        });
    }

    @Override
    public void dropFiles() {
        files.values().forEach(file -> file.lines().drop());
        files.clear();
    }

    @Override
    public boolean settle(CommandResult containers) {
        if (!stack.settle(containers)) {
            return false;
        }
        rows.values().forEach(answer -> answer.lines().drop());
        rows.clear();
        dropFiles();
        listed = null;
        return true;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        CompletableFuture<CommandResult> early = containers;
        if (ask.equals(LiveSource.CONTAINERS) && early != null) {
            containers = null;
            return early.join();
        }
        Answer answer = rows.remove(key(ask, fill));
        KeptLines kept = new KeptLines();
        return answer == null ? stack.ask(ask, fill) : kept.of(answer.to(kept, () -> stack.stream(ask, fill, null, kept)));
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        Answer answer = replica == null ? files.remove(key(ask, fill)) : null;
        Supplier<CommandResult> anew = () -> stack.stream(ask, fill, replica, sink);
        return answer == null ? anew.get() : answer.to(sink, anew);
    }

    @Override
    public Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        Map<Command, CompletableFuture<CommandResult>> all = new LinkedHashMap<>();
        Map<Command, LineHandler> others = new LinkedHashMap<>();
        sinks.forEach((ask, sink) -> {
            Answer answer = rows.remove(key(ask, fill));
            all.put(ask, answer == null ? null : together.later(() -> answer.to(sink, () -> stack.stream(ask, fill, null, sink))));
            if (answer == null) {
                others.put(ask, sink);
            }
        });
        all.putAll(stack.rows(others, fill));
        return all;
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        CommandResult answer = listed == null || !window.recent() ? null : fromTails(ask, window, reader);
        return answer == null ? stack.log(ask, window, reader) : answer;
    }

    /** True where the ends of the logs in this window are read: the first who asks begins it. */
    private synchronized boolean areRead(TimeWindow window) {
        if (tailsOf == null) {
            tails = new LogTails(new StackContainers(listed.join(), target, new Redactor(false)).services());
            if (tails.command().service().isEmpty()) {
                return false;
            }
            tailsOf = window;
            tailsEnd = together.later(() -> stack.log(tails.command(), window, () -> tails));
        }
        return window.equals(tailsOf);
    }

    /** The end of this log, where it was shown to its end and reaches back far enough; else null. */
    private CommandResult fromTails(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        Set<String> services = Set.of(ask.service().split(" "));
        if (!areRead(window) || !tails.has(services)) {
            return null;
        }
        LogHandler lines = reader.get();
        tails.to(services, lines);
        try {
            CommandResult all = tailsEnd.get(PATIENCE, TimeUnit.SECONDS);
            boolean whole = all.problem() == null && tails.isWhole() && lines.coversWindow(LiveSource.FIRST_TAIL);
            String alone = CommandRunner.shown(target.log(ask.service(), LiveSource.tail(LiveSource.FIRST_TAIL, window)));
            return !whole ? null : new CommandResult(ask.key(), alone, all.exitCode(), all.seconds(), tails.lines(services), false, List.of(), null);
        } catch (TimeoutException late) {
            tails.stop();
            return null;
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the ends of the logs", fault.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
