import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real jobs in the real stack of test/stack, started once for all classes that trace them. What a report says is compared with
 * the truth, the file that the application itself writes of each job for the tests, and with the job's row; never with numbers
 * of trace-job's own.
 */
abstract class LiveStack extends RealStack {
    /** The jobs that need nothing for themselves, by campaign: all are started at once, and the worker takes them in turn. */
    private static final Map<String, String> CAMPAIGNS = new LinkedHashMap<>();

    static {
        CAMPAIGNS.put("healthy", "{'records':245,'new':198,'cached':26,'flagged':12,'dnc':45,'blacklisted':4,'idicore_seconds':0.045}");
        CAMPAIGNS.put("three-batches", "{'records':450,'flagged':30,'dnc':20,'idicore_seconds':0.02}");
        CAMPAIGNS.put("no-such-query", "{'records':10,'query_error':'optimization'}");
        CAMPAIGNS.put("garbage", "{'records':10,'garbage':3}");
        CAMPAIGNS.put("ccc-refuses", "{'ccc_error':true}");
        CAMPAIGNS.put("ccc-refuses-second-batch", "{'records':230,'ccc_error':[2]}");
        CAMPAIGNS.put("idicore-limits", "{'records':12,'idicore_429':9}");
        CAMPAIGNS.put("idicore-limits-two", "{'records':12,'idicore_429':9,'idicore_429_people':2}");
        CAMPAIGNS.put("idicore-limits-at-first", "{'records':12,'idicore_429':2}");
        CAMPAIGNS.put("idicore-breaks", "{'records':30,'idicore_drop_people':30}");
        CAMPAIGNS.put("idicore-no-token", "{'idicore_token':401}");
        CAMPAIGNS.put("upload-refused", "{'upload_error':true}");
        CAMPAIGNS.put("upload-loses-rows", "{'upload_row_errors':3}");
        CAMPAIGNS.put("query-fails", "{'query_error':'main'}");
        CAMPAIGNS.put("query-times-out", "{'query_timeout':true}");
        CAMPAIGNS.put("nobody-new", "{'records':10,'new':0}");
        CAMPAIGNS.put("one", "{'records':41}");
        CAMPAIGNS.put("two", "{'records':42}");
        CAMPAIGNS.put("three", "{'records':43}");
    }

    /** Those of the spec's stack. No line of its form tells of blacklisted phones, or that only the first three are kept. */
    private static final Map<String, String> SPEC_CAMPAIGNS = Map.of(
        "spec healthy", "{'records':245,'new':198,'phones':3,'flagged':12,'dnc':45,'idicore_seconds':0.045}",
        "spec no-such-query", "{'records':10,'query_error':'optimization'}");

    @TempDir
    Path folder;

    @BeforeAll
    static void startTheJobs() throws Exception {
        if (JOBS.keySet().containsAll(SPEC_CAMPAIGNS.keySet())) {
            return;
        }
        stack("up", "spec");
        startAll(REAL, CAMPAIGNS);
        startAll(SPEC, SPEC_CAMPAIGNS);
    }

    /** The numbers of the report, and those of the truth under the same names. */
    static void numbersEqualTheTruth(Report report, Truth truth) {
        Map<String, Long> real = new LinkedHashMap<>();
        Map<String, Long> told = new LinkedHashMap<>();
        for (String[] one : new String[][] {
            {"Snowflake Query", "records", "snowflake", "rows"},
            {"Pre-filtering", "kept", "prefilter", "kept"},
            {"idiCORE Enrichment", "records", "idicore", "records"},
            {"idiCORE Enrichment", "phones", "idicore", "phones"},
            {"idiCORE Enrichment", "calls", "idicore", "api_calls"},
            {"CCC Litigator Check", "phones", "ccc", "phones"},
            {"CCC Litigator Check", "checked", "ccc", "checked"},
            {"CCC Litigator Check", "flagged", "ccc", "flagged"},
            {"DNC Check", "phones", "dnc", "phones"},
            {"DNC Check", "checked", "dnc", "checked"},
            {"DNC Check", "found", "dnc", "listed"},
            {"Results Upload", "saved", "upload", "stored"}}) {
            real.put(one[0] + " " + one[1], truth.sum(one[2], one[3]));
            told.put(one[0] + " " + one[1], report.stage(one[0]).path("numbers").path(one[1]).asLong(-1));
        }
        assertEquals(real, told);
    }

    /** The stages' times and the whole time: exactly those between the job's own lines, by the clock that wrote them. */
    static void timesEqualTheLines(Report report, Truth truth) {
        List<JsonNode> lines = truth.lines();
        int query = first(lines, first(lines, 0, "📋 SQL Execution: "), "✅ SQL executed successfully, ");
        int batch = first(lines, query, "📋 Batch Processing: Processing batch ");
        Map<String, Long> real = new TreeMap<>(Map.of(
            "Snowflake Query", at(lines, query) - at(lines, first(lines, 0, "📋 Database Connections: ")),
            "Pre-filtering", at(lines, batch) - at(lines, query),
            "idiCORE Enrichment", visits(lines, "🔧 Processing batch of ", "✅ Parallel API calls completed: "),
            "CCC Litigator Check", visits(lines, "📋 Litigator Check: ", "Litigator check completed: "),
            "DNC Check", visits(lines, "📋 DNC Check: ", "✅ DNC check completed "),
            "Results Upload", visits(lines, "📋 Final Upload: ", "📋 Upload Complete: ")));
        timesEqual(real, report, lines);
    }

    static void timesEqualTheSpecsLines(Report report, Truth truth, Started job) {
        List<JsonNode> lines = truth.lines();
        String start = "Job " + job.id() + ": ";
        Map<String, Long> real = new TreeMap<>(Map.of(
            "Snowflake Query", visits(lines, start + "Snowflake query started", start + "Snowflake query returned "),
            "Pre-filtering", visits(lines, start + "Snowflake query returned ", start + "pre-filtering kept "),
            "idiCORE Enrichment", visits(lines, start + "idiCORE enrichment started ", start + "idiCORE enrichment completed: "),
            "CCC Litigator Check", visits(lines, start + "CCC litigator check started ", start + "CCC litigator check completed: "),
            "DNC Check", visits(lines, start + "DNC check started ", start + "DNC check completed: "),
            "Results Upload", visits(lines, start + "results upload started", start + "results upload completed: ")));
        timesEqual(real, report, lines.stream().filter(line -> !line.get("worker").asText().equals("backend")).toList());
    }

    /** The whole time is that from the worker's first line to its last one. */
    static void timesEqual(Map<String, Long> stages, Report report, List<JsonNode> workers) {
        Map<String, Long> real = new TreeMap<>(stages);
        Map<String, Long> told = new TreeMap<>();
        stages.keySet().forEach(title -> told.put(title, millis(report.stage(title))));
        real.put("the whole job", at(workers, workers.size() - 1) - at(workers, 0));
        told.put("the whole job", millis(report.json().path("job")));
        real.put("started", at(workers, 0));
        told.put("started", Instant.parse(report.json().path("job").path("startedAt").asText()).toEpochMilli());
        assertEquals(real, told);
    }

    private static long millis(JsonNode told) {
        return told.path("durationSeconds").isNumber() ? Math.round(told.path("durationSeconds").asDouble() * 1000) : -1;
    }

    /** The index of the first line from there on that begins so. */
    private static int first(List<JsonNode> lines, int from, String start) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).get("message").asText().startsWith(start)) {
                return i;
            }
        }
        throw new AssertionError("the job has no line " + start);
    }

    /** When a line was logged, in milliseconds, cut off and not rounded, as a log shows it. */
    static long at(List<JsonNode> lines, int index) {
        double seconds = lines.get(index).get("t").asDouble();
        long whole = (long) seconds;
        return whole * 1000 + (long) ((seconds - whole) * 1000);
    }

    /** The sum of the times from each line that begins a visit of a stage to the one that ends it. */
    private static long visits(List<JsonNode> lines, String begins, String ends) {
        return IntStream.range(0, lines.size()).filter(i -> lines.get(i).get("message").asText().startsWith(begins))
            .mapToLong(i -> at(lines, first(lines, i, ends)) - at(lines, i)).sum();
    }

    static List<String> texts(JsonNode stage) {
        return StreamSupport.stream(stage.path("evidence").spliterator(), false).map(message -> message.path("text").asText()).toList();
    }
}
