import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The database: paused, refusing, held by somebody, full of jobs, behind a wrapper, and asked by one who may only read. */
class FaultsOfTheDatabaseTest extends FaultsStack {
    @ParameterizedTest(name = "{0}")
    @CsvSource({"job_logs", "etl_jobs"})
    @SuppressWarnings("try")
    void aDatabaseThatIsPausedUnderAQueryTimesOut(String table) throws Exception {
        String id = healthy();
        ExecutorService aside = Executors.newSingleThreadExecutor();
        try (LockedTable lock = new LockedTable(table)) {
            Future<Report> tracing = aside.submit(() -> trace(id, "--timeout", "3", "-v"));
            await("a query waits", () -> LockedTable.waiting() > 0);
            sure(Ran.of("docker", "pause", POSTGRES));
            Report report;
            try {
                report = tracing.get();
            } finally {
                sure(Ran.of("docker", "unpause", POSTGRES));
            }
            inTime(report, 3);
            assertEquals(1, report.code(), report.toString());
            assertTrue((report.out() + report.err()).contains("timed out after 3 s"), report.toString());
            // The log alone proves what the worker did, without the row too.
            assertEquals(Set.of(), difference(IN_THE_LOG, report.with("OK").toArray(String[]::new)), report.toString());
            assertTrue(report.with("UNKNOWN").contains(table.equals("job_logs") ? "Job Log File" : "Job Created"), report.toString());
        } finally {
            aside.shutdownNow();
        }
    }

    @Test
    void aCheckAsksTheDatabaseByWhatIsInItsEnvironmentAndMayOnlyRead() throws Exception {
        String id = healthy();
        String check = Files.writeString(folder.resolve("asks.sh"), """
            #!/bin/sh
            sql="SELECT status || ' since ' || (completed_at IS NOT NULL) FROM etl_jobs WHERE id = '$JOB_ID'"
            echo "$(eval "$PSQL \\"\\$sql\\"" </dev/null); $(eval "$PSQL 'DELETE FROM etl_jobs'" 2>&1 </dev/null)"
            exit 1
            """).toString();
        sure(Ran.of("chmod", "+x", check));
        Report report = trace(id, "--check", check);
        assertTrue(report.out().contains("| completed since true; ERROR:  cannot execute DELETE in a read-only transaction\n"), report.toString());
        assertEquals(0, trace(id).code());
    }

    /** What keeps psql out, and what ends that. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "its rules refuse us | cd /var/lib/postgresql/data; cp pg_hba.conf /tmp;"
            + " echo local all p1lending reject > pg_hba.conf; kill -HUP $(head -1 postmaster.pid)"
            + "| cd /var/lib/postgresql/data; cp /tmp/pg_hba.conf .; kill -HUP $(head -1 postmaster.pid) | pg_hba.conf rejects connection",
        "nobody listens | cd /var/run/postgresql; mv .s.PGSQL.5432 away | cd /var/run/postgresql; mv away .s.PGSQL.5432"
            + "| failed: No such file or directory",
        "it takes calls and never answers | kill -STOP $(head -1 /var/lib/postgresql/data/postmaster.pid)"
            + "| kill -CONT $(head -1 /var/lib/postgresql/data/postmaster.pid) | timed out after 2 s"})
    void aDatabaseThatDoesNotAnswerLeavesTheLogs(String name, String fault, String mended, String why) throws Exception {
        String id = healthy();
        sure(Ran.of("docker", "exec", POSTGRES, "sh", "-c", fault));
        Report whole;
        Report part;
        Report list;
        try {
            Thread.sleep(300);
            whole = trace(id, "--timeout", "2");
            part = trace(id.substring(3, 20), "--timeout", "2");
            list = trace("--list", "--timeout", "2");
        } finally {
            sure(Ran.of("docker", "exec", POSTGRES, "sh", "-c", mended));
            await("the database answers", () -> psql("SELECT 1").code() == 0);
        }
        noVerdict(list, why);
        for (Report report : List.of(whole, part)) {
            inTime(report, 2);
            assertEquals(1, report.code(), report.toString());
            assertTrue(report.out().contains("ETL JOB TRACE: " + id + "\n"), report.toString());
            assertTrue(report.err().contains("could not query the database (") && report.err().contains(why)
                && report.err().contains("; going on with the logs"), report.toString());
            assertEquals(Set.of(), difference(IN_THE_LOG, report.with("OK").toArray(String[]::new)), report.toString());
            assertEquals(Set.of("Job Created", "Job Complete"), report.with("UNKNOWN"), report.toString());
        }
    }

    @Test
    @SuppressWarnings("try")
    void aTableThatSomebodyHoldsTimesOutAndLeavesTheLogs() throws Exception {
        String id = healthy();
        try (LockedTable lock = new LockedTable("etl_jobs")) {
            Report report = trace(id, "--timeout", "2");
            inTime(report, 2);
            assertEquals(1, report.code(), report.toString());
            String why = "timed out after 2 s|ERROR:  canceling statement due to statement timeout";
            assertTrue(report.err().matches("(?s).*could not query the database \\((" + why + ")\\); going on with the logs\n.*"),
                report.toString());
            assertEquals(Set.of(), difference(IN_THE_LOG, report.with("OK").toArray(String[]::new)), report.toString());
            assertEquals(Set.of("Job Created", "Job Complete"), report.with("UNKNOWN"), report.toString());
            await("in the database, too, no query of ours waits", () -> LockedTable.waiting() == 0);
        }
    }

    @Test
    void amongAHundredThousandJobsOneIsFoundByAPartOfItsIdAndTheNewestAreListed() throws Exception {
        String id = healthy();
        double few = quickest(id);
        sql("INSERT INTO etl_jobs (job_type, status, created_at, completed_at, table_title)"
            + " SELECT 'full', 'completed', now() - i * interval '1 minute',"
            + " now() - i * interval '1 minute', 'of the many' FROM generate_series(1, 100000) i");
        try {
            sql("ANALYZE etl_jobs");
            String part = id.substring(4, 21);
            assertEquals(List.of("1"), sql("SELECT count(*) FROM etl_jobs WHERE id::text LIKE '%" + part + "%'"));
            Report report = trace(part);
            assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
            assertTrue(quickest(part) < few + 2, "it took " + quickest(part) + " s, and " + few + " s among few");
            Report list = trace("--list");
            assertEquals(0, list.code(), list.toString());
            List<String> listed = list.out().lines().map(line -> line.strip().split(" ")[0]).toList();
            assertEquals(sql("SELECT id FROM etl_jobs ORDER BY created_at DESC LIMIT 20"), listed.subList(1, 21));
            long all = Long.parseLong(sql("SELECT count(*) FROM etl_jobs").get(0));
            assertTrue(list.out().endsWith("\n  and " + (all - 20) + " more\n"), list.out());
            assertTrue(list.seconds() < few + 2, "the list took " + list.seconds() + " s");
            Report several = trace(id.substring(9, 11));
            assertEquals(3, several.code(), several.toString());
            String count = sql("SELECT count(*) FROM etl_jobs WHERE id::text LIKE '%" + id.substring(9, 11) + "%'").get(0);
            assertTrue(several.err().contains(count + " jobs have "), several.err());
        } finally {
            sql("DELETE FROM etl_jobs WHERE table_title = 'of the many'");
        }
    }

    private static double quickest(String id) {
        return Math.min(trace(id).seconds(), trace(id).seconds());
    }

    /** Some wrap psql, to say whose database it is. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"NOTICE:  this is production", "[dba] psql is watched, see #42", "{not an answer}"})
    void whatPsqlSaysBeforeItsAnswerIsNoAnswer(String notice) throws Exception {
        String id = healthy();
        try {
            wrap("echo '" + notice + "'\necho '" + notice + "' >&2\nexec /usr/bin/psql \"$@\"\n");
            assertTrue(Ran.of("docker", "exec", POSTGRES, "psql", "--version").out().startsWith(notice + "\n"),
                "the wrapper does not come first on the PATH");
            for (String name : List.of(id, id.substring(2, 19))) {
                Report report = trace(name);
                assertEquals(HEALTHY, report.fromThePipelineOn(), report.toString());
                assertEquals(0, report.code());
                assertEquals("", report.err());
            }
        } finally {
            unwrap();
        }
    }

    /** Before version 11 psql does not tell whether a SELECT failed: what it is asked to tell stays as it was typed. */
    @Test
    void anOldPsqlIsAskedForEachSelectByItself() throws Exception {
        String id = healthy();
        try {
            wrap("for word; do shift\n  set -- \"$@\" \"$(printf %s \"$word\" | sed s/:VERSION_NUM/:OF_LATER/)\"\ndone\nexec /usr/bin/psql \"$@\"\n");
            assertEquals(":OF_LATER", Ran.of("docker", "exec", POSTGRES, "psql", "-U", "p1lending", "-d", "p1lending_etl", "-c", "\\echo :VERSION_NUM").out().strip());
            rowsOfJobLogs(id);
            JsonNode told = AllTests.JSON.readTree(trace(id, "--format", "json").out());
            assertEquals("0, 1 row", told(told, "FROM job_logs l WHERE"), told.path("commands").toString());
        } finally {
            unwrap();
            sql("DELETE FROM job_logs WHERE job_id = '" + id + "'");
        }
    }

    @Test
    void aSelectThatFailsCostsItselfAlone() throws Exception {
        String id = healthy();
        ofScript(id, "autumn campaign");
        rowsOfJobLogs(id);
        sql("ALTER TABLE sql_scripts RENAME TO kept");
        try {
            assertEquals("0, 1 row", told(AllTests.JSON.readTree(trace(id, "--format", "json").out()), "FROM job_logs l WHERE"));
            assertTrue(trace(id, "-v").out().contains("ERROR:  relation \"sql_scripts\" does not exist"));
        } finally {
            sql("ALTER TABLE kept RENAME TO sql_scripts");
            sql("DELETE FROM job_logs WHERE job_id = '" + id + "'");
        }
    }

    private static void ofScript(String id, String name) throws Exception {
        sql("INSERT INTO sql_scripts (id, name, content) VALUES ('" + id + "', '" + name + "', 'SELECT 1')");
        sql("UPDATE etl_jobs SET script_id = '" + id + "' WHERE id = '" + id + "'");
    }

    private static void rowsOfJobLogs(String id) throws Exception {
        sql("INSERT INTO job_logs (job_id, level, message, created_at)"
            + " SELECT id, 'INFO', 'Data Filtering: Retrieved 198 unprocessed records', created_at + interval '2 s' FROM etl_jobs WHERE id = '" + id + "'");
    }

    /** How the one command ended that has these words, and what came of it. */
    private static String told(JsonNode report, String words) {
        List<JsonNode> commands = new ArrayList<>();
        report.path("commands").forEach(command -> commands.add(command));
        JsonNode one = commands.stream().filter(command -> command.path("command").asText().contains(words)).findFirst().orElseThrow();
        return one.path("exitCode").asInt(-1) + ", " + Times.count(one.path("lines").asLong(), "row");
    }

    /** From now on what is called psql in the container is this. */
    private static void wrap(String script) throws Exception {
        sure(Ran.of(Map.of(), null, ("#!/bin/sh\n" + script).getBytes(StandardCharsets.UTF_8), List.of("docker", "exec", "-i", "-u", "root", POSTGRES, "sh", "-c",
            "cat > /usr/local/bin/psql; chmod 755 /usr/local/bin/psql")));
    }

    private static void unwrap() throws Exception {
        sure(Ran.of("docker", "exec", "-u", "root", POSTGRES, "rm", "/usr/local/bin/psql"));
    }

    @Test
    void aRoleWithTheGrantsOfTheReadmeSeesWhatTheOwnerSees() throws Exception {
        String readme = Files.readString(AllTests.home().resolve("README.md"));
        List<String> grants = Pattern.compile("`(GRANT [^`]+ TO reader;)`").matcher(readme).results().map(grant -> grant.group(1)).toList();
        assertEquals(1, grants.size(), "the README's GRANT is written otherwise now");
        String id = healthy();
        ofScript(id, "spring campaign");
        rowsOfJobLogs(id);
        sql("CREATE ROLE reader LOGIN");
        try {
            for (String grant : grants) {
                sql(grant);
            }
            Report owner = trace(id, "--format", "json");
            Report reader = trace(id, "--format", "json", "--db-user", "reader");
            assertEquals(0, reader.code(), reader.toString());
            JsonNode told = AllTests.JSON.readTree(reader.out());
            assertEquals("spring campaign", told.path("job").path("name").asText());
            JsonNode same = AllTests.JSON.readTree(owner.out());
            for (String part : List.of("job", "verdict", "stages", "issues")) {
                assertEquals(same.path(part), told.path(part), part);
            }
            for (JsonNode ran : told.path("commands")) {
                assertTrue(!ran.path("command").asText().contains("psql") || ran.path("exitCode").asInt(-1) == 0, ran.toString());
                assertTrue(!ran.path("command").asText().contains("psql") || ran.path("command").asText().contains("-U reader"), ran.toString());
            }
        } finally {
            psql("DROP OWNED BY reader");
            psql("DROP ROLE reader");
            sql("DELETE FROM job_logs WHERE job_id = '" + id + "'");
        }
    }

    @Test
    void whatATraceAsksOfTheDatabaseCannotWrite() throws Exception {
        String id = row("completed");
        ComposeTarget target = new ComposeTarget();
        target.compose.addAll(List.of("-p", PROJECT));
        target.limit = 10;
        LiveSource live = new LiveSource(target, new CommandRunner(10), new Progress(new java.io.PrintWriter(java.io.Writer.nullWriter())));
        CommandResult answer = live.ask(Command.of("docker compose exec -T postgres psql -U p1lending -d p1lending_etl"
            + " -c \"DELETE FROM etl_jobs WHERE id::text = '{job}'\""), Map.of("job", id));
        assertEquals("ERROR:  cannot execute DELETE in a read-only transaction", answer.problem());
        assertEquals(List.of("1"), sql("SELECT count(*) FROM etl_jobs WHERE id = '" + id + "'"));
    }
}
