import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Foreign text costs time in proportion to its length, whatever it says: for every pattern of the tool the characters that
 * its matcher reads are counted (never the time), on texts made from the pattern itself to lead it astray.
 */
class LinearTest {
    /** What a matcher may read of a text of four times the length: a little more than four times as much. */
    private static final double RATIO = 5;
    /** Characters read; below this nothing is told from the noise of a short text. */
    private static final long FLOOR = 20_000;
    /** Characters read for one of the text by all rules of the mask together, at the worst text known. */
    private static final long MASK_READS = 450;
    /** Of one character, by one pattern: whatever is read more often is not even tried with a longer text. */
    private static final double MOST_READS = 3_000;
    private static final int SHORT = 500;
    private static final int LONG = Message.LONGEST / 4;
    private static final Pattern INLINE = Pattern.compile(
        "(?:\\.(?:matches|replaceAll|replaceFirst|(?<!Command.)split)|Pattern\\.compile)\\(\\s*(\"(?:[^\"\\\\]|\\\\.)*+\"|[^\"])");
    /** How the tool uses them, where it is not `find` or `replaceAll`. */
    private static final Map<String, How> USED = Map.ofEntries(
        Map.entry("LogHeader.WORKER", How.MATCHES), Map.entry("LinePattern.NUMBER", How.MATCHES),
        Map.entry("LogHeader.POSTGRES", How.MATCHES), Map.entry("LogHeader.UVICORN", How.MATCHES), Map.entry("LogHeader.DATED", How.MATCHES),
        Map.entry("LogHeader.FUNCTION", How.LOOKING_AT), Map.entry("JobIds.LABEL", How.LOOKING_AT), Map.entry("JobIds.UUID", How.MATCHES), Map.entry("WorkerProcesses.TASK", How.LOOKING_AT),
        Map.entry("WorkerProcesses.EXITED", How.LOOKING_AT), Map.entry("WorkerProcesses.LOST", How.LOOKING_AT), Map.entry("WorkerProcesses.OF_TASK", How.LOOKING_AT), Map.entry("WorkerProcesses.OVER_LIMIT", How.LOOKING_AT), 
        Map.entry("JobFileReader.ANNOUNCED", How.LOOKING_AT), Map.entry("Evidence.LAST_WORDS", How.LOOKING_AT),
        Map.entry("Job.ID", How.MATCHES),
        Map.entry("Recording.PLAIN", How.MATCHES), Map.entry("LinePattern.BEFORE_WORDS", How.LOOKING_AT));

    enum How {
        FIND, LOOKING_AT, MATCHES, REPLACE;

        void use(Pattern pattern, CharSequence text) {
            Matcher matcher = pattern.matcher(text);
            switch (this) {
                case FIND -> {
                    while (matcher.find()) {
                        continue;
                    }
                }
                case LOOKING_AT -> matcher.lookingAt();
                case MATCHES -> matcher.matches();
                default -> matcher.replaceAll("-");
            }
        }
    }

    private static List<String> texts(Pattern pattern, int size) {
        List<String> texts = new ArrayList<>(Attacks.of(pattern.pattern(), size));
        texts.addAll(Attacks.byHand(size));
        return texts;
    }

    /** What leads the pattern astray, or null where all attacks cost in proportion to their length. */
    private static String astray(String name, Pattern pattern, How how) {
        List<String> small = texts(pattern, SHORT);
        List<String> large = texts(pattern, 4 * SHORT);
        assertEquals(small.size(), large.size());
        for (int i = 0; i < small.size(); i++) {
            // A bounded part may have to be filled before its bound holds: what is suspicious is looked at again, at the tool's own bound.
            if (tooMany(pattern, how, small.get(i), large.get(i))
                    && tooMany(pattern, how, texts(pattern, LONG).get(i), texts(pattern, 4 * LONG).get(i))) {
                return name + ", " + how + " of " + pattern
                    + "\n    led astray by " + small.get(i).substring(0, Math.min(80, small.get(i).length())) + "…";
            }
        }
        return null;
    }

    private static boolean tooMany(Pattern pattern, How how, String small, String large) {
        long reads = CountedText.reads(pattern, how, small, MOST_READS * small.length());
        return reads == CountedText.STOPPED || CountedText.reads(pattern, how, large, RATIO * reads + FLOOR) == CountedText.STOPPED;
    }

    private static How how(String name) {
        return name.startsWith("Redactor.") ? How.REPLACE : USED.getOrDefault(name, How.FIND);
    }

    private static List<String> astray(Map<String, Pattern> patterns) {
        return patterns.entrySet().parallelStream().map(one -> astray(one.getKey(), one.getValue(), how(one.getKey())))
            .filter(java.util.Objects::nonNull).toList();
    }

    /** The patterns in the fields of an object, or of a class: by itself, in a list, in a rule of the mask. */
    private static void fields(Class<?> kind, Object instance, Map<String, Pattern> patterns) {
        for (Field field : kind.getDeclaredFields()) {
            if (field.isSynthetic() || instance == null != Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            try {
                field.setAccessible(true);
                Object value = field.get(instance);
                List<?> values = value instanceof List ? (List<?>) value : value == null ? List.of() : List.of(value);
                for (int i = 0; i < values.size(); i++) {
                    String name = kind.getName() + "." + field.getName() + (value instanceof List ? " " + (i + 1) : "");
                    if (values.get(i) instanceof Pattern) {
                        patterns.put(name, (Pattern) values.get(i));
                    } else if (values.get(i) != null && values.get(i).getClass().getName().startsWith("Redactor$")) {
                        fields(values.get(i).getClass(), values.get(i), new Named(patterns, name));
                    }
                }
            } catch (IllegalAccessException hidden) {
                throw new AssertionError(hidden);
            }
        }
    }

    /** Puts what it is given into another map, under a longer name. */
    private static final class Named extends LinkedHashMap<String, Pattern> {
        private final transient Map<String, Pattern> patterns;
        private final String name;

        Named(Map<String, Pattern> patterns, String name) {
            this.patterns = patterns;
            this.name = name;
        }

        @Override
        public Pattern put(String field, Pattern pattern) {
            return patterns.put(name, pattern);
        }
    }

    @Test
    void patternsThatAreMoreThanLinearAreFoundOut() {
        for (String bad : new String[] {"^Task \\S+\\[\\S+\\] (?:raised|failed)", "------ (?:celery|\\S+)@\\S+ v\\d",
                "(?:a|aa)+b", "\\d+:[A-Z]", "phones? for .*x.*y", "(\\w+)=\\1;", "(?<name>\\w+)@\\w+\\.com", "\\s+$",
                "[a-z ]+\\."}) {
            assertTrue(astray("bad", Pattern.compile(bad), How.FIND) != null, bad);
        }
        assertEquals(null, astray("good", Pattern.compile("Task (\\w{1,20})\\[[\\w-]{1,100}\\] \\w+"), How.FIND));
    }

    @Test
    void theWordsOfAllStagesAreLinear() {
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        for (Stage stage : Scripts.all(Stage.class)) {
            int number = 0;
            for (LinePattern word : stage.patterns) {
                patterns.put(stage.title + " " + ++number, word.pattern);
                for (Cause cause : word.causes()) {
                    if (cause.where() != null) {
                        patterns.put(stage.title + " " + number + ", because " + cause.sentence(), cause.where());
                    }
                }
                if (word.onlyAfter != null) {
                    patterns.put(stage.title + " " + number + ", only after", word.onlyAfter);
                }
                if (word.onlyUntil != null) {
                    patterns.put(stage.title + " " + number + ", until", word.onlyUntil);
                }
            }
            fields(Stage.class, stage, patterns);
            fields(PipelineStage.class, stage instanceof PipelineStage ? stage : null, patterns);
            fields(stage.getClass(), stage, patterns);
            fields(stage.getClass(), null, patterns);
            // The next stage has the same fields.
            List.of("Stage.exclusive", "Stage.overhears", "Stage.recovers", "Stage.stops", "PipelineStage.batchLine").forEach(field -> {
                Pattern pattern = patterns.remove(field);
                if (pattern != null) {
                    patterns.put(stage.title + " " + field.substring(field.indexOf('.') + 1), pattern);
                }
            });
        }
        assertTrue(patterns.size() > 70, "only " + patterns.size() + " patterns were found");
        assertTrue(patterns.containsKey("WebSocket Events exclusive") && patterns.keySet().stream().anyMatch(name -> name.startsWith("Pre-filtering ") && name.endsWith(", only after"))
            && patterns.keySet().stream().anyMatch(name -> name.startsWith("DNC Check ") && name.endsWith(", because the list's table is missing"))
            && patterns.keySet().stream().anyMatch(name -> name.startsWith("Results Upload ") && name.endsWith(", until")),
            patterns.keySet().toString());
        assertEquals(List.of(), astray(patterns));
    }

    @Test
    void thePatternsOfTheEngineTheMaskAndTheChecksAreLinear() {
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        for (Class<?> kind : List.of(Redactor.class, LogHeader.class, LogLine.class, WorkerProcesses.class, LinePattern.class, JobIds.class, Times.class, Command.class, Job.class,
                Judge.class, Pipeline.class, Evidence.class, Printable.class, Scripts.class, Terminal.class, ComposeTarget.class, LiveSource.class, Recording.class, Recorder.class, Collector.class, Duplicates.class,
                JobFileReader.class, VerdictRules.class, FindingRules.class, TextReport.class, JsonReport.class, PluginResult.class, CommandRunner.class,
                LineIndex.class, Observation.class, Clock.class, Period.class, Message.class, Container.class, Copies.class, Html.class, HtmlReport.class, Markdown.class, MarkdownReport.class, OtlpReport.class,
                NagiosLine.class, PrometheusText.class, ReportFile.class, WaitReason.class, Timeline.class, Waterfall.class, WatchOptions.class, LineText.class, TraceJob.class)) {
            fields(kind, null, patterns);
        }
        for (Check check : Scripts.all(Check.class)) {
            fields(check.getClass(), check, patterns);
            fields(check.getClass(), null, patterns);
        }
        assertTrue(patterns.keySet().stream().filter(name -> name.startsWith("Redactor.RULES")).count() >= 26, patterns.keySet().toString());
        assertTrue(patterns.keySet().containsAll(USED.keySet()), "one of these is called otherwise now: " + USED.keySet());
        assertEquals(List.of(), astray(patterns));
    }

    /** A pattern that is not written out where it is used could be made from foreign text; the one that is made from a stage's words is theirs. */
    @Test
    void whatTheSourcesMatchInPassingIsWrittenOutAndLinear() throws IOException {
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        List<String> madeUp = new ArrayList<>();
        List<Path> sources = new ArrayList<>(List.of(AllTests.home().resolve("trace-job.java")));
        for (String folder : List.of("stages", "checks")) {
            try (Stream<Path> files = Files.walk(AllTests.home().resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
            }
        }
        for (Path source : sources) {
            Matcher call = INLINE.matcher(Files.readString(source));
            while (call.find()) {
                String argument = call.group(1);
                String line = Files.readString(source).substring(0, call.start())
                    .lines().reduce((first, second) -> second).orElse("").stripLeading() + call.group();
                if (line.matches("(?s)(?:private )?(?:static final )?Pattern [A-Z_]+ =.*")) {
                    // A field, looked at above as it is used.
                    continue;
                }
                if (argument.startsWith("\"")) {
                    String regex = literal(argument);
                    patterns.put(source.getFileName() + (call.group().startsWith(".matches") ? " matches " : " finds ") + regex,
                        Pattern.compile(regex));
                } else if (!call.group().endsWith(".matches()")) {
                    madeUp.add(source.getFileName() + ": " + line);
                }
            }
        }
        // The last is the user's own, out of a file of theirs, tried on a head of bounded length.
        List<String> allowed = List.of("this.pattern = Pattern.compile(r",
            "patterns.forEach(line -> line.onlyAfter = Pattern.compile(r", "patterns.forEach(line -> line.onlyUntil = Pattern.compile(u", "recovers = Pattern.compile(r", "stops = Pattern.compile(r",
            "exclusive = Pattern.compile(r", "batchLine = Pattern.compile(r", "steps.replaceAll(s",
            "return zone.equals(ZoneOffset.UTC) ? line : UTC.matcher(line).replaceAll(f",
            "overhears = Pattern.compile(r", "return new Cause(sentence, Pattern.compile(r", "this(Pattern.compile(r", "trace.issues.replaceAll(i",
            "masked = rule.pattern.matcher(masked).replaceAll(r", "return OF_SERVICE.matcher(shown).replaceAll(f",
            "Pattern compiled = Pattern.compile(r");
        madeUp.removeIf(line -> allowed.stream().anyMatch(line.substring(line.indexOf(": ") + 2)::startsWith));
        assertEquals(List.of(), madeUp);
        assertTrue(patterns.size() > 20, patterns.keySet().toString());
        List<String> astray = patterns.entrySet().parallelStream()
            .map(one -> astray(one.getKey(), one.getValue(), one.getKey().contains(" matches ") ? How.MATCHES : How.FIND))
            .filter(java.util.Objects::nonNull).toList();
        assertEquals(List.of(), astray);
    }

    /** What the compiler makes of a literal; one of a character by its number stands for itself. */
    private static String literal(String written) {
        return Pattern.compile("\\\\u([0-9a-fA-F]{4})").matcher(written.substring(1, written.length() - 1))
            .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1), 16)))).translateEscapes();
    }

    /** The worst of many short texts, made long: what a rule may look back or ahead is bounded, so that it grows no further. */
    @Test
    void theMaskReadsNoCharacterTooOften() {
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        fields(Redactor.class, null, patterns);
        patterns.keySet().removeIf(name -> !name.startsWith("Redactor.RULES"));
        List<String> small = new ArrayList<>(Attacks.byHand(SHORT));
        List<String> large = new ArrayList<>(Attacks.byHand(LONG));
        for (Pattern pattern : patterns.values()) {
            small.addAll(Attacks.of(pattern.pattern(), SHORT));
            large.addAll(Attacks.of(pattern.pattern(), LONG));
        }
        assertEquals(small.size(), large.size());
        Map<Integer, Double> reads = new java.util.concurrent.ConcurrentHashMap<>();
        java.util.stream.IntStream.range(0, small.size()).parallel().forEach(i -> reads.put(i, masking(patterns.values(), small.get(i))));
        double worst = reads.entrySet().stream().sorted(Map.Entry.<Integer, Double>comparingByValue().reversed()).limit(20).map(Map.Entry::getKey)
            .mapToDouble(i -> masking(patterns.values(), large.get(i))).max().orElseThrow();
        System.out.printf("masking: at the worst of %d texts a character is read %.0f times by %d rules%n", small.size(), worst, patterns.size());
        assertTrue(worst <= MASK_READS, "a character is read " + worst + " times");
    }

    private static double masking(Collection<Pattern> rules, String text) {
        return (double) rules.stream().mapToLong(rule -> CountedText.reads(rule, How.REPLACE, text, MOST_READS * text.length())).sum() / text.length();
    }
}
