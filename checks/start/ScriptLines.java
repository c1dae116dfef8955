import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The scripts that there are, one a line. */
interface ScriptLines {
    /** Place, id, title, class and numbers of each. */
    static Stream<String> stages(List<Stage> stages) {
        return stages.stream().map(stage -> String.format(Locale.ROOT, "  %3d  %-22s %-22s %-18s %s", stage.order, stage.id(), stage.title,
            stage.getClass().getName(), String.join(", ", stage.numbers())).stripTrailing());
    }

    /** The id of each, and what it looks for. */
    static Stream<String> checks(List<Check> checks) {
        return checks.stream().map(check -> String.format(Locale.ROOT, "  %-32s %s", check.id(), check.detects));
    }
}
