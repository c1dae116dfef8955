import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Traces real jobs in the real stack of test/stack. What a report says is compared with the truth, the file that the
 * application itself writes of each job for the tests, and with the job's row; never with numbers of trace-job's own.
 */
class LiveTest extends StackTest {
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
        stack("up", "spec");
        startAll(REAL, CAMPAIGNS);
        startAll(SPEC, SPEC_CAMPAIGNS);
    }

    // ---- Comparing ----

    /** All messages that trace-job places, unmasked: a report shows some of them only. */
    private static List<Message> placed(Started job) {
        List<Stage> stages = Scripts.all(Stage.class);
        Command finder = stages.stream().map(Stage::finder).filter(Objects::nonNull).findFirst().orElseThrow();
        ComposeTarget target = new ComposeTarget();
        target.compose.addAll(List.of("-p", job.stack()));
        target.limit = 30;
        LiveSource live = new LiveSource(target, new CommandRunner(30), new Progress(new PrintWriter(PrintWriter.nullWriter())));
        Collector gathering = new Collector(live, finder, stages, List.of(), new Redactor(false), target);
        Collector.Found found = gathering.find(job.id(), "");
        return gathering.trace(found.jobs().get(0), found).messages;
    }

    /** The numbers of the report, and those of the truth under the same names. */
    private static void numbersEqualTheTruth(Report report, Truth truth) {
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
    private static void timesEqualTheLines(Report report, Truth truth) {
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

    private static void timesEqualTheSpecsLines(Report report, Truth truth, Started job) {
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
    private static void timesEqual(Map<String, Long> stages, Report report, List<JsonNode> workers) {
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
    private static long at(List<JsonNode> lines, int index) {
        double seconds = lines.get(index).get("t").asDouble();
        long whole = (long) seconds;
        return whole * 1000 + (long) ((seconds - whole) * 1000);
    }

    /** The sum of the times from each line that begins a visit of a stage to the one that ends it. */
    private static long visits(List<JsonNode> lines, String begins, String ends) {
        return IntStream.range(0, lines.size()).filter(i -> lines.get(i).get("message").asText().startsWith(begins))
            .mapToLong(i -> at(lines, first(lines, i, ends)) - at(lines, i)).sum();
    }

    /**
     * No line of the others is placed, none of its own more often than the job logged it, and nearly all of its own are. Line
     * by line: the two copies of a message come over stdout and stderr, which Docker may interleave in the midst of them.
     */
    private static void onlyAndAllOfItsOwn(Started job, Started... others) throws Exception {
        List<String> logged = truth(job).lines().stream().map(line -> line.get("message").asText()).toList();
        List<String> placed = placed(job).stream().map(message -> message.text).toList();
        Map<String, Long> own = counted(logged.stream().flatMap(String::lines));
        for (Started other : others) {
            Stream<String> lines = truth(other).lines().stream().flatMap(line -> line.get("message").asText().lines());
            Set<String> foreign = new TreeSet<>(counted(lines).keySet());
            foreign.removeAll(own.keySet());
            List<String> taken = placed.stream().flatMap(String::lines).filter(line -> foreign.contains(line) || line.contains(other.id())).toList();
            assertEquals(List.of(), taken, "lines of " + other);
        }
        Map<String, Long> heads = counted(logged.stream().map(LiveTest::head));
        Map<String, Long> often = counted(placed.stream().map(LiveTest::head));
        often.entrySet().removeIf(line -> line.getValue() <= heads.getOrDefault(line.getKey(), line.getValue()));
        assertEquals(Map.of(), often, "more often than it was logged");
        Map<String, Long> lines = counted(placed.stream().flatMap(String::lines));
        Map<String, Long> lost = new TreeMap<>(own);
        lost.replaceAll((line, count) -> count - lines.getOrDefault(line, 0L));
        lost.values().removeIf(count -> count <= 0);
        assertTrue(sum(lost) <= sum(own) / 1000.0, "of " + sum(own) + " lines not placed: " + lost);
    }

    private static Map<String, Long> counted(Stream<String> lines) {
        return lines.collect(Collectors.groupingBy(line -> line, TreeMap::new, Collectors.counting()));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(count -> count).sum();
    }

    private static String head(String message) {
        return message.lines().findFirst().orElse("");
    }

    // ---- Healthy jobs ----

    @Test
    void aHealthyJobsNumbersAndTimesAreWhatTheApplicationDid() throws Exception {
        Started job = over("healthy");
        Truth truth = truth(job);
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals("completed", report.verdict());
        assertEquals("[]", report.issues());
        assertEquals(0, report.code());
        assertEquals(List.of(), report.err().lines().filter(line -> !line.startsWith("trace-job: still reading")).toList());
        numbersEqualTheTruth(report, truth);
        assertEquals(truth.sum("idicore", "cache_hits"), report.stage("idiCORE Enrichment").path("numbers").path("hits").asLong(-1));
        timesEqualTheLines(report, truth);
        assertTrue(report.stage("idiCORE Enrichment").path("bottleneck").asBoolean());
    }

    @Test
    void aHealthyJobsRowIsTold() throws Exception {
        Started job = over("healthy");
        JsonNode row = Json.read(job(job, "status"));
        JsonNode told = trace(job).json().path("job");
        assertEquals(job.id(), told.path("id").asText());
        assertEquals(job.campaign(), told.path("name").asText());
        assertEquals(row.path("status"), told.path("status"));
        for (String column : List.of("total_rows_processed", "litigator_count", "dnc_count", "both_count", "clean_count", "table_id")) {
            assertEquals(row.path(column), told.path(column), column);
        }
        for (Map.Entry<String, String> time : Map.of("created_at", "createdAt", "completed_at", "completedAt").entrySet()) {
            Instant exactly = OffsetDateTime.parse(row.path(time.getKey()).asText()).toInstant();
            assertEquals(exactly.truncatedTo(ChronoUnit.MILLIS), Instant.parse(told.path(time.getValue()).asText()), time.getKey());
        }
    }

    @Test
    void theTextReportOfAHealthyJobSaysTheSame() throws Exception {
        Started job = over("healthy");
        Truth truth = truth(job);
        String report = AllTests.trace("-f", FILE.toString(), job.id(), "--color", "never").out();
        for (String line : List.of(
            "[OK] Snowflake Query - Retrieved " + truth.sum("snowflake", "rows") + " records",
            "[OK] Pre-filtering - Filtered to " + truth.sum("prefilter", "kept") + " new records",
            "[OK] idiCORE Enrichment - Processed " + truth.sum("idicore", "records") + " records",
            "[OK] CCC Litigator Check - " + truth.sum("ccc", "checked") + " phones checked, " + truth.sum("ccc", "flagged") + " flagged",
            "[OK] DNC Check - " + truth.sum("dnc", "checked") + " phones checked, " + truth.sum("dnc", "listed") + " in DNC",
            "[OK] Results Upload - " + truth.sum("upload", "stored") + " records saved")) {
            assertTrue(report.contains("  " + line + "\n"), line + " is not in\n" + report);
        }
        assertTrue(report.contains("Issues Found:\n  None\n"), report);
    }

    @Test
    void threeBatchesAreSummedUp() throws Exception {
        Started job = over("three-batches");
        Truth truth = truth(job);
        assertEquals(3, truth.visits("idicore").count());
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals(0, report.code(), report.issues());
        numbersEqualTheTruth(report, truth);
        timesEqualTheLines(report, truth);
    }

    @Test
    void retriesThatRecoveredAreNoFailure() throws Exception {
        Started job = over("idicore-limits-at-first");
        assertTrue(truth(job).sum("idicore", "retries") > 0);
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void whereNothingIsNewThereIsNothingToDo() throws Exception {
        Report report = trace(over("nobody-new"));
        assertEquals(Set.of("idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"), report.notOk().keySet());
        assertEquals(report.notOk().keySet(), report.with("SKIP"));
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void aPartOfTheIdThatOneJobHasIsEnough() throws Exception {
        Started job = over("one");
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), job.id().substring(5, 23).toUpperCase(Locale.ROOT));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("ETL JOB TRACE: " + job.id() + "\n"), run.out());
    }

    // ---- Whose line is it ----

    @Test
    void ofTwoJobsAtTheSameTimeNeitherReportHoldsALineOfTheOther() throws Exception {
        String behaviour = "{'records':120,'idicore_seconds':0.1,'ccc_seconds':0.3,'idicore_429':1,'idicore_429_people':60,'new':%d}";
        Started one = start("side-by-side-1", String.format(behaviour, 110));
        Started two = start("side-by-side-2", String.format(behaviour, 105));
        over("side-by-side-1");
        over("side-by-side-2");
        assertNotEquals(truth(one).pid(), truth(two).pid());
        double together = Math.min(truth(one).ended(), truth(two).ended()) - Math.max(truth(one).begun(), truth(two).begun());
        assertTrue(together > 1, "together for " + together + " s only");
        onlyAndAllOfItsOwn(one, two);
        onlyAndAllOfItsOwn(two, one);
        numbersEqualTheTruth(trace(one), truth(one));
        numbersEqualTheTruth(trace(two), truth(two));
    }

    @Test
    void theJobFilesLinesOfLaterJobsOnTheSameWorkerAreNotTold() throws Exception {
        List<Started> jobs = new ArrayList<>();
        Map<Started, Truth> truths = new HashMap<>();
        for (String name : List.of("one", "two", "three")) {
            jobs.add(over(name));
            truths.put(JOBS.get(name), truth(JOBS.get(name)));
        }
        jobs.sort(Comparator.comparingDouble(job -> truths.get(job).begun()));
        // Of three jobs on two workers one has run two.
        Started earlier = jobs.stream()
            .filter(job -> jobs.stream().anyMatch(next -> follows(truths.get(next), truths.get(job)))).findFirst().orElseThrow();
        Started later = jobs.stream().filter(next -> follows(truths.get(next), truths.get(earlier))).findFirst().orElseThrow();
        Ran file = run(Map.of(), "docker", "compose", "-p", REAL, "exec", "-T", "celery-worker", "cat", "logs/jobs/" + earlier.id() + ".log");
        assertTrue(file.out().contains(later.id()), "the job file should hold the later job's lines");
        onlyAndAllOfItsOwn(earlier, later);
        onlyAndAllOfItsOwn(later, earlier);
        numbersEqualTheTruth(trace(earlier), truths.get(earlier));
    }

    private static boolean follows(Truth next, Truth truth) {
        return next.pid() == truth.pid() && next.begun() > truth.ended();
    }

    // ---- Jobs that fail ----

    @Test
    void aFailingJobsSqlErrorIsShownWhole() throws Exception {
        Started job = over("no-such-query");
        JsonNode row = Json.read(job(job, "status"));
        Report report = trace(job);
        assertEquals("failed", report.verdict());
        assertEquals(1, report.code());
        assertEquals(row.path("error_message"), report.json().path("job").path("error"));
        assertEquals(Set.of("Snowflake Query", "Job Complete"), report.with("FAIL"));
        assertEquals(Set.of("Pre-filtering", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"), report.with("SKIP"));
        String error = truth(job).errors("snowflake").get(0);
        assertTrue(error.contains("\n"), error);
        assertTrue(texts(report.stage("Snowflake Query")).contains("❌ SQL execution failed: " + error),
            report.stage("Snowflake Query").toPrettyString());
        timesEqual(Map.of(), report, truth(job).lines());
    }

    @Test
    void whatIsWrongBeganWhileTheJobRan() throws Exception {
        for (String campaign : List.of("no-such-query", "garbage", "ccc-refuses")) {
            Started job = over(campaign);
            Truth truth = truth(job);
            for (JsonNode issue : trace(job).json().path("issues")) {
                Instant since = Instant.parse(issue.path("since").asText());
                List<JsonNode> lines = truth.lines();
                Instant begun = Instant.ofEpochMilli(at(lines, 0)).truncatedTo(ChronoUnit.SECONDS);
                Instant ended = Instant.ofEpochMilli(at(lines, lines.size() - 1));
                assertTrue(!since.isBefore(begun) && !since.isAfter(ended), campaign + ", from " + begun + " to " + ended + ": "
                    + issue.path("symptom") + " since " + since);
            }
        }
    }

    @Test
    void aTracebackIsOneMessageWithItsLastLine() throws Exception {
        Started job = over("garbage");
        String logged = truth(job).lines().stream().map(line -> line.get("message").asText())
            .filter(text -> text.contains("Traceback")).findFirst().orElseThrow();
        Report report = trace(job, "--no-redact");
        List<String> tracebacks = texts(report.stage("Error Analysis")).stream().filter(text -> text.contains("Traceback")).toList();
        assertEquals(List.of(logged), tracebacks);
        assertTrue(tracebacks.get(0).endsWith("\nAttributeError: 'NoneType' object has no attribute 'strip'"), tracebacks.get(0));
        assertEquals("failed", report.verdict());
        assertEquals(1, report.code());
    }

    private static List<String> texts(JsonNode stage) {
        return StreamSupport.stream(stage.path("evidence").spliterator(), false).map(message -> message.path("text").asText()).toList();
    }

    // ---- What `completed` hides ----

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ccc-refuses, CCC Litigator Check, ccc",
        "ccc-refuses-second-batch, CCC Litigator Check, ccc",
        "idicore-limits, idiCORE Enrichment, idicore",
        "idicore-no-token, idiCORE Enrichment, idicore",
        "upload-refused, Results Upload, upload",
        "query-fails, Snowflake Query, snowflake",
        "query-times-out, Snowflake Query, snowflake"})
    void aStageThatCouldNotDoItsWorkFailsThoughTheRowSaysCompleted(String campaign, String title, String stage) throws Exception {
        completedButDegraded(over(campaign), title, stage);
    }

    private static Report completedButDegraded(Started job, String title, String stage) throws Exception {
        assertEquals("completed", Json.read(job(job, "status")).path("status").asText());
        assertFalse(truth(job).errors(stage).isEmpty());
        Report report = trace(job);
        assertEquals(Set.of(title), report.with("FAIL"));
        assertEquals(Set.of(), report.with("UNKNOWN"));
        assertEquals("completed but degraded", report.verdict());
        assertEquals(1, report.code());
        assertTrue(report.json().path("issues").size() > 0);
        return report;
    }

    @Test
    void thePhonesOfAFailedBatchAreCountedAsNotChecked() throws Exception {
        Started job = over("ccc-refuses-second-batch");
        Truth truth = truth(job);
        JsonNode numbers = trace(job).stage("CCC Litigator Check").path("numbers");
        assertEquals(truth.sum("ccc", "checked"), numbers.path("checked").asLong(-1));
        assertEquals(truth.sum("ccc", "phones") - truth.sum("ccc", "checked"), numbers.path("unchecked").asLong(-1));
    }

    @Test
    void whoCouldNotBeLookedUpIsCounted() throws Exception {
        Started job = over("idicore-limits-two");
        Report report = trace(job);
        assertEquals(truth(job).sum("idicore", "failed"), report.stage("idiCORE Enrichment").path("numbers").path("failed").asLong(-1));
        assertEquals("WARN", report.stage("idiCORE Enrichment").path("status").asText());
        assertEquals(1, report.code());
    }

    @Test
    void aCircuitBreakerThatOpensIsNamedAndWhoMetItIsCounted() throws Exception {
        Started job = over("idicore-breaks");
        assertTrue(truth(job).says("^Circuit breaker OPENED"), "the breaker did not open");
        Report report = trace(job);
        assertEquals(truth(job).sum("idicore", "failed"), report.stage("idiCORE Enrichment").path("numbers").path("failed").asLong(-1));
        assertEquals("completed but degraded", report.verdict());
        assertTrue(report.issues().contains("the circuit breaker opened at "), report.issues());
    }

    @Test
    void rowsThatSnowflakeDidNotTakeAreLost() throws Exception {
        Started job = over("upload-loses-rows");
        Report report = trace(job);
        JsonNode upload = report.stage("Results Upload");
        assertEquals(truth(job).sum("upload", "row_errors"), upload.path("numbers").path("lost").asLong(-1));
        assertEquals(Long.parseLong(stack("job", "stored", job.campaign()).strip()), upload.path("numbers").path("saved").asLong(-1));
        assertEquals("FAIL", upload.path("status").asText());
        assertEquals(1, report.code());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"missing", "folder", "notable", "locked"})
    void aListThatCannotBeReadFailsTheDncCheck(String state) throws Exception {
        alone();
        stack("job", "dnc", state);
        try {
            start("dnc-" + state, "{'records':20}");
            completedButDegraded(over("dnc-" + state), "DNC Check", "dnc");
        } finally {
            stack("job", "dnc", "ok");
        }
    }

    @Test
    void aListThatIsLockedInTheMiddleFailsTheDncCheck() throws Exception {
        alone();
        Started job = start("dnc-locked-later", "{'records':16,'idicore_seconds':1}");
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        stack("job", "dnc", "locked");
        try {
            Report report = completedButDegraded(over("dnc-locked-later"), "DNC Check", "dnc");
            assertTrue(truth(job).says("^Error querying DNC chunk 1"));
            assertEquals(truth(job).sum("dnc", "phones"), report.stage("DNC Check").path("numbers").path("phones").asLong(-1));
        } finally {
            stack("job", "dnc", "ok");
        }
    }

    // ---- Jobs that have not ended well, or not at all ----

    @Test
    void aRunningJobIsInAStage() throws Exception {
        Started job = start("running", "{'records':40,'idicore_seconds':1}");
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        Report report = trace(job);
        assertFalse(truth(job).over(), "the job ended before it was traced");
        assertEquals("running", report.verdict());
        assertTrue(report.json().path("verdict").path("because").asText().startsWith("in idiCORE Enrichment"),
            report.json().path("verdict").toString());
        assertEquals(Set.of("CCC Litigator Check", "DNC Check", "Results Upload", "Job Complete"), report.with("SKIP"));
        assertEquals(report.with("SKIP"), report.notOk().keySet());
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void aJobThatWaitsForAWorkerIsQueued() throws Exception {
        alone();
        String slow = "{'records':40,'idicore_seconds':1}";
        start("before-1", slow);
        start("before-2", slow);
        Started job = start("waiting", "{'records':5}");
        Report report = trace(job);
        assertEquals(0, truth(job).begun(), "the job had begun before it was traced");
        assertEquals("queued", report.verdict());
        assertEquals("SKIP", report.stage("Task Started").path("status").asText());
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void aCancelledJobIsCancelledUntilItsWorkerCompletesIt() throws Exception {
        Started job = start("cancelled", "{'records':40,'idicore_seconds':1}");
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        assertEquals("cancelled", job(job, "cancel").strip());
        Report report = trace(job);
        assertFalse(truth(job).over(), "the job ended before it was traced");
        assertEquals("cancelled", report.verdict());
        assertEquals(Set.of(), report.with("FAIL"));
        assertEquals(1, report.code());
        over("cancelled");
        assertEquals("completed", trace(job).verdict());
    }

    @Test
    void aJobWhoseWorkerProcessWasKilledIsLost() throws Exception {
        Started job = start("killed", "{'records':40,'idicore_seconds':1}");
        Truth truth = await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        job(job, "kill-child");
        JOBS.remove("killed");
        String process = truth.fact("started").path("worker").asText();
        Report report = lost(job);
        assertEquals("FAIL", report.stage("Task Started").path("status").asText());
        assertEquals("FAIL", report.stage("idiCORE Enrichment").path("status").asText());
        String evidence = report.json().path("verdict").path("evidence").path(0).asText();
        assertTrue(evidence.startsWith("Process '" + process + "' pid:" + truth.pid()), evidence);
        assertEquals(1, report.code());
    }

    @Test
    void aJobWhoseWorkerWasRestartedIsLost() throws Exception {
        alone();
        Started job = start("restarted", "{'records':200,'idicore_seconds':1}");
        await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        JOBS.remove("restarted");
        assertEquals(0, run(Map.of(), "docker", "compose", "-p", REAL, "restart", "--timeout", "1", "celery-worker").code());
        stack("up", "real");
        Report report = lost(job);
        assertEquals("FAIL", report.stage("Task Started").path("status").asText());
        assertEquals(1, report.code());
    }

    /** The report that says so: the main process looks after its children only now and then. */
    private static Report lost(Started job) throws Exception {
        Report report = trace(job);
        for (Instant deadline = Instant.now().plusSeconds(20); report.verdict().equals("running") && Instant.now().isBefore(deadline); ) {
            report = trace(job);
        }
        assertEquals("lost", report.verdict());
        assertEquals("running", report.json().path("job").path("status").asText());
        return report;
    }

    @Test
    void aJobThatWaitsWhileNoWorkerIsUpIsStuck() throws Exception {
        alone();
        Started job;
        Report report;
        try {
            assertEquals(0, run(Map.of(), "docker", "compose", "-p", REAL, "stop", "--timeout", "1", "celery-worker").code());
            job = start(REAL, "nobody-takes-it", "{}");
            report = trace(job);
        } finally {
            stack("up", "real");
        }
        assertEquals("stuck", report.verdict());
        assertEquals(1, report.code());
        assertTrue(report.issues().contains("Celery worker down"), report.issues());
        JOBS.put("nobody-takes-it", job);
        over("nobody-takes-it");
    }

    @Test
    void withoutRedisAJobsEventsReachNobodyAndTheJobGoesOn() throws Exception {
        alone();
        Started job = start(REAL, "without-redis", "{'records':60,'idicore_seconds':0.4}");
        await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        Report during;
        try {
            assertEquals(0, run(Map.of(), "docker", "compose", "-p", REAL, "stop", "--timeout", "1", "redis").code());
            await(job, "ended", seen -> seen.fact("ended").has("ended"));
            during = trace(job);
        } finally {
            run(Map.of(), "docker", "compose", "-p", REAL, "start", "redis");
            // This Celery does not take tasks again from a broker that was away.
            run(Map.of(), "docker", "compose", "-p", REAL, "restart", "--timeout", "1", "celery-worker");
            stack("up", "real");
        }
        assertTrue(during.issues().contains("No WebSocket updates"), during.issues());
        assertEquals(1, during.code());
        assertEquals("OK", during.stage("Results Upload").path("status").asText());
    }

    @Test
    void twentyDifferentHealthyJobsGiveNoIssue() throws Exception {
        alone();
        List<Started> jobs = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            int records = i * 13 % 60 + 1;
            jobs.add(start("fine-" + i, String.format(Locale.ROOT, "{'records':%d,'new':%d,'phones':%d,'flagged':%d,'dnc':%d,'blacklisted':%d,"
                + "'query_seconds':0.%d,'filter_seconds':0.0%d,'idicore_seconds':0.0%d,'idicore_429':%d,'idicore_429_people':1}",
                records, Math.max(1, records - i % 4), 1 + i % 3, i % 2, i % 2, i % 3 == 0 ? 1 : 0,
                1 + i % 5, i % 9, 1 + i % 3, i % 5 == 0 ? 1 : 0)));
        }
        for (Started job : jobs) {
            await(job, "over", Truth::over);
            Report report = trace(job);
            assertEquals("0 completed [] {}", report.code() + " " + report.verdict() + " " + report.issues() + " " + report.notOk(), job.toString());
        }
    }

    @Test
    void aPreviewNeverReachesCelery() throws Exception {
        String name = RUN + "-preview";
        Started job = new Started(REAL, name, stack("job", "start", name, "{}", "--preview").strip());
        await(job, "over", truth -> truth.ended() > 0);
        Report report = trace(job);
        assertEquals("completed", report.verdict());
        assertEquals("SKIP", report.stage("Task Started").path("status").asText());
        assertEquals(report.notOk().keySet(), report.with("SKIP"));
        assertEquals(0, report.code(), report.issues());
    }

    // ---- The spec's form ----

    @Test
    void inTheSpecsFormAHealthyJobsNumbersAndTimesAreWhatTheApplicationDid() throws Exception {
        Started job = over("spec healthy");
        Report report = trace(job);
        assertEquals(Map.of(), report.notOk());
        assertEquals("completed", report.verdict());
        assertEquals(0, report.code(), report.issues());
        assertEquals(job.campaign(), report.json().path("job").path("name").asText());
        numbersEqualTheTruth(report, truth(job));
        timesEqualTheSpecsLines(report, truth(job), job);
    }

    @Test
    void inTheSpecsFormAFailingJobsErrorIsShown() throws Exception {
        Started job = over("spec no-such-query");
        Report report = trace(job);
        assertEquals("failed", report.verdict());
        assertEquals(1, report.code());
        assertEquals(Set.of("Snowflake Query", "Job Complete"), report.with("FAIL"));
        String error = truth(job).errors("snowflake").get(0);
        assertTrue(texts(report.stage("Snowflake Query")).stream().anyMatch(text -> text.endsWith(error)),
            report.stage("Snowflake Query").toPrettyString());
    }

    // ---- Which job ----

    @Test
    void forAnUnknownIdTheNewestFiveAreListed() throws Exception {
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), UUID.randomUUID().toString());
        assertEquals(3, run.code());
        assertEquals("", run.out());
        assertEquals(sql(REAL, "SELECT id FROM etl_jobs ORDER BY created_at DESC LIMIT 5"), ids(run.err()));
    }

    @Test
    void forAPartThatSeveralIdsHaveTheyAreListed() throws Exception {
        List<String> all = sql(REAL, "SELECT id FROM etl_jobs ORDER BY created_at DESC");
        String part = Stream.of(1, 2, 3, 4).flatMap(length -> all.stream().map(id -> id.substring(0, length)))
            .filter(start -> List.of(2, 3, 4, 5, 6, 7, 8, 9, 10).contains((int) all.stream().filter(id -> id.contains(start)).count()))
            .findFirst().orElseThrow();
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), part);
        assertEquals(3, run.code());
        assertEquals("", run.out());
        assertEquals(all.stream().filter(id -> id.contains(part)).toList(), ids(run.err()));
    }

    /** The ids that stand alone at the beginning of a listed line. */
    private static List<String> ids(String listed) {
        return listed.lines().filter(line -> line.startsWith("  ")).map(line -> line.strip().split(" ")[0])
            .filter(word -> word.length() == 36).toList();
    }

    @Test
    void theNewestJobOfAStatusIsTraced() throws Exception {
        over("garbage");
        alone();
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), "--last", "failed");
        String newest = sql(REAL, "SELECT id FROM etl_jobs WHERE status = 'failed' ORDER BY created_at DESC LIMIT 1").get(0);
        assertTrue(run.out().contains("ETL JOB TRACE: " + newest + "\n"), run.out() + run.err());
    }

    // ---- Without the database, without the file's variables ----

    /** What is said without the database, of a healthy job and of an id that is nowhere. One outage serves all. */
    private record Outage(Report healthy, AllTests.Run nowhere) {}

    private static Outage outage;

    private static Outage outage() throws Exception {
        if (outage == null) {
            Started job = over("healthy");
            alone();
            assertEquals(0, run(Map.of(), "docker", "compose", "-p", REAL, "stop", "postgres").code());
            try {
                outage = new Outage(trace(job), AllTests.trace("-f", FILE.toString(), UUID.randomUUID().toString()));
            } finally {
                stack("up", "real");
            }
        }
        return outage;
    }

    @Test
    void withoutTheDatabaseTheLogsStillTell() throws Exception {
        Report report = outage().healthy();
        Truth truth = truth(over("healthy"));
        assertTrue(report.err().contains("the database could not be asked"), report.err());
        assertEquals("unknown", report.json().path("job").path("status").asText());
        assertEquals(Set.of(), report.with("FAIL"));
        numbersEqualTheTruth(report, truth);
        timesEqualTheLines(report, truth);
    }

    @Test
    void withoutTheDatabaseNoReportIsWhollyHealthy() throws Exception {
        Report report = outage().healthy();
        assertEquals(1, report.code(), report.notOk().toString());
        assertFalse(report.with("UNKNOWN").isEmpty());
    }

    @Test
    void withoutTheDatabaseAnIdThatIsNowhereInTheLogsHasNoVerdict() throws Exception {
        assertEquals(4, outage().nowhere().code(), outage().nowhere().err());
        assertEquals("", outage().nowhere().out());
    }

    @Test
    void whereTheFilesVariablesAreNotSetTheProjectsMadeFromItAreNamed() throws Exception {
        Started job = over("healthy");
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), "--project-directory", folder.toString(), job.id());
        assertEquals(4, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().contains(REAL) && run.err().contains(SPEC), run.err());
        Report report = trace(job, List.of("-p", REAL, "--project-directory", folder.toString()));
        assertEquals("completed", report.verdict());
        assertEquals(0, report.code(), report.issues());
        numbersEqualTheTruth(report, truth(job));
    }

    // ---- Recordings, and what is left behind ----

    @ParameterizedTest(name = "{0}")
    @CsvSource({"healthy", "garbage", "idicore-limits"})
    void aRecordingGivesTheSameReportAgain(String campaign) throws Exception {
        Path file = folder.resolve(campaign + ".jsonl.gz");
        AllTests.Run live = AllTests.trace("-f", FILE.toString(), over(campaign).id(), "--record", file.toString());
        AllTests.Run again = AllTests.trace("--replay", file.toString());
        assertEquals(live.out(), again.out());
        assertEquals(live.code(), again.code());
    }

    @Test
    void aRecordingHoldsNoPersonAndNoSecret() throws Exception {
        String first = "(?:Ada|Ben|Carla|Grace|Dmitri|Elena|Frank|Tom|Hana|Ivan|Julia|Kofi)";
        String last = "(?:Miller|Nguyen|Okafor|Failed|Petrov|Quinn|Rossi|Error|Silva|Turner|Weber)";
        Pattern told = Pattern.compile("(?i)\\b" + first + "\\W{1,20}" + last + "\\b|@example\\.com|\\b(?:832555|5125[5-9]\\d)\\d{4}\\b"
            + "|\\d+ (?:Oak Street|Maple Avenue|Cedar Lane|Elm Drive|Pine Court)|idi-secret|CCC-7f3a91d2");
        for (String campaign : List.of("idicore-limits", "ccc-refuses")) {
            Started job = over(campaign);
            assertTrue(truth(job).says(told.pattern()), "the job's own lines should hold people");
            Path file = folder.resolve("record.jsonl");
            AllTests.trace("-f", FILE.toString(), job.id(), "--record", file.toString());
            List<String> found = Files.readAllLines(file).stream().flatMap(line -> told.matcher(line).results().map(match ->
                match.group() + " in " + line.substring(Math.max(0, match.start() - 60), Math.min(line.length(), match.end() + 20)))).toList();
            assertEquals(List.of(), found.subList(0, Math.min(5, found.size())), campaign);
        }
    }

    @ParameterizedTest(name = "--timeout {0}")
    @CsvSource({"30", "0.2"})
    void noProcessIsLeftRunning(String timeout) throws Exception {
        Started job = over("healthy");
        Set<Long> before = ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
        AllTests.trace("-f", FILE.toString(), job.id(), "--timeout", timeout);
        List<ProcessHandle> left = Collections.emptyList();
        for (Instant deadline = Instant.now().plusSeconds(2); Instant.now().isBefore(deadline); Thread.sleep(50)) {
            left = ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains(job.id())
                || process.parent().map(parent -> parent.pid() == ProcessHandle.current().pid()).orElse(false)
                    && !before.contains(process.pid())).toList();
            if (left.isEmpty()) {
                break;
            }
        }
        assertEquals(List.of(), left.stream().map(process -> process.info().commandLine().orElse(process.toString())).toList());
    }
}
