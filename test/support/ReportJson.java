import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Reads a report in JSON. */
final class ReportJson {
    private ReportJson() {}

    static JsonNode stage(JsonNode report, String id) {
        for (JsonNode stage : report.get("stages")) {
            if (stage.get("id").asText().equals(id)) {
                return stage;
            }
        }
        throw new AssertionError("the report has no stage " + id);
    }

    /** The ids of the issues, in the report's order. */
    static List<String> issues(JsonNode report) {
        List<String> issues = new ArrayList<>();
        report.get("issues").forEach(issue -> issues.add(issue.get("id").asText()));
        return issues;
    }
}
