import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which stage a line is of, as the lines come: that which knows it, else the one that has its turn where the line was written. */
final class StageOfLine {
    private final KnownLines known;
    private final Set<LinePattern> armed = new HashSet<>();
    private final Set<Stage> begun = new HashSet<>();
    private Stage current;
    /** The stage that began and has not ended. */
    private Stage open;
    private Attempt attempt;
    private String container = "";
    private String process = "";

    StageOfLine(List<Stage> stages) {
        known = KnownLines.of(stages);
    }

    /** The stages of the next line of the job, in the order of time. */
    Collection<Stage> of(Message message) {
        KnownLines.Kind kind = known.of(message);
        Set<Stage> stages = new HashSet<>();
        if (message.attempt != null && message.attempt != attempt) {
            attempt = message.attempt;
            begun.clear();
        }
        if (kind != null) {
            for (LinePattern.Role role : List.of(LinePattern.Role.END, LinePattern.Role.START)) {
                kind.lines.stream().filter(line -> line.line().role == role && line.stage() instanceof PipelineStage stage && holds(line.line())
                    && mayTurn(stage, role))
                    .forEach(line -> {
                        turn(line.stage(), role, message);
                        stages.add(line.stage());
                    });
            }
            kind.lines.stream().filter(line -> !turns(line) && line.line().role != LinePattern.Role.FOR_CHECKS && holds(line.line())
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

    private static boolean turns(KnownLines.Declared line) {
        return line.stage() instanceof PipelineStage && (line.line().role == LinePattern.Role.START || line.line().role == LinePattern.Role.END);
    }

    /** False where the line is another stage's, as the verdict takes it: one that comes once began before, or what ended does not end again. */
    private boolean mayTurn(PipelineStage stage, LinePattern.Role role) {
        return stage == current || !begun.contains(stage) || (role == LinePattern.Role.START ? !stage.once : stage == open);
    }

    private void turn(Stage stage, LinePattern.Role role, Message message) {
        begun.add(stage);
        open = role == LinePattern.Role.START ? stage : stage == open ? null : open;
        current = stage;
        container = message.container;
        process = message.process;
    }
}
