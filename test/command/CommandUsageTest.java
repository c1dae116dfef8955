import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line takes and refuses, and what it says of the commands that it would run. */
class CommandUsageTest {
    @TempDir
    Path folder;

    @Test
    void whatCannotBeAnIdIsRefused() {
        for (String id : new String[] {"a'b", "a;b", "$(id)", "`id`", "%", "_", "..", "a b", "a\nb", "a\0b",
                "x".repeat(65), "x".repeat(10_000), "имя", ""}) {
            AllTests.Run run = AllTests.trace(id);
            assertEquals(2, run.code(), id);
            assertEquals("", run.out(), id);
        }
    }

    @Test
    void withoutAJobItSaysHowToNameOne() {
        AllTests.Run run = AllTests.trace("-p", "no-such-project");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("JOB-ID"), run.err());
    }

    @Test
    void wrongUsageIsOneLineAndWhereToReadMore() {
        for (String line : new String[] {"--lsat: there is no option --lsat; did you mean --last or --list?", "--format xml 5d3e: --format is text, json, html, markdown, otlp or nagios",
                "--timeout abc 5d3e: --timeout needs a number, not abc", "a;b: a JOB-ID has letters",
                "--stage nope --demo: no stage is called nope; there are job-created, ",
                "--last 5d3e: --last takes a status such as failed (pending, running, completed, failed, cancelled); to trace a job by its id: trace-job JOB-ID",
                "--list 5d3e: --list takes a status such as failed", "--demo --lines -o lines.txt: --lines is of one job, on stdout",
                "--demo --lines --diff=x: --lines is of one job, on stdout", "--list --format html: --list and --lines are text or json",
                "--demo --psql options=-cdefault: --psql takes no options=", "--limit 3 5d3e: --limit belongs to --list"}) {
            String[] typed = line.split(": ", 2);
            AllTests.Run run = AllTests.trace(typed[0].split(" "));
            assertEquals(2, run.code(), line);
            assertTrue(run.err().startsWith("trace-job: " + typed[1]) && run.err().endsWith("\nsee trace-job --help\n"), run.err());
            assertEquals(2, run.err().lines().count(), run.err());
        }
    }

    @Test
    void aFileOrAFolderThatIsNotThereIsSaidBeforeAnythingIsAsked() {
        for (String line : new String[] {"2 -f /no/such.yml 5d3e: there is no file /no/such.yml; -p PROJECT needs none (docker compose ls names the projects)",
                "5 -p any -o /no/such/a.html 5d3e: the report could not be written to /no/such/a.html: no such folder",
                "2 --replay /no/such.jsonl: /no/such.jsonl: no such file", "2 --replay /: / cannot be read",
                "4 --record /no/such/job.jsonl x: the recording could not be written to /no/such/job.jsonl: no such folder",
                "4 --record /tmp x: the recording could not be written to /tmp: it is a folder",
                "2 -p any --audit 999999w: --audit looks back to 1970 at most"}) {
            String[] typed = line.substring(2).split(": ", 2);
            AllTests.Run run = AllTests.trace(typed[0].split(" "));
            assertEquals("trace-job: " + typed[1] + "\n", run.err());
            assertEquals(line.charAt(0) - '0', run.code(), run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void aServiceThatNoStageKnowsIsRefused() {
        AllTests.Run run = AllTests.trace("--service", "foo=bar", "--demo");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--service knows only backend, celery-worker, postgres, redis on the left\n"), run.err());
        assertEquals(0, AllTests.trace("--service", "redis=bar,backend=api", "--demo").code());
    }

    @Test
    void whatIsAlwaysPassedIsReadStrictlyAndGivesWayToWhatIsTyped() throws IOException {
        String home = System.setProperty("user.home", folder.toString());
        try {
            Path file = Files.writeString(folder.resolve(".trace-job.properties"), "project-name = always \nservice=redis=cache  \n");
            assertTrue(AllTests.trace("--explain", "5d3e").out().contains("docker compose -p always exec -T cache timeout 30 redis-cli"));
            assertTrue(AllTests.trace("--explain", "-f", "other.yml", "5d3e").out().contains("docker compose -f other.yml exec -T cache "));
            assertTrue(AllTests.trace("--explain", "-p", "typed", "5d3e").out().contains("docker compose -p typed exec -T cache "));
            for (String wrong : new String[] {"projekt", "p"}) {
                Files.writeString(file, wrong + "=x\n");
                AllTests.Run run = AllTests.trace("--demo");
                assertEquals("2 trace-job: " + file + ": there is no option --" + wrong + (wrong.equals("p") ? "; write project-name=\n" : "\n"), run.code() + " " + run.err());
            }
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void explainPrintsTheCommandsAndRunsNone() {
        AllTests.Run run = AllTests.trace("--explain", "-p", "no-such-project", "0b5e");
        assertEquals(0, run.code());
        assertEquals("", run.err());
        assertTrue(run.out().contains("docker compose -p no-such-project exec -T celery-worker timeout 30 cat 'logs/jobs/<job>.log'\n"), run.out());
        assertTrue(run.out().contains("docker compose -p no-such-project logs --no-color --timestamps"
            + " --since '<created>' --until '<ended>' celery-worker\n"), run.out());
        assertTrue(run.out().contains(" --since '<created>' --until '<ended>' '<others>'\n"), run.out());
        assertTrue(run.out().contains(" logs --no-color --timestamps --tail '<lines>' --since '<created>' backend\n"), run.out());
        assertTrue(run.out().contains("docker inspect --format ") && run.out().contains(" '<container>'\n"), run.out());
        assertTrue(run.out().contains("exec -T celery-worker timeout 5 celery -A ") && !run.out().contains("timeout 30 timeout"), run.out());
        assertTrue(run.out().lines().allMatch(line -> line.startsWith("docker ")), run.out());
    }

    @Test
    void explainShowsTheCommandsOfSwarm() {
        AllTests.Run run = AllTests.trace("--explain", "--swarm", "live", "0b5e");
        assertEquals(0, run.code());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.containsAll(List.of("docker stack ps --no-trunc --format '{{json .}}' live", "docker node ls --format '{{json .}}'",
            "docker inspect --type task --format '{{json .}}' '<task>'", "docker service logs --raw --timestamps --no-trunc --since '<created>' '<task of live_celery-worker>'",
            "docker exec $(docker ps -q -n 1 -f status=running -f name=live_celery-worker.) timeout 30 cat 'logs/jobs/<job>.log'")), run.out());
        assertFalse(run.out().contains("docker compose"), run.out());
    }

    @Test
    void explainKnowsThatAnAuditAsksForAllJobsAtOnce() {
        AllTests.Run run = AllTests.trace("--explain", "-p", "no-such-project", "--audit", "24h");
        assertEquals(0, run.code());
        assertTrue(run.out().contains(" logs --no-color --timestamps --since '<created>' --until '<ended>' celery-worker\n"), run.out());
        assertTrue(run.out().contains("FROM job_logs") && run.out().contains("FROM etl_jobs") && run.out().contains("celery -A "), run.out());
        assertTrue(!run.out().contains(".log") && !run.out().contains("--tail"), "the jobs' own files are not read: " + run.out());
    }

    @Test
    void aPasswordForPsqlAppearsNowhere() {
        for (String conninfo : new String[] {"postgresql://u:s3cret@h/d", "host=h password=s3cret dbname=d", "host=h password = 's3cret' dbname=d",
            "postgresql://u@h/d?password=s3cret&sslmode=require"}) {
            AllTests.Run run = AllTests.trace("--explain", "--psql", conninfo, "0b5e");
            assertTrue(run.out().contains("PGOPTIONS='-c default_transaction_read_only=on -c statement_timeout=30000' psql "), run.out());
            assertTrue(!run.out().contains("s3cret") && !run.err().contains("s3cret"), run.out());
            assertEquals("s3cret", ComposeTarget.password(conninfo).orElse(""), conninfo);
        }
    }

    @Test
    void aPasswordThatAnErrorShowsIsMasked() {
        CommandResult answer = new CommandRunner(5).run("test", java.util.List.of("sh", "-c", "echo 'invalid: postgresql://p1:hunter2@db/x' >&2; exit 15"),
            java.util.Map.of(), line -> true);
        assertEquals("invalid: postgresql://[password]@db/x", answer.problem());
    }
}
