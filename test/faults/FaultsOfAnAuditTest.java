import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One clear answer each: an audit of no job, of a hundred thousand, of one whose log is lost, and where the database is down. */
class FaultsOfAnAuditTest extends FaultsStack {
    @BeforeEach
    void thereAreNoJobs() throws Exception {
        sql("TRUNCATE etl_jobs CASCADE");
    }

    private static Report audit(String... more) throws Exception {
        String[] all = new String[more.length + 6];
        System.arraycopy(new String[] {"-p", PROJECT, "--audit", "24h", "--color", "never"}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return started(Map.of(), null, all);
    }

    @Test
    void ofNoJobsAllAreWell() throws Exception {
        Report report = audit();
        assertTrue(report.out().matches("0 jobs since \\S+Z\n"), report.toString());
        assertEquals(0, report.code(), report.toString());
        assertEquals("", report.err());
    }

    @Test
    void aHealthyJobWhoseLogIsLostIsNotHealthy() throws Exception {
        olderThanItsJobs();
        healthy();
        Report whole = audit();
        assertTrue(whole.out().matches("1 job since \\S+Z: 1 ok   \\(their rows say: 1 completed\\)\n"), whole.toString());
        assertEquals(0, whole.code(), whole.toString());
        Report mistyped = audit("--script", "Ohoi", "--status", "completed");
        assertTrue(mistyped.out().matches("0 jobs since \\S+Z \\(status completed, script Ohoi, which none of 1 job has\\)\n"), mistyped.toString());
        restore("celery-worker");
        Report lost = audit();
        assertTrue(lost.out().matches("(?s)1 job since \\S+Z: 1 unknown   \\(their rows say: 1 completed\\)\n.*\nNext: trace-job -p " + PROJECT + " \\w{8}\n"), lost.toString());
        assertEquals(1, lost.code(), lost.toString());
    }

    @Test
    void withoutTheDatabaseThereIsNoVerdict() throws Exception {
        healthy();
        Report report;
        Report monitored;
        put(POSTGRES, "stopped");
        try {
            report = audit();
            monitored = audit("--format", "nagios");
        } finally {
            sure(Ran.of("docker", "start", POSTGRES));
            await("the database answers", () -> psql("SELECT 1").code() == 0);
        }
        assertEquals(4, report.code(), report.toString());
        assertEquals("", report.out());
        assertTrue(report.err().matches("trace-job: could not query the database \\([^\n]+\n"), report.err());
        assertEquals(3, monitored.code(), monitored.toString());
        assertTrue(monitored.out().matches("TRACE-JOB UNKNOWN: [^|\n]+\n"), monitored.toString());
    }

    @Test
    void ofAHundredThousandJobsTheNewestAreJudgedAndTheOthersAreNotForgotten() throws Exception {
        sql("INSERT INTO etl_jobs (job_type, status, created_at, started_at, completed_at)"
            + " SELECT 'full', 'completed', at, at, at + interval '2 s' FROM (SELECT now() - i * interval '0.5 s' AS at FROM generate_series(10, 100009) i) times");
        Report report = audit();
        assertTrue(report.out().startsWith("The newest 5000 of 100000 jobs since "), report.out().substring(0, Math.min(400, report.out().length())) + report.err());
        assertTrue(report.out().contains("\nThe others were not looked at: name a shorter period\n"), report.err());
        assertEquals(1, report.code(), report.err());
        inTime(report, 30);
    }
}
