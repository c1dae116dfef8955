import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same as one JSON document, schema trace-job/1. */
interface JsonReport {
    static String render(Trace trace) {
        ObjectNode root = Json.NODES.objectNode().put("schema", "trace-job/1");
        job(root, trace.job, trace.started(), trace.completed(), trace.totalMillis());
        verdict(root, trace.verdict);
        waiting(root, WaitReason.of(trace));
        ArrayNode stages = root.putArray("stages");
        for (Finding finding : trace.findings.values()) {
            ObjectNode stage = stage(stages.addObject(), AuditedJob.Outcome.of(finding, trace.bottleneck));
            finding.notes().forEach(stage.putArray("notes")::add);
            evidence(stage, "evidence", trace.answers, finding.evidence());
        }
        evidence(root, "unrecognised", trace.answers, trace.unrecognised);
        issues(root, trace.issues, trace.answers);
        timeline(root.putArray("timeline"), Timeline.of(trace));
        checks(root, trace.plugins);
        commands(root, trace.answers.values());
        return root.toPrettyString() + "\n";
    }

    /** The job's row: `job` of this object. */
    static void job(ObjectNode root, Job row, Instant started, Instant completed, long millis) {
        ObjectNode job = root.putObject("job");
        job.put("id", row.id());
        text(job, "name", row.name());
        job.put("status", row.status());
        time(job, "createdAt", row.time("created_at"));
        time(job, "startedAt", started);
        time(job, "completedAt", completed);
        seconds(job, "durationSeconds", millis);
        text(job, "error", row.column("error_message"));
        Set<String> told = Set.of("id", "name", "script", "status", "created_at", "started_at", "completed_at", "error_message",
            "preview_data", "matches", "now");
        row.row().properties().forEach(field -> {
            if (!told.contains(field.getKey())) {
                job.set(field.getKey(), field.getValue());
            }
        });
    }

    /** `verdict` of this object. */
    static void verdict(ObjectNode root, Verdict verdict) {
        ObjectNode node = root.putObject("verdict").put("state", verdict.state().toString());
        text(node, "because", verdict.because());
        time(node, "since", verdict.since());
        verdict.evidence().forEach(node.putArray("evidence")::add);
    }

    /** One of `stages`: what the stage came to. */
    static ObjectNode stage(ObjectNode stage, AuditedJob.Outcome outcome) {
        stage.put("id", outcome.stage().id()).put("title", outcome.stage().title).put("status", outcome.status().name()).put("summary", outcome.summary());
        numbers(stage, outcome.numbers());
        seconds(stage, "durationSeconds", outcome.millis());
        return stage.put("bottleneck", outcome.bottleneck());
    }

    /** `issues` of this object. */
    static void issues(ObjectNode root, List<Issue> all, Map<String, CommandResult> answers) {
        ArrayNode issues = root.putArray("issues");
        for (Issue issue : all) {
            ObjectNode one = issues.addObject().put("id", issue.id()).put("severity", issue.severity().name()).put("symptom", issue.symptom());
            text(one, "cause", issue.cause());
            time(one, "since", issue.since());
            issue.resolution().forEach(one.putArray("resolution")::add);
            evidence(one, "evidence", answers, issue.evidence());
        }
    }

    /** `checks` of this object. */
    static void checks(ObjectNode root, List<PluginResult> plugins) {
        ArrayNode checks = root.putArray("checks");
        plugins.forEach(plugin -> checks.addObject().put("name", plugin.name()).put("status", plugin.status().name()).put("text", plugin.text()));
    }

    /** `commands` of this object. */
    static void commands(ObjectNode root, Collection<CommandResult> answers) {
        ArrayNode commands = root.putArray("commands");
        for (CommandResult answer : answers) {
            commands.addObject().put("command", answer.command()).put("exitCode", answer.exitCode()).put("seconds", answer.seconds())
                .put("lines", answer.lines()).put("timedOut", answer.timedOut());
        }
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

    private static void evidence(ObjectNode node, String name, Map<String, CommandResult> answers, List<Message> messages) {
        ArrayNode evidence = node.putArray(name);
        for (Message message : messages.subList(0, Math.min(messages.size(), 100))) {
            // A line that no rule placed is the row's own error, or one of a log.
            String log = "log " + message.service;
            String source = PlacedBy.DATABASE.placed(message) ? "rows of job_logs"
                : PlacedBy.JOB_FILE.placed(message) ? "file " + message.service + ":"
                : PlacedBy.CHECK.placed(message) || answers.containsKey(log) ? log
                : message.placedBy == null ? "rows of etl_jobs" : Command.OTHERS;
            ObjectNode one = evidence.addObject().put("command", answers.values().stream().filter(answer -> answer.key().startsWith(source))
                .map(CommandResult::command).findFirst().orElse("")).put("service", message.service).put("container", message.container);
            one.put("time", Times.MILLIS.format(message.time)).put("text", message.text)
                .put("placedBy", message.placedBy == null ? null : message.placedBy.toString());
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
                // The sum of many is another in the last digit when they are added in another order.
                told.put(name, Math.round(value * 1e6) / 1e6);
            }
        });
    }

    private static void text(ObjectNode node, String name, String text) {
        node.put(name, text.isEmpty() ? null : text);
    }

    static void time(ObjectNode node, String name, Instant time) {
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
