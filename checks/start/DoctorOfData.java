import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the doctor says of the database, the clocks and the disk. */
final class DoctorOfData {
    private static final List<String> TABLES = List.of("etl_jobs", "job_logs", "sql_scripts");
    private static final Command RIGHTS = Command.of("docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"SELECT /* rights */ jsonb_build_object("
        + "'now', clock_timestamp(), 'version', current_setting('server_version'), 'user', current_user, 'database', current_database(), "
        + "'etl_jobs', has_table_privilege(to_regclass('etl_jobs'), 'SELECT'), 'job_logs', has_table_privilege(to_regclass('job_logs'), 'SELECT'), "
        + "'sql_scripts', has_table_privilege(to_regclass('sql_scripts'), 'SELECT'))\"");
    /** More between two clocks than this, in milliseconds, and a job's window misses lines. */
    private static final long CLOCKS = 2_000;
    /** Bytes that a recording of a large job may need. */
    private static final long ROOM = 200L << 20;
    private final ComposeTarget target;
    private final CommandRunner runner;

    DoctorOfData(ComposeTarget target, CommandRunner runner) {
        this.target = target;
        this.runner = runner;
    }

    /** Whether psql answers and may read what is needed, and how far its clock is from ours. */
    List<Diagnosis> database() {
        KeptLines kept = new KeptLines();
        Instant before = Instant.now();
        CommandResult result = kept.of(target.swarm != null ? new SwarmStack(target, runner, null).stream(RIGHTS, Map.of(), null, kept)
            : runner.run("doctor", target.rows(RIGHTS, Map.of()), target.psqlEnvironment(), kept));
        Instant after = Instant.now();
        JsonNode said = Json.list(result.out()).stream().findFirst().orElse(Json.NODES.missingNode());
        if (result.problem() != null || !said.has("version")) {
            String problem = result.problem() == null ? "psql printed no row" : result.problem();
            return List.of(result.timedOut() ? Diagnosis.unknown("Database", problem, target.call("--doctor", "--timeout", "120"))
                : Diagnosis.fail("Database", problem, mend(problem)),
                Diagnosis.unknown("Clocks", "the database did not say what time it is"));
        }
        return List.of(rights(said), clocks(Times.parse(said.path("now").asText()), before, after));
    }

    private String mend(String problem) {
        return problem.contains("role \"") ? target.call("--doctor", "--db-user", "NAME")
            : problem.contains("database \"") ? target.call("--doctor", "--db-name", "NAME")
            : problem.contains("password") || problem.contains("no password supplied") ? "export PGPASSWORD=…    # or a line in ~/.pgpass"
            : target.call("--explain") + "    # its first line is the query; type it by hand to see more";
    }

    private Diagnosis rights(JsonNode said) {
        String who = said.path("user").asText() + " in " + said.path("database").asText();
        List<String> absent = TABLES.stream().filter(table -> said.path(table).isNull()).toList();
        List<String> shut = TABLES.stream().filter(table -> said.path(table).isBoolean() && !said.path(table).asBoolean()).toList();
        if (absent.contains("etl_jobs")) {
            return Diagnosis.fail("Database", who + ": there is no table etl_jobs",
                target.call("--doctor", "--db-name", "NAME") + "    # the application's own database");
        }
        if (!shut.isEmpty()) {
            return Diagnosis.fail("Database", who + " may not read " + String.join(", ", shut), "GRANT SELECT ON " + String.join(", ", shut) + " TO "
                + said.path("user").asText() + ";    -- as the owner of the tables, in psql");
        }
        return absent.isEmpty() ? Diagnosis.ok("Database",
            "PostgreSQL " + said.path("version").asText() + ", " + who + " may read " + String.join(", ", TABLES))
            : Diagnosis.warn("Database", who + ": there is no table " + String.join(", ", absent) + "; what it would show is missing");
    }

    /** Zero as long as its time lies between those before and after the query. */
    private Diagnosis clocks(Instant theirs, Instant before, Instant after) {
        if (theirs == null) {
            return Diagnosis.unknown("Clocks", "the database did not say what time it is");
        }
        long off = Stream.of(0L, Duration.between(theirs, before).toMillis(), Duration.between(after, theirs).toMillis()).max(Long::compare).orElseThrow();
        return off <= CLOCKS ? Diagnosis.ok("Clocks", "the database's and this machine's agree within " + CLOCKS / 1000 + " s")
            : Diagnosis.warn("Clocks", "the database's and this machine's are " + Times.duration(off) + " apart",
                "timedatectl set-ntp true    # on the machine that is wrong");
    }

    /** Where a recording without a folder in its name is written. */
    Diagnosis disk() {
        Path here = Path.of("").toAbsolutePath();
        try {
            long free = Files.getFileStore(here).getUsableSpace();
            String found = Times.number((free >> 20) / 1024.0) + " GB free in " + here;
            return !Files.isWritable(here) ? Diagnosis.warn("Disk for recordings", here + " cannot be written to",
                "trace-job JOB-ID --record /tmp/job.jsonl.gz")
                : free < ROOM ? Diagnosis.warn("Disk for recordings", found, "trace-job JOB-ID --record /ANOTHER/DISK/job.jsonl.gz")
                : Diagnosis.ok("Disk for recordings", found);
        } catch (IOException unseen) {
            return Diagnosis.unknown("Disk for recordings", here + ": " + KnownFailure.why(unseen));
        }
    }
}
