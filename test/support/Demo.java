import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo's job, its recording, and what must be said of it. */
final class Demo {
    static final String JOB = "7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35";
    static final Path RECORDING = AllTests.home().resolve("test/cases/demo/recording.jsonl");
    /** The stages of a job of 198 people, by hand: those of the demo, and those that the tests of faults write. */
    static final String ALL_IS_WELL = """
        Pipeline Trace:
          [OK] Job Created - API received request
          [OK] Task Queued - Celery task dispatched
          [OK] Task Started - Worker picked up job
          [OK] Snowflake Query - Retrieved 198 records
          [OK] Pre-filtering - Filtered to 198 new records
          [OK] idiCORE Enrichment - Processed 198 records
          [OK] CCC Litigator Check - 176 phones checked, 12 flagged
          [OK] DNC Check - 318 phones checked, 45 in DNC
          [OK] Results Upload - 198 records saved
          [OK] Job Complete - Success

        """;
    /** The sample block of the hand-run page, with the id and the times of the demo's recording. */
    static final String REPORT = """
        ============================================
        ETL JOB TRACE: 7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35
        ============================================

        Job Info:
          Status: completed
          Created: 2026-01-15T09:30:00Z
          Started: 2026-01-15T09:30:00Z
          Completed: 2026-01-15T09:30:45Z
          Duration: 45.2s

        """ + ALL_IS_WELL + """
        Performance:
          Total Duration: 45.2s
          Snowflake: 3.2s
          idiCORE: 28.5s (bottleneck)
          CCC: 6.1s
          DNC: 2.3s
          Upload: 5.1s

        Issues Found:
          None

        ============================================
        """;
    /** The report without its head: what a change of the job's row leaves as it is. */
    static final String FROM_THE_PIPELINE_ON = REPORT.substring(REPORT.indexOf("Pipeline Trace:"));

    private Demo() {}

    /** The lines of the recording. */
    static List<ObjectNode> entries() throws IOException {
        List<ObjectNode> entries = new ArrayList<>();
        for (String line : Files.readAllLines(RECORDING)) {
            entries.add((ObjectNode) Json.read(line));
        }
        assertTrue(entries.size() > 100, "the demo's recording is another");
        return entries;
    }

    /** The recording with one text replaced by another, as a file in the folder. */
    static Path changed(Path folder, String from, String to) throws IOException {
        String recording = Files.readString(RECORDING);
        assertTrue(recording.contains(from), "the recording no longer holds what this test changes: " + from);
        return Files.writeString(folder.resolve("changed.jsonl"), recording.replace(from, to));
    }
}
