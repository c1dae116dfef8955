import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real jobs that are watched: on a pseudo-terminal whose screen is read back, and into a pipe. */
class WatchTest extends RealStack {
    /** Debian's, which has its package python3-pyte; the first on the PATH may be another one. */
    private static final String PYTHON = "/usr/bin/python3";
    private static final String SLOW = "{'records':40,'idicore_seconds':1}";
    private static final Pattern AGE = Pattern.compile(" \\((?:just now|[0-9dhm ]+ ago)\\)");

    /** What a terminal showed. @param looks each different screen */
    record Shown(int code, List<List<String>> looks, List<String> everything, boolean cursor, boolean echo) {
        /** The report at the end, without ages and without what the screen has above and below. */
        String report() {
            String all = AGE.matcher(String.join("\n", everything)).replaceAll("");
            int start = all.indexOf("=".repeat(44));
            return start < 0 ? "" : all.substring(start).strip();
        }

        boolean saw(String regex) {
            return looks.stream().anyMatch(look -> Pattern.compile(regex).matcher(String.join("\n", look)).find());
        }
    }

    @BeforeAll
    static void aTerminalCanBeReadBack() throws Exception {
        Ran pyte = Ran.of(PYTHON, "-c", "import pyte");
        assumeTrue(pyte.code() == 0, "python3-pyte is not installed: " + pyte.err().strip());
    }

    private static CompletableFuture<Shown> watching(int lines, int columns, List<String> events, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PYTHON, AllTests.home().resolve("test/watch/screen.py").toString(),
            Integer.toString(lines), Integer.toString(columns)));
        command.addAll(events);
        command.add("--");
        command.addAll(OwnJvm.command(arguments));
        return CompletableFuture.supplyAsync(() -> {
            try {
                Ran ran = Ran.of(command.toArray(String[]::new));
                assertEquals(0, ran.code(), ran.err());
                JsonNode json = AllTests.JSON.readTree(ran.out());
                List<List<String>> looks = new ArrayList<>();
                json.get("looks").forEach(look -> looks.add(strings(look)));
                List<String> everything = strings(json.get("scrollback"));
                everything.addAll(strings(json.get("screen")));
                return new Shown(json.get("exit").asInt(), looks, everything, json.get("cursor").asBoolean(), json.get("echo").asBoolean());
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(one -> strings.add(one.asText()));
        return strings;
    }

    private static CompletableFuture<Shown> watching(int lines, int columns, Started job) throws Exception {
        return watching(lines, columns, List.of(), "-p", REAL, job.id(), "--watch");
    }

    /** The report of a trace made now, at a terminal of this width. */
    private static String traced(int columns, Started job) throws Exception {
        return watching(50, columns, List.of(), "-p", REAL, job.id()).get().report();
    }

    /** No command that follows a log is left. */
    private static void noChildIsLeft() throws Exception {
        Ran processes = Ran.of("ps", "-eo", "args");
        assertEquals(List.of(), processes.out().lines().filter(line -> line.contains("logs --no-color --timestamps --follow") && line.contains(REAL)).toList());
    }

    private static void terminalIsClean(Shown shown) throws Exception {
        assertTrue(shown.cursor(), "the cursor is hidden");
        assertTrue(shown.echo(), "the terminal's mode was changed");
        noChildIsLeft();
    }

    @Test
    void aHealthyJobOfTenBatchesIsWatchedFromTheQueueToItsEnd() throws Exception {
        alone();
        start("watch-before-1", SLOW);
        start("watch-before-2", SLOW);
        Started job = start("watch-ten", "{'records':2000,'idicore_seconds':0.05}");
        Shown shown = watching(40, 120, job).get();
        assertTrue(shown.saw("queued - "), "it was not shown in the queue");
        assertTrue(shown.saw("behind " + JOBS.get("watch-before-1").id()), "nothing said whom it waits for");
        assertTrue(shown.saw("\\[RUN\\] idiCORE Enrichment - batch [2-9] of 10, about \\d+"), "no frame shows a batch and the time left");
        assertFalse(shown.saw("\\[FAIL\\]|zombie"), "a healthy job was shown as a failing one");
        assertEquals(0, shown.code(), shown.report());
        assertTrue(shown.report().contains("Status: completed\n"), shown.report());
        terminalIsClean(shown);
        assertEquals(traced(120, job), shown.report());
    }

    @Test
    void aJobWhoseWorkerIsKilledIsLost() throws Exception {
        Started job = start("watch-killed", "{'records':200,'idicore_seconds':1}");
        CompletableFuture<Shown> watching = watching(30, 100, job);
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        Thread.sleep(3_000);
        job(job, "kill-child");
        JOBS.remove("watch-killed");
        Shown shown = watching.get();
        assertEquals(1, shown.code());
        assertTrue(shown.report().contains("Status: lost - "), shown.report());
        terminalIsClean(shown);
        assertEquals(traced(100, job), shown.report());
    }

    @Test
    void aCancelledJobGoesOnUntilItsWorkerHasEndedIt() throws Exception {
        Started job = start("watch-cancelled", SLOW);
        CompletableFuture<Shown> watching = watching(30, 100, job);
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        Thread.sleep(2_500);
        job(job, "cancel");
        Shown shown = watching.get();
        assertEquals(1, shown.code());
        terminalIsClean(shown);
        assertEquals(traced(100, job), shown.report());
    }

    @Test
    void aJobIsTriedAgainWhenTheDatabaseIsBack() throws Exception {
        alone();
        start("watch-busy-1", "{'records':5,'query_seconds':9}");
        start("watch-busy-2", "{'records':5,'query_seconds':9}");
        Started job = start("watch-retried", "{'records':5}");
        CompletableFuture<Ran> watching = CompletableFuture.supplyAsync(() -> piped(job));
        Thread.sleep(5_000);
        try {
            assertEquals(0, Ran.of("docker", "compose", "-p", REAL, "stop", "--timeout", "1", "postgres").code());
            Thread.sleep(9_000);
        } finally {
            Ran.of("docker", "compose", "-p", REAL, "start", "postgres");
            stack("up", "real");
        }
        JOBS.remove("watch-busy-1");
        JOBS.remove("watch-busy-2");
        Ran ran = watching.get();
        List<String> away = ran.out().lines().filter(line -> line.contains("the database does not answer")).toList();
        assertEquals(1, away.size(), ran.out());
        assertTrue(ran.out().contains("[OK] Task Started - "), ran.out());
        noChildIsLeft();
    }

    private static Ran piped(Started job, String... more) {
        try {
            List<String> arguments = new ArrayList<>(List.of("-p", REAL, job.id(), "--watch"));
            arguments.addAll(List.of(more));
            return Ran.of(OwnJvm.command(arguments.toArray(String[]::new)).toArray(String[]::new));
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void intoAPipeGoesADatedLineForEachChangeAndThenTheReport() throws Exception {
        Started job = start("watch-piped", "{'records':450,'idicore_seconds':0.05}");
        Ran ran = piped(job);
        String report = "=".repeat(44) + "\n" + "ETL JOB TRACE: ";
        int start = ran.out().indexOf(report);
        List<String> changes = ran.out().substring(0, start).lines().toList();
        assertTrue(changes.size() > 5, ran.out());
        assertEquals(List.of(), changes.stream().filter(line -> !line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\S.*")).toList());
        assertEquals("", ran.err());
        assertFalse(ran.out().contains("\u001b"), "a pipe gets no escapes");
        Ran after = Ran.of(OwnJvm.command("-p", REAL, job.id()).toArray(String[]::new));
        assertEquals(after.out(), ran.out().substring(start));
        assertEquals(after.code(), ran.code());
    }

    @Test
    void noFrameIsTallerOrWiderThanASmallScreen() throws Exception {
        Started job = start("watch-small", "{'records':600,'idicore_seconds':0.05}");
        Shown shown = watching(15, 60, job).get();
        List<List<String>> frames = shown.looks().stream().filter(look -> look.stream().anyMatch(line -> line.contains("Ctrl-C"))).toList();
        assertTrue(frames.size() > 2, shown.looks().toString());
        for (List<String> frame : frames) {
            assertEquals("ETL job " + job.id(), frame.get(0), "a frame was taller than the screen");
        }
        // Nothing of a frame went up into the scrollback.
        assertEquals(0, shown.everything().stream().filter(line -> line.startsWith("ETL job ")).count());
        assertEquals(traced(60, job), shown.report());
        terminalIsClean(shown);
    }

    @Test
    void aFoldedFrameStillShowsWhatRuns() throws Exception {
        Started job = start("watch-tiny", "{'records':600,'idicore_seconds':0.05}");
        Shown shown = watching(9, 70, job).get();
        assertTrue(shown.saw("\\[OK\\] Job Created, Task Queued"), shown.looks().toString());
        assertTrue(shown.saw("\\[RUN\\] "), shown.looks().toString());
        terminalIsClean(shown);
    }

    @Test
    void ctrlCDetachesAtAnyTime() throws Exception {
        Started job = start("watch-left", "{'records':200,'idicore_seconds':0.8}");
        for (double at : new double[] {0.6, 1.4, 2.2, 3.3, 5.1}) {
            Shown shown = watching(24, 80, List.of("--keys", at + ":^C"), "-p", REAL, job.id(), "--watch").get();
            // On a busy machine the signal can come before there is a JVM that would catch it: a shell says 130 of that too.
            assertTrue(shown.code() == 130 || shown.code() == -2 && at < 1, "after " + at + " s: " + shown.code() + " " + shown.everything());
            terminalIsClean(shown);
        }
        assertFalse(truth(job).over(), "the job ended before it was left");
    }

    @Test
    void itEndsAfterItsTimeAndAtTheFirstFailure() throws Exception {
        Started job = start("watch-for", "{'records':200,'idicore_seconds':0.5}");
        Ran ran = piped(job, "--for", "4s");
        assertEquals(0, ran.code(), ran.out());
        assertTrue(ran.out().contains("Status: running"), ran.out());
        Started failing = start("watch-failing", "{'records':600,'idicore_seconds':0.05,'ccc_error':true}");
        Ran failed = piped(failing, "--fail-fast");
        assertEquals(1, failed.code(), failed.out());
        assertFalse(failed.out().contains("[OK] Job Complete"), failed.out());
    }

    /** What the watch of such a job and a trace made afterwards say where they differ; empty where they do not. */
    private static String difference(String campaign, String behaviour) throws Exception {
        Started job = start(campaign, behaviour);
        Ran watched = piped(job);
        Ran traced = Ran.of(OwnJvm.command("-p", REAL, job.id()).toArray(String[]::new));
        return watched.out().endsWith(traced.out()) && watched.code() == traced.code() ? ""
            : behaviour + "\n" + watched.out() + "\n--- and afterwards\n" + traced.out();
    }

    @Test
    void theReportAtTheEndIsThatOfATraceMadeAfterwards() throws Exception {
        List<String> behaviours = List.of("{}", "{'records':0}", "{'records':450,'idicore_seconds':0.02}", "{'ccc_error':true}", "{'records':230,'ccc_error':[2]}",
            "{'records':12,'idicore_429':2}", "{'idicore_token':401}", "{'upload_error':true}", "{'query_error':'main'}", "{'query_error':'optimization'}",
            "{'query_timeout':true}", "{'records':10,'new':0}", "{'garbage':3}", "{'upload_row_errors':3}", "{'records':41,'cached':7}",
            "{'cache_error':'phone'}", "{'copy_error':true}", "{'rows_loaded':7}", "{'file':true,'records':20}", "{'ntfy':0}");
        List<String> differ = new ArrayList<>();
        // Two at a time: the worker has two processes.
        ExecutorService watchers = Executors.newFixedThreadPool(2);
        try {
            List<Future<String>> watching = new ArrayList<>();
            for (int i = 0; i < behaviours.size(); i++) {
                int kind = i;
                watching.add(watchers.submit(() -> difference("watch-kind-" + kind, behaviours.get(kind))));
            }
            for (Future<String> one : watching) {
                differ.add(one.get());
            }
        } finally {
            watchers.shutdownNow();
        }
        differ.removeIf(String::isEmpty);
        assertEquals(List.of(), differ);
    }

    @Test
    void theLinesThatAreFollowedAreThoseThatAreReadAfterwards() throws Exception {
        Started job = start("watch-lines", "{'records':230,'idicore_seconds':0.02}");
        Ran followed = piped(job, "--lines");
        Ran read = Ran.of(OwnJvm.command("-p", REAL, job.id(), "--lines").toArray(String[]::new));
        // The line that differs first stands before all of them.
        List<String> expected = read.out().lines().toList();
        List<String> shown = followed.out().lines().toList();
        for (int i = 0; i < Math.min(expected.size(), shown.size()); i++) {
            assertEquals(expected.get(i), shown.get(i), "line " + (i + 1) + " of " + shown);
        }
        assertEquals(read.out(), followed.out());
        List<String> times = read.out().lines().map(line -> line.substring(0, 24)).toList();
        assertEquals(times.stream().sorted().toList(), times);
        assertEquals(0, read.code());
        Path json = Files.writeString(Files.createTempFile("lines", ".jsonl"),
            Ran.of(OwnJvm.command("-p", REAL, job.id(), "--lines", "--format", "json").toArray(String[]::new)).out());
        for (String line : Files.readAllLines(json)) {
            assertTrue(List.of("id", "task", "worker", "twin").contains(AllTests.JSON.readTree(line).get("placedBy").asText()), line);
        }
        Files.delete(json);
    }
}
