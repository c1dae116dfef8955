import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Several SELECTs by one psql: to start it in a container costs more than most of them. Between marks that no row can foretell
 * each one's rows go to its own sink; one that fails costs itself alone.
 */
final class OnePsql implements LineHandler {
    /** The first one that tells whether a SELECT failed. */
    private static final int OLDEST = 110_000;
    private final String mark = "trace-job-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + Long.toHexString(System.nanoTime());
    private final Map<Command, LineHandler> sinks;
    private final Map<Command, List<String>> commands;
    private final List<Command> asks;
    private final Map<Command, CompletableFuture<CommandResult>> answers = new LinkedHashMap<>();
    /** How many have answered. */
    private int told;
    private final long start = System.nanoTime();
    private boolean begun;
    private boolean tooOld;
    /** Rows of the SELECT that is read. */
    private long rows;
    private boolean full;
    /** What stands after the end of a SELECT and before the next one: the rest of what it complained of. */
    private boolean between;

    /** @param command for one SELECT by itself, in which `-c` comes before the SELECT */
    OnePsql(Map<Command, LineHandler> sinks, Function<Command, List<String>> command) {
        this.sinks = sinks;
        asks = List.copyOf(sinks.keySet());
        asks.forEach(ask -> answers.put(ask, new CompletableFuture<>()));
        commands = asks.stream().collect(Collectors.toMap(ask -> ask, command));
    }

    /** True for more than one SELECT, all of the same database. */
    boolean fits() {
        return asks.size() > 1 && commands.values().stream().map(OnePsql::withoutSelect).distinct().count() == 1;
    }

    private static List<String> withoutSelect(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.subList(words.lastIndexOf("-c"), words.lastIndexOf("-c") + 2).clear();
        return words;
    }

    List<String> command() {
        List<String> words = withoutSelect(commands.get(asks.get(0)));
        words.addAll(List.of("-c", "\\echo " + mark + " :VERSION_NUM"));
        for (Command ask : asks) {
            List<String> own = commands.get(ask);
            words.addAll(List.of("-c", own.get(own.lastIndexOf("-c") + 1), "-c", "\\echo " + mark + " :ERROR :LAST_ERROR_MESSAGE", "-c", "\\echo " + mark));
        }
        return words;
    }

    /**
     * Begins to run it; what comes of each SELECT, in their order, as soon as it is there.
     *
     * @param run runs the command; @param alone asks one SELECT by itself: a psql that does not tell whether one failed is asked for none
     */
    Map<Command, CompletableFuture<CommandResult>> run(Supplier<CommandResult> run, Function<Command, CommandResult> alone) {
        new SideBySide("psql").later(() -> {
            CommandResult all = run.get();
            if (tooOld) {
                new SideBySide("rows").each(asks, alone).forEach((ask, answer) -> answers.get(ask).complete(answer));
            }
            String why = all.problem() != null ? all.problem() : "psql ended before it answered";
            asks.stream().skip(told).forEach(ask -> answers.get(ask).complete(
                new CommandResult(ask.key(), shown(ask), all.exitCode(), all.seconds(), 0, all.timedOut(), List.of(), why)));
            return all;
        }).exceptionally(fault -> {
            answers.values().forEach(answer -> answer.completeExceptionally(fault));
            return null;
        });
        return answers;
    }

    @Override
    public boolean line(String line) {
        if (!begun) {
            // Some wrap psql, to say whose database it is.
            begun = line.startsWith(mark);
            if (!begun) {
                return true;
            }
            String version = line.substring(line.lastIndexOf(' ') + 1);
            tooOld = !version.matches("\\d{5,7}") || Integer.parseInt(version) < OLDEST;
            return !tooOld;
        }
        if (told == asks.size()) {
            return true;
        }
        if (line.equals(mark)) {
            between = false;
        } else if (line.startsWith(mark + " true")) {
            end(CommandRunner.brief("ERROR:  " + line.substring((mark + " true").length()).strip()));
        } else if (line.startsWith(mark + " false")) {
            end(null);
        } else if (!between) {
            rows++;
            full = full || !sinks.get(asks.get(told)).line(line);
        }
        return true;
    }

    private void end(String problem) {
        Command ask = asks.get(told++);
        answers.get(ask).complete(new CommandResult(ask.key(), shown(ask), problem == null ? 0 : 1, (System.nanoTime() - start) / 1e9, rows, false,
            List.of(), problem));
        rows = 0;
        full = false;
        between = true;
    }

    private String shown(Command ask) {
        return CommandRunner.shown(commands.get(ask));
    }
}
