import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/** What is taken out of the text, and what stays. */
class RedactorTest {
    private final Redactor mask = new Redactor(true);

    @Test
    void peopleAndSecretsAreMasked() {
        Map.ofEntries(
            Map.entry("Error looking up phones for Grace Failed: Rate limit exceeded after 4 retries",
                "Error looking up phones for [name]: Rate limit exceeded after 4 retries"),
            Map.entry("Circuit breaker open for Tom Error", "Circuit breaker open for [name]"),
            Map.entry("GET /scrub?loginId=ab12&phoneList=2145550101%2C2145550102&x=1", "GET /scrub?loginId=[secret]&phoneList=[phone]&x=1"),
            Map.entry("{'name': 'Ann O\\'Hara', 'address': '12 Oak St', 'email': 'a@b.co'}",
                "{'name': '[name]', 'address': '[address]', 'email': '[email]'}"),
            Map.entry("http://svc:pa55@10.0.0.1/x", "http://[password]@10.0.0.1/x"),
            Map.entry("Authorization: Bearer abc.def.ghi123", "Authorization: Bearer [secret]"),
            Map.entry("call (214) 555-0101 or +1 214-555-0102", "call [phone] or [phone]")
        ).forEach((text, masked) -> {
            assertEquals(masked, mask.text(text));
            assertEquals(masked, mask.text(masked), "masked twice");
        });
    }

    @Test
    void idsCountsAndTimesStay() {
        for (String text : new String[] {"Task run_etl_job[c1d86f0e-2b7a-4e0c-8f5d-123456789012] succeeded in 46.53s", "at 2026-01-15 09:30:02,110",
            "epoch 1768469402", "1768469402123 ms", "Failed to obtain authentication token: 401 Client Error",
            "row 1234567 of 12345678", "celery v5.2.6", "594/594 successful, 12 found in list", "0:00:45.496720"}) {
            assertEquals(text, mask.text(text));
        }
    }

    @Test
    void nothingSpeaksToTheTerminal() {
        assertEquals("a\uFFFD[31mb\uFFFDc\uFFFDd\uFFFDe f", Printable.plain("a\u001b[31mb\rc\u202ed\be\tf"));
    }

    /** Rules are tried only where one of the words that they need stands. */
    @Test
    void allThatARuleMatchesHasAWordThatItNeeds() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String corpus : List.of("sensitive.tsv", "harmless.txt")) {
            for (String line : Files.readAllLines(AllTests.home().resolve("test/corpus").resolve(corpus))) {
                lines.addAll(List.of(line, line.toUpperCase(Locale.ROOT), line.toLowerCase(Locale.ROOT)));
            }
        }
        for (Redactor.Rule rule : Redactor.RULES) {
            List<String> found = new ArrayList<>();
            for (String line : lines) {
                Matcher match = rule.pattern().matcher(line);
                while (match.find()) {
                    // With the bar of a table before it, which the rule looks back at.
                    found.add(line.substring(Math.max(0, match.start() - 2), match.end()));
                }
            }
            List<String> lacking = found.stream().filter(match -> !rule.canMatch(match.toLowerCase(Locale.ROOT))).toList();
            assertEquals(List.of(), lacking, () -> rule.pattern().pattern());
        }
    }

    /** The corpus was written by somebody who had not seen the patterns; every third line was looked at last. */
    @Test
    void theCorpusIsMaskedAndWhatOnlyLooksLikeItStays() throws IOException {
        List<String> leaks = new ArrayList<>();
        List<String> sensitive = Files.readAllLines(AllTests.home().resolve("test/corpus/sensitive.tsv"));
        for (String row : sensitive) {
            String[] parts = row.split("\t");
            String masked = mask.text(Printable.plain(parts[0]));
            if (Arrays.stream(parts).skip(1).anyMatch(masked::contains)) {
                leaks.add(masked);
            }
        }
        List<String> harmless = Files.readAllLines(AllTests.home().resolve("test/corpus/harmless.txt"));
        List<String> wronged = harmless.stream().map(Printable::plain).filter(line -> !mask.text(line).equals(line)).toList();
        System.out.printf("masking: %d of %d lines leak, %d of %d are masked wrongly%n",
            leaks.size(), sensitive.size(), wronged.size(), harmless.size());
        assertTrue(sensitive.size() >= 300 && harmless.size() >= 300);
        assertEquals(List.of(), leaks);
        assertEquals(List.of(), wronged);
    }
}
