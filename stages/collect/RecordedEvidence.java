import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The evidence of one job as JSON, with answers by their keys where all jobs of an audit have them in common. */
interface RecordedEvidence {
    /** What takes its room where a job has more lines than a recording takes. */
    String NO_ROOM = "more lines than the recording of an audit takes";

    /** @param common what all jobs have in common; @param longest how many characters there is room for */
    static ObjectNode json(Evidence trace, Evidence common, Redactor mask, int longest) {
        ObjectNode whole = json(trace, common, mask, trace.messages);
        if (whole.toString().length() <= longest) {
            return whole;
        }
        ObjectNode less = json(trace, common, mask, List.of());
        trace.answers.keySet().stream().filter(key -> key.startsWith("log ")).forEach(key -> less.withObject("/missing").put(key, NO_ROOM));
        return less;
    }

    private static ObjectNode json(Evidence trace, Evidence common, Redactor mask, List<Message> messages) {
        ObjectNode json = new FoldedLog(messages, trace.attempts, List.of(), trace.placed, trace.linesRead, trace.events, trace.overheard, trace.zones, null)
            .json(mask::text);
        json.put("id", trace.job.id()).put("inDatabase", trace.job.inDatabase()).set("row", mask.row(trace.job.row()));
        for (Map.Entry<String, CommandResult> answer : trace.answers.entrySet()) {
            boolean shared = common.answers.get(answer.getKey()) == answer.getValue();
            json.withArray("answers").add(shared ? Json.NODES.textNode(answer.getKey()) : answer(answer.getValue(), mask));
        }
        missing(json, trace, mask);
        return json;
    }

    /** What all jobs have in common. */
    static ObjectNode common(Evidence common, Redactor mask) {
        ObjectNode json = Json.NODES.objectNode();
        common.answers.values().forEach(answer -> json.withArray("answers").add(answer(answer, mask)));
        for (Container one : common.containers) {
            json.withArray("containers").addObject().put("service", one.service()).put("project", one.project()).put("name", one.name())
                .put("index", one.index()).put("state", one.state()).put("exitCode", one.exitCode()).put("created", text(one.created()))
                .put("started", text(one.started())).put("finished", text(one.finished())).put("oomKilled", one.oomKilled()).put("replaced", one.replaced()).put("reason", one.reason());
        }
        missing(json, common, mask);
        return json;
    }

    private static void missing(ObjectNode json, Evidence trace, Redactor mask) {
        trace.missing.forEach((key, why) -> json.withObject("/missing").put(key, mask.text(why)));
    }

    private static ObjectNode answer(CommandResult answer, Redactor mask) {
        ObjectNode json = Json.NODES.objectNode().put("of", answer.key()).put("command", mask.text(answer.command())).put("exit", answer.exitCode())
            .put("seconds", answer.seconds()).put("timedOut", answer.timedOut()).put("problem", answer.problem()).put("lines", answer.lines());
        answer.away().forEach((host, why) -> json.withObject("/away").put(host, why));
        // The rows of the jobs stand with the jobs, and what the containers are stands beside them.
        boolean elsewhere = List.of("rows of etl_jobs", "containers", "state of containers").contains(answer.key());
        (elsewhere ? List.<String>of() : answer.out()).forEach(line -> json.withArray("out").add(Recorder.masked(mask, answer.key(), line)));
        return json;
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    /** What common() wrote; foreign all the same. */
    static Evidence common(JsonNode json, Instant now) {
        Evidence common = new Evidence(new Job("", Json.NODES.objectNode(), true), now);
        json.path("answers").forEach(answer -> common.keep(answer(answer)));
        for (JsonNode one : json.path("containers")) {
            common.containers.add(new Container(plain(one, "service"), plain(one, "project"), plain(one, "name"), one.path("index").asInt(1),
                plain(one, "state"), one.path("exitCode").asInt(), time(one, "created"), time(one, "started"), time(one, "finished"),
                one.path("oomKilled").asBoolean(), one.path("replaced").asBoolean(), plain(one, "reason")));
        }
        readMissing(json, common);
        return common;
    }

    /** What json() wrote; foreign all the same. Throws KnownFailure where it is no evidence of a job. */
    static Evidence of(JsonNode json, Evidence common, KnownLines known, Redactor mask) {
        String id = json.path("id").asText();
        if (!Job.ID.matcher(id).matches() || !json.path("row").isObject()) {
            throw new KnownFailure(2, "the recording has a job without an id or a row");
        }
        Evidence trace = new Evidence(new Job(id, mask.row(json.path("row")), json.path("inDatabase").asBoolean()), common.now);
        FoldedLog.of(json, known.declared()).addTo(trace);
        mask.evidence(trace);
        for (JsonNode answer : json.path("answers")) {
            CommandResult shared = common.answers.get(answer.asText());
            if (answer.isObject()) {
                trace.keep(answer(answer));
            } else if (shared != null) {
                trace.keep(shared);
            }
        }
        trace.containers.addAll(common.containers);
        readMissing(json, trace);
        return trace;
    }

    private static void readMissing(JsonNode json, Evidence trace) {
        json.path("missing").properties().forEach(one -> trace.missing.put(Printable.plain(one.getKey()), CommandRunner.brief(one.getValue().asText())));
    }

    private static CommandResult answer(JsonNode json) {
        List<String> out = new ArrayList<>();
        json.path("out").forEach(line -> out.add(line.asText()));
        return Recording.answer(Printable.plain(json.path("of").asText()), json, out);
    }

    private static String plain(JsonNode json, String name) {
        return Printable.plain(json.path(name).asText(""));
    }

    private static Instant time(JsonNode json, String name) {
        return Times.parse(json.path(name).asText(""));
    }
}
