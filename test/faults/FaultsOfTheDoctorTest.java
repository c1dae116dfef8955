import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The doctor, each fault a real one: what it finds, with the command that mends it, and how it ends. */
class FaultsOfTheDoctorTest extends FaultsStack {
    private static void says(Report report, int code, String... lines) {
        assertEquals(code, report.code(), report.toString());
        for (String line : lines) {
            assertTrue(report.out().contains(line), line + " is not in " + report);
        }
    }

    @Test
    void whereAllIsThereAllIsOk() throws Exception {
        healthy();
        write(PROJECT + "-backend-1", WorkerLines.STAMP.format(Instant.now()) + " - ETL - INFO - a line of backend\n");
        Report report = trace("--doctor");
        says(report, 0, "  [OK] Docker - client ", "  [OK] Compose - 2", "  [OK] Project - docker compose -p " + PROJECT + ": " + PROJECT + ", 4 containers\n", "  [OK] Service celery-worker - up\n",
            "  [OK] Database - PostgreSQL ", " may read etl_jobs, job_logs, sql_scripts\n", "  [OK] Log of " + WORKER + " - json-file, goes back to 20",
            "  [OK] Clocks - ", "  [OK] Disk for recordings - ", ": jobs can be traced here; trace-job lists the newest\n");
        assertEquals("", report.err());
    }

    @Test
    void withoutAnEngineOrAProjectNothingCanBeTraced() throws Exception {
        says(trace("--doctor", "--host", "tcp://127.0.0.1:1"), 4, "  [FAIL] Docker - ", "         sudo systemctl start docker", "  [UNKNOWN] Project, services, logs - not asked",
            ": no job can be traced here until this is fixed\n");
        says(trace("--doctor", "-p", PROJECT + "-none"), 4, "  [FAIL] Project - docker compose -p " + PROJECT + "-none has no containers\n", "docker compose -p " + PROJECT + "-none up -d    # where it is this one\n");
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            says(trace("--doctor", "--timeout", "1", "--host", "tcp://127.0.0.1:" + deaf.getLocalPort()), 4, "  [UNKNOWN] Docker - its engine did not answer in time");
        }
        says(started(Map.of("PATH", folder.toString()), folder, "--doctor", "-p", PROJECT), 4, "  [FAIL] Docker - docker is not installed here\n");
    }

    @Test
    void aServiceThatIsDownOrMissingIsNamed() throws Exception {
        put(WORKER, "stopped");
        try {
            says(trace("--doctor"), 1, "  [FAIL] Service celery-worker - Exited (", "         docker compose -p " + PROJECT + " up -d celery-worker\n");
        } finally {
            restore("celery-worker");
        }
        says(trace("--doctor", "--service", "redis=cache"), 1, "  [FAIL] Service cache - not in this project; there are backend, celery-worker, ",
            "         trace-job -p " + PROJECT + " --doctor --service redis=NAME");
    }

    @Test
    void aDatabaseThatDoesNotAnswerOrMayNotBeReadIsMendedByACommand() throws Exception {
        says(trace("--doctor", "--db-user", "nobody"), 1, "  [FAIL] Database - ", "         trace-job -p " + PROJECT + " --doctor --db-user NAME\n", "  [UNKNOWN] Clocks - ");
        says(trace("--doctor", "--db-name", "nothing"), 1, "  [FAIL] Database - ", "         trace-job -p " + PROJECT + " --doctor --db-name NAME\n");
        says(trace("--doctor", "--db-name", "postgres"), 1, "  [FAIL] Database - p1lending in postgres: there is no table etl_jobs\n");
        sql("CREATE ROLE shut LOGIN; GRANT SELECT ON etl_jobs TO shut");
        try {
            says(trace("--doctor", "--db-user", "shut"), 1, "  [FAIL] Database - shut in p1lending_etl may not read job_logs, sql_scripts\n",
                "         GRANT SELECT ON job_logs, sql_scripts TO shut;");
        } finally {
            sql("DROP OWNED BY shut; DROP ROLE shut");
        }
    }

    @Test
    void theOneStackOfThisMachineIsFoundAndSeveralAreNamed() throws Exception {
        // Other stacks may be up beside this one: theirs has no service of this name.
        Report found = started(Map.of(), folder, "--service", "celery-worker=postgres,postgres=postgres", UUID.randomUUID().toString());
        Ran others = Ran.of("docker", "ps", "--filter", "label=com.docker.compose.service=postgres", "--format", "{{.Label \"com.docker.compose.project\"}}");
        boolean several = others.out().lines().distinct().count() > 1;
        assertEquals(several ? 2 : 3, found.code(), found.toString());
        assertTrue(found.err().contains(several ? "which stack? There are several here; add -p with one of " : "the stack here is -p " + PROJECT + "\n"), found.err());
        assertTrue(found.err().contains(PROJECT), found.err());
    }

    @Test
    void aloneItListsTheNewestJobsWithTheirVerdicts() throws Exception {
        olderThanItsJobs();
        String id = healthy();
        Map<String, String> cache = Map.of("XDG_CACHE_HOME", folder.toString());
        Report traced = started(cache, folder, "-p", PROJECT, id);
        assertEquals(0, traced.code(), traced.toString());
        Report alone = started(cache, folder, "-p", PROJECT);
        assertEquals(0, alone.code(), alone.toString());
        assertTrue(alone.out().lines().anyMatch(line -> line.startsWith("  " + id + "  completed  ok  ")), alone.toString());
        assertTrue(alone.err().contains("to trace a job: trace-job -p " + PROJECT + " JOB-ID"), alone.err());
    }

    @Test
    void aLogThatItsDriverDoesNotGiveBackIsAFault() throws Exception {
        try {
            with("backend", "logging:\n  driver: none");
            says(trace("--doctor"), 1, "  [FAIL] Log of " + PROJECT + "-backend-1 - driver none: ", "configured logging driver does not support reading",
                "         logging: {driver: local}    # in the compose file, then: docker compose -p " + PROJECT + " up -d backend\n");
        } finally {
            restore("backend");
        }
    }

    @Test
    void aLogThatIsWrittenToStderrAloneIsALog() throws Exception {
        healthy();
        try {
            with("backend", "command: sh -c 'echo on stderr >&2; exec sleep infinity'");
            await("Docker has its line", () -> Ran.of("docker", "logs", PROJECT + "-backend-1").err().contains("on stderr"));
            says(trace("--doctor"), 0, "  [OK] Log of " + PROJECT + "-backend-1 - json-file, goes back to 20");
        } finally {
            restore("backend");
        }
    }

    @Test
    void aLogThatHasBeenRotatedGoesBackToWhatIsLeftOfIt() throws Exception {
        healthy();
        try {
            compose(Map.of("FAULTS_MAX_SIZE", "10k"), "up", "--detach", "--force-recreate", "--timeout", "0", "backend");
            String backend = PROJECT + "-backend-1";
            write(backend, "the first line\n");
            StringBuilder lines = new StringBuilder();
            for (int i = 1; i <= 1_000; i++) {
                lines.append("line ").append(i).append(" of a thousand that are more than three files of ten kilobytes hold\n");
            }
            write(backend, lines.toString());
            String left = sure(Ran.of("docker", "logs", "--timestamps", backend)).out().lines().findFirst().orElseThrow();
            assertTrue(!left.contains("the first line"), "nothing was rotated away: " + left);
            String since = left.substring(0, "2026-01-15T09:30:00".length());
            String found = "Log of " + backend + " - json-file, goes back to " + since;
            Report young = trace("--doctor");
            says(young, 0, "  [OK] " + found, ", rotates at 10k x 3; of jobs before that there are no lines\n");
            // No Engine makes a container older than it is: of its real answer only the time of creation is another.
            Path docker = Files.writeString(Files.createDirectory(folder.resolve("bin")).resolve("docker"), "#!/bin/sh\n"
                + "case $1 in inspect) " + real("docker") + " \"$@\" | sed 's/\"Created\":\"20[0-9][0-9]/\"Created\":\"2020/' ;; *) exec " + real("docker") + " \"$@\" ;; esac\n");
            assertTrue(docker.toFile().setExecutable(true));
            says(started(Map.of("PATH", docker.getParent() + ":" + System.getenv("PATH")), folder, "--doctor", "-p", PROJECT, "--color", "never"), 1, "  [WARN] " + found,
                ", rotates at 10k x 3: less than a day, though the container is older\n", "         logging: {options: {max-size: 100m, max-file: \"5\"}}    # in the compose file\n");
        } finally {
            restore("backend");
        }
    }

    private static String real(String command) throws Exception {
        return sure(Ran.of("sh", "-c", "command -v " + command)).out().strip();
    }

    @Test
    void aDatabaseWhoseClockIsOffIsNoticed() throws Exception {
        try {
            with("postgres", "environment:\n  FAKETIME: -10m\n  FAKETIME_DONT_FAKE_MONOTONIC: '1'\n"
                + "command: sh -c 'export LD_PRELOAD=$$(echo /usr/lib/*/faketime/libfaketime.so.1); exec /postgres/start'");
            awaitTheDatabase();
            Report report = trace("--doctor");
            says(report, 1, "  [WARN] Clocks - the database's and this machine's are ", "         timedatectl set-ntp true    # on the machine that is wrong\n");
            assertTrue(report.out().matches("(?s).*this machine's are (?:9m 5\\d|10m 0\\d)\\.\\ds apart\n.*"), report.toString());
        } finally {
            restore("postgres");
            awaitTheDatabase();
        }
    }

    private static void awaitTheDatabase() throws Exception {
        await("the database answers", () -> Ran.of("docker", "logs", POSTGRES).out().contains("init process complete") && psql("SELECT 1 FROM etl_jobs LIMIT 1").code() == 0);
    }

    @Test
    void aDiskThatIsFullOrOnlyReadHasNoRoomForARecording() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        sure(Ran.of("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()));
        try {
            sure(Ran.of("sh", "-c", "head -c 70000 /dev/zero > '" + disk + "/all' 2>/dev/null || true"));
            says(started(Map.of(), disk, "--doctor", "-p", PROJECT, "--color", "never"), 1, "  [WARN] Disk for recordings - 0 GB free in " + disk + "\n",
                "         trace-job JOB-ID --record /ANOTHER/DISK/job.jsonl.gz\n");
            sure(Ran.of("mount", "-o", "remount,ro", disk.toString()));
            says(started(Map.of(), disk, "--doctor", "-p", PROJECT, "--color", "never"), 1, "  [WARN] Disk for recordings - " + disk + " cannot be written to\n",
                "         trace-job JOB-ID --record /tmp/job.jsonl.gz\n");
        } finally {
            sure(Ran.of("umount", disk.toString()));
        }
    }
}
