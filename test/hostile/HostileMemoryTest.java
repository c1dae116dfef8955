import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Whatever a recording or a log holds, the memory that it can fill has a bound, and beyond it nothing is called healthy. */
class HostileMemoryTest extends HostileInput {
    /** Runs the tool in a JVM of its own, with the memory that it has; answers within the limit or fails. */
    private AllTests.Run alone(int seconds, String... args) throws Exception {
        List<String> command = OwnJvm.command(args);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, "it took more than " + seconds + " s: " + List.of(args));
        return new AllTests.Run(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    private Path fifo(String writes) throws Exception {
        Path fifo = folder.resolve("fifo" + System.nanoTime());
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        new ProcessBuilder("sh", "-c", writes + " > '" + fifo + "'").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return fifo;
    }

    @Test
    void whatNeverEndsIsRefusedAtABound() throws Exception {
        assertRefused(alone(60, "--replay", fifo("head -c 300000000 /dev/zero | tr '\\0' ' '").toString()), "300 MB of spaces");
        assertRefused(alone(60, "--replay", "/dev/zero"), "/dev/zero");
        assertRefused(alone(60, "--replay", fifo("yes ''").toString()), "empty lines for ever");
        assertRefused(alone(60, "--replay", fifo("yes '{\"of\":\"log celery-worker\",\"out\":\"\"}'").toString()), "the same line for ever");
        assertRefused(AllTests.trace("--replay", folder.toString()), "a folder");
        assertRefused(AllTests.trace("--replay", folder.resolve("absent").toString()), "no file");
        assertRefused(AllTests.trace("--replay", fifo("printf '{\"recording\"'").toString()), "a writer that stops");
        AllTests.Run demo = AllTests.trace("--replay", fifo("cat '" + Demo.RECORDING + "'").toString());
        assertEquals(0, demo.code(), demo.err());
    }

    /** Members of a gzip file follow each other: one of 64 MB in 64 KB, 160 times. */
    @Test
    void tenGigabytesInTenMegabytesAreRefusedAtABound() throws Exception {
        for (String line : List.of("\0", "{}\n", "\n")) {
            ByteArrayOutputStream member = new ByteArrayOutputStream();
            byte[] megabyte = line.repeat((1 << 20) / line.length()).getBytes(StandardCharsets.UTF_8);
            try (OutputStream packed = new GZIPOutputStream(member)) {
                for (int i = 0; i < 64; i++) {
                    packed.write(megabyte);
                }
            }
            Path bomb = folder.resolve("bomb.jsonl.gz");
            try (OutputStream file = Files.newOutputStream(bomb)) {
                for (int i = 0; i < 160; i++) {
                    file.write(member.toByteArray());
                }
            }
            assertRefused(alone(60, "--replay", bomb.toString()), "a bomb");
        }
    }

    /** Each fills what a recording may hold with what costs the most memory for its length. */
    @Test
    void theLargestRecordingsFitIntoTheMemory() throws Exception {
        String head = "{\"recording\":\"trace-job/1\",\"job\":\"" + JOB + "\",\"now\":\"2026-01-15T09:41:12.000Z\"}\n"
            + "{\"of\":\"containers\",\"out\":\"{}\"}\n{\"of\":\"containers\",\"exit\":0}\n";
        String ends = "{\"of\":\"log celery-worker\",\"exit\":0}\n{\"of\":\"log backend\",\"exit\":0}\n"
            + "{\"of\":\"rows of etl_jobs\",\"exit\":1,\"problem\":\"x\"}\n";
        String line = "{\"of\":\"log celery-worker\",\"out\":\"w  | 2026-01-15T09:30:20.000000000Z"
            + " [2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] Job " + JOB + ": й";
        String row = "{\"id\":\"" + JOB + "\",\"x\":\"й";
        List<String> told = new ArrayList<>();
        for (Map.Entry<String, Integer> filler : List.of(Map.entry("{\"of\":\"#\",\"exit\":0}\n", 1_000_000), Map.entry(line + "#\"}\n", 140_000),
                Map.entry("{\"of\":\"rows of etl_jobs\",\"out\":\"" + (row + "й".repeat(400_000) + "\"}").replace("\"", "\\\"") + "\"}\n", 80))) {
            Path file = folder.resolve("largest.jsonl");
            try (var out = Files.newBufferedWriter(file)) {
                out.write(head);
                for (int i = 0; i < filler.getValue(); i++) {
                    out.write(filler.getKey().replace("#", Integer.toString(i)));
                }
                out.write(filler.getKey().contains("etl_jobs") ? ends.replace("\"exit\":1,\"problem\":\"x\"", "\"exit\":0") : ends);
            }
            AllTests.Run run = alone(600, "--replay", file.toString());
            told.add(run.code() + " " + filler.getKey().substring(0, 20));
            assertFalse(run.err().contains("\tat "), told + run.err());
            assertTrue(run.err().lines().count() <= 2 && run.code() >= 1 && run.code() <= 4, told + run.err());
        }
        assertTrue(told.get(0).startsWith("2 ") && told.get(1).startsWith("1 "), told.toString());
    }

    /** The demo, with so many lines in the midst of its worker's log, each with a number. */
    private AllTests.Run withLines(int count, String line) throws IOException {
        List<ObjectNode> entries = new ArrayList<>();
        for (ObjectNode entry : Demo.entries()) {
            entries.add(entry);
            if (entry.path("of").asText().equals("log celery-worker") && entry.path("out").asText().contains(": INFO/ForkPoolWorker-2] Making API calls")) {
                for (int i = 0; i < count; i++) {
                    entries.add(AllTests.JSON.createObjectNode().put("of", "log celery-worker").put("out",
                        "p1lending-new-celery  | 2026-01-15T09:30:20.000000000Z [2026-01-15 09:30:20,000: INFO/" + line.replace("#", Integer.toString(i + 100))));
                }
            }
        }
        assertTrue(entries.size() > Demo.entries().size() || count == 0, "the demo's recording has no such line any more");
        return AllTests.trace("--replay", written(entries).toString(), "--color", "never");
    }

    private static void assertLost(AllTests.Run run, String what) {
        assertEquals(1, run.code(), run.out() + run.err());
        for (String stage : List.of("Snowflake Query", "idiCORE Enrichment", "DNC Check", "Results Upload")) {
            assertTrue(run.out().contains("\n  [UNKNOWN] " + stage + " - log of celery-worker not read to its end: more " + what + " than are kept\n"),
                run.out());
        }
        assertTrue(run.out().contains("[UNKNOWN] Missing evidence: ") && run.out().contains("more " + what + " than are kept"), run.out());
    }

    /** What a log can make the tool remember has an end, and beyond it nothing is called healthy. */
    @Test
    void whatALogCanFillTheMemoryWithIsBoundedAndToldAsMissing() throws IOException {
        String healthy = Files.readString(AllTests.home().resolve("test/cases/demo/report.txt"));
        String processes = "ForkPoolWorker-#] Generated table_id for job 22222222-2222-4222-8222-222222222222: x";
        assertEquals(healthy, withLines(9_000, processes).out());
        assertLost(withLines(10_500, processes), "worker processes");
        String tasks = "MainProcess] Task app.x[22222222-2222-4222-8222-2222222#] received";
        assertEquals(healthy, withLines(4_500, tasks).out());
        assertLost(withLines(5_500, tasks), "waiting tasks");
        String retries = "ForkPoolWorker-1] Task app.x[22222222-2222-4222-8222-222222222222] retry: Retry in #s: " + "x".repeat(1_000);
        assertEquals(healthy, withLines(1_500, retries).out());
        assertLost(withLines(3_000, retries), "waiting tasks");
        String attempts = "ForkPoolWorker-#] Generated table_id for job " + JOB + ": x";
        assertFalse(withLines(900, attempts).out().contains("than are kept"));
        AllTests.Run many = withLines(1_100, attempts);
        assertTrue(many.code() == 1 && many.out().contains("more attempts of the job than are kept"), many.out());
        List<ObjectNode> containers = new ArrayList<>(Demo.entries());
        for (int i = 0; i < 1_100; i++) {
            containers.add(2, AllTests.JSON.createObjectNode().put("of", "log celery-worker").put("out", "c" + i + "  | 2026-01-15T09:30:20.000000000Z x"));
        }
        assertLost(AllTests.trace("--replay", written(containers).toString(), "--color", "never"), "containers");
    }
}
