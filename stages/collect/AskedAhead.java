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
 * A stack that is asked at once for what a trace will ask for later: its containers, the ends of all logs, and what needs no more than
 * the job's id. Who asks for it then gets what came, once; what did not come, or not wholly, is asked then.
 */
final class AskedAhead extends ForwardingSource {
    /** What came of a command, with its lines as they came. */
    private record Answer(KeptLines lines, CompletableFuture<CommandResult> came) {
        /** Hands the lines on; null where not all were kept. */
        CommandResult to(LineHandler sink) {
            CommandResult whole = came.join();
            if (whole.lines() > lines.lines().size()) {
                return null;
            }
            lines.lines().stream().allMatch(sink::line);
            return whole;
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
    /** Null before they are asked for, and once they are of no use. */
    private volatile CompletableFuture<LogTails> tails;
    private volatile CompletableFuture<CommandResult> tailsEnd;

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
        Map<Command, LineHandler> kept = new LinkedHashMap<>();
        asks.stream().filter(ask -> ask.kind() == Command.Kind.ROWS).forEach(ask -> kept.put(ask, new KeptLines()));
        stack.rows(kept, fill).forEach((ask, came) -> rows.put(key(ask, fill), new Answer((KeptLines) kept.get(ask), came)));
        containers = together.later(() -> stack.ask(LiveSource.CONTAINERS, Map.of()));
        CompletableFuture<LogTails> logs = containers.thenApply(listed -> new LogTails(new StackContainers(listed, target, new Redactor(false)).services()));
        tails = logs;
        tailsEnd = logs.thenCompose(those -> together.later(() -> stack.log(those.command(), new TimeWindow(null, null, true), () -> those)));
        asks.stream().filter(ask -> ask.kind() == Command.Kind.FILE).forEach(ask -> {
            KeptLines lines = new KeptLines();
            files.put(key(ask, fill), new Answer(lines, together.later(() -> stack.stream(ask, fill, null, lines))));
        });
    }

    @Override
    public void dropEarly() {
        files.clear();
        CompletableFuture<LogTails> early = tails;
        tails = null;
        if (early != null) {
            early.thenAccept(LogTails::stop);
        }
    }

    @Override
    public boolean settle(CommandResult containers) {
        if (!stack.settle(containers)) {
            return false;
        }
        rows.clear();
        dropEarly();
        return true;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        CompletableFuture<CommandResult> listed = containers;
        if (ask.equals(LiveSource.CONTAINERS) && listed != null) {
            containers = null;
            return listed.join();
        }
        Answer answer = rows.remove(key(ask, fill));
        return answer == null ? stack.ask(ask, fill) : answer.lines().of(answer.came().join());
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        Answer answer = replica == null ? files.remove(key(ask, fill)) : null;
        CommandResult whole = answer == null ? null : answer.to(sink);
        return whole == null ? stack.stream(ask, fill, replica, sink) : whole;
    }

    @Override
    public Map<Command, CompletableFuture<CommandResult>> rows(Map<Command, LineHandler> sinks, Map<String, String> fill) {
        Map<Command, CompletableFuture<CommandResult>> all = new LinkedHashMap<>();
        Map<Command, LineHandler> others = new LinkedHashMap<>();
        sinks.forEach((ask, sink) -> {
            Answer answer = rows.remove(key(ask, fill));
            all.put(ask, answer == null ? null : together.later(() -> {
                CommandResult whole = answer.to(sink);
                return whole == null ? stack.stream(ask, fill, null, sink) : whole;
            }));
            if (answer == null) {
                others.put(ask, sink);
            }
        });
        all.putAll(stack.rows(others, fill));
        return all;
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        CompletableFuture<LogTails> early = window.recent() ? tails : null;
        CommandResult answer = early == null ? null : fromTails(ask, early.join(), reader);
        return answer == null ? stack.log(ask, window, reader) : answer;
    }

    /** The end of this log, where it was shown to its end and reaches back far enough; else null. */
    private CommandResult fromTails(Command ask, LogTails logs, Supplier<LogHandler> reader) {
        Set<String> services = Set.of(ask.service().split(" "));
        LogHandler lines = reader.get();
        if (!logs.read(services, lines)) {
            return null;
        }
        try {
            CommandResult all = tailsEnd.get(PATIENCE, TimeUnit.SECONDS);
            boolean whole = all.problem() == null && logs.isWhole() && lines.coversWindow(LiveSource.FIRST_TAIL);
            String alone = CommandRunner.shown(target.log(ask.service(), "--tail", Integer.toString(LiveSource.FIRST_TAIL)));
            return !whole ? null : new CommandResult(ask.key(), alone, all.exitCode(), all.seconds(), logs.lines(services), false, List.of(), null);
        } catch (TimeoutException late) {
            logs.stop();
            return null;
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the ends of the logs", fault.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
