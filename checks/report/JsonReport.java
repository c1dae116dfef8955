import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same as one JSON document, schema trace-job/1. */
interface JsonReport {
    static String render(Trace trace) {
        ObjectNode root = Json.NODES.objectNode().put("schema", "trace-job/1");
        ObjectNode job = root.putObject("job");
        job.put("id", trace.job.id());
        text(job, "name", trace.job.name());
        job.put("status", trace.job.status());
        time(job, "createdAt", trace.job.time("created_at"));
        time(job, "startedAt", trace.started());
        time(job, "completedAt", trace.completed());
        seconds(job, "durationSeconds", trace.totalMillis());
        text(job, "error", trace.job.column("error_message"));
        Set<String> told = Set.of("id", "name", "script", "status", "created_at", "started_at", "completed_at", "error_message",
            "preview_data", "matches", "now");
        trace.job.row().properties().forEach(field -> {
            if (!told.contains(field.getKey())) {
                job.set(field.getKey(), field.getValue());
            }
        });
        ObjectNode verdict = root.putObject("verdict").put("state", trace.verdict.state().toString());
        text(verdict, "because", trace.verdict.because());
        time(verdict, "since", trace.verdict.since());
        trace.verdict.evidence().forEach(verdict.putArray("evidence")::add);
        waiting(root, WaitReason.of(trace));
        ArrayNode stages = root.putArray("stages");
        for (Finding finding : trace.findings.values()) {
            ObjectNode stage = stages.addObject().put("id", finding.stage().id()).put("title", finding.stage().title)
                .put("status", finding.status().name()).put("summary", finding.summary());
            numbers(stage, finding.numbers());
            seconds(stage, "durationSeconds", finding.millis());
            stage.put("bottleneck", finding.stage().title.equals(trace.bottleneck));
            finding.notes().forEach(stage.putArray("notes")::add);
            evidence(stage, "evidence", trace, finding.evidence());
        }
        evidence(root, "unrecognised", trace, trace.unrecognised);
        ArrayNode issues = root.putArray("issues");
        for (Issue issue : trace.issues) {
            ObjectNode one = issues.addObject().put("id", issue.id()).put("severity", issue.severity().name()).put("symptom", issue.symptom());
            text(one, "cause", issue.cause());
            time(one, "since", issue.since());
            issue.resolution().forEach(one.putArray("resolution")::add);
            evidence(one, "evidence", trace, issue.evidence());
        }
        timeline(root.putArray("timeline"), Timeline.of(trace));
        ArrayNode checks = root.putArray("checks");
        trace.plugins.forEach(plugin ->
            checks.addObject().put("name", plugin.name()).put("status", plugin.status().name()).put("text", plugin.text()));
        ArrayNode commands = root.putArray("commands");
        for (CommandResult answer : trace.answers.values()) {
            commands.addObject().put("command", answer.command()).put("exitCode", answer.exitCode()).put("seconds", answer.seconds())
                .put("lines", answer.lines()).put("timedOut", answer.timedOut());
        }
        return root.toPrettyString() + "\n";
    }

    private static void waiting(ObjectNode root, WaitReason waiting) {
        if (waiting == null) {
            return;
        }
        ObjectNode node = root.putObject("waiting");
        node.put("place", waiting.first() == 0 || waiting.first() != waiting.last() ? null : waiting.first());
        node.put("placeAtMost", waiting.last() == 0 ? null : waiting.last());
        node.put("workersUp", waiting.workers() < 0 ? null : waiting.workers());
        ArrayNode holders = node.putArray("behind");
        for (WaitReason.Holder holder : waiting.holders()) {
            ObjectNode one = holders.addObject().put("job", holder.job());
            text(one, "stage", holder.stage());
            text(one, "process", holder.process());
            text(one, "container", holder.container());
            time(one, "since", holder.since());
        }
    }

    private static void evidence(ObjectNode node, String name, Trace trace, List<Message> messages) {
        ArrayNode evidence = node.putArray(name);
        for (Message message : messages.subList(0, Math.min(messages.size(), 100))) {
            // A line that no rule placed is the row's own error, or one of a log.
            String log = "log " + message.service;
            String source = PlacedBy.DATABASE.placed(message) ? "rows of job_logs"
                : PlacedBy.JOB_FILE.placed(message) ? "file " + message.service + ":"
                : PlacedBy.CHECK.placed(message) || trace.answers.containsKey(log) ? log
                : message.placedBy == null ? "rows of etl_jobs" : Command.OTHERS;
            ObjectNode one = evidence.addObject().put("command", trace.answers.values().stream().filter(answer -> answer.key().startsWith(source))
                .map(CommandResult::command).findFirst().orElse("")).put("service", message.service).put("container", message.container);
            one.put("time", Times.MILLIS.format(message.time)).put("text", message.text).put("placedBy", message.placedBy == null ? null : message.placedBy.toString());
        }
    }

    /** What lasted, with its end and its seconds; what happened at one moment, with its text. */
    private static void timeline(ArrayNode entries, Timeline timeline) {
        for (TimelineEntry entry : timeline.entries()) {
            ObjectNode one = entries.addObject().put("kind", entry.kind().toString()).put("name", entry.name())
                .put("stage", entry.stage() == null ? null : entry.stage().id());
            one.put("attempt", entry.attempt() == 0 ? null : entry.attempt()).put("visit", entry.visit() == 0 ? null : entry.visit());
            time(one, "from", entry.from());
            if (entry.kind().moment()) {
                one.put("text", entry.text()).put("times", entry.times());
                continue;
            }
            time(one, "to", entry.open() ? null : entry.to());
            seconds(one, "durationSeconds", entry.millis());
            numbers(one, entry.numbers());
        }
    }

    private static void numbers(ObjectNode node, Map<String, Double> numbers) {
        ObjectNode told = node.putObject("numbers");
        numbers.forEach((name, value) -> {
            if (value == Math.rint(value)) {
                told.put(name, value.longValue());
            } else {
                told.put(name, value);
            }
        });
    }

    private static void text(ObjectNode node, String name, String text) {
        node.put(name, text.isEmpty() ? null : text);
    }

    private static void time(ObjectNode node, String name, Instant time) {
        node.put(name, time == null ? null : Times.MILLIS.format(time));
    }

    private static void seconds(ObjectNode node, String name, long millis) {
        if (millis < 0) {
            node.putNull(name);
        } else {
            node.put(name, millis / 1000.0);
        }
    }
}
