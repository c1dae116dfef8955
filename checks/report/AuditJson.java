import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** An audit as one JSON document, schema trace-job-audit/1: each job in the shape of its trace's document, without what its stages' lines are. */
interface AuditJson {
    static String render(Audit audit) {
        ObjectNode root = Json.NODES.objectNode().put("schema", "trace-job-audit/1");
        ObjectNode period = root.putObject("period");
        JsonReport.time(period, "from", audit.scope().from());
        JsonReport.time(period, "to", audit.scope().to());
        JsonReport.time(root, "now", audit.scope().now());
        root.put("narrowedTo", audit.scope().narrowed().isEmpty() ? null : audit.scope().narrowed());
        root.put("severity", audit.severity().name()).put("matches", audit.scope().matches()).put("read", audit.scope().read());
        ObjectNode counts = root.putObject("verdicts");
        audit.words().forEach(counts::put);
        ObjectNode rows = root.putObject("rows");
        audit.statuses().forEach(rows::put);
        Map<String, CommandResult> answers = new LinkedHashMap<>();
        audit.answers().forEach(answer -> answers.put(answer.key(), answer));
        ArrayNode jobs = root.putArray("jobs");
        for (AuditedJob one : audit.jobs()) {
            ObjectNode job = jobs.addObject().put("healthy", !one.wrong()).put("severity", one.severity().name());
            JsonReport.job(job, one.job(), one.started(), one.completed(), one.millis());
            JsonReport.verdict(job, one.verdict());
            ArrayNode stages = job.putArray("stages");
            one.outcomes().forEach(outcome -> JsonReport.stage(stages.addObject(), outcome));
            JsonReport.issues(job, one.issues(), answers);
            JsonReport.checks(job, one.plugins());
        }
        ObjectNode missing = root.putObject("missing");
        audit.missing().forEach(missing::put);
        JsonReport.commands(root, audit.answers());
        return root.toPrettyString() + "\n";
    }
}
