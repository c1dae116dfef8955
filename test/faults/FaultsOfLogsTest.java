import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs: what is no line of any job, long messages, a log that goes while it is read, and a clock that is off. */
class FaultsOfLogsTest extends FaultsStack {
    /** Shell that writes what is no line of any job, in the midst of one. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', value = {
        "a line of 50 MB ~ head -c 50000000 /dev/zero | tr '\\0' x; echo",
        "binary ~ head -c 3000000 /dev/urandom; echo",
        "no UTF-8 ~ printf 'a\\377\\376b \\300\\200 \\355\\240\\200\\n\\342\\202\\n'",
        "escapes and ends of lines ~ printf '\\033[2J\\033]0;title\\007 \\r\\r\\n\\v\\f\\0\\0\\n'",
        "a line of 16383 ~ head -c 16383 /dev/zero | tr '\\0' x; echo",
        "a line of 16384 ~ head -c 16384 /dev/zero | tr '\\0' x; echo",
        "a line of 16385 ~ head -c 16385 /dev/zero | tr '\\0' x; echo",
        "20,000 empty lines ~ yes '' | head -20000",
        // Each of them waits for a copy that never comes: together they are more than the tool's memory.
        "1,000 lines of 60 KB ~ head -c 60000 /dev/zero | tr '\\0' x > /tmp/x; at=$(date -u '+%F %T,000');"
            + " for i in $(seq 1000); do printf '%s - ETL.X - INFO - %s ' \"$at\" $i; cat /tmp/x; echo; done"})
    void whatElseStandsInTheLogChangesNothing(String name, String shell) throws Exception {
        String id = row("completed");
        List<String> lines = WorkerLines.of(id, "ForkPoolWorker-2");
        for (int[] part : new int[][] {{0, 14}, {14, 24}, {24, lines.size()}}) {
            if (part[0] == 14 || !name.contains("50 MB")) {
                sure(Ran.of("docker", "exec", WORKER, "sh", "-c", "(" + shell + ") > /proc/1/fd/1"));
            }
            write(WORKER, WorkerLines.timed(lines).lines().toList().subList(part[0], part[1]).stream().collect(Collectors.joining("\n", "", "\n")));
        }
        try {
            // With the memory that the tool gives itself.
            Report report = started(Map.of(), null, "-p", PROJECT, "--color", "never", id);
            assertEquals(rounded(HEALTHY), rounded(report.fromThePipelineOn()), report.toString());
            assertEquals(0, report.code());
            assertEquals(List.of(), report.err().lines().filter(line -> !line.startsWith("trace-job: still reading")).toList());
        } finally {
            if (!name.startsWith("a line of 16") && !name.startsWith("no")) {
                restore("celery-worker");
            }
        }
    }

    /** Without the times: each of the three parts is written with times of its own, and as far apart as the machine is busy. */
    private static String rounded(String report) {
        return report.replaceAll("  No stage accounts for .*\n", "").replaceAll("(?m)^(  \\w[\\w ]+): \\d+\\.\\ds.*$", "$1");
    }

    /** A terminal ends each line with a carriage return too, and Celery colours what it writes to one. */
    @Test
    void aWorkerWithATerminalIsReadLikeAnyOther() throws Exception {
        try {
            with("celery-worker", "tty: true");
            olderThanItsJobs();
            String id = row("completed");
            List<String> lines = WorkerLines.of(id, "ForkPoolWorker-2").stream()
                .map(line -> line.startsWith("[") && !line.contains("MainProcess") ? line.replaceFirst("] (.*)", "] \u001b[33m$1\u001b[0m") : line).toList();
            write(WORKER, WorkerLines.timed(lines));
            Report report = trace(id);
            assertEquals(HEALTHY, report.fromThePipelineOn());
            assertEquals(WorkerLines.of(id, "ForkPoolWorker-2").size() / 2 + 1, trace("--lines", id).out().lines().count(), "each event once");
        } finally {
            restore("celery-worker");
        }
    }

    /** Docker cuts what is longer than 16 KB, each copy elsewhere, and writes a time before each piece. */
    @ParameterizedTest(name = "{0} characters")
    @ValueSource(ints = {16_000, 16_383, 16_384, 16_385, 40_000})
    void aLongMessageOfTheJobIsOneMessageAndTheLinesAfterItStand(int length) throws Exception {
        String id = row("completed");
        List<String> lines = new ArrayList<>(WorkerLines.of(id, "ForkPoolWorker-2"));
        String head = "{0.20} - ETL.ETLEngine - INFO - ";
        String text = "Database Connections: ".concat("q".repeat(length))
            .substring(0, length - head.length() + "{0.20}".length() - WorkerLines.STAMP.format(Instant.now()).length());
        lines.set(3, head + text);
        lines.set(4, "[{0.20}: INFO/ForkPoolWorker-2] " + text);
        write(WORKER, WorkerLines.timed(lines));
        assertEquals(HEALTHY, trace(id).fromThePipelineOn());
        JsonNode query = AllTests.JSON.readTree(trace(id, "--format", "json").out()).path("stages").path(3);
        assertEquals(List.of(text), query.path("evidence").findValuesAsText("text").stream().filter(one -> one.startsWith("Database")).toList());
    }

    /** The pieces are of bytes: a character across their border is lost, and in the other copy, with another head, it is whole. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"é", "工", "🚀", "x🚀é"})
    void aLongMessageOfAnyCharactersIsOneMessage(String characters) throws Exception {
        String id = row("completed");
        List<String> lines = new ArrayList<>(WorkerLines.of(id, "ForkPoolWorker-2"));
        String text = "Database Connections: " + characters.repeat(40_000 / characters.length());
        lines.set(3, "{0.20} - ETL.Tasks - INFO - " + text);
        lines.set(4, "[{0.20}: INFO/ForkPoolWorker-2] " + text);
        write(WORKER, WorkerLines.timed(lines));
        assertEquals(HEALTHY, trace(id).fromThePipelineOn());
        JsonNode query = AllTests.JSON.readTree(trace(id, "--format", "json").out()).path("stages").path(3);
        assertEquals(List.of(text), query.path("evidence").findValuesAsText("text").stream().filter(one -> one.startsWith("Database")).toList());
    }

    @Test
    void aLogThatIsRotatedWhileItIsReadIsToldAsItIsOrNotAtAll() throws Exception {
        compose(Map.of("FAULTS_MAX_SIZE", "1m"), "up", "--detach", "--force-recreate", "--timeout", "0", "celery-worker");
        try {
            // Else the container's age alone would say that something is lost.
            olderThanItsJobs();
            String id = healthy();
            assertEquals(HEALTHY, trace(id).fromThePipelineOn());
            Process noise = new ProcessBuilder("docker", "exec", WORKER, "timeout", "30", "python3", "-c", "import time\n"
                + "out = open('/proc/1/fd/1', 'w')\nwhile True:\n"
                + "    out.write((time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime()) + ',110 - ETL.JobEvents - INFO - Job event: row_processed"
                + " for job 0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60: {}\\n') * 500)\n"
                + "    out.flush()\n    time.sleep(0.04)\n").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try {
                Set<String> seen = new TreeSet<>();
                Report report = trace(id);
                for (Instant deadline = Instant.now().plusSeconds(30); ; report = trace(id)) {
                    onlyWhatIsTrue(report);
                    assertTrue(report.code() == 0 && HEALTHY.equals(report.fromThePipelineOn())
                        || report.code() == 1 && !report.with("UNKNOWN").isEmpty(), report.toString());
                    seen.add("exit code " + report.code());
                    if (report.with("UNKNOWN").containsAll(IN_THE_LOG)) {
                        break;
                    }
                    assertTrue(Instant.now().isBefore(deadline), "the log was never lost: " + report);
                }
                // Once more, while all that is left belongs to others.
                Report last = trace(id);
                assertEquals(Set.of(), difference(IN_THE_LOG, last.with("UNKNOWN").toArray(String[]::new)), last.toString());
                assertTrue(last.verdict().startsWith("unknown"), last.toString());
            } finally {
                noise.destroy();
            }
        } finally {
            restore("celery-worker");
        }
    }

    /** Whatever is OK is what happened, with its numbers. */
    private static void onlyWhatIsTrue(Report report) {
        assertEquals(List.of(), report.out().lines()
            .filter(line -> line.startsWith("  [OK] ") && !HEALTHY.contains(line + "\n")).toList(), report.toString());
    }

    @Test
    void aContainerThatIsRemovedWhileItsLogIsReadIsMissed() throws Exception {
        String id = row("completed");
        sql("UPDATE etl_jobs SET created_at = now() - interval '3 hours', started_at = now() - interval '3 hours' WHERE id = '" + id + "'");
        List<String> lines = WorkerLines.timed(WorkerLines.of(id, "ForkPoolWorker-2")).lines().toList();
        write(WORKER, String.join("\n", lines.subList(0, 23)) + "\n");
        sure(Ran.of("docker", "exec", WORKER, "sh", "-c", "yes '2026-01-15 09:30:02,110 - ETL.JobEvents - INFO"
            + " - Job event: row_processed for job 0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60: {}'"
            + " | head -600000 > /proc/1/fd/1"));
        write(WORKER, String.join("\n", lines.subList(23, lines.size())) + "\n");
        ExecutorService aside = Executors.newSingleThreadExecutor();
        try {
            Future<Report> tracing = aside.submit(() -> trace(id));
            await("the log is read",
                () -> DockerCommands.running().values().stream().anyMatch(command -> command.contains(" logs ") && command.contains(" celery-worker")));
            Thread.sleep(300);
            sure(Ran.of("docker", "rm", "--force", WORKER));
            assertFalse(tracing.isDone(), "the log was read before the container went");
            Report report = tracing.get();
            assertEquals(1, report.code(), report.toString());
            // Docker goes on with a file that it has opened: what is told was read, and the rest is missed.
            onlyWhatIsTrue(report);
            // Where it had not opened the file yet, nothing shows who ran the job, nor that it has a file.
            assertTrue(report.with("UNKNOWN").contains("Job Log File") || report.with("UNKNOWN").containsAll(IN_THE_LOG), report.toString());
        } finally {
            aside.shutdownNow();
            restore("celery-worker");
        }
    }

    @Test
    void aClockTenMinutesOffIsToldAndTheTimesArePutRight() throws Exception {
        restore("celery-worker");
        String id = row("completed");
        Instant before = Instant.now();
        // Each line is written at its own time, as a worker does.
        String python = "import datetime, re, sys, time\nnow = datetime.datetime.utcnow()\nout = open('/proc/1/fd/1', 'w')\n"
            + "time_of = lambda at: now + datetime.timedelta(seconds=float(at.group(1)))\n"
            + "for line in sys.stdin.buffer.read().decode().splitlines(True):\n"
            + "    at = re.search(r'\\{(\\d\\.\\d\\d)\\}', line)\n"
            + "    if at:\n        time.sleep(max(0, (time_of(at) - datetime.datetime.utcnow()).total_seconds()))\n"
            + "    out.write(re.sub(r'\\{(\\d\\.\\d\\d)\\}', lambda at: time_of(at).strftime('%Y-%m-%d %H:%M:%S,%f')[:-3], line))\n"
            + "    out.flush()\n";
        byte[] lines = (String.join("\n", WorkerLines.of(id, "ForkPoolWorker-2")) + "\n").getBytes(StandardCharsets.UTF_8);
        sure(Ran.of(Map.of(), null, lines, List.of("docker", "exec", "-i", "-e", "FAKETIME=-10m", "-e", "PYTHONIOENCODING=utf-8",
            "-e", "LANG=C.UTF-8", WORKER, "sh", "-c",
            "export LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1); exec python3 -c \"$0\"", python)));
        Instant after = Instant.now();
        try {
            await("Docker has the lines", () -> Ran.of("docker", "logs", WORKER).out().contains("succeeded in 2.9s"));
            String stamp = Ran.of("docker", "logs", WORKER).out().substring(1, 24);
            Instant written = WorkerLines.STAMP.parse(stamp, Instant::from);
            assertTrue(written.isBefore(before.minusSeconds(590)) && written.isAfter(before.minusSeconds(610)), "the clock was not off: " + stamp);
            Report report = trace(id);
            assertTrue(report.fromThePipelineOn().startsWith(HEALTHY.substring(0, HEALTHY.indexOf("  None"))), report.toString());
            assertTrue(report.out().contains("Clock off: celery-worker is 10m 00.0s behind\n"), report.toString());
            Matcher started = Pattern.compile("  Started: (\\S+)\n").matcher(report.out());
            assertTrue(started.find(), report.toString());
            Instant told = Instant.parse(started.group(1));
            assertTrue(!told.isBefore(before.minusSeconds(2)) && !told.isAfter(after.plusSeconds(2)),
                "started between " + before + " and " + after + ", told " + told);
            assertEquals(1, report.code());
        } finally {
            restore("celery-worker");
        }
    }
}
