import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An audit of thirty real jobs of all kinds: each verdict is what is known of the job, and what its own trace says. The worker was
 * restarted among them, and some are still at work.
 */
class LiveAuditTest extends RealStack {
    private static final String DEGRADED = "completed but degraded";
    /** What each behaviour of test/stack/outside/behaviour.py comes to, by what it does. */
    private static final Map<String, String[]> ENDED = new LinkedHashMap<>();

    static {
        ended("completed", "healthy", "{}");
        ended("completed", "cached", "{'records':60,'cached':10,'blacklisted':2}");
        ended("completed", "two batches", "{'records':230,'idicore_seconds':0.004}");
        ended("completed", "from a file", "{'file':true,'records':40}");
        ended("completed", "nobody new", "{'records':10,'new':0}");
        ended("completed", "limits at first", "{'records':12,'idicore_429':2}");
        ended(DEGRADED, "no blacklist", "{'blacklist_error':true}");
        ended(DEGRADED, "CCC refuses", "{'ccc_error':true}");
        ended(DEGRADED, "CCC refuses once", "{'records':230,'ccc_error':[2],'idicore_seconds':0.004}");
        ended(DEGRADED, "CCC leaves phones out", "{'ccc_omits':2}");
        ended(DEGRADED, "short numbers", "{'short_phones':3}");
        ended(DEGRADED, "PUT refused", "{'upload_error':true}");
        ended(DEGRADED, "COPY failed", "{'copy_error':true}");
        ended(DEGRADED, "no row loaded", "{'rows_loaded':0}");
        ended(DEGRADED, "rows rejected", "{'upload_row_errors':4}");
        ended(DEGRADED, "people not looked up", "{'idicore_500_people':3}");
        ended(DEGRADED, "no token", "{'records':12,'idicore_token':401}");
        ended(DEGRADED, "limits", "{'records':12,'idicore_429':9}");
        ended(DEGRADED, "query fails", "{'query_error':'main'}");
        ended(DEGRADED, "query times out", "{'query_timeout':true}");
        ended("failed", "no such query", "{'query_error':'optimization'}");
        ended("failed", "garbage", "{'records':10,'garbage':3}");
        ended("failed", "nobody has a name", "{'nameless':30}");
        ended("failed", "selects nothing", "{'selects_nothing':true}");
    }

    @TempDir
    Path folder;

    private static void ended(String verdict, String name, String behaviour) {
        ENDED.put(name, new String[] {verdict, behaviour});
    }

    @Test
    void anAuditSaysOfEachJobWhatIsKnownOfItAndWhatItsOwnTraceSays() throws Exception {
        alone();
        Instant start = Instant.now();
        Map<String, String> behaviours = new LinkedHashMap<>();
        ENDED.forEach((name, kind) -> behaviours.put("audit " + name, kind[1]));
        startAll(REAL, behaviours);
        Map<String, String> expected = new TreeMap<>();
        Map<String, Started> jobs = new LinkedHashMap<>();
        for (String name : ENDED.keySet()) {
            jobs.put(over("audit " + name).id(), JOBS.get("audit " + name));
            expected.put(JOBS.get("audit " + name).id(), ENDED.get(name)[0]);
        }
        Started lost = start("audit restarted", "{'records':200,'idicore_seconds':1}");
        await(lost, "at idiCORE", seen -> seen.says("^Making API calls"));
        assertEquals(0, Ran.of("docker", "compose", "-p", REAL, "restart", "--timeout", "1", "celery-worker").code());
        stack("up", "real");
        Started killed = start("audit killed", "{'records':200,'idicore_seconds':1}");
        await(killed, "at idiCORE", seen -> seen.says("^Making API calls"));
        job(killed, "kill-child");
        Started preview = new Started(REAL, RUN + "-audit-preview", stack("job", "start", RUN + "-audit-preview", "{}", "--preview").strip());
        await(preview, "over", truth -> truth.ended() > 0);
        List.of(lost, killed, preview).forEach(job -> jobs.put(job.id(), job));
        JOBS.remove("audit restarted");
        JOBS.remove("audit killed");
        // Below the client's limit of 2 s: a call that times out would be an error soon, and the audit is before the traces.
        String slow = "{'records':200,'idicore_seconds':1.5}";
        List<Started> open = List.of(start("audit cancelled", slow), start("audit running", slow), start("audit queued", "{'records':5}"));
        for (Started job : open.subList(0, 2)) {
            await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        }
        assertEquals("cancelled", job(open.get(0), "cancel").strip());
        expected.putAll(Map.of(lost.id(), "lost", killed.id(), "lost", preview.id(), "completed", open.get(0).id(), "cancelled", open.get(1).id(), "running",
            open.get(2).id(), "queued"));

        Path file = folder.resolve("audit.jsonl.gz");
        JsonNode audit = audit(start, "--record", file.toString());
        List<Report> meanwhile = new ArrayList<>();
        for (Started job : open) {
            meanwhile.add(trace(job, "--skip", "slower-than-usual"));
        }
        for (Started job : open.subList(0, 2)) {
            assertFalse(truth(job).over(), "the job ended before it was traced");
        }
        Map<String, String> verdicts = new TreeMap<>();
        Map<String, JsonNode> audited = new LinkedHashMap<>();
        audit.path("jobs").forEach(one -> audited.put(one.path("job").path("id").asText(), one));
        audited.keySet().retainAll(expected.keySet());
        audited.forEach((id, one) -> verdicts.put(id, one.path("verdict").path("state").asText()));
        assertEquals(30, expected.size());
        assertEquals(expected, verdicts);
        for (Started job : jobs.values()) {
            assertEquals(said(trace(job, "--skip", "slower-than-usual").json()), said(audited.get(job.id())), job.campaign());
        }
        for (int i = 0; i < open.size(); i++) {
            // How long it has run is another time.
            JsonNode one = audited.get(open.get(i).id());
            assertEquals(meanwhile.get(i).verdict(), one.path("verdict").path("state").asText());
            assertEquals(statuses(meanwhile.get(i).json()), statuses(one), open.get(i).campaign());
        }
        assertEquals(audit, Json.read(AllTests.trace("--replay", file.toString(), "--format", "json").out()), "the recording gives another audit");
        alone();
    }

    private static JsonNode audit(Instant start, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-f", FILE.toString(), "--audit", start + "..", "--format", "json", "--skip", "slower-than-usual"));
        arguments.addAll(List.of(more));
        AllTests.Run run = AllTests.trace(arguments.toArray(String[]::new));
        assertTrue(run.out().startsWith("{"), "no report, exit code " + run.code() + ": " + run.err());
        assertEquals(1, run.code());
        return Json.read(run.out());
    }

    /** What is said of a job, its lines and its own file excepted. */
    private static List<String> said(JsonNode report) {
        List<String> said = new ArrayList<>();
        said.add(report.path("verdict").path("state").asText() + " " + report.path("verdict").path("because").asText() + " " + report.path("verdict").path("since").asText());
        report.path("stages").forEach(stage -> said.add(stage.path("id").asText() + " " + stage.path("status").asText() + " " + stage.path("summary").asText()
            + " " + stage.path("numbers") + " " + stage.path("durationSeconds")));
        report.path("issues").forEach(issue -> said.add(issue.path("id").asText() + " " + issue.path("severity").asText() + " " + issue.path("symptom").asText()));
        said.removeIf(line -> line.startsWith("job-log-file "));
        return said;
    }

    private static Map<String, String> statuses(JsonNode report) {
        Map<String, String> statuses = new TreeMap<>();
        report.path("stages").forEach(stage -> statuses.put(stage.path("id").asText(), stage.path("status").asText()));
        statuses.keySet().removeAll(Set.of("job-log-file"));
        return statuses;
    }
}
