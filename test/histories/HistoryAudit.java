import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A whole history as one source: the rows of all its jobs, and the logs that they have in common. The jobs' own files are away. */
final class HistoryAudit implements Source {
    private final Map<String, Recording> jobs = new LinkedHashMap<>();
    private final Recording first;

    HistoryAudit(History history) {
        for (ModelJob job : history.jobs) {
            jobs.put(job.id, Recording.of("history", new ByteArrayInputStream(new HistoryRecording(history, job).bytes())));
        }
        first = jobs.values().iterator().next();
    }

    /** What an audit says of each job, by its id. */
    Map<String, List<String>> audited(HistoryComparison.Counts counts) {
        Map<String, List<String>> said = new HashMap<>();
        Collector collector = Tracing.collector(this, counts.stages, List.of(), new Redactor(false), new ComposeTarget());
        try {
            AuditCollector audit = new AuditCollector(this, collector, counts.stages, new ComposeTarget(), new Redactor(false));
            Collector.Found found = audit.find(new Period(Instant.EPOCH, now()), "", "");
            audit.collect(found, common -> { }, evidence -> said.put(evidence.job.id(), HistoryComparison.said(judged(evidence, counts))));
        } finally {
            collector.threads.shutdown();
        }
        return said;
    }

    /** What a trace of this job says. */
    List<String> traced(String id, HistoryComparison.Counts counts) {
        Collector collector = Tracing.collector(new OfOneJob(jobs.get(id)), counts.stages, List.of(), new Redactor(false), new ComposeTarget());
        try {
            Collector.Found found = collector.find(id, "");
            return HistoryComparison.said(judged(collector.trace(found.jobs().get(0), found), counts));
        } finally {
            collector.threads.shutdown();
        }
    }

    private static Trace judged(Evidence evidence, HistoryComparison.Counts counts) {
        Trace trace = new Trace(evidence);
        Judge.judge(trace, counts.stages, counts.stages, counts.checks);
        trace.findings.values().removeIf(finding -> finding.stage() instanceof JobLogFile);
        return trace;
    }

    @Override
    public Instant now() {
        return first.now();
    }

    @Override
    public CommandResult ask(Command ask, Map<String, String> fill) {
        List<String> rows = new ArrayList<>();
        jobs.values().forEach(job -> rows.addAll(job.ask(ask, fill).out()));
        return ask.kind() == Command.Kind.ROWS ? first.ask(ask, fill).with(rows) : first.ask(ask, fill);
    }

    @Override
    public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
        jobs.values().stream().skip(1).forEach(job -> job.stream(ask, fill, replica, sink));
        return first.stream(ask, fill, replica, sink);
    }

    @Override
    public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
        return first.log(ask, window, reader);
    }

    /** The recording of one job, with no file of its own. */
    private static final class OfOneJob extends ForwardingSource {
        private final Recording job;

        OfOneJob(Recording job) {
            this.job = job;
        }

        @Override
        Source stack() {
            return job;
        }

        @Override
        public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
            return ask.kind() != Command.Kind.FILE ? super.stream(ask, fill, replica, sink)
                : new CommandResult(ask.key(), "", 1, 0, 0, false, List.of(), "cat: No such file or directory");
        }
    }
}
