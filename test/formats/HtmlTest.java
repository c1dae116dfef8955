import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page: it holds what the JSON holds, runs and fetches nothing, and works by keyboard, in a real browser. */
class HtmlTest {
    /** What the page is made of; anything else came with foreign text. */
    private static final Set<String> ELEMENTS = Set.of("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer", "h1", "h2", "h3",
        "p", "a", "strong", "code", "span", "dl", "div", "dt", "dd", "ol", "ul", "li", "details", "summary", "pre", "table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "small");
    private static final Set<String> ATTRIBUTES = Set.of("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "aria-label", "aria-labelledby",
        "role", "scope", "tabindex", "open", "viewbox", "preserveaspectratio", "x", "width", "height", "fill-opacity");

    private static final Path AUDIT = AllTests.home().resolve("test/audits/twelve-jobs/recording.jsonl");

    @TempDir
    static Path folder;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.installed() ? new Chromium(Files.createDirectory(folder.resolve("profile"))) : null;
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    private static Path recording(String of) {
        return AllTests.home().resolve("test/cases/" + of + "/recording.jsonl");
    }

    private static Path page(Path recording) throws Exception {
        AllTests.Run run = AllTests.trace("--replay", recording.toString(), "--format", "html");
        return Files.writeString(Files.createTempFile(folder, "page", ".html"), run.out());
    }

    private static JsonNode json(Path recording) throws Exception {
        return AllTests.JSON.readTree(AllTests.trace("--replay", recording.toString(), "--format", "json").out());
    }

    private static void browser() {
        assumeTrue(browser != null, "Debian's chromium is not installed");
    }

    /** Nothing in it is markup but ours; the page is small. */
    static void assertOurs(String html, String why) {
        if (html.isEmpty()) {
            return;
        }
        Document page = Jsoup.parse(html, Parser.htmlParser().setTrackErrors(50));
        assertEquals(List.of(), page.parser().getErrors(), why);
        Set<String> strange = new TreeSet<>();
        for (Element element : page.getAllElements()) {
            if (!ELEMENTS.contains(element.normalName()) && element.parent() != null) {
                strange.add("<" + element.normalName() + ">");
            }
            element.attributes().forEach(attribute -> {
                boolean link = attribute.getKey().equals("href") && !attribute.getValue().matches("#[a-z0-9-]+");
                if (!ATTRIBUTES.contains(attribute.getKey().toLowerCase(java.util.Locale.ROOT)) || link) {
                    strange.add(attribute.toString());
                }
            });
        }
        assertEquals(Set.of(), strange, why);
        assertTrue(html.length() < 1_000_000, why + ": " + html.length());
        page.select("a[href]").forEach(link -> assertTrue(page.getElementById(link.attr("href").substring(1)) != null, why + link));
    }

    @Test
    void allMarkupIsOurs() throws Exception {
        for (Path folder : AllTests.cases()) {
            assertOurs(AllTests.trace("--replay", folder.resolve("recording.jsonl").toString(), "--format", "html").out(), folder.toString());
        }
    }

    @Test
    void aLongJobStaysUnderOneMegabyte() throws Exception {
        String html = AllTests.trace("--replay", ManyBatches.write(folder).toString(), "--format", "html").out();
        assertOurs(html, "500 batches");
        assertTrue(html.contains("visits, "), "bars that touch are one");
    }

    private static void assertSilent(Path page, String why) {
        assertEquals(List.of(), browser.complaints(), why);
        assertEquals(List.of(page.toUri().toString().replace("file:/", "file:/")), browser.requests(), why);
    }

    @Test
    void theBrowserShowsWhatTheJsonHoldsAndFetchesNothing() throws Exception {
        browser();
        for (String name : List.of("demo", "ccc-batch-fails-and-completed", "worker-restarted-under-the-job", "celery-tries-again", "waits-behind-two-others")) {
            Path page = page(recording(name));
            JsonNode json = json(recording(name));
            browser.open(page, 1280, false);
            assertSilent(page, name);
            String text = browser.value("document.body.textContent").asText();
            assertTrue(browser.value("document.title").asText().endsWith(json.at("/verdict/state").asText()), name);
            assertEquals(json.get("issues").size(), browser.value("document.querySelectorAll('.issues > li').length").asInt(), name);
            for (JsonNode issue : json.get("issues")) {
                assertTrue(text.contains(issue.get("symptom").asText()) && text.contains(issue.at("/resolution/0").asText()), name + issue);
            }
            assertEquals(json.get("stages").size(), browser.value("document.querySelectorAll('#stages details').length").asInt(), name);
            for (JsonNode stage : json.get("stages")) {
                String shown = browser.value("document.getElementById('stage-" + stage.get("id").asText() + "').textContent").asText();
                assertTrue(shown.contains(stage.get("title").asText()) && shown.contains(stage.get("summary").asText())
                    && shown.contains(stage.get("status").asText()), name + shown);
                for (JsonNode message : stage.get("evidence")) {
                    assertTrue(shown.contains(message.get("text").asText()), name + message);
                }
            }
            String bars = browser.value("[...document.querySelectorAll('rect title')].map(title => title.textContent).join('\\n')").asText();
            for (JsonNode entry : json.get("timeline")) {
                boolean bar = List.of("stage", "attempt", "queued", "other-job", "retry", "gap").contains(entry.get("kind").asText());
                String clock = entry.get("from").asText().substring(11);
                assertTrue(bar ? bars.contains(entry.get("name").asText()) && bars.contains(" from " + clock) : text.contains(clock + " " + entry.get("name").asText()),
                    name + entry);
            }
            for (JsonNode command : json.get("commands")) {
                assertTrue(text.contains(command.get("command").asText()), name + command);
            }
        }
    }

    @Test
    void thePageOfAnAuditHoldsEachJobAndFetchesNothing() throws Exception {
        browser();
        Path page = page(AUDIT);
        JsonNode json = json(AUDIT);
        browser.open(page, 1280, false);
        assertSilent(page, "an audit");
        String text = browser.value("document.body.textContent").asText();
        assertEquals(12, json.get("jobs").size());
        for (JsonNode job : json.get("jobs")) {
            assertTrue(text.contains(job.at("/job/id").asText()), job.toString());
            for (JsonNode issue : job.get("issues")) {
                assertTrue(text.contains(issue.get("symptom").asText()), issue.toString());
            }
        }
        assertEquals(8, browser.value("[...document.querySelectorAll('main > section')].filter(one => one.id.startsWith('issue-'))"
            + ".reduce((sum, one) => sum + one.querySelectorAll(':scope > details').length, 0)").asInt(), "jobs that are not healthy");
        browser.value("document.querySelector('nav a').focus()");
        browser.press("Enter", 13, "\r");
        assertEquals("#issue-1", browser.value("location.hash").asText());
        browser.press("Tab", 9, "");
        browser.press("Enter", 13, "\r");
        assertTrue(browser.value("document.querySelector('#issue-1 details').open").asBoolean(), "the first job of the issue that the link went to");
        contrast(page);
    }

    @Test
    void foldingAndLinksWorkByKeyboard() throws Exception {
        browser();
        Path page = page(recording("ccc-batch-fails-and-completed"));
        browser.open(page, 1280, false);
        String focus = "document.activeElement.tagName + ' ' + document.activeElement.textContent.slice(0, 8)";
        browser.press("Tab", 9, "");
        assertEquals("A Issues", browser.value(focus).asText());
        for (int i = 0; i < 60 && !browser.value("document.activeElement.tagName").asText().equals("SUMMARY"); i++) {
            browser.press("Tab", 9, "");
        }
        assertEquals("SUMMARY Commands", browser.value(focus).asText());
        assertFalse(browser.value("document.activeElement.parentElement.open").asBoolean());
        browser.press("Enter", 13, "\r");
        assertTrue(browser.value("document.activeElement.parentElement.open").asBoolean());
        browser.press("Enter", 13, "\r");
        assertFalse(browser.value("document.activeElement.parentElement.open").asBoolean());
        browser.value("document.querySelector('.issues a').focus()");
        browser.press("Enter", 13, "\r");
        assertEquals("#stage-ccc-litigator-check", browser.value("location.hash").asText());
    }

    /** With TRACE_JOB_PICTURES set to a folder it keeps a picture of each page there, to be looked at. */
    @Test
    void nothingIsWiderThanTheWindow() throws Exception {
        browser();
        for (String name : List.of("demo", "ccc-batch-fails-and-completed", "worker-restarted-under-the-job", "waits-behind-two-others", "an-audit")) {
            Path page = page(name.equals("an-audit") ? AUDIT : recording(name));
            for (int width : new int[] {1280, 390}) {
                for (boolean dark : new boolean[] {false, true}) {
                    browser.open(page, width, dark);
                    String pictures = System.getenv("TRACE_JOB_PICTURES");
                    if (pictures != null) {
                        browser.picture(Path.of(pictures, name + "-" + width + (dark ? "-dark" : "") + ".png"));
                    }
                    browser.value("document.querySelectorAll('details').forEach(one => one.open = true)");
                    assertEquals("", browser.value("[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
                        + ".map(one => one.localName + ' ' + one.textContent.slice(0, 20)).join('; ')").asText(), name + " at " + width);
                }
            }
        }
    }

    /** At least 4.5 to 1, as WCAG's level AA wants it for text of this size. */
    @Test
    void thereIsEnoughContrast() throws Exception {
        browser();
        for (String name : List.of("worker-restarted-under-the-job", "ccc-batch-fails-and-completed", "running-slowly-in-idicore")) {
            contrast(page(recording(name)));
        }
    }

    private static void contrast(Path page) throws Exception {
        for (boolean dark : new boolean[] {false, true}) {
            browser.open(page, 1280, dark);
            String tooLow = browser.value("""
                (() => {
                  const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(c => c / 255)
                    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
                  const back = node => { for (; node; node = node.parentElement) { const c = getComputedStyle(node).backgroundColor;
                    if (!/, 0\\)$/.test(c) && c !== 'transparent') return c; } return 'rgb(255, 255, 255)'; };
                  return [...document.querySelectorAll('body *')].filter(node => node.textContent.trim() && !(node instanceof SVGElement)).map(node => {
                    const [a, b] = [light(getComputedStyle(node).color), light(back(node))].sort((x, y) => y - x);
                    return (a + 0.05) / (b + 0.05) < 4.5 ? node.tagName + ' ' + node.className : ''; }).filter(Boolean).join(', ');
                })()""").asText();
            assertEquals("", tooLow, dark ? "dark" : "light");
        }
        assertEquals("header nav main footer", browser.value("[...document.body.children].map(one => one.localName).join(' ')").asText());
        assertEquals("h1 h2 h3", browser.value("[...new Set([...document.querySelectorAll('h1, h2, h3, h4')].map(one => one.localName))].sort().join(' ')").asText());
    }

    @Test
    void hostileTextRunsNothing() throws Exception {
        browser();
        String text = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)></title></style></pre><a href=javascript:alert(4)>x</a>&lt;b&gt;"
            + "<iframe src=https://x.example></iframe><style>*{display:none}</style><!-- <link rel=stylesheet href=//x.example> javascript:alert(5)";
        HostileInput input = new HostileInput() {};
        input.folder = folder;
        for (var place : HostileInput.planted(text).entrySet()) {
            AllTests.Run run = AllTests.trace("--replay", input.written(place.getValue()).toString(), "--format", "html", "--no-redact");
            if (run.out().isEmpty()) {
                continue;
            }
            assertOurs(run.out(), place.getKey());
            Path page = Files.writeString(folder.resolve("hostile.html"), run.out());
            browser.open(page, 1280, false);
            assertSilent(page, place.getKey());
            assertEquals(0, browser.value("document.querySelectorAll('script, img, iframe, link, [onload], [onerror]').length").asInt(), place.getKey());
        }
    }
}
