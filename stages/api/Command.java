import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that is asked, as a stage wrote it. Stages that ask the same share one answer; its key says what was asked
 * and not how, so that a recording outlives a new flag.
 */
record Command(String key, Kind kind, String service, List<String> words) {
    enum Kind { LOG, FILE, ROWS, OTHER }

    /** The key of the logs of all the services that no stage names, which are read by one command. */
    static final String OTHERS = "log of the other services";

    /** What can name a service, and is no option. */
    static final Pattern SERVICE = Pattern.compile("[\\w.][\\w.-]*");
    /** What can be asked: a log without options, because its window is the tool's; exec without options that take a value. */
    private static final Pattern TYPED = Pattern.compile("(?s)docker (?:compose logs(?: NAME)?|compose exec(?: -T)? NAME .+"
        .replace("NAME", SERVICE.pattern()) + "|(?!compose (?:logs|exec)\\b)\\S+ .+)");

    /** Reads a command as a person types it. Throws IllegalArgumentException for one that cannot be asked. */
    static Command of(String typed) {
        List<String> words = split(typed);
        if (!TYPED.matcher(String.join(" ", words)).matches()) {
            throw new IllegalArgumentException("neither `docker compose logs [SERVICE]` nor `docker compose exec -T SERVICE COMMAND`"
                + " nor another docker command: " + typed);
        }
        List<String> plain = words.stream().filter(word -> !word.startsWith("-")).toList();
        String service = plain.size() > 3 ? plain.get(3) : "";
        switch (plain.get(2)) {
            case "logs":
                return new Command(service.isEmpty() ? "log" : "log " + service, Kind.LOG, service, words);
            case "exec":
                if (plain.contains("psql")) {
                    Matcher name = Pattern.compile("(?i)/\\* ([\\w ]+) \\*/|\\bFROM (\\w+)").matcher(typed);
                    String rows = !name.find() ? typed : name.group(1) != null ? name.group(1) : name.group(2);
                    return new Command("rows of " + rows, Kind.ROWS, service, words);
                }
                if (plain.contains("cat")) {
                    return new Command("file " + service + ":" + plain.get(plain.size() - 1), Kind.FILE, service, words);
                }
                return new Command(String.join(" ", plain.subList(3, plain.size())), Kind.OTHER, service, words);
            default:
                return new Command(String.join(" ", plain.subList(1, plain.size())), Kind.OTHER, "", words);
        }
    }

    /** Splits like a shell that knows words and quotes and nothing else. */
    static List<String> split(String typed) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("(?:[^\\s\"']++|\"[^\"]*+\"|'[^']*+')++").matcher(typed);
        while (word.find()) {
            words.add(word.group().replaceAll("\"([^\"]*)\"|'([^']*)'", "$1$2"));
        }
        return words;
    }

    /** The SELECT of a psql command. */
    String sql() {
        return words.get(words.indexOf("-c") + 1);
    }
}
