import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What GitHub and GitLab would read as something else than text stands where they do not. */
class MarkdownTest {
    private static final Path AUDIT = AllTests.home().resolve("test/audits/twelve-jobs/recording.jsonl");

    @TempDir
    Path folder;

    @Test
    void plainWordsStayAsTheyAre() {
        for (String text : List.of("100 of 390 phones were not checked", "completed but degraded - CCC: 6 of 6 (database says: completed)",
                "its tables are empty, or its conditions fit no row", "2.5s, 3/4", "Müller's leads")) {
            assertEquals(text, Markdown.text(text));
        }
    }

    @Test
    void whatCouldMeanSomethingIsCode() {
        assertEquals("ask `@somebody` about `#123, !45` and `GH-7`", Markdown.text("ask @somebody about #123, !45 and GH-7"));
        assertEquals("`<b>bold</b> *x* _y_` and `[a](b)`", Markdown.text("<b>bold</b> *x* _y_ and [a](b)"));
        assertEquals("see `https://x.example/?a=1` or `www.x.example :tada`:", Markdown.text("see https://x.example/?a=1 or www.x.example :tada:"));
        assertEquals("``a`b``", Markdown.text("a`b"));
        assertEquals("`` `a ``", Markdown.text("`a"));
        assertEquals("at commit `deadbeef`", Markdown.text("at commit deadbeef"));
        assertEquals("delete from `MASTER_PROCESSED_DB`, then", Markdown.text("delete from MASTER_PROCESSED_DB, then"));
        assertEquals("`a\\|b`", Markdown.cell("a|b"));
        assertEquals("x `</details> ---`", Markdown.text("x </details> ---"));
    }

    @Test
    void noFenceEndsWithinItsBlock() {
        assertEquals("`````text\na ```` b\n```\n`````\n", Markdown.block("text", "", List.of("a ```` b", "```")));
        assertEquals("  ```\n  x\n  ```\n", Markdown.block("", "  ", List.of("x")));
    }

    @Test
    void theFirstHeadingHasTheLevelThatIsAskedFor() {
        assertTrue(AllTests.trace("--demo", "--format", "markdown").out().startsWith("## ETL job `" + Demo.JOB + "`: completed\n"));
        assertTrue(AllTests.trace("--replay", AUDIT.toString(), "--format", "markdown").out().startsWith("## ETL jobs: 4 ok, 7 degraded, 1 failed\n"));
        for (int level = 1; level <= 4; level++) {
            String out = AllTests.trace("--demo", "--format", "markdown", "--heading-level", "" + level).out();
            assertTrue(out.startsWith("#".repeat(level) + " ETL job"), out);
            assertTrue(out.contains("\n" + "#".repeat(level + 1) + " Stages\n"), out);
        }
        assertEquals(2, AllTests.trace("--demo", "--format", "markdown", "--heading-level", "5").code());
    }

    /** GitHub takes 65,536 characters; a line of the stages' evidence is the first to go. */
    @Test
    void aLongJobFitsIntoOneIssue() throws Exception {
        String out = AllTests.trace("--replay", ManyBatches.write(folder).toString(), "--format", "markdown").out();
        assertTrue(out.length() < 65_536, "" + out.length());
        assertTrue(out.contains("| FAIL | CCC Litigator Check | "), out);
    }

    /** Outside of code no word is left that could call, link or draw. */
    static void assertHarmless(String markdown, String why) {
        String prose = Pattern.compile("(?ms)^ *(`{3,})\\w*\\n.*?^ *\\1\\n").matcher(markdown).replaceAll("");
        prose = Pattern.compile("(`+)(?!`).+?(?<!`)\\1(?!`)").matcher(prose).replaceAll("");
        prose = prose.replaceAll("<details><summary>[\\w -]+(?:: \\d+ (?:message|job)s?)?</summary>|</details>|(?m)^\\*\\*(?:Status|Not read):\\*\\*|\\*\\*(?:OK|WARN|FAIL|SKIP|UNKNOWN)\\*\\*", "")
            .replaceAll("(?m)^#+ |^\\|---\\|.*$", " ");
        assertFalse(Pattern.compile("[<>@#`*_\\[\\]~$&!\\\\]|://|www\\.").matcher(prose).find(), why + "\n" + prose);
    }

    @Test
    void theReportsOfTheCasesHoldNothingOfTheKind() throws Exception {
        for (String name : List.of("demo", "ccc-batch-fails-and-completed", "celery-tries-again", "worker-restarted-under-the-job")) {
            assertHarmless(AllTests.trace("--replay", AllTests.home().resolve("test/cases/" + name + "/recording.jsonl").toString(), "--format", "markdown").out(), name);
        }
        assertHarmless(AllTests.trace("--replay", AUDIT.toString(), "--format", "markdown", "-v").out(), "an audit");
    }
}
