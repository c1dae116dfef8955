import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which stage a line is of, as the lines come: that which knows it, else the one that has its turn where the line was written. */
final class StageOfLine {
    private final KnownLines known;
    private final Set<LinePattern> armed = new HashSet<>();
    private Stage current;
    private String container = "";
    private String process = "";

    StageOfLine(List<Stage> stages) {
        known = KnownLines.of(stages);
    }

    /** The stages of the next line of the job, in the order of time. */
    Collection<Stage> of(Message message) {
        KnownLines.Kind kind = known.of(message);
        Set<Stage> stages = new HashSet<>();
        if (kind != null) {
            for (LinePattern.Role role : List.of(LinePattern.Role.END, LinePattern.Role.START)) {
                kind.lines.stream().filter(line -> line.line().role == role && line.stage() instanceof PipelineStage && holds(line.line()))
                    .forEach(line -> turn(line.stage(), message));
            }
            kind.lines.stream().filter(line -> line.line().role != LinePattern.Role.FOR_CHECKS && holds(line.line())
                && (!line.line().inTurn || line.stage() == current)).forEach(line -> stages.add(line.stage()));
            armed.removeAll(kind.disarms);
            armed.addAll(kind.arms);
        }
        boolean beside = message.container.equals(container) && (message.process.isEmpty() || message.process.equals(process));
        if (stages.isEmpty() && current != null && beside && (kind == null || kind.exclusive == null)) {
            stages.add(current);
        }
        return stages;
    }

    private boolean holds(LinePattern line) {
        return line.onlyAfter == null || armed.contains(line);
    }

    private void turn(Stage stage, Message message) {
        current = stage;
        container = message.container;
        process = message.process;
    }
}
