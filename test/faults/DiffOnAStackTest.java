import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A job compared with others whose lines are in the logs of real containers, and whose rows are in a real database. */
class DiffOnAStackTest extends FaultsStack {
    private static Report diff(String... arguments) throws Exception {
        return started(Map.of(), null, arguments);
    }

    @Test
    void theLastHealthyJobOfItsScriptIsFoundAndComparedWith() throws Exception {
        olderThanItsJobs();
        String script = sql("INSERT INTO sql_scripts (name, content) VALUES ('Refinance leads', 'SELECT 1') RETURNING id").get(0);
        String fine = healthy();
        String other = healthy();
        // CCC refuses all that it is asked, and the row says completed.
        String worse = row("completed");
        List<String> lines = WorkerLines.of(worse, "ForkPoolWorker-2").stream()
            .map(line -> line.replaceAll("Litigator check completed: \\d+/(\\d+) successful, \\d+ found", "Litigator check completed: 0/$1 successful, 0 found")).toList();
        write(WORKER, WorkerLines.timed(lines));
        sql("UPDATE etl_jobs SET script_id = '" + script + "' WHERE id IN ('" + fine + "', '" + worse + "')");
        sql("UPDATE etl_jobs SET created_at = created_at - interval '2 s' WHERE id = '" + fine + "'");
        Report found = diff("-p", PROJECT, worse, "--diff");
        assertEquals(1, found.code(), found.toString());
        assertTrue(found.out().contains(fine) && !found.out().contains(other), found.toString());
        assertTrue(found.out().contains("the last healthy job of its script"), found.toString());
        assertTrue(found.out().contains("  [FAIL] CCC Litigator Check - worse, before [OK]\n"), found.toString());
        Report named = diff("-p", PROJECT, worse, "--diff", other.substring(0, 13));
        assertTrue(named.out().contains(other) && named.out().contains("  [FAIL] CCC Litigator Check - worse, before [OK]\n"), named.toString());
        for (String[] none : new String[][] {{other, "this job's row names no script"},
            {fine, "its script has no other completed job in the 90 days before"}}) {
            Report report = diff("-p", PROJECT, none[0], "--diff");
            assertEquals(3, report.code(), report.toString());
            assertEquals("trace-job: " + none[1] + "; name another job: --diff JOB-ID\n", report.err(), report.toString());
        }
        sql("UPDATE etl_jobs SET script_id = '" + script + "' WHERE id = '" + other + "'");
        sql("UPDATE etl_jobs SET created_at = created_at - interval '30 s' WHERE id = '" + worse + "'");
        Report sick = diff("-p", PROJECT, fine, "--diff");
        assertEquals("trace-job: of the last 1 completed job of its script none was healthy; name another job: --diff JOB-ID\n", sick.err(), sick.toString());
    }
}
