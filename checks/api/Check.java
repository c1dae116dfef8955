//SOURCES Audit.java
//SOURCES AuditedJob.java
//SOURCES Issue.java
//SOURCES PastJobs.java
//SOURCES PluginResult.java
//SOURCES Rerun.java
//SOURCES Runs.java
//SOURCES Scripts.java
//SOURCES Trace.java
//SOURCES TraceDiff.java
//SOURCES Verdict.java
//SOURCES WaitReason.java

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One problem that a job can have: a file in checks/ that says how to see it, why it comes and what to do. A check is
 * found by being compiled in, like a stage.
 */
abstract class Check {
    final String title;
    final List<Command> runs = new ArrayList<>();
    String detects = "";
    boolean first;
    private Status severity = Status.WARN;
    private String cause = "";
    private List<String> resolution = List.of();
    private List<Class<? extends Stage>> explains = List.of();

    Check(String title) {
        this.title = title;
    }

    /** The title in lower case with hyphens: the name in --only and --skip. */
    String id() {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** What it looks for, for --list-checks. */
    Check detects(String sentence) {
        detects = sentence;
        return this;
    }

    /** WARN unless said otherwise. */
    Check severity(Status severity) {
        this.severity = severity;
        return this;
    }

    /** Its issue stands before all others of its severity. */
    Check first() {
        first = true;
        return this;
    }

    /** The likely cause, in our words. */
    Check cause(String cause) {
        this.cause = cause;
        return this;
    }

    /** A sentence, then the commands to type; {job} stands for the job's id. */
    Check resolution(String... sentenceAndCommands) {
        resolution = List.of(sentenceAndCommands);
        return this;
    }

    /** The stages whose findings an issue of this check accounts for. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    final Check explains(Class<? extends Stage>... stages) {
        explains = Arrays.asList(stages);
        return this;
    }

    /** Commands that this check needs besides those of the stages. */
    Check runs(String... commands) {
        Arrays.stream(commands).map(Command::of).forEach(runs::add);
        return this;
    }

    /** What it finds wrong: `nothing()`, or what was `found(…)`. */
    abstract Issue inspect(Trace trace);

    /** All is well, as far as this check can see. */
    static Issue nothing() {
        return null;
    }

    /** @param what our own words and numbers, never foreign text; @param evidence the messages that show it, none where no message does */
    Issue found(String what, Message... evidence) {
        return found(what, List.of(evidence));
    }

    /** @param what our own words and numbers, never foreign text; @param evidence the messages that show it */
    Issue found(String what, List<Message> evidence) {
        return new Issue(id(), severity, title + ": " + what, cause, resolution, explains,
            evidence.isEmpty() ? null : evidence.get(0).time, evidence);
    }
}
