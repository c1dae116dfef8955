import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No line that a stage declares is passed over: where a pattern finds something, it was a candidate. */
class LinesThatAreKnownTest {
    private static final int TEXTS_OF_A_PATTERN = 300;

    /** All that the stages look for. */
    private static List<Pattern> patterns() {
        return Tracing.stages().stream().flatMap(stage -> Stream.concat(Stream.of(stage.recovers, stage.stops, stage.exclusive),
            stage.patterns.stream().flatMap(line -> Stream.of(line.pattern, line.onlyAfter, line.onlyUntil)))).filter(pattern -> pattern != null).toList();
    }

    /** How many of the patterns find something in one of the texts. */
    private static int found(List<Pattern> patterns, Iterable<String> texts) {
        LineIndex index = new LineIndex(patterns);
        Set<Integer> found = new HashSet<>();
        for (String text : texts) {
            for (int i = 0; i < patterns.size(); i++) {
                if (patterns.get(i).matcher(text).find()) {
                    found.add(i);
                    assertTrue(index.candidates(text).get(i), patterns.get(i) + " is no candidate for: " + text);
                }
            }
        }
        return found.size();
    }

    @Test
    void everyPatternIsACandidateForTheLinesOfAllCases() throws IOException {
        Set<String> texts = new LinkedHashSet<>();
        for (Path folder : AllTests.cases()) {
            for (String line : Files.readAllLines(folder.resolve("recording.jsonl"))) {
                texts.add(Json.read(line).path("out").asText());
            }
        }
        assertTrue(found(patterns(), texts) > patterns().size() / 2, "the recordings have too few lines that a stage knows");
    }

    @Test
    void everyPatternIsACandidateForTextsMadeFromIt() {
        Random random = new Random(20260115);
        List<Pattern> patterns = patterns();
        List<String> texts = new ArrayList<>();
        for (Pattern pattern : patterns) {
            for (int i = 0; i < TEXTS_OF_A_PATTERN; i++) {
                texts.add(new TextOfRegex(pattern.pattern(), random).text());
            }
        }
        assertEquals(patterns.size(), found(patterns, texts), "patterns of which a text was made");
    }

    /** What a new stage's regex may have: each with a text in which it finds something. */
    @Test
    void whatStandsInARegexIsNotTakenForWords() {
        String[][] found = {{"abc\\x41def", "abcAdef"}, {"\\u0041bcd", "Abcd"}, {"\\0101bcd", "Abcd"}, {"\\pLabc", "xabc"}, {"\\p{L}abc", "xabc"},
            {"[]abc]xyz", "]xyz"}, {"[^]abc]xyz", "dxyz"}, {"[a-z&&[^b]]xyz", "cxyz"}, {"[a[bc]]xyz", "bxyz"}, {"([)a]x)?yes", "yes"},
            {"\\Qa|b{c\\E", "a|b{c"}, {"\\Qa(b\\E", "a(b"}, {"x\\Q|abc\\E", "x|abc"}, {"(\\Q(\\E)abc", "(abc"}, {"(?iU)abc", "ABC"}, {"(?i)abc", "ABC"}, {"(?-i)abc|def", "def"},
            {"(?i:abc)def", "ABCdef"}, {"abcd?e", "abce"}, {"abc\\.?efg", "abcefg"}, {"abc{0,2}de", "abde"}, {"abc*?def", "abdef"}, {"abc++def", "abccdef"},
            {"abc|", "x"}, {"abc|de", "de"}, {"abc(?!d)e", "abce"}, {"(?<=abc)def", "abcdef"}, {"(a)\\1bcd", "aabcd"}, {"\\\u2014abc", "\u2014abc"}, {"\u00e9?abc", "abc"},
            {"abc\u00e9def", "abc\u00e9def"}, {"\\babc\\b", "abc"}, {"abc\\\\def", "abc\\def"}, {"abc.def", "abc\u2014def"}, {"(?:abc|de(f|g))hij", "deghij"}};
        for (String[] one : found) {
            assertEquals(1, found(List.of(Pattern.compile(one[0])), List.of(one[1])), one[0]);
            assertEquals(1, found(List.of(Pattern.compile(one[0])), List.of("abcab " + one[1] + " x")), one[0]);
        }
    }
}
