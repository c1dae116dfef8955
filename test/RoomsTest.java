import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Writer;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rooms of the house: which may use which, how large a file may be, and that each says what it is for. */
class RoomsTest {
    /** What a room may use beside itself; scripts live in `stages` and `checks`. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
        Map.entry("stages/api", Set.of()),
        Map.entry("stages/collect", Set.of("stages/api")),
        Map.entry("stages/attribute", Set.of("stages/api", "stages/collect")),
        Map.entry("stages", Set.of("stages/api")),
        Map.entry("checks/api", Set.of("stages/api")),
        Map.entry("checks/judge", Set.of("checks/api", "stages/api")),
        Map.entry("checks/report", Set.of("checks/api", "stages/api")),
        Map.entry("checks/watch", Set.of("checks/report", "checks/api", "stages/attribute", "stages/collect", "stages/api")),
        Map.entry("checks/start", Set.of("checks/report", "checks/api", "stages/attribute", "stages/collect", "stages/api")),
        Map.entry("checks/diff", Set.of("checks/api", "stages/attribute", "stages/collect", "stages/api")),
        Map.entry("checks", Set.of("checks/api", "stages/api", "stages")));
    private static final Pattern TYPE = Pattern.compile("(?m)^(?:public |abstract |final |sealed )*(?:class|record|interface|enum) (\\w+)");
    private static final int LONGEST_COMMAND = 700;
    private static final int LONGEST = 400;
    private static final int LONGEST_TEST = 500;
    private static final int MEDIAN = 120;
    private static final int LONGEST_SCRIPT = 45;
    private static final int MOST_ROWS = 15;
    private static final int MEDIAN_SCRIPT = 25;

    @TempDir
    Path folder;
    /** The text of each file but trace-job.java, by its path. */
    private final Map<Path, String> sources = new HashMap<>();
    /** Where each type is declared. */
    private final Map<String, Path> types = new HashMap<>();

    @BeforeEach
    void read() throws IOException {
        for (String folder : List.of("stages", "checks")) {
            try (Stream<Path> files = Files.walk(AllTests.home().resolve(folder))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    sources.put(AllTests.home().relativize(file), Files.readString(file));
                }
            }
        }
        sources.forEach((file, text) -> {
            Matcher type = TYPE.matcher(text);
            while (type.find()) {
                types.put(type.group(1), file);
            }
        });
        types.put("TraceJob", Path.of("trace-job.java"));
    }

    private static String room(Path file) {
        return file.getParent() == null ? "" : file.getParent().toString();
    }

    /** The code alone: a comment may speak of anything, and words in quotes are no types. */
    private static String code(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("\"(?:\\\\.|[^\"\\\\\n])*\"", "\"\"").replaceAll("//[^\n]*", "");
    }

    private List<String> astray(Map<Path, String> sources) {
        List<String> astray = new ArrayList<>();
        sources.forEach((file, text) -> {
            Set<String> words = new TreeSet<>(List.of(code(text).split("\\W+")));
            for (String word : words) {
                Path declared = types.get(word);
                String from = room(file);
                if (declared != null && !room(declared).equals(from) && !MAY_USE.get(from).contains(room(declared))) {
                    astray.add(file + " uses " + word + " of " + declared);
                }
            }
        });
        return astray.stream().sorted().toList();
    }

    @Test
    void arrowsBetweenRoomsGoOneWay() {
        assertEquals(List.of(), astray(sources));
        assertEquals(MAY_USE.keySet(), new TreeSet<>(sources.keySet().stream().map(RoomsTest::room).toList()));
    }

    @Test
    void anArrowBackIsFound() {
        assertEquals(List.of("stages/DncCheck.java uses CommandRunner of " + types.get("CommandRunner")),
            astray(Map.of(Path.of("stages/DncCheck.java"), "class DncCheck { CommandRunner runner; /* Recorder */ String s = \"Redactor\"; } // LiveSource")));
        assertEquals(1, astray(Map.of(Path.of("stages/api/Stage.java"), "class Stage { TraceJob job; }")).size());
    }

    @Test
    void noFileIsLong() throws IOException {
        assertTrue(Files.readAllLines(AllTests.home().resolve("trace-job.java")).size() <= LONGEST_COMMAND);
        List<String> tooLong = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        sources.forEach((file, text) -> {
            int lines = (int) text.lines().count();
            lengths.add(lines);
            if (lines > LONGEST) {
                tooLong.add(file + " has " + lines + " lines");
            }
        });
        try (Stream<Path> files = Files.walk(AllTests.home().resolve("test"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                int lines = Files.readAllLines(file).size();
                if (lines > LONGEST_TEST) {
                    tooLong.add(file + " has " + lines + " lines");
                }
            }
        }
        assertEquals(List.of(), tooLong);
        assertTrue(lengths.stream().sorted().toList().get(lengths.size() / 2) <= MEDIAN);
    }

    /** What the compiler complains of in a script with this statement in its constructor; empty when it compiles. */
    private String complaint(String base, String statement) throws IOException {
        return complaint("abstract class Mine extends " + base + " { Mine() { super(\"Mine\"" + (base.equals("Check") ? "" : ", 1") + "); " + statement + " } }");
    }

    private String complaint(String source) throws IOException {
        List<String> complaints = new ArrayList<>();
        JavaFileObject script = new SimpleJavaFileObject(URI.create("string:///Mine.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoringErrors) {
                return source;
            }
        };
        ToolProvider.getSystemJavaCompiler().getTask(Writer.nullWriter(), null, found -> {
            if (found.getKind() == Diagnostic.Kind.ERROR) {
                complaints.add(found.getMessage(Locale.ROOT).replaceAll("\\s+", " "));
            }
        }, List.of("-proc:none", "-implicit:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")), null, List.of(script)).call();
        return String.join("; ", complaints);
    }

    @Test
    void whatBelongsToLinesIsSaidOfLinesAndWhatBelongsToAStageOfAStage() throws IOException {
        for (String right : List.of("step(\"1\").summary();", "fails(\"x\").countedAs(\"n\").onlyBetween(\"a\", \"b\");", "details(\"(?<n>\\\\d+)\").onlyAfter(\"a\");")) {
            assertEquals("", complaint("Stage", right), right);
            assertEquals("", complaint("PipelineStage", right), right);
        }
        for (String right : List.of("step(\"1\").after(DncCheck.class).needs(\"found\").once();", "typical(1, 2).warnAfter(2).scaledBy(3, \"n\").performanceRow(\"Mine\").onlyWhenSlow();",
                "begins(\"a\").countedAs(\"n\"); ends(\"b\"); fails(\"x\").countedAs(\"n\").outOfTurn(); details(\"y\").inTurn().countedAs(\"m\");")) {
            assertEquals("", complaint("PipelineStage", right), right);
            assertTrue(complaint("Stage", right).contains("cannot find symbol"), right);
        }
        for (String wrong : List.of("step(\"1\").countedAs(\"n\");", "fails(\"x\").typical(1, 2);", "details(\"x\").whenOk(\"fine\");", "ends(\"b\").resolution(\"x\");",
                "harmless(\"x\").countedAs(\"n\");", "after(\"dnc-check\");", "after(ClockOff.class);")) {
            assertTrue(!complaint("PipelineStage", wrong).isEmpty(), wrong);
        }
        assertTrue(complaint("Check", "explains(DncChek.class);").contains("cannot find symbol"));
        assertEquals("", complaint("Check", "explains(DncCheck.class);"));
    }

    @Test
    void theCheckOfTheReadmeCompiles() throws IOException {
        String readme = Files.readString(AllTests.home().resolve("README.md"));
        int from = readme.indexOf("class ManyLitigators extends Check");
        String check = readme.substring(from, readme.indexOf("```", from));
        assertEquals("", complaint(check));
        assertTrue(complaint(check.replace("knows(", "known(")).contains("cannot find symbol"));
    }

    /** Which lines are a stage's is said once, where the stage declares them; ErrorAnalysis alone goes over all errors, whoever's they are. */
    @Test
    void noScriptSearchesTheMessagesByTheirText() {
        List<String> searching = new ArrayList<>();
        sources.forEach((file, text) -> {
            boolean script = Set.of("stages", "checks").contains(room(file));
            if (script && Pattern.compile("\\bmessages\\b|\\.text\\b|\\.firstLine\\(").matcher(code(text)).find() && !file.endsWith("ErrorAnalysis.java")) {
                searching.add(file.toString());
            }
        });
        assertEquals(List.of(), searching);
    }

    /** What is longer holds mechanism that belongs to the base, or is more than one stage or problem. */
    @Test
    void aScriptHoldsWhatIsKnownOfOneStageOrProblemAndNoMechanism() {
        List<Integer> lengths = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        sources.forEach((file, text) -> {
            if (Set.of("stages", "checks").contains(room(file))) {
                lengths.add((int) text.lines().count());
                if (text.lines().count() > LONGEST_SCRIPT) {
                    wrong.add(file + " has " + text.lines().count() + " lines");
                }
                if (Pattern.compile("\\b(?:try|while|synchronized|System|Process|Thread|println)\\b|\\bfor \\(int\\b").matcher(code(text)).find()) {
                    wrong.add(file + " has mechanism");
                }
            }
        });
        assertEquals(List.of(), wrong);
        // Half of them at most so long.
        assertTrue(lengths.stream().sorted().toList().get((lengths.size() - 1) / 2) <= MEDIAN_SCRIPT, lengths.toString());
    }

    /** The words in the first column of the README's table with this head. */
    private static Set<String> table(String head) throws IOException {
        String readme = Files.readString(AllTests.home().resolve("README.md"));
        List<String> rows = readme.substring(readme.indexOf("| " + head + " |")).lines().skip(2).takeWhile(line -> line.startsWith("|")).toList();
        assertTrue(rows.size() <= MOST_ROWS, head + ": " + rows.size() + " rows");
        Set<String> words = new TreeSet<>();
        rows.forEach(row -> Pattern.compile("`\\.?(\\w+)`").matcher(row.split("\\|")[1]).results().forEach(word -> words.add(word.group(1))));
        return words;
    }

    /** The methods of these types that a script calls to say something: they answer one of these, or nothing. */
    private static Set<String> said(Set<Class<?>> answers, Class<?>... types) {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : types) {
            for (Method method : type.getDeclaredMethods()) {
                if (!Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic() && answers.contains(method.getReturnType())) {
                    names.add(method.getName());
                }
            }
        }
        return names;
    }

    @Test
    void theReadmeNamesEachWordThatAStageOrACheckMaySay() throws IOException {
        Set<String> stage = said(Set.of(Stage.class, PipelineStage.class, Lines.class, PipelineLines.class, Cause.class, Finding.class, void.class),
            Stage.class, PipelineStage.class, Lines.class, PipelineLines.class);
        // What only the base calls.
        stage.remove("declare");
        stage.add("where");
        assertEquals(stage, table("a stage says"));
        assertEquals(said(Set.of(Check.class, Issue.class), Check.class, Issue.class), table("a check says"));
    }

    @Test
    void theTitleOfACheckIsItsNameInWords() {
        List<String> wrong = new ArrayList<>();
        for (Check check : Scripts.all(Check.class)) {
            if (!check.id().replace("-", "").equals(check.getClass().getName().toLowerCase(Locale.ROOT))) {
                wrong.add(check.getClass().getName() + ": " + check.title);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void eachTypeSaysWhatItIsFor() {
        List<String> silent = new ArrayList<>();
        sources.forEach((file, text) -> {
            Matcher type = TYPE.matcher(text);
            while (type.find()) {
                String before = text.substring(0, type.start()).stripTrailing();
                String annotated = before.substring(before.lastIndexOf('\n') + 1);
                if (!before.endsWith("*/") && !annotated.startsWith("@")) {
                    silent.add(file + ": " + type.group(1));
                }
            }
        });
        assertEquals(List.of(), silent.stream().sorted().toList());
    }
}
