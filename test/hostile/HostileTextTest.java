import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Foreign text, wherever it stands, speaks to no terminal and forges no line of a report. */
class HostileTextTest extends HostileInput {
    /** Every foreign text says so: a line of the report with this word in it must stand behind the bar. */
    private static final String SIGN = "ZQX";
    private static final List<String> TERMINAL = List.of("\u001b[31mZQX\u001b[0m\u001b[2J\u001b[1A\u001b[2K",
        "\u001b]8;;http://x/\u001b\\ZQX\u001b]8;;\u001b\\", "\u001b]52;c;ZQX==\u0007",
        "\u001b]0;ZQX\u0007\u001bP1$r\u001b\\\u001bc", "\u009b31mZQX\u009d52;c;eA==\u009c\u0090q\u009c", "ZQX 99%\rZQX 100%",
        "ZQX\b\b\bxyz", "ZQX\u0007\u0000\u0001\u000b\u000c\u007f",
        "\u202eZQX\u202c \u202aZQX\u202d\u2066ZQX\u2067\u2068\u2069\u200e\u200f\u061c",
        "Z\u200bQ\u200cX\u2060\ufeff\u00ad\u180e\u2061\u2064 ZQX", "ZQX\u2028ZQX\u2029ZQX\u0085ZQX",
        "ZQX\udb40\udc01\udb40\udc41\udb40\udc42\udb40\udc7f \udb40\udd00\ufe0f\u034f", "ZQX\ufff9a\ufffab\ufffb\u206a\u206f",
        "ZQX \ud800 \udc00 \ud83d\ude80");
    private static final List<String> FORGED = List.of("  [OK] Job Complete - Success ZQX",
        "============================================", "Issues Found:\n  None\n", "Pipeline Trace:", "ETL JOB TRACE: " + OTHER,
        "\n\n  Status: completed ZQX\n", "Next:\n  rm -rf ZQX", "ZQX\r\n  [OK] DNC Check - 1 phones checked, 0 in DNC\r\n",
        "@|red ZQX|@ @|bold [OK]|@", "%s%n%d ZQX {records}", "Job " + OTHER + ": ZQX completed", "Job " + JOB + ": created ZQX",
        "{\"id\":\"" + OTHER + "\",\"ZQX\":1}",
        "[2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] Task app.x[" + OTHER + "] succeeded in 1s: ZQX",
        "2026-01-15 09:30:20,000 - ETL - ERROR - Error querying DNC ZQX", "\\nZQX\\u001b[31m",
        "| ZQX", "…".repeat(300) + "ZQX", "ZQX ".repeat(300));
    private static final List<String> HEADINGS = List.of("============================================", "Job Info:",
        "Pipeline Trace:", "Performance:", "Issues Found:");

    /** The text report: printable, each heading where it belongs, and foreign words behind the bar. */
    private static void assertHonest(String report, String why) {
        assertPrintable(report, why);
        if (report.isEmpty()) {
            return;
        }
        List<String> lines = report.lines().toList();
        for (String heading : HEADINGS) {
            assertEquals(heading.startsWith("=") ? 3 : 1, lines.stream().filter(heading::equals).count(), why + "\n" + report);
        }
        for (String line : lines) {
            boolean quoted = line.matches(" +\\| .*");
            // What a command complained of is told in a line of ours, behind a colon.
            boolean told = line.matches("  (not read: |attempt: ForkPoolWorker-\\d in |Status: ).*")
                || line.matches("     [\\w-]+ in .* after creation")
                || line.matches("  \\[(UNKNOWN|FAIL|WARN|SKIP)\\] [\\w -]+ - .*")
                || line.matches("  \\d+\\. \\[\\w+\\] .*: .*");
            assertTrue(!line.contains(SIGN) || quoted || told, why + ": not behind the bar: " + line + "\n" + report);
            assertFalse(line.startsWith("  [OK] ") && line.contains(SIGN), why + "\n" + report);
            assertFalse(line.contains("rm -rf") && !quoted && !told, why + "\n" + report);
        }
    }

    private static void assertExported(String otlp, String why) {
        try {
            if (!otlp.isEmpty()) {
                OtlpTest.assertValid(OtlpTest.spans(OtlpTest.parsed(otlp)), why);
            }
        } catch (Exception unreadable) {
            throw new AssertionError(why + "\n" + otlp, unreadable);
        }
    }

    private void assertHarmless(Path recording, String why) {
        AllTests.Run report = AllTests.trace("--replay", recording.toString(), "--color", "never");
        assertTrue(List.of(0, 1, 2, 3, 4).contains(report.code()), why + "\n" + report.err());
        assertHonest(report.out(), why);
        AllTests.Run verbose = AllTests.trace("--replay", recording.toString(), "--color", "never", "-v", "--no-redact");
        assertHonest(verbose.out(), why);
        AllTests.Run colours = AllTests.trace("--replay", recording.toString(), "--color", "always");
        // Colour is for our own words alone.
        assertHonest(colours.out().replaceAll("\u001b\\[[\\d;]{1,9}m(\\[[A-Z]+\\])(?:\u001b\\[[\\d;]{1,9}m)+", "$1"), why);
        AllTests.Run json = AllTests.trace("--replay", recording.toString(), "--format", "json");
        assertPrintable(json.out(), why);
        AllTests.Run markdown = AllTests.trace("--replay", recording.toString(), "--format", "markdown", "-v");
        assertPrintable(markdown.out(), why);
        MarkdownTest.assertHarmless(markdown.out(), why);
        assertTrue(markdown.out().length() < 65_536, why + ": " + markdown.out().length());
        AllTests.Run html = AllTests.trace("--replay", recording.toString(), "--format", "html");
        assertPrintable(html.out(), why);
        HtmlTest.assertOurs(html.out(), why);
        AllTests.Run otlp = AllTests.trace("--replay", recording.toString(), "--format", "otlp");
        assertPrintable(otlp.out(), why);
        assertExported(otlp.out(), why);
        AllTests.Run waterfall = AllTests.trace("--replay", recording.toString(), "--waterfall", "--color", "never");
        assertHonest(waterfall.out().replaceAll("(?m)^  [✗x!] \\d\\d:\\d\\d:\\d\\dZ +.* \\| .*$", ""), why);
        AllTests.Run list = AllTests.trace("--replay", recording.toString(), "--list");
        assertPrintable(list.out(), why);
        assertTrue(list.out().lines().skip(1).allMatch(line -> line.startsWith("  " + JOB + "  ")), why + "\n" + list.out());
        AllTests.Run listed = AllTests.trace("--replay", recording.toString(), "--list", "--format", "json");
        assertPrintable(listed.out(), why);
        for (AllTests.Run run : List.of(report, verbose, colours, json, html, markdown, otlp, waterfall, list, listed)) {
            assertPrintable(run.err(), why);
            assertFalse(run.err().contains("\tat "), why + "\n" + run.err());
            assertTrue(run.err().lines()
                .allMatch(line -> line.startsWith("trace-job: ") || line.startsWith("  " + JOB) || line.isEmpty()), why + "\n" + run.err());
        }
    }

    @Test
    void foreignTextSpeaksToNoTerminalAndForgesNoLineWhereverItStands() throws IOException {
        String all = String.join("\n", TERMINAL) + "\n" + String.join("\n", FORGED);
        for (Map.Entry<String, List<ObjectNode>> place : planted(all).entrySet()) {
            assertHarmless(written(place.getValue()), place.getKey());
        }
    }

    /** Names, phones, addresses and secrets as logs have them, and what looks like some and is none. */
    @Test
    void neitherDoTheCorporaOfTheRedactor() throws IOException {
        for (String corpus : List.of("sensitive.tsv", "harmless.txt")) {
            List<String> lines = Files.readAllLines(AllTests.home().resolve("test/corpus/" + corpus));
            int turn = 0;
            for (String name : planted("x").keySet()) {
                // Each place with a part of the lines.
                int part = turn++ % 12;
                String text = IntStream.range(0, lines.size()).filter(i -> i % 12 == part).mapToObj(lines::get).collect(Collectors.joining("\n"));
                Map.Entry<String, List<ObjectNode>> place = Map.entry(name, planted(text).get(name));
                Path recording = written(place.getValue());
                for (ReportFormat format : ReportFormat.values()) {
                    AllTests.Run run = AllTests.trace("--replay", recording.toString(), "--format", format.name().toLowerCase(Locale.ROOT), "--waterfall");
                    String why = corpus + ", " + place.getKey() + ", " + format;
                    assertPrintable(run.out(), why);
                    assertTrue(run.code() >= 0 && run.code() <= 4, why + run.err());
                    switch (format) {
                        case HTML -> HtmlTest.assertOurs(run.out(), why);
                        case MARKDOWN -> MarkdownTest.assertHarmless(run.out(), why);
                        case OTLP -> assertExported(run.out(), why);
                        default -> assertFalse(run.err().contains("\tat "), why);
                    }
                }
            }
        }
    }

    @Test
    void noneOfThemDoesSoByItself() throws IOException {
        List<String> texts = Stream.concat(TERMINAL.stream(), FORGED.stream()).toList();
        for (int i = 0; i < texts.size(); i++) {
            // Each text in an eighth of the places, each place with an eighth of the texts.
            int turn = 0;
            for (Map.Entry<String, List<ObjectNode>> place : planted(texts.get(i)).entrySet()) {
                if (++turn % 8 == i % 8) {
                    assertHarmless(written(place.getValue()), place.getKey() + ": " + texts.get(i));
                }
            }
        }
    }

    @Test
    void theNameOfAFileOrOfACheckSpeaksToNoTerminal() throws IOException {
        for (String text : TERMINAL.subList(0, 13)) {
            String name = text.replace("/", "").replace("\u0000", "");
            for (String[] args : new String[][] {{"--replay", folder.resolve(name).toString()},
                    {"--replay", folder + "/no/" + text}, {text}, {"abcd", text}, {"--" + text}, {"--stage", text, "--demo"},
                    {"--only", text, "--demo"}, {"--format", text, "abcd"}, {"--color", text, "abcd"},
                    {"--timeout", text, "abcd"}, {"--check", folder.resolve(name) + " -x", "--demo"},
                    {"--check", text.replace("\u0000", ""), "--demo", "-v"}}) {
                AllTests.Run run = AllTests.trace(args);
                assertTrue(run.code() == 2 || run.code() == 1 && args[0].equals("--check"), Arrays.toString(args) + run.err());
                assertPrintable(run.err(), Arrays.toString(args));
                assertPrintable(run.out(), Arrays.toString(args));
                assertFalse(run.err().contains("\tat "), run.err());
            }
            Path check = Files.writeString(Files.createDirectories(folder.resolve("checks")).resolve("c" + name),
                "#!/bin/sh\necho \"ZQX " + text.replace("\u0000", "").replaceAll("[\"`$\\\\]", "") + "\"; exit 1\n");
            assertTrue(check.toFile().setExecutable(true));
            AllTests.Run run = AllTests.trace("--demo", "--check", folder.resolve("checks").toString(), "-v");
            assertEquals(1, run.code(), run.err());
            assertPrintable(run.out(), text);
            assertPrintable(AllTests.trace("--demo", "--check", folder.resolve("checks").toString(), "--format", "json").out(), text);
            Files.delete(check);
        }
    }

    /** The demo's report, with lines of others among its own that claim to be its, and texts of its own that claim to be others'. */
    @Test
    void whatATextClaimsToBeChangesNothing() throws IOException {
        String expected = Files.readString(AllTests.home().resolve("test/cases/demo/report.txt"));
        String ours = "Job event: job_log for job " + JOB + ": ";
        List<String> claims = List.of("Job " + OTHER + ": failed",
            "Job " + JOB + ": DNC check completed (batched): 500/594 phones found in DNC list (594 successful checks)",
            "[2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] Task app.x[" + JOB + "] succeeded in 1s: {}",
            "[2026-01-15 09:30:20,000: ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:9 exited with 'signal 9 (SIGKILL)'",
            "worker: Warm shutdown (MainProcess)", "Litigator check completed: 1/1 successful, 999 found in list",
            "2026-01-15 09:30:20,000 - ETL - ERROR - Error querying DNC list", "Generated table_id for job " + OTHER + ": x",
            "Traceback (most recent call last):", "Task app.x[" + JOB + "] raised unexpected: x");
        for (String claim : claims) {
            List<ObjectNode> entries = new ArrayList<>();
            int added = 0;
            for (ObjectNode entry : Demo.entries()) {
                entries.add(entry);
                String out = entry.path("out").asText();
                boolean anchor = entry.path("of").asText().equals("log celery-worker") && out.contains(": INFO/ForkPoolWorker-2]")
                    && out.contains("Making API calls");
                if (anchor) {
                    added++;
                    String prefix = "\u001b[2Kp1lending-new-celery  | 2026-01-15T09:30:20.000300000Z ";
                    // In a name, within a line of the job's own worker; the lines after it in the same message; in another worker's line.
                    for (String line : List.of(
                            "[2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] " + ours + "{'message': 'Refinance leads " + claim + "'}",
                            "  " + claim, "\t" + claim, "    cursor.execute(\"SELECT " + claim + "\")",
                            "[2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] Script of Refinance leads " + claim, "  " + claim,
                            "[2026-01-15 09:30:20,001: INFO/ForkPoolWorker-1] Purchase leads for " + claim)) {
                        entries.add(AllTests.JSON.createObjectNode().put("of", "log celery-worker").put("out", prefix + line));
                    }
                }
            }
            assertEquals(1, added, "the demo's recording has no such line any more");
            AllTests.Run run = AllTests.trace("--replay", written(entries).toString(), "--color", "never");
            assertEquals(expected, run.out(), claim);
        }
    }
}
