import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A source whose commands a user's file gives (--source). What the file does not give is missing evidence, and says so. */
final class TemplateSource implements Source {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_LINES_OF_ENTRY = 10_000;
    /** How far back is asked where no row tells the job's time. */
    private static final Duration REACH = Duration.ofDays(7);
    /** A container as `docker compose ps` and as `docker inspect` would tell it. */
    private static final String LISTED = "{\"ID\":\"%s\",\"Name\":\"%s\",\"Service\":\"%s\",\"State\":\"%s\"}";
    private static final String INSPECTED = "{\"Id\":\"%s\",\"Name\":\"%s\",\"Service\":\"%s\",\"Status\":\"%s\"}";
    private final SourceTemplate template;
    private final ComposeTarget target;
    private final CommandRunner runner;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    TemplateSource(SourceTemplate template, ComposeTarget target, CommandRunner runner) {
        this.template = template;
        this.target = target;
        this.runner = runner;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        if (ask.equals(LiveSource.CONTAINERS)) {
            return containers(ask.key(), LISTED);
        }
        if (ask.key().equals(LiveSource.STATE)) {
            return containers(ask.key(), INSPECTED);
        }
        // What the workers have at hand is told of whole SQL texts, and means nothing where nobody says how many workers there are.
        if (ask.key().endsWith(" tasks")) {
            return missing(ask.key(), "answer of the workers");
        }
        KeptLines kept = new KeptLines();
        return kept.of(stream(ask, fill, null, kept));
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler lines) {
        if (ask.kind() == Command.Kind.ROWS) {
            return target.psql != null ? runner.run(ask.key(), target.rows(ask, fill), target.psqlEnvironment(), lines)
                : !template.has("sql") ? missing(ask.key(), "sql= or --psql")
                : runner.run(ask.key(), filled("sql", Map.of("sql", target.sql(ask, fill))), Map.of(), lines);
        }
        if (ask.service().isEmpty() || !template.has("exec")) {
            return missing(ask.key(), ask.service().isEmpty() ? "command for this"
                : "exec=, so that " + (ask.kind() == Command.Kind.FILE ? "its files are " : ask.service() + " is ") + CommandResult.OUT_OF_REACH);
        }
        List<String> command = filled("exec", Map.of("service", target.service(ask.service())));
        command.addAll(target.inside(ask, fill));
        return runner.run(ask.key(), command, Map.of(), lines);
    }

    private CommandResult missing(String key, String what) {
        return new CommandResult(key, "", -1, 0, 0, false, List.of(), "the source " + template.name + " has no " + what);
    }

    /** What `containers` prints, a line for each: name, service, state. When they were started nobody says. */
    private CommandResult containers(String key, String form) {
        if (!template.has("containers")) {
            return missing(key, "containers=");
        }
        List<String> out = new ArrayList<>();
        CommandResult answer = runner.run(key, filled("containers", Map.of()), Map.of(), line -> {
            String[] words = line.strip().split("\\s+");
            if (words.length == 3 && List.of(words).stream().allMatch(word -> Command.SERVICE.matcher(word).matches())) {
                String id = UUID.nameUUIDFromBytes(words[0].getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
                out.add(String.format(Locale.ROOT, form, id, words[0], words[1], words[2].toLowerCase(Locale.ROOT)));
            }
            return out.size() < KeptLines.MOST;
        });
        return answer.with(out);
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        LogHandler lines = reader.get();
        CommandResult all = null;
        for (String service : ask.service().split(" ")) {
            CommandResult one = log(ask, service, window, lines);
            all = all == null ? one : both(all, one);
        }
        return all;
    }

    private static CommandResult both(CommandResult one, CommandResult other) {
        return new CommandResult(one.key(), one.command() + "; " + other.command(), Math.max(one.exitCode(), other.exitCode()), one.seconds() + other.seconds(),
            one.lines() + other.lines(), one.timedOut() || other.timedOut(), List.of(), one.problem() != null ? one.problem() : other.problem());
    }

    private CommandResult log(Command ask, String service, TimeWindow window, LineHandler lines) {
        AtomicLong seen = new AtomicLong();
        AtomicLong told = new AtomicLong();
        CommandResult answer = runner.run(ask.key(), filled("logs", window(service, window)), Map.of(), raw -> {
            seen.incrementAndGet();
            SourceTemplate.Line line = template.read(raw, service);
            if (line == null) {
                return true;
            }
            told.incrementAndGet();
            String head = container(line.container()) + " | " + Stamps.DOCKER.format(line.at()) + " ";
            // An entry of a log store can have several lines.
            return line.text().isEmpty() ? lines.line(head) : line.text().lines().limit(MOST_LINES_OF_ENTRY).allMatch(one -> lines.line(head + one));
        });
        boolean silent = seen.get() == 0 && !ask.key().equals(Command.OTHERS);
        return answer.problem() != null ? answer
            : silent ? answer.without("it has no line of " + target.service(service) + " in this time: is it called so there?")
            : template.limit > 0 && seen.get() >= template.limit ? answer.without("the limit of " + template.limit + " lines was reached")
            : seen.get() > told.get() ? answer.without(seen.get() - told.get() + " of its " + seen.get() + " lines have not the form that the source "
                + template.name + " tells") : answer;
    }

    /** A name that nothing else in a line is taken for. */
    private static String container(String name) {
        String plain = Printable.plain(name).replace('|', '_').replace('/', ':').strip();
        return plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) : plain;
    }

    private Map<String, String> window(String service, TimeWindow window) {
        Instant since = window.since() == null ? now.truncatedTo(ChronoUnit.SECONDS).minus(REACH) : window.since().truncatedTo(ChronoUnit.SECONDS);
        Instant until = window.until() == null ? Instant.now().plusSeconds(1) : window.until().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Map<String, String> fill = new HashMap<>(Map.of("service", target.service(service), "since", since.toString(), "until", until.toString()));
        fill.put("sinceSeconds", Long.toString(since.getEpochSecond()));
        fill.put("untilSeconds", Long.toString(until.getEpochSecond()));
        return fill;
    }

    private List<String> filled(String key, Map<String, String> fill) {
        List<String> words = new ArrayList<>();
        template.words(key).forEach(word -> words.add(ComposeTarget.fill(word, fill)));
        return words;
    }

    /** The command as it would run; empty for what the file does not give. */
    String shown(Command ask, Map<String, String> fill) {
        if (ask.kind() == Command.Kind.LOG && ask.service().isEmpty()) {
            return "";
        }
        List<String> command = ask.kind() == Command.Kind.LOG
            ? filled("logs", Map.of("service", target.service(ask.service()), "since", "<created>", "until", "<ended>",
                "sinceSeconds", "<created>", "untilSeconds", "<ended>"))
            : ask.kind() == Command.Kind.ROWS ? target.psql != null ? target.rows(ask, fill) : filled("sql", Map.of("sql", target.sql(ask, fill)))
            : ask.equals(LiveSource.CONTAINERS) ? filled("containers", Map.of()) : List.of();
        return CommandRunner.shown(command);
    }
}
