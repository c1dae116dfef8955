import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A dated line for each change, for a pipe or a file: a verdict, a stage, a batch, an issue, or that something could not be asked. */
final class Changes implements Display {
    private final PrintWriter out;
    private final Function<Trace, Clock> clock;
    private final Map<String, String> before = new HashMap<>();
    private final Set<String> noted = new HashSet<>();
    private boolean ended;

    /** @param clock how times are told */
    Changes(PrintWriter out, Function<Trace, Clock> clock) {
        this.out = out;
        this.clock = clock;
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    }

    @Override
    public synchronized void show(Trace trace, List<String> notes) {
        if (ended) {
            return;
        }
        Verdict verdict = trace.verdict;
        // What it waits for is worth a line; in which stage it is, the stage says.
        String why = verdict.state() == Verdict.State.RUNNING ? "" : verdict.because();
        change("verdict", verdict.state() + why, verdict.state() + (why.isEmpty() ? "" : " - " + why), trace);
        boolean batchTold = false;
        for (Finding finding : trace.findings.values()) {
            boolean hidden = finding.stage().hiddenWhenOk || finding.status() == Status.SKIP;
            boolean tellsBatch = !batchTold && finding.stage() instanceof PipelineStage stage && stage.inBatches && trace.batches != null;
            batchTold |= tellsBatch;
            String state = finding.status() + (tellsBatch && finding.status() == Status.RUN ? " " + trace.batches.current() : "");
            if (!hidden) {
                change("stage " + finding.stage().id(), state, "[" + finding.status() + "] " + finding.stage().title + " - " + finding.summary(), trace);
            }
        }
        for (Issue issue : trace.issues) {
            change("issue " + issue.id(), issue.severity().toString(), "issue: [" + issue.severity() + "] " + issue.symptom(), trace);
        }
        for (String note : notes) {
            if (noted.add(note.replaceFirst(":.*", ""))) {
                say(note + "; going on", trace);
            }
        }
        out.flush();
    }

    private void change(String what, String state, String line, Trace trace) {
        if (!state.equals(before.put(what, state))) {
            say(line, trace);
        }
    }

    private void say(String line, Trace trace) {
        Clock now = clock.apply(trace);
        out.println(now.local(Times.iso(Instant.now()) + " " + Printable.plain(line)));
    }

    @Override
    public synchronized void end() {
        ended = true;
    }
}
