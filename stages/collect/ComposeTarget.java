import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the stack is, as the options say; builds the arguments for docker. */
final class ComposeTarget {
    /** The compose files that are named. */
    List<String> files = List.of();
    /** What was typed of where the stack is: options, each with its value. */
    List<List<String>> typed = List.of();
    /** The host's name; empty where there is only one. */
    String host = "";
    /** True where another source than Docker is asked (--source). */
    boolean elsewhere;
    /** The words of Swarm, where the stack was deployed to it; null elsewhere. */
    SwarmWords swarm;
    /** Each of several hosts; empty where there is only one. */
    List<ComposeTarget> hosts = List.of();
    /** The words of docker for the host that has a service, by its name here; empty where there is only one. */
    final Map<String, List<String>> homes = new ConcurrentHashMap<>();
    List<String> docker = new ArrayList<>(List.of("docker"));
    List<String> compose = new ArrayList<>();
    Map<String, String> services = Map.of();
    String databaseUser;
    String databaseName;
    String psql;
    String celeryApp = "app.workers.celery_app";
    double limit;

    /** The same stack on another of its hosts. */
    ComposeTarget on(String host, List<String> docker) {
        ComposeTarget other = new ComposeTarget();
        other.typed = typed;
        other.host = host;
        other.docker = docker;
        // One list for all: the project may be found later.
        other.compose = compose;
        other.services = services;
        other.databaseUser = databaseUser;
        other.databaseName = databaseName;
        other.psql = psql;
        other.celeryApp = celeryApp;
        other.limit = limit;
        return other;
    }

    String service(String spec) {
        return services.getOrDefault(spec, spec);
    }

    /** The service's name in the hand-run page, for one that `docker compose ps` names. */
    String specName(String real) {
        return services.entrySet().stream().filter(entry -> entry.getValue().equals(real)).map(Map.Entry::getKey)
            .findFirst().orElse(real);
    }

    /** True where a project of Compose's is named, whatever a file says. */
    boolean isProject() {
        String project = System.getenv("COMPOSE_PROJECT_NAME");
        return compose.contains("-p") || project != null && !project.isEmpty();
    }

    /** How trace-job is called for this stack, with these words more: what they say anew is not said twice. */
    String call(String... more) {
        List<String> words = new ArrayList<>(List.of("trace-job"));
        // Of --service there can be several, each of another one.
        typed.stream().filter(option -> Arrays.stream(more).noneMatch(word -> option.get(0).equals("--service")
            ? word.startsWith(option.get(1).replaceFirst("=.*", "=")) : word.equals(option.get(0)))).forEach(words::addAll);
        words.addAll(List.of(more));
        return CommandRunner.shown(words);
    }

    /** The words of docker for this host, and these. */
    List<String> docker(String... words) {
        List<String> command = new ArrayList<>(docker);
        command.addAll(List.of(words));
        return command;
    }

    List<String> compose(String... words) {
        return compose(docker, words);
    }

    private List<String> compose(List<String> docker, String... words) {
        List<String> command = new ArrayList<>(docker);
        if (swarm != null) {
            command.addAll(swarm.of(List.of(words)));
            return command;
        }
        command.add("compose");
        command.addAll(compose);
        command.addAll(List.of(words));
        return command;
    }

    List<String> log(String service, String... flags) {
        List<String> words = new ArrayList<>(List.of("logs", "--no-color", "--timestamps"));
        words.addAll(List.of(flags));
        Arrays.stream((service.isEmpty() ? "<others>" : service).split(" ")).map(this::service).forEach(words::add);
        return compose(words.toArray(String[]::new));
    }

    /** The command for what is asked; a log's window is not known here. */
    List<String> command(Command ask, Map<String, String> fill) {
        switch (ask.kind()) {
            case ROWS:
                return rows(ask, fill);
            case LOG:
                return log(ask.service(), "--since", "<created>", "--until", "<ended>");
            default:
                return ask.service().isEmpty() ? plain(ask, fill) : exec(ask, 0, fill);
        }
    }

    private List<String> plain(Command ask, Map<String, String> fill) {
        List<String> words = ask.words().stream().map(word -> fill(word, fill)).toList();
        if (words.get(1).equals("compose")) {
            return compose(words.subList(2, words.size()).toArray(String[]::new));
        }
        return docker(words.subList(1, words.size()).toArray(String[]::new));
    }

    /** What runs inside of the container. It ends by a limit, ours or its own: killing the client here would leave it running there. */
    List<String> inside(Command ask, Map<String, String> fill) {
        List<String> own = ask.words().subList(ask.words().indexOf(ask.service()) + 1, ask.words().size());
        List<String> words = new ArrayList<>(own.get(0).equals("timeout") ? List.of() : List.of("timeout", Long.toString((long) Math.ceil(limit))));
        own.forEach(word -> words.add(fill(word, fill)));
        return words;
    }

    /** @param index of the replica; 0 for any */
    List<String> exec(Command ask, int index, Map<String, String> fill) {
        List<String> words = new ArrayList<>(List.of("exec", "-T"));
        if (index > 0) {
            words.addAll(List.of("--index", Integer.toString(index)));
        }
        words.add(service(ask.service()));
        words.addAll(inside(ask, fill));
        return compose(words.toArray(String[]::new));
    }

    /** The SELECT, with whose it is. */
    String sql(Command ask, Map<String, String> fill) {
        return "/* trace-job */ " + fill(ask.sql(), fill);
    }

    /** The SELECT goes the stage's way, through psql in the container, or to the local psql. */
    List<String> rows(Command ask, Map<String, String> fill) {
        String sql = sql(ask, fill);
        String settings = "-c default_transaction_read_only=on -c statement_timeout=" + (long) (limit * 1000);
        if (psql != null) {
            return new ArrayList<>(List.of("psql", "-X", "-w", "-q", "-A", "-t", "-d", withoutPassword(psql), "-c", sql));
        }
        List<String> psqlWords = new ArrayList<>();
        List<String> words = ask.words();
        for (int i = words.indexOf("psql"); i < words.size(); i++) {
            String before = words.get(i - 1);
            psqlWords.add(before.equals("-U") && databaseUser != null ? databaseUser
                : before.equals("-d") && databaseName != null ? databaseName : before.equals("-c") ? sql : words.get(i));
        }
        psqlWords.addAll(1, List.of("-X", "-q", "-A", "-t"));
        List<String> command = compose("exec", "-T", "-e", "PGOPTIONS=" + settings, service(ask.service()),
            "timeout", Long.toString((long) Math.ceil(limit)));
        command.addAll(psqlWords);
        return command;
    }

    /** The command as it can be typed, with the settings that keep a local psql from writing and from waiting. */
    String shown(Command ask, Map<String, String> fill) {
        String settings = ask.kind() == Command.Kind.ROWS ? psqlEnvironment().get("PGOPTIONS") : null;
        return (settings == null ? "" : "PGOPTIONS=" + CommandRunner.shown(List.of(settings)) + " ") + CommandRunner.shown(command(ask, fill));
    }

    /** A command that a person types, for this stack; a log that is named without options is read from this window. */
    String typed(String command, Map<String, String> fill, TimeWindow window) {
        List<String> words = Command.split(fill(command, fill));
        if (words.size() < 3 || !words.get(0).equals("docker") || !words.get(1).equals("compose")) {
            return fill(command, fill);
        }
        // In a container's command only the first word is a service, and a database's user may be called as one.
        int last = !words.get(2).equals("exec") ? words.size()
            : 4 + (int) words.stream().skip(3).takeWhile(word -> word.startsWith("-")).count();
        List<String> typed = new ArrayList<>();
        for (int i = 2; i < words.size(); i++) {
            String before = words.contains("psql") ? words.get(i - 1) : "";
            typed.add(i < last ? service(words.get(i)) : before.equals("-U") && databaseUser != null ? databaseUser
                : before.equals("-d") && databaseName != null ? databaseName : words.get(i));
        }
        if (typed.get(0).equals("logs") && typed.stream().noneMatch(word -> word.startsWith("-"))) {
            if (window.until() != null) {
                typed.addAll(1, List.of("--until", window.until().toString()));
            }
            if (window.since() != null) {
                typed.addAll(1, List.of("--since", window.since().toString()));
            }
        }
        if (swarm != null) {
            return swarm.typed(docker, typed);
        }
        List<String> there = typed.subList(1, last - 2).stream().filter(homes::containsKey).findFirst().map(homes::get).orElse(docker);
        return CommandRunner.shown(compose(there, typed.toArray(String[]::new)));
    }

    /** What psql on this machine needs in its environment: the limits, and a password that no command line shows. */
    Map<String, String> psqlEnvironment() {
        Map<String, String> env = new HashMap<>();
        if (psql != null) {
            env.put("PGOPTIONS", "-c default_transaction_read_only=on -c statement_timeout=" + (long) (limit * 1000));
            env.put("PGCONNECT_TIMEOUT", Long.toString((long) Math.ceil(limit)));
            password(psql).ifPresent(password -> env.put("PGPASSWORD", password));
        }
        return env;
    }

    /** How a check that is not Java asks this stack: what it finds in its environment. @param ask a stage's SELECT, for the words that come before one */
    Map<String, String> forChecks(Command ask) {
        Map<String, String> env = psqlEnvironment();
        env.put("COMPOSE", CommandRunner.shown(compose()));
        if (psql != null || !elsewhere) {
            List<String> there = homes.get(service(ask.service()));
            List<String> words = (there == null ? this : on("", there)).rows(ask, Map.of());
            env.put("PSQL", SwarmWords.lookedUp(docker, CommandRunner.shown(words.subList(0, words.size() - 1))));
        }
        return env;
    }

    private static final Pattern URL_PASSWORD = Pattern.compile("(?<=://)([^:/@?]*):([^@/]*)@");
    private static final Pattern QUERY_PASSWORD = Pattern.compile("([?&])password=([^&]*)&?");
    private static final Pattern KEY_PASSWORD = Pattern.compile("\\bpassword\\s*=\\s*('(?:[^'\\\\]|\\\\.)*+'|\\S+)\\s*");

    static Optional<String> password(String conninfo) {
        for (Pattern form : List.of(URL_PASSWORD, QUERY_PASSWORD)) {
            Matcher found = form.matcher(conninfo);
            if (conninfo.contains("://") && found.find()) {
                return Optional.of(java.net.URLDecoder.decode(found.group(2).replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        Matcher found = KEY_PASSWORD.matcher(conninfo);
        return !conninfo.contains("://") && found.find()
            ? Optional.of(found.group(1).replaceAll("^'|'$", "").replaceAll("\\\\(.)", "$1")) : Optional.empty();
    }

    static String withoutPassword(String conninfo) {
        return conninfo.contains("://")
            ? QUERY_PASSWORD.matcher(URL_PASSWORD.matcher(conninfo).replaceAll("$1@")).replaceAll("$1")
            : KEY_PASSWORD.matcher(conninfo).replaceAll("");
    }

    static String fill(String word, Map<String, String> fill) {
        String filled = word;
        for (Map.Entry<String, String> entry : fill.entrySet()) {
            filled = filled.replace("{" + entry.getKey() + "}", entry.getValue());
        }
        return filled;
    }
}
