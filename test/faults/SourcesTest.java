import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs that come from elsewhere than Docker (--source): a real journal read by a real journalctl, the other clients' lines as their documentation shows them. */
class SourcesTest extends FaultsStack {
    private static final String SQL = "sql=docker exec " + POSTGRES + " /usr/bin/psql -U p1lending -d p1lending_etl -XqAt -c {sql}\n";
    private static final String KUBECTL = "line=\\\\[pod/(?<container>[^/\\\\]]+)/[^\\\\]]+\\\\] (?<time>\\\\S+) ?(?<text>.*)\n";
    private Path sources;

    @BeforeEach
    void theFolderOfSources() throws Exception {
        sources = Files.createDirectories(folder.resolve(".trace-job.d"));
    }

    private void source(String name, String properties) throws Exception {
        Files.writeString(sources.resolve(name + ".properties"), properties);
    }

    private Report from(String... arguments) throws Exception {
        Ran ran = Ran.of(Map.of("XDG_CACHE_HOME", folder.toString()), folder, new byte[0], OwnJvm.command(folder, arguments));
        return new Report(ran.code(), ran.out(), ran.err(), ran.seconds());
    }

    private static List<String> lines(String id) {
        return WorkerLines.timed(WorkerLines.of(id, "ForkPoolWorker-2")).lines().toList();
    }

    /** The lines with their place in time before them, a millisecond apart, as the store has them. */
    private Path stored(String file, String id, String before, String after) throws Exception {
        Instant start = Instant.now();
        List<String> lines = lines(id);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String time = start.plusMillis(i).toString();
            text.append(before.replace("TIME", time)).append(before.startsWith("{") ? AllTests.JSON.writeValueAsString(lines.get(i)) : lines.get(i)).append(after.replace("TIME", time)).append('\n');
        }
        String request = "INFO:     172.18.0.1:41592 - \"POST /api/v1/jobs HTTP/1.1\" 200 OK";
        Files.writeString(folder.resolve(file + "-backend"), before.replace("TIME", start.toString()).replace("celery-worker", "backend")
            + (before.startsWith("{") ? AllTests.JSON.writeValueAsString(request) : request) + after + "\n");
        Files.writeString(folder.resolve(file + "-celery-worker"), text);
        return folder.resolve(file + "-{service}");
    }

    @Test
    void aJobIsTracedFromARealJournal() throws Exception {
        Path writer = Path.of("/lib/systemd/systemd-journal-remote");
        assumeTrue(Files.isExecutable(writer), "systemd-journal-remote is not installed");
        String id = row("completed");
        long micros = System.currentTimeMillis() * 1000;
        StringBuilder export = new StringBuilder();
        for (String line : lines(id)) {
            export.append("__REALTIME_TIMESTAMP=").append(micros += 100).append("\n__MONOTONIC_TIMESTAMP=").append(micros)
                .append("\n_BOOT_ID=0123456789abcdef0123456789abcdef\nCONTAINER_NAME=celery-worker-1\nMESSAGE=").append(line).append("\n\n");
        }
        export.append("__REALTIME_TIMESTAMP=").append(micros += 100).append("\n__MONOTONIC_TIMESTAMP=").append(micros)
            .append("\n_BOOT_ID=0123456789abcdef0123456789abcdef\nCONTAINER_NAME=backend-1\nMESSAGE=INFO:     172.18.0.1:1 - \"POST /api/v1/jobs HTTP/1.1\" 200 OK\n\n");
        Path journal = folder.resolve("stack.journal");
        sure(Ran.of(Map.of(), folder, export.toString().getBytes(StandardCharsets.UTF_8), List.of(writer.toString(), "--output=" + journal, "-")));
        source("journal", SQL + "logs=journalctl --file " + journal + " --no-pager --all --output json --since @{sinceSeconds} --until @{untilSeconds} CONTAINER_NAME={service}-1\n"
            + "format=jsonl\ncontainer=CONTAINER_NAME\ntime=__REALTIME_TIMESTAMP\ntext=MESSAGE\n");
        tracedWhole(from("--source", "journal", id));
        Report explained = from("--source", "journal", "--explain", id);
        assertTrue(explained.out().contains("journalctl --file " + journal + " --no-pager --all --output json --since '@<created>' --until '@<ended>' CONTAINER_NAME=celery-worker-1\n"), explained.toString());
    }

    private static void tracedWhole(Report report) {
        assertTrue(report.with("OK").containsAll(IN_THE_LOG), report.toString());
        assertTrue(report.out().contains("  [OK] CCC Litigator Check - 176 phones checked, 12 flagged\n"), report.toString());
        assertEquals("completed", report.verdict(), report.toString());
        assertEquals(0, report.code(), report.toString());
    }

    /** `kubectl logs --prefix --timestamps`: `[pod/NAME/CONTAINER] TIME text`. */
    @Test
    void aJobIsTracedFromWhatKubectlPrints() throws Exception {
        String id = row("completed");
        Path log = stored("kubectl", id, "[pod/celery-worker-7d9f6c5b8-x2x4z/worker] TIME ", "");
        source("kubectl", SQL + KUBECTL + "logs=cat " + log + "\n");
        tracedWhole(from("--source", "kubectl", id));
    }

    /** `logcli query --output jsonl`: an object for each line, with its labels, the line and a time. */
    @Test
    void aJobIsTracedFromWhatLogcliPrints() throws Exception {
        String id = row("completed");
        Path log = stored("logcli", id, "{\"labels\":{\"app\":\"p1lending\",\"container\":\"celery-worker-1\"},\"timestamp\":\"TIME\",\"line\":", "}");
        String form = SQL + "format=jsonl\ncontainer=labels.container\ntime=timestamp\ntext=line\nlogs=cat " + log + "\n";
        source("logcli", form);
        tracedWhole(from("--source", "logcli", id));
        // An entry of several lines, and one with colours as journalctl would show it: the second copy of a line, and a traceback's end.
        String colours = "{\"labels\":{\"container\":\"celery-worker-1\"},\"timestamp\":\"" + Instant.now() + "\",\"line\":"
            + java.util.Arrays.toString(("\u001b[31m" + WorkerLines.STAMP.format(Instant.now()) + " - ETL.CCCAPI - ERROR - Litigator check failed for batch 1\u001b[0m\nTraceback (most recent call last):\n  File \"x\"\nValueError: no")
                .getBytes(StandardCharsets.UTF_8)) + "}\n";
        Path whole = Path.of(log.toString().replace("{service}", "celery-worker"));
        String before = Files.readString(whole);
        Files.writeString(whole, before + colours);
        assertTrue(from("--source", "logcli", "--lines", "--format", "json", id).code() == 0);
        Report raw = from("--source", "logcli", "-v", id);
        assertTrue(raw.out().contains("39 read, "), raw.toString());
        Files.writeString(whole, before);
        source("limited", form + "limit=34\n");
        Report limited = from("--source", "limited", id);
        assertTrue(limited.verdict().startsWith("unknown - ") && limited.out().contains("the limit of 34 lines was reached"), limited.toString());
        assertEquals(1, limited.code());
    }

    @Test
    void whatTheFileDoesNotGiveIsUnknown() throws Exception {
        String id = row("completed");
        Path log = stored("kubectl", id, "[pod/celery-worker-7d9f6c5b8-x2x4z/worker] TIME ", "");
        source("logs", KUBECTL + "logs=cat " + log + "\n");
        Report report = from("--source", "logs", id);
        assertTrue(report.err().contains("the source logs has no sql= or --psql"), report.toString());
        assertTrue(report.with("OK").contains("CCC Litigator Check"), report.toString());
        assertEquals(1, report.code(), report.toString());
        source("torn", SQL + KUBECTL + "logs=sed 3s/^.// " + log + "\n");
        Report torn = from("--source", "torn", id);
        assertTrue(torn.out().contains("1 of its 34 lines have not the form that the source torn tells"), torn.toString());
        assertTrue(torn.verdict().startsWith("unknown - "), torn.toString());
    }

    /** The template for a plain Docker host joins the two streams of a real container. */
    @Test
    void aJobIsTracedFromDockersOwnLogs() throws Exception {
        olderThanItsJobs();
        String id = healthy();
        write(PROJECT + "-backend-1", WorkerLines.STAMP.format(Instant.now()) + " - ETL - INFO - a line of backend\n");
        String template = Files.readString(AllTests.home().resolve(".templates/docker.properties.qute")).replace("\\{", "{").replace("p1lending-", PROJECT + "-");
        source("docker", template.replaceFirst("(?m)^sql=.*\n", "") + SQL);
        Report report = from("--source", "docker", id);
        tracedWhole(report);
        Report none = from("--source", "docker", "--service", "celery-worker=nosuch", id);
        assertTrue(none.with("UNKNOWN").containsAll(IN_THE_LOG), none.toString());
    }

    @Test
    void aLogWithoutAnyLineIsNoEvidence() throws Exception {
        String id = row("completed");
        Path log = stored("kubectl", id, "[pod/celery-worker-7d9f6c5b8-x2x4z/worker] TIME ", "");
        Files.writeString(Path.of(log.toString().replace("{service}", "celery-worker")), "");
        source("empty", SQL + KUBECTL + "logs=cat " + log + "\n");
        Report report = from("--source", "empty", id);
        assertTrue(report.with("UNKNOWN").containsAll(IN_THE_LOG), report.toString());
        assertTrue(report.out().contains("it has no line of celery-worker in this time: is it called so there?"), report.toString());
    }

    @Test
    void aPatternThatIsTooSlowIsNoEvidenceAndNoStandstill() throws Exception {
        String id = row("completed");
        Path log = stored("kubectl", id, "[pod/celery-worker-7d9f6c5b8-x2x4z/worker] TIME ", "");
        source("slow", SQL + "line=(?<time>\\S+) (?<text>(?:[^!]+)+(?:.+)+!)\nlogs=cat " + log + "\n");
        Report report = from("--source", "slow", id);
        assertTrue(report.out().contains("34 of its 34 lines have not the form that the source slow tells"), report.toString());
        assertTrue(report.seconds() < 30, report.toString());
    }

    @Test
    void aFileThatDoesNotSayHowIsRefused() throws Exception {
        for (Map.Entry<String, String> wrong : Map.of("line=x\n", ": needs logs=COMMAND", "logs=cat x\n", ": needs either line=PATTERN or format=jsonl", "logs=cat x\nline=(\n", ": line is no pattern: ",
            "logs=cat x\nline=x\n", ": line needs the groups ", "logs=cat x\nformat=jsonl\n", ": with format=jsonl needs time= and text=", "logs=cat x\nlines=x\n", ": knows no lines",
            "logs=cat x {job}\nline=(?<time>.)(?<text>.)\n", ": logs knows no {job}", "logs=cat x\nline=(?<time>.)(?<text>.)\n", ": logs needs {service}",
            "logs=cat {service}\nsql=psql\nline=(?<time>.)(?<text>.)\n", ": sql needs {sql}").entrySet()) {
            source("wrong", wrong.getKey());
            Report report = from("--source", "wrong", "4b51d0e2");
            assertEquals(2, report.code(), report.toString());
            assertTrue(report.err().startsWith("trace-job: " + sources.resolve("wrong.properties") + wrong.getValue()), report.toString());
        }
        assertEquals(2, from("--source", "../wrong", "4b51d0e2").code());
        assertEquals(2, from("--source", "none", "4b51d0e2").code());
        assertEquals(2, from("--source", "wrong", "--watch", "4b51d0e2").code());
    }
}
