import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The job's own lines: which of them are shown, and how. */
interface LineText {
    List<String> LEVELS = List.of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL");

    /** True for a level that --lines takes, in whatever case. */
    static boolean isLevel(String level) {
        return level.isEmpty() || LEVELS.contains(full(level));
    }

    /** True for a message of this level or a worse one; one without a level counts as INFO. @param level empty for any */
    static boolean isFrom(String level, Message message) {
        int worst = LEVELS.indexOf(message.level.isEmpty() ? "INFO" : message.level);
        return level.isEmpty() || worst < 0 || worst >= LEVELS.indexOf(full(level));
    }

    /** Time, service, text; each line that continues a message stands behind the same. */
    static String text(Message message, Clock clock) {
        String head = clock.local(Times.MILLIS.format(message.time)) + " " + message.service + " | ";
        StringBuilder text = new StringBuilder();
        String level = message.level.isEmpty() ? "" : message.level + " ";
        for (String line : message.text.split("\n", -1)) {
            text.append(head).append(level).append(Printable.plain(line)).append('\n');
            level = "";
        }
        return text.toString();
    }

    /** One object in one line, with the rule that placed it. @param stages those that it is of */
    static String json(Message message, Collection<Stage> stages) {
        ObjectNode line = Json.NODES.objectNode().put("time", Times.MILLIS.format(message.time)).put("service", message.service)
            .put("container", message.container).put("process", message.process).put("level", message.level).put("text", message.text)
            .put("placedBy", String.valueOf(message.placedBy));
        stages.stream().map(Stage::id).sorted().forEach(line.putArray("stages")::add);
        return line.toString() + "\n";
    }

    /** In upper case; WARN is what many write for WARNING. */
    private static String full(String level) {
        String upper = level.toUpperCase(Locale.ROOT);
        return upper.equals("WARN") ? "WARNING" : upper;
    }
}
