import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** The lines of a healthy job of 198 people, as its worker process writes them. */
final class WorkerLines {
    static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS").withZone(ZoneOffset.UTC);

    private WorkerLines() {}

    /** The lines of a healthy job, as its worker process writes them; for each moment two copies. `{0.10}` stands for a time. */
    static List<String> of(String id, String process) {
        String task = UUID.randomUUID().toString();
        List<String> lines = new ArrayList<>();
        lines.add("[{0.00}: INFO/MainProcess] Task app.workers.etl_tasks.run_etl_job[" + task + "] received");
        both(lines, process, "0.10", "ETL.Tasks", "Generated table_id for job " + id + ": ETL_RESULTS_1");
        both(lines, process, "0.20", "ETL.ETLEngine", "📋 Database Connections: Establishing connections");
        both(lines, process, "0.30", "ETL.ETLEngine", "📋 SQL Execution: Executing optimized query with filtering");
        both(lines, process, "0.70", "ETL.Snowflake", "✅ SQL executed successfully, returned 198 rows");
        both(lines, process, "0.80", "ETL.ETLEngine", "📋 Data Filtering: Retrieved 198 unprocessed records in 0.10s");
        both(lines, process, "0.90", "ETL.ETLEngine", "📋 Batch Processing: Processing batch 1/1 - Records 1 to 198");
        both(lines, process, "1.00", "ETL.IdiCore", "🔧 Processing batch of 198 people for idiCORE lookup using 8 threads with caching");
        both(lines, process, "2.00", "ETL.IdiCore", "✅ Parallel API calls completed: 198 people, 326 phones found");
        both(lines, process, "2.10", "ETL.ETLEngine", "📋 Litigator Check: Checking 176 phones against litigator list (skipped 0 blacklisted)");
        both(lines, process, "2.40", "ETL.CCCAPI", "Litigator check completed: 176/176 successful, 12 found in list");
        both(lines, process, "2.50", "ETL.ETLEngine", "📋 DNC Check: Checking 318 phones against DNC list");
        both(lines, process, "2.60", "ETL.DNC", "✅ DNC check completed (batched): 45/318 phones found in DNC list (318 successful checks)");
        both(lines, process, "2.70", "ETL.ETLEngine", "📋 Final Upload: Uploading ALL 198 processed records to ETL_RESULTS_1");
        both(lines, process, "2.80", "ETL.Snowflake", "Bulk upload complete: 198 rows loaded, 0 errors");
        both(lines, process, "2.90", "ETL.ETLEngine", "📋 Upload Complete: Successfully stored 198 records in Snowflake");
        both(lines, process, "2.95", "ETL.ETLEngine", "✅ Completed ETL job");
        lines.add("[{3.00}: INFO/" + process + "] Task app.workers.etl_tasks.run_etl_job[" + task + "] succeeded in 2.9s: {'success': True}");
        return lines;
    }

    private static void both(List<String> lines, String process, String at, String logger, String text) {
        lines.add("{" + at + "} - " + logger + " - INFO - " + text);
        lines.add("[{" + at + "}: INFO/" + process + "] " + text);
    }

    /** The lines with times: the job began three seconds ago. */
    static String timed(List<String> lines) {
        Instant start = Instant.now().minusSeconds(3);
        return Pattern.compile("\\{(\\d\\.\\d\\d)\\}").matcher(String.join("\n", lines) + "\n")
            .replaceAll(at -> STAMP.format(start.plusMillis(Math.round(Double.parseDouble(at.group(1)) * 1000))));
    }
}
