import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Audits, without a stack. Every folder of test/audits: recording.jsonl in; the report in each format and the exit code out,
 * compared whole. `--rewrite` writes the reports anew, but never numbers.json, in which a person states what they must say.
 */
class AuditsTest {
    private static final Path TWELVE = AllTests.home().resolve("test/audits/twelve-jobs/recording.jsonl");
    private static final Map<String, String> FORMATS = Map.of("text", "report.txt", "json", "report.json", "nagios", "nagios.txt", "prometheus", "metrics.prom",
        "html", "report.html", "markdown", "report.md");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> aRecordingGivesItsReports() throws IOException {
        try (Stream<Path> folders = Files.list(AllTests.home().resolve("test/audits"))) {
            return folders.sorted().toList().stream().map(folder -> dynamicTest(folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        Map<String, AllTests.Run> runs = new LinkedHashMap<>();
        for (Map.Entry<String, String> format : FORMATS.entrySet()) {
            AllTests.Run run = AllTests.trace("--replay", folder.resolve("recording.jsonl").toString(), "--format", format.getKey());
            runs.put(format.getKey(), run);
            Path expected = folder.resolve(format.getValue());
            if (AllTests.rewrite) {
                Files.writeString(expected, run.out());
            }
            assertEquals(Files.readString(expected), run.out(), run.err());
        }
        JsonNode stated = AllTests.JSON.readTree(folder.resolve("numbers.json").toFile());
        JsonNode report = AllTests.JSON.readTree(runs.get("json").out());
        assertEquals(stated.get("exit").asInt(), runs.get("text").code());
        assertEquals(stated.get("nagios").asInt(), runs.get("nagios").code());
        Map<String, String> verdicts = new LinkedHashMap<>();
        Map<String, String> issues = new LinkedHashMap<>();
        for (JsonNode job : report.get("jobs")) {
            String name = job.at("/job/name").asText();
            verdicts.put(name, job.at("/verdict/state").asText());
            issues.put(name, String.join(", ", ReportJson.issues(job)));
        }
        stated.get("jobs").properties().forEach(job -> {
            assertEquals(job.getValue().get(0).asText(), verdicts.remove(job.getKey()), job.getKey());
            assertEquals(job.getValue().get(1).asText(), issues.get(job.getKey()), job.getKey());
        });
        assertEquals(Map.of(), verdicts, "jobs that nobody stated");
    }

    @Test
    void aRecordingThatWasEditedIsMaskedAsItIsRead() throws IOException {
        Path edited = Files.writeString(folder.resolve("edited.jsonl"),
            Files.readString(TWELVE).replaceAll("(\"text\":\"[^\"]*Error in batch phone check[^\"]*)\"", "$1 call 214-555-0199\""));
        for (String format : FORMATS.keySet()) {
            AllTests.Run run = AllTests.trace("--replay", edited.toString(), "--format", format, "-v");
            assertFalse(run.out().contains("555-0199"), run.out());
        }
        assertTrue(AllTests.trace("--replay", edited.toString(), "--format", "json", "--no-redact").out().contains("call 214-555-0199"));
    }

    private String script(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("check.sh"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    @Test
    void aCheckOfAnyKindRunsForEachJob() throws IOException {
        Path seen = folder.resolve("seen");
        AllTests.Run run = AllTests.trace("--replay", TWELVE.toString(), "--check", script("echo \"$JOB_ID $JOB_VERDICT\" >> " + seen, "echo bad", "exit 2"));
        assertEquals(12, Files.readAllLines(seen).stream().distinct().count());
        assertEquals(7, Files.readAllLines(seen).stream().filter(line -> line.endsWith(" completed but degraded")).count());
        assertTrue(run.out().contains("\n  Check check.sh (4)\n"), run.out());
        assertEquals(1, run.code());
    }

    @Test
    void whatChecksCostIsBoundedForAllJobsTogether() throws IOException {
        long start = System.nanoTime();
        AllTests.Run run = AllTests.trace("--replay", TWELVE.toString(), "--timeout", "2", "--format", "json", "--check", script("sleep 0.9", "echo fine"));
        assertTrue((System.nanoTime() - start) / 1e9 < 10);
        List<String> said = new ArrayList<>();
        AllTests.JSON.readTree(run.out()).get("jobs").forEach(job -> said.add(job.at("/checks/0/status").asText()));
        assertTrue(said.contains("OK") && said.contains("UNKNOWN"), said.toString());
    }

    @Test
    void aRecordingThatIsCutOrNoneIsOneLine() throws IOException {
        List<String> lines = Files.readAllLines(TWELVE);
        for (int kept : new int[] {1, 2, 5, lines.size() - 1}) {
            Path cut = Files.write(folder.resolve("cut.jsonl"), lines.subList(0, kept));
            AllTests.Run run = AllTests.trace("--replay", cut.toString());
            assertEquals(2, run.code(), run.out());
            assertEquals("", run.out());
            assertTrue(run.err().startsWith("trace-job: cut.jsonl cannot be read as a recording: ") && run.err().lines().count() == 1, run.err());
        }
        AllTests.Run ofAnother = AllTests.trace("--replay", TWELVE.toString(), "1c27");
        assertEquals(2, ofAnother.code());
        assertTrue(ofAnother.err().contains("is the recording of an audit, not of a job"), ofAnother.err());
    }

    @Test
    void aMonitoringSystemAlwaysGetsItsLine() {
        String[][] wrong = {{"--audit", "yesterday"}, {"--audit", "--format", "nagios", "--lsat"}, {"-p", "no-such-project-here", "--audit", "1h"},
            {"-p", "no-such-project-here", "5d3e"}, {"--replay", "no-such-file.jsonl"}};
        for (String[] one : wrong) {
            List<String> args = new ArrayList<>(List.of(one));
            args.addAll(List.of("--format", "nagios"));
            AllTests.Run run = AllTests.trace(args.toArray(String[]::new));
            assertEquals(3, run.code(), args + run.err());
            assertTrue(run.out().matches("TRACE-JOB UNKNOWN: [^|\n]+\n"), args + run.out());
        }
    }

    @Test
    void oneTraceIsALineForAMonitoringSystemToo() throws IOException {
        AllTests.Run fine = AllTests.trace("--demo", "--format", "nagios");
        assertEquals("TRACE-JOB OK: job 7f3c2a10 is completed | issues=0;0 duration=45.220s snowflake-query=3.180s pre-filtering=0.000s"
            + " idicore-enrichment=28.460s ccc-litigator-check=6.060s dnc-check=2.260s results-upload=5.060s\n", fine.out().replaceAll("pre-filtering=[\\d.]+s", "pre-filtering=0.000s"));
        assertEquals(0, fine.code());
        AllTests.Run bad = AllTests.trace("--replay", AllTests.home().resolve("test/cases/ccc-batch-fails-and-completed/recording.jsonl").toString(), "--format", "nagios");
        assertTrue(bad.out().startsWith("TRACE-JOB CRITICAL: ") && bad.out().contains("Completed but not scrubbed: ") && bad.out().lines().count() == 1, bad.out());
        assertEquals(2, bad.code());
        assertEquals(1, AllTests.trace("--demo", "--format", "nagios", "--check", script("echo so so; exit 1")).code());
        assertEquals(3, AllTests.trace("--demo", "--format", "nagios", "--check", script("echo who knows; exit 3")).code());
        assertEquals(2, AllTests.trace("--demo", "--format", "prometheus").code());
    }

    @Test
    void aFileIsReplacedWholeOrNotAtAll() throws IOException {
        Path file = Files.writeString(folder.resolve("audit.prom"), "before\n");
        AllTests.Run run = AllTests.trace("--replay", TWELVE.toString(), "-o", file.toString());
        assertEquals("", run.out());
        assertEquals(1, run.code());
        assertEquals(Files.readString(TWELVE.resolveSibling("metrics.prom")), Files.readString(file));
        assertFalse(Files.readString(file).contains("1c278708"), "no job id is a label");
        assertEquals(2, AllTests.trace("--audit", "never", "-o", file.toString()).code());
        assertEquals(Files.readString(TWELVE.resolveSibling("metrics.prom")), Files.readString(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(1, left.count());
        }
        assertEquals(5, AllTests.trace("--replay", TWELVE.toString(), "-o", folder + "/no/such/folder.json").code());
    }

    @Test
    void whatIsForeignInARecordingSpeaksToNoTerminalAndBreaksNoFormat() throws IOException {
        String evil = "\\u001b[31mevil<img src=x onerror=alert(1)>@all #1|\\u202e\\n\\\"}=1";
        String recording = Files.readString(TWELVE).replaceAll("\"script\":\"[^\"]*\"", "\"script\":\"" + Matcher.quoteReplacement(evil) + "\"")
            .replace("\"error_message\":\"", "\"error_message\":\"" + evil).replace("\"narrowed\":\"", "\"narrowed\":\"" + evil)
            .replace("\"status\":\"failed\"", "\"status\":\"" + evil + "\"").replace("\"exitCode\":0", "\"exitCode\":\"" + evil + "\"")
            .replace("\"answers\":[{", "\"missing\":{\"" + evil + "\":\"" + evil + "\"},\"answers\":[{");
        Path file = Files.writeString(folder.resolve("evil.jsonl"), recording);
        for (String format : FORMATS.keySet()) {
            AllTests.Run run = AllTests.trace("--replay", file.toString(), "--format", format, "-v");
            assertFalse(run.out().isEmpty(), run.err());
            assertTrue(run.out().chars().noneMatch(c -> c < 0x20 && c != '\n' || c == 0x202e), format + run.out());
            if (format.equals("nagios")) {
                assertTrue(run.out().matches("TRACE-JOB CRITICAL: [^|\n]+ [|] [^|\n]+\n"), run.out());
            } else if (format.equals("prometheus")) {
                assertTrue(run.out().lines().allMatch(line -> line.matches("# .*|\\w+(?:\\{\\w+=\"(?:[^\"\\\\]|\\\\.)*\"\\})? [\\d.]+")), run.out());
            } else if (format.equals("html")) {
                HtmlTest.assertOurs(run.out(), "an audit");
            } else if (format.equals("markdown")) {
                MarkdownTest.assertHarmless(run.out(), "an audit");
            } else if (format.equals("json")) {
                assertEquals(12, AllTests.JSON.readTree(run.out()).get("jobs").size());
            }
        }
    }

    @Test
    void aRecordingHoldsNoPersonAndNoSecret() throws IOException {
        String first = "(?:Ada|Ben|Carla|Grace|Dmitri|Elena|Frank|Tom|Hana|Ivan|Julia|Kofi)";
        String last = "(?:Miller|Nguyen|Okafor|Failed|Petrov|Quinn|Rossi|Error|Silva|Turner|Weber)";
        String recording = Files.readString(TWELVE);
        assertTrue(recording.contains("Error looking up phones for [name]"), "people were not looked up in it");
        assertEquals(List.of(), Pattern.compile("(?i)\\b" + first + "\\W{1,20}" + last + "\\b|@example\\.com|\\b(?:832555|5125[5-9]\\d)\\d{4}\\b"
            + "|idi-secret|CCC-7f3a91d2").matcher(recording).results().map(MatchResult::group).toList());
    }

    private static Audit audit(int jobs, long matches) {
        Instant now = Instant.parse("2026-01-15T12:00:00Z");
        List<AuditedJob> healthy = IntStream.range(0, jobs).mapToObj(number -> new AuditedJob(new Job("00000000-0000-0000-0000-00000000000" + number,
            Json.NODES.objectNode().put("status", "completed").put("created_at", "2026-01-15T10:0" + number + ":00Z"), true),
            new Verdict(Verdict.State.COMPLETED, "", now), false, List.of(), List.of(), List.of(), now, now, 1_000)).toList();
        return Audit.of(new AuditScope(now.minusSeconds(86_400), now, now, "", matches, jobs), healthy,
            new Evidence(new Job("", Json.NODES.objectNode(), true), now));
    }

    @Test
    void whatWasNotLookedAtIsNotHealthy() {
        assertEquals("0 jobs since 2026-01-14T12:00:00Z\n", AuditText.render(audit(0, 0), false, List.of()));
        assertFalse(audit(0, 0).isWrong());
        assertEquals("2 jobs since 2026-01-14T12:00:00Z: 2 ok   (their rows say: 2 completed)\n", AuditText.render(audit(2, 2), false, List.of()));
        assertEquals(Status.OK, audit(2, 2).severity());
        assertEquals("The newest 2 of 100000 jobs since 2026-01-14T12:00:00Z: 2 ok   (their rows say: 2 completed)\n"
            + "The others were not looked at: name a shorter period\n", AuditText.render(audit(2, 100_000), false, List.of()));
        assertTrue(audit(2, 100_000).isWrong());
        assertEquals(Status.UNKNOWN, audit(2, 100_000).severity());
        assertEquals("00000000-0000-0000-0000-000000000001", audit(2, 2).jobs().get(0).job().id(), "the newest first");
    }

    @Test
    void aPeriodHasManyForms() {
        Instant now = Instant.parse("2026-01-15T12:00:00Z");
        Map<String, String> periods = Map.of("90m", "2026-01-15T10:30:00Z 2026-01-15T12:00:00Z", "24h", "2026-01-14T12:00:00Z 2026-01-15T12:00:00Z",
            "7d", "2026-01-08T12:00:00Z 2026-01-15T12:00:00Z", "2026-01-15", "2026-01-15T00:00:00Z 2026-01-15T12:00:00Z",
            "2026-01-15T09:30:00Z", "2026-01-15T09:30:00Z 2026-01-15T12:00:00Z", "2026-01-10..2026-01-11", "2026-01-10T00:00:00Z 2026-01-12T00:00:00Z",
            "2026-01-15 09:30..", "2026-01-15T09:30:00Z 2026-01-15T12:00:00Z");
        periods.forEach((typed, expected) -> {
            Period period = Period.of(typed, now);
            assertEquals(expected, period.from() + " " + period.to(), typed);
        });
        for (String wrong : List.of("yesterday", "5", "24 h", "2026-13-01", "2999-01-01", "2026-01-15..2026-01-14", "2026-01-10T09:30..2026-01-10T10:00+02:00")) {
            assertEquals(2, AllTests.trace("--audit", wrong).code(), wrong);
        }
    }
}
