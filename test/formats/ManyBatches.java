import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The demo's job with 500 batches of a second each, from 09:30:04 on. CCC fails twice in the 241st and once in the 493rd. */
final class ManyBatches {
    static final int BATCHES = 500;
    private static final Instant START = Instant.parse("2026-01-15T09:30:00Z");
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS").withZone(ZoneOffset.UTC);
    private final List<ObjectNode> lines = new ArrayList<>();

    private ManyBatches() {}

    /** @param millis after 09:30:00 */
    private void line(long millis, String level, String text) {
        Instant at = START.plusMillis(millis);
        lines.add(AllTests.JSON.createObjectNode().put("of", "log celery-worker").put("out", "p1lending-new-celery  | " + CLOCK.format(at).replace(' ', 'T')
            .replace(',', '.') + "400000Z [" + CLOCK.format(at) + ": " + level + "/ForkPoolWorker-2] " + text));
    }

    /** Writes it as a recording. Throws IOException where the folder cannot be written. */
    static Path write(Path folder) throws IOException {
        ManyBatches job = new ManyBatches();
        job.line(180, "INFO", "Generated table_id for job " + Demo.JOB + ": leads_20260115_0930");
        job.line(240, "INFO", "📋 Database Connections: Establishing connections");
        job.line(1050, "INFO", "📋 SQL Execution: Executing optimized query (filtering at database level)");
        job.line(3420, "INFO", "✅ SQL executed successfully, returned 100000 rows");
        job.line(3425, "INFO", "📋 Data Filtering: Retrieved 100000 unprocessed records in 2.37s");
        for (int i = 0; i < BATCHES; i++) {
            job.batch(i + 1, 4000 + 1000L * i);
        }
        job.line(504_000, "INFO", "📋 Final Upload: Uploading ALL 100000 processed records to LEADS_SCRUBBED");
        job.line(508_900, "INFO", "Bulk upload complete: 100000 rows loaded, 0 errors");
        job.line(509_000, "INFO", "📋 Upload Complete: Successfully stored 100000 records in Snowflake");
        job.line(510_000, "INFO", "Task app.workers.etl_tasks.run_etl_job[c1d86f0e-2b7a-4e0c-8f5d-93ab6f1e2d40] succeeded in 509.8s: {'success': True}");
        List<String> out = new ArrayList<>();
        for (ObjectNode entry : Demo.entries()) {
            String of = entry.path("of").asText();
            if (entry.has("out") && (of.startsWith("log ") || of.startsWith("file ") || of.equals("rows of job_logs"))) {
                continue;
            }
            if (of.equals("rows of etl_jobs") && entry.has("out")) {
                entry.put("out", entry.get("out").asText().replace("2026-01-15T09:30:45.360000", "2026-01-15T09:38:29.990000"));
            }
            if (of.equals("log celery-worker") && entry.has("exit")) {
                job.lines.forEach(line -> out.add(line.toString()));
            }
            out.add(entry.toString());
        }
        return Files.write(folder.resolve("many.jsonl"), out);
    }

    private void batch(int number, long from) {
        int failures = number == 241 ? 2 : number == 493 ? 1 : 0;
        line(from, "INFO", "📋 Batch Processing: Processing batch " + number + "/500 - Records 1 to 200");
        line(from + 10, "INFO", "🔧 Processing batch of 200 people for idiCORE lookup using 10 threads with caching");
        line(from + 710, "INFO", "✅ Parallel API calls completed: 200 people, 300 phones found");
        line(from + 720, "INFO", "📋 Litigator Check: Checking 180 phones against litigator list (skipped 0 blacklisted)");
        for (int i = 0; i < failures; i++) {
            line(from + 800 + 10L * i, "ERROR", "Error in batch phone check: 500 Server Error");
        }
        line(from + 920, "INFO", "Litigator check completed: " + (180 - 50 * failures) + "/180 successful, 1 found in list");
        line(from + 930, "INFO", "📋 DNC Check: Checking 310 phones against DNC list");
        line(from + 980, "INFO", "✅ DNC check completed (batched): 3/310 phones found in DNC list (310 successful checks)");
    }
}
