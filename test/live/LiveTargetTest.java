import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which job and which stack: a part of an id, ids that are nowhere, the newest of a status, without the database and without the file's variables. */
class LiveTargetTest extends LiveStack {
    @Test
    void aPartOfTheIdThatOneJobHasIsEnough() throws Exception {
        Started job = over("one");
        AllTests.Run run = AllTests.trace("-f", FILE.toString(), job.id().substring(5, 23).toUpperCase(Locale.ROOT));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("ETL JOB TRACE: " + job.id() + "\n"), run.out());
    }

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

    /** What is said without the database, of a healthy job and of an id that is nowhere. One outage serves all. */
    private record Outage(Report healthy, AllTests.Run nowhere) {}

    private static Outage outage;

    private static Outage outage() throws Exception {
        if (outage == null) {
            Started job = over("healthy");
            alone();
            assertEquals(0, Ran.of("docker", "compose", "-p", REAL, "stop", "postgres").code());
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
        assertTrue(report.err().contains("could not query the database"), report.err());
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
}
