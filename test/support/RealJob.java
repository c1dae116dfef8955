import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The lines of one healthy job of the real system, in their order, to be changed line by line and written as a recording.
 * 245 people in two batches: 26 from the cache, 359 phones of the others, CCC asked about 218 first phones, the DNC list
 * about 385 phones. Each line is written twice, as the application's handler and Celery's write it.
 */
final class RealJob {
    static final String ID = "3b9d5c1e-7a42-4f08-9c66-d10e8f2b7a54";
    static final String TASK = "app.workers.etl_tasks.run_etl_job[c1d86f0e-2b7a-4e0c-8f5d-93ab6f1e2d40]";
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS").withZone(ZoneOffset.UTC);
    private static final Instant START = Instant.parse("2026-01-15T09:30:00.100Z");
    /** Milliseconds between two lines. */
    private static final int STEP = 50;

    private record Line(String level, String text, boolean ours) {}

    private final List<Line> lines = new ArrayList<>();
    private final List<String> later = new ArrayList<>();
    private List<String> end;
    private boolean rotated;
    private boolean inFile = true;
    private boolean inJobLogs;
    private boolean workerUp = true;
    /** What the row of etl_jobs says. */
    final ObjectNode row = AllTests.JSON.createObjectNode();

    RealJob() {
        info("Generated table_id for job " + ID + ": ETL_RESULTS_7C1E9A40B2D3", "Updated job " + ID + " status to running",
            "Executing Snowflake-based ETL job " + ID, "🚀 Starting ETL job", "📋 Database Connections: Establishing connections",
            "Connecting to Snowflake account: p1lending.us-east-1", "✅ Successfully connected to Snowflake!",
            "📋 SQL Optimization: Building filtered query for Refinance leads", "✅ SQL executed successfully, returned 1 rows",
            "📋 Column Detection: Found address column: 'Address'", "📋 SQL Execution: Executing optimized query with filtering",
            "✅ SQL executed successfully, returned 245 rows", "📋 Data Filtering: Retrieved 245 unprocessed records in 1.87s",
            "✅ SQL executed successfully, returned 3 rows", "📋 Batch Processing: Processing 245 records in 2 batches of 200");
        batch(1, "1 to 200", 200, 20, 295, 178, 3, 315);
        batch(2, "201 to 245", 45, 6, 64, 40, 1, 70);
        info("📋 Statistics: Total: 245, Litigator: 4, DNC: 12, Both: 1, Clean: 230",
            "📋 Final Upload: Uploading ALL 245 processed records to MASTER_PROCESSED_DB", "Connecting to Snowflake account: p1lending.us-east-1",
            "✅ SQL executed successfully, returned 1 rows", "Ensured table MASTER_PROCESSED_DB exists with all columns",
            "Using bulk upload (COPY INTO) for 245 records", "Created temp file /tmp/upload_7c1e.csv", "✅ SQL executed successfully, returned 1 rows",
            "Staged file upload_7c1e.csv", "✅ SQL executed successfully, returned 1 rows", "Bulk upload complete: 245 rows loaded, 0 errors",
            "Bulk uploaded 245 records to MASTER_PROCESSED_DB", "📋 Upload Complete: Successfully stored 245 records in Snowflake",
            "✅ Completed ETL job", "⏱️  Job duration: 0:00:45.496720");
        row.put("id", ID).put("job_type", "single_script").put("status", "completed").put("progress", 100).put("table_id", "ETL_RESULTS_7C1E9A40B2D3")
            .put("total_rows_processed", 245).put("litigator_count", 4).put("dnc_count", 12).put("both_count", 1).put("clean_count", 230)
            .put("started_at", "2026-01-15T09:30:00.060000+00:00").put("created_at", "2026-01-15T09:30:00.050000+00:00").put("matches", 1);
    }

    private void batch(int number, String records, int people, int hits, int phones, int firstPhones, int litigators, int threePhones) {
        info("📋 Batch Processing: Processing batch " + number + "/2 - Records " + records,
            "🔧 Processing batch of " + people + " people for idiCORE lookup using 8 threads with caching",
            "Cache lookup complete: " + hits + " hits, " + (people - hits) + " misses", "Making API calls for " + (people - hits) + " uncached people",
            "✅ SQL executed successfully, returned 1 rows", "✅ Parallel API calls completed: " + (people - hits) + " people, " + phones + " phones found",
            "📋 Litigator Check: Checking " + firstPhones + " phones against litigator list (skipped 0 blacklisted)",
            "Litigator check completed: " + firstPhones + "/" + firstPhones + " successful, " + litigators + " found in list",
            "📋 DNC Check: Checking " + threePhones + " phones against DNC list",
            "✅ DNC check completed (batched): 6/" + threePhones + " phones found in DNC list (" + threePhones + " successful checks)",
            "✅ SQL executed successfully, returned 1 rows", "Bulk added " + people + " people to PERSON_CACHE");
    }

    private void info(String... texts) {
        for (String text : texts) {
            lines.add(new Line("INFO", text, true));
        }
    }

    private int find(String part) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).text.contains(part)) {
                return i;
            }
        }
        throw new IllegalArgumentException("the job has no line with " + part);
    }

    /** Adds lines of this level after the first that has this part. */
    RealJob after(String part, String level, String... texts) {
        int at = find(part);
        for (String text : texts) {
            lines.add(++at, new Line(level, text, true));
        }
        return this;
    }

    /** The same, written by the other worker process. */
    RealJob besides(String part, String level, String text) {
        lines.add(find(part) + 1, new Line(level, text, false));
        return this;
    }

    /** Has the first line with this part say something else. */
    RealJob replace(String part, String text) {
        int at = find(part);
        lines.set(at, new Line(lines.get(at).level, text, true));
        return this;
    }

    /** Without the lines from the first with one part to the last before another. */
    RealJob without(String from, String before) {
        int first = find(from);
        lines.subList(first, find(before)).clear();
        return this;
    }

    /** Without the first line that has this part. */
    RealJob without(String part) {
        lines.remove(find(part));
        return this;
    }

    /** Its worker process is killed after its last line. */
    RealJob killed() {
        return row("status", "running").endsWith("ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:9 exited with 'signal 9 (SIGKILL)'");
    }

    /** Sets a column of the row; null is a value. */
    RealJob row(String column, String value) {
        row.put(column, value);
        return this;
    }

    /** The log of the worker's container no longer reaches back to the job. */
    RealJob rotated() {
        rotated = true;
        return this;
    }

    /** The worker's container has stopped. */
    RealJob workerStopped() {
        workerUp = false;
        return this;
    }

    /** The job has no file of its own. */
    RealJob withoutFile() {
        inFile = false;
        return this;
    }

    /** Its steps stand in job_logs. */
    RealJob inJobLogs() {
        inJobLogs = true;
        return this;
    }

    /** Lines of the next jobs of the same worker process, which the job's file goes on receiving, a step apart each. */
    RealJob laterInFile(String... texts) {
        later.addAll(List.of(texts));
        return this;
    }

    /** Has Celery say this instead of the task's end line: `ERROR/MainProcess] text`. */
    RealJob endsWith(String... celery) {
        end = List.of(celery);
        return this;
    }

    /** No worker process has written a line of it. */
    RealJob neverBegun() {
        lines.clear();
        end = List.of();
        return withoutFile();
    }

    /** Writes what `--record` would have kept. Throws IOException where the folder cannot be written. */
    Path write(Path folder) throws IOException {
        List<String> out = new ArrayList<>();
        Instant end = START.plusMillis((long) STEP * (lines.size() + 1));
        if (!row.has("completed_at") && !List.of("running", "cancelled").contains(row.get("status").asText())) {
            row.put("completed_at", end.toString());
        }
        out.add(json(Map.of("recording", "trace-job/1", "job", ID, "now", "2026-01-15T09:35:00.000Z", "masked", true,
            "docker", List.of("docker"), "compose", List.of("-p", "p1lending-new"), "services", Map.of())));
        answer(out, "rows of etl_jobs", row.toString());
        answer(out, "rows of sql_scripts");
        answer(out, "rows of job_logs", rows().toArray(String[]::new));
        answer(out, "rows of past steps");
        String[] containers = {"celery-worker", "backend", "postgres", "redis"};
        List<String> listed = new ArrayList<>();
        List<String> states = new ArrayList<>();
        for (int i = 0; i < containers.length; i++) {
            String id = ("" + (char) ('a' + i) + i).repeat(6);
            listed.add(json(Map.of("ID", id, "Name", "p1lending-new-" + containers[i], "Service", containers[i], "State", "running", "ExitCode", 0)));
            states.add(json(Map.of("Id", id.repeat(5) + id.substring(0, 4), "Created", "2026-01-12T06:30:00Z", "StartedAt", "2026-01-12T06:30:02Z",
                "FinishedAt", "0001-01-01T00:00:00Z", "OOMKilled", false, "ExitCode", 0, "Status", i > 0 || workerUp ? "running" : "exited", "Name", "/p1lending-new-" + containers[i])));
        }
        answer(out, "containers", listed.toArray(String[]::new));
        answer(out, "state of containers", states.toArray(String[]::new));
        answer(out, "log celery-worker", log(end).toArray(String[]::new));
        answer(out, "log backend");
        answer(out, "log of the other services");
        answer(out, "queue length", "0");
        answer(out, "active tasks", json(Map.of("worker", "celery@a0a0")));
        answer(out, "reserved tasks", json(Map.of("worker", "celery@a0a0")));
        answer(out, "file celery-worker:logs/jobs/{job}.log", file().toArray(String[]::new));
        if (!inFile) {
            noFile(out);
        }
        answer(out, "file backend:logs/etl_job_{job}.log");
        noFile(out);
        return Files.write(Files.createTempFile(folder, "job", ".jsonl"), out);
    }

    private static void noFile(List<String> out) throws IOException {
        ObjectNode nothing = (ObjectNode) AllTests.JSON.readTree(out.remove(out.size() - 1));
        out.add(nothing.put("exit", 1).put("problem", "cat: No such file or directory").toString());
    }

    private List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        Instant at = START;
        for (Line line : lines) {
            at = at.plusMillis(STEP);
            if (inJobLogs && line.text.startsWith("📋 ")) {
                rows.add(json(Map.of("level", line.level, "message", line.text, "created_at", at.plusMillis(4).toString())));
            }
        }
        return rows;
    }

    private List<String> log(Instant end) {
        List<String> log = new ArrayList<>();
        if (rotated) {
            return log;
        }
        Instant at = START;
        log.add(docker(at, "[" + CLOCK.format(at) + ": INFO/MainProcess] Task " + TASK + " received"));
        for (Line line : lines) {
            at = at.plusMillis(STEP);
            String application = CLOCK.format(at) + " - ETL.Engine - " + line.level + " - " + line.text;
            String celery = "[" + CLOCK.format(at) + ": " + line.level + "/ForkPoolWorker-" + (line.ours ? 2 : 1) + "] " + line.text;
            for (String message : List.of(application, celery)) {
                for (String each : message.split("\n")) {
                    log.add(docker(at, each));
                }
            }
        }
        if (this.end != null) {
            this.end.stream().flatMap(text -> ("[" + CLOCK.format(end) + ": " + text).lines()).forEach(line -> log.add(docker(end, line)));
            return log;
        }
        log.add(docker(end, "[" + CLOCK.format(end) + ": INFO/ForkPoolWorker-2] Task " + TASK
            + " succeeded in 45.5s: {'script_name': 'Refinance leads', 'success': " + (row.get("status").asText().equals("failed") ? "False" : "True") + "}"));
        return log;
    }

    /** The job's own file has the application's lines once more, with the place in the code. */
    private List<String> file() {
        List<String> file = new ArrayList<>();
        if (!inFile) {
            return file;
        }
        Instant at = START;
        for (Line line : lines) {
            at = at.plusMillis(STEP);
            if (line.ours) {
                file.addAll(List.of((CLOCK.format(at) + " - ETL.Engine - " + line.level + " - log_step:160 - " + line.text).split("\n")));
            }
        }
        for (String text : later) {
            at = at.plusMillis(STEP);
            file.add(CLOCK.format(at) + " - ETL.Engine - INFO - log_step:160 - " + text);
        }
        return file;
    }

    private static String docker(Instant at, String text) {
        return "p1lending-new-celery-worker  | " + at.plusNanos(340_000).toString().replaceFirst("(\\.\\d+)?Z", "." + String.format("%09d",
            at.getNano() + 340_000) + "Z") + " " + text;
    }

    private static void answer(List<String> out, String of, String... lines) throws IOException {
        for (String line : lines) {
            out.add(json(Map.of("of", of, "out", line)));
        }
        ObjectNode end = AllTests.JSON.createObjectNode().put("of", of).put("command", "docker compose …").put("exit", 0).put("seconds", 0.1)
            .put("timedOut", false);
        out.add(end.putNull("problem").toString());
    }

    private static String json(Object value) throws IOException {
        return AllTests.JSON.writeValueAsString(value);
    }
}
