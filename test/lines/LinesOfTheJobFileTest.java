import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The job's own file: it begins and ends where the job does. */
class LinesOfTheJobFileTest extends LinesInput {
    /** What only the job's file has, of a job of whose log these attempts are left. */
    private List<String> file(List<Attempt> attempts, String... texts) {
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode().put("status", "running"), true), Instant.EPOCH);
        trace.attempts.addAll(attempts);
        JobFileReader file = new JobFileReader("celery-worker", trace, fold(new TextBudget()));
        for (int i = 0; i < texts.length && file.line(application(i, texts[i])); i++) {
        }
        return file.finish().messages().stream().map(message -> message.text).toList();
    }

    @Test
    void theJobsFileEndsWhereTheJobDoes() {
        String ours = "Generated table_id for job " + JOB + ": T1";
        String start = "🚀 Starting ETL job";
        String end = "⏱️  Job duration: 0:00:45.496720";
        String update = "Failed to update job " + JOB + " status: closed";
        assertEquals(List.of(ours, start, "ours", end), file(List.of(), ours, start, "ours", end, "theirs", start, "theirs"));
        assertEquals(List.of(ours, start, "ours"), file(List.of(), ours, start, "ours", start, "theirs", end));
        assertEquals(List.of(ours, start, "ours"), file(List.of(), ours, start, "ours", "Generated table_id for job " + OTHER + ": T1", "theirs"));
        assertEquals(List.of(ours, start, end, update), file(List.of(), ours, start, end, "theirs", update, "theirs"), "a line that names the job is its own");
        assertEquals(List.of(ours, start, end, "Updated job " + JOB + " status to completed"),
            file(List.of(), ours, start, end, "Updated job " + JOB + " status to completed", start, "theirs"));
        assertEquals(List.of("no start", "ours"), file(List.of(), "no start", "ours"));
    }

    @Test
    void theJobsFileBeginsAgainWithARetry() {
        String ours = "Generated table_id for job " + JOB + ": T1";
        String start = "🚀 Starting ETL job";
        String end = "⏱️  Job duration: 0:00:05.000000";
        assertEquals(List.of(ours, start, "first", end, ours, start, "second", end),
            file(List.of(), ours, start, "first", end, ours, start, "second", end, "theirs"));
        Attempt first = new Attempt(JOB, "w", "ForkPoolWorker-1", Instant.parse("2026-01-15T09:30:03Z"));
        first.to = Instant.parse("2026-01-15T09:30:04Z");
        first.retries = true;
        Attempt second = new Attempt(JOB, "w", "ForkPoolWorker-1", Instant.parse("2026-01-15T09:30:07Z"));
        assertEquals(List.of(ours, start, "first"), file(List.of(first), ours, start, "first", end, ours, start, "second"),
            "what the log tells is no event of the file's");
        assertEquals(List.of(), file(List.of(first, second), "lost", start, "lost", end, ours, start, "theirs", "second"));
    }
}
