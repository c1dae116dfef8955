import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that means harm: ids, log text, recordings and answers of checks reach no shell, no SQL, no terminal, and no line of ours. */
class HostileTest {
    private static final String JOB = "7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35";
    private static final long SEED = 20260115;

    @TempDir
    Path folder;

    // ---- ids ----------------------------------------------------------------------------------------------------

    /**
     * Runs the command once for each line of a file, an array of arguments, and writes what came of it: code, stderr, and how
     * far the witness has got.
     */
    static final class Many {
        public static void main(String[] files) throws IOException {
            Path seen = Path.of(files[1]);
            List<String> results = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(files[0]))) {
                List<String> args = new ArrayList<>();
                Json.read(line).forEach(word -> args.add(word.asText()));
                StringWriter out = new StringWriter();
                StringWriter err = new StringWriter();
                int code = TraceJob.run(args.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
                results.add(ascii(AllTests.JSON.createObjectNode().put("code", code).put("out", out.toString()).put("err", err.toString())
                    .put("seen", Files.exists(seen) ? Files.size(seen) : 0)));
            }
            Files.write(Path.of(files[2]), results);
        }
    }

    /** What came of one run, and the commands that ran meanwhile. */
    private record Tried(List<String> args, int code, String out, String err, List<List<String>> commands) {}

    /** A process of its own: `docker` and `psql` come first on its PATH, and only note what they are called with. */
    private List<Tried> withWitness(List<List<String>> tries, String rows, String containers) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path seen = folder.resolve("seen");
        Files.deleteIfExists(seen);
        Path cwd = Files.createDirectories(folder.resolve("cwd"));
        Files.writeString(folder.resolve("rows"), rows);
        Files.writeString(folder.resolve("containers"), containers);
        for (String name : List.of("docker", "psql")) {
            Path witness = Files.writeString(bin.resolve(name), "#!/bin/sh\n"
                + "printf '%s\\0' \"${0##*/}\" \"$@\" '<end>' >>'" + seen + "'\ncase \"$*\" in\n"
                + "*ILIKE*) [ -s '" + folder.resolve("rows") + "' ] || { echo 'does not answer' >&2; exit 2; };"
                + " cat '" + folder.resolve("rows") + "';;\n"
                + "*' ps '*) cat '" + folder.resolve("containers") + "';;\nesac\n");
            assertTrue(witness.toFile().setExecutable(true));
        }
        Path list = folder.resolve("tries");
        Files.write(list, tries.stream().map(args -> {
            ArrayNode words = AllTests.JSON.createArrayNode();
            args.forEach(words::add);
            return ascii(words);
        }).toList());
        Path results = folder.resolve("results");
        ProcessBuilder child = new ProcessBuilder(java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8",
            "-cp", System.getProperty("java.class.path"), Many.class.getName(), list.toString(), seen.toString(), results.toString())
            .directory(cwd.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("child").toFile());
        child.environment().put("PATH", bin + File.pathSeparator + "/usr/bin:/bin");
        child.environment().keySet().removeIf(name -> name.startsWith("COMPOSE_") || name.startsWith("DOCKER_"));
        Process process = child.start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, "the runs took more than three minutes");
        assertEquals(0, process.waitFor(), () -> read(folder.resolve("child")));
        byte[] all = Files.exists(seen) ? Files.readAllBytes(seen) : new byte[0];
        List<Tried> tried = new ArrayList<>();
        int from = 0;
        for (String line : Files.readAllLines(results)) {
            JsonNode result = Json.read(line);
            List<List<String>> commands = new ArrayList<>(List.of(new ArrayList<>()));
            int to = result.get("seen").asInt();
            for (String word : new String(all, from, to - from, StandardCharsets.UTF_8).split("\0", -1)) {
                if (word.equals("<end>")) {
                    commands.add(new ArrayList<>());
                } else {
                    commands.get(commands.size() - 1).add(word);
                }
            }
            commands.remove(commands.size() - 1);
            from = to;
            tried.add(new Tried(tries.get(tried.size()), result.get("code").asInt(),
                result.get("out").asText(), result.get("err").asText(), commands));
        }
        assertEquals(tries.size(), tried.size());
        try (Stream<Path> left = Files.list(cwd)) {
            assertEquals(List.of(), left.map(Path::getFileName).map(Path::toString).filter(name -> !name.equals("words")).toList(),
                "a command of an id was run");
        }
        return tried;
    }

    /** As JSON in which even half a character keeps its number. */
    private static String ascii(JsonNode node) {
        try {
            return AllTests.JSON.writer().with(com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(node);
        } catch (com.fasterxml.jackson.core.JsonProcessingException fault) {
            throw new AssertionError(fault);
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** What has been tried on others. */
    private static final List<String> KNOWN = List.of("", " ", "'", "\"", "' OR '1'='1", "'; DROP TABLE etl_jobs; --", "a'--",
        "a\\'", "$(touch pwned)", "`touch pwned`", "; touch pwned", "| touch pwned", "& touch pwned &", "&& touch pwned",
        "a\ntouch pwned", "a\rb", "a\0b", "\0", "%", "_", "%%", "a%b", "a_b", "..", "../..", "../../etc/passwd", "/etc/passwd",
        "a/b", "a\\b", "~", "~root", "*", "?", "[a]", ".*", "(a+)+$", "\\E.*", "a{1}", "^a", "a$", "{job}", "{script}",
        "{{.Config.Env}}", "${sys:user.home}", "${env:HOME}", "$HOME", "%HOME%", "${", "%n", "%s%s", "@words", "@|red x|@", "@",
        "@@words", "٣٤٥٦٧٨٩٠", "ａｂｃｄ１２３４", "a\u0301bc", "ªbc", "ⅷ", "İ", "ſ", "а1b2", "имя", "工作",
        "a\u200bb", "a\u202eb", "a\ufeffb", "\ud83d\ude80", "\ud800", "a\u0000", "a\u001b[31mb", "a\u009bb", "a=b", "a,b", "a b",
        "a\tb", "a:b", "a;b", "a<b", "a>b", "a#b", "#", "!", "a!b", "x".repeat(65), "7".repeat(10_000), "-".repeat(65), "%27",
        "&#39;", "a+b", "1;1");
    private static final String SIGNS = "'\"`$(){}[];|&<>*?!#%_./\\~^=+,:@ \t\n\r\0\u001b\u007f\u0085\u009b\u200b\u2028\u202e٣ａé工ß\u0301";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static String word(Random random, String signs, int length) {
        return random.ints(length, 0, signs.length()).mapToObj(i -> signs.substring(i, i + 1)).collect(Collectors.joining());
    }

    /** Written by hand, and not as the tool says it: an id has 1 to 64 ASCII letters, digits and hyphens. */
    private static boolean isId(String word) {
        return !word.isEmpty() && word.length() <= 64
            && word.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z');
    }

    private static List<String> generated(long seed, int count) {
        Random random = new Random(seed);
        Set<String> words = new LinkedHashSet<>(KNOWN);
        while (words.size() < count) {
            int kind = random.nextInt(10);
            String word = kind == 0 ? word(random, LETTERS + "-", 1 + random.nextInt(66))
                : kind == 1 ? new java.util.UUID(random.nextLong(), random.nextLong()).toString()
                    + (random.nextInt(8) > 0 ? word(random, SIGNS, 1) : "")
                : kind == 2 ? word(random, SIGNS, 1 + random.nextInt(200))
                : kind == 3 ? word(random, LETTERS, 6) + word(random, SIGNS, 1) + word(random, LETTERS, 6)
                : kind == 4 ? KNOWN.get(random.nextInt(KNOWN.size())) + KNOWN.get(random.nextInt(KNOWN.size() - 10))
                : kind == 5 ? word(random, SIGNS + LETTERS, 1 + random.nextInt(80))
                : kind == 6 ? word(random, LETTERS, 5) + Character.toString(0xA0 + random.nextInt(0xFFFF - 0xA0))
                : kind == 7 ? "-" + word(random, LETTERS + "-", random.nextInt(12))
                : kind == 8 ? word(random, "٠١٢٣٤٥٦٧٨٩०१२३０１２３ａｂｃàéîõü\u0300\u0301\u0302",
                    1 + random.nextInt(40))
                : "'" + word(random, LETTERS + " '-;", 1 + random.nextInt(30)) + "--";
            words.add(word);
        }
        return List.copyOf(words);
    }

    /** The SQL of a command with each quoted text in a list of its own: what is not quoted is what the server obeys. */
    private static String unquoted(String sql, List<String> quoted) {
        String[] parts = sql.split("'", -1);
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 0) {
                code.append(parts[i]).append('\'');
            } else {
                quoted.add(parts[i]);
            }
        }
        return code.toString();
    }

    /** The words of a command that are not the same for every id: the texts that its SQL quotes, and whatever holds this id. */
    private static void checkPlaces(Tried tried, String id, Map<String, Set<String>> code) {
        for (List<String> command : tried.commands()) {
            for (int i = 0; i < command.size(); i++) {
                String word = command.get(i);
                if (word.startsWith("/* trace-job */ ")) {
                    List<String> quoted = new ArrayList<>();
                    String rest = unquoted(word, quoted);
                    code.computeIfAbsent(rest.substring(0, Math.min(60, rest.length())), of -> new LinkedHashSet<>()).add(rest);
                    assertTrue(quoted.contains("%" + id + "%") && quoted.contains(id)
                        || quoted.contains(id.toLowerCase(java.util.Locale.ROOT)) && !rest.contains("ILIKE"), word);
                } else if (word.startsWith("logs/")) {
                    assertTrue(word.equals("logs/jobs/" + id.toLowerCase(java.util.Locale.ROOT) + ".log")
                        || word.equals("logs/etl_job_" + id.toLowerCase(java.util.Locale.ROOT) + ".log"), word);
                } else {
                    assertFalse(id.length() >= 8 && word.toLowerCase(java.util.Locale.ROOT).contains(id.toLowerCase(java.util.Locale.ROOT)),
                        command.toString());
                    assertTrue(word.length() < 500 && !word.equals(id) || id.length() < 3, command.toString());
                }
            }
        }
    }

    private static final String ONE_CONTAINER = "{\"ID\":\"aaaaaaaaaaaa\",\"Name\":\"w\",\"Service\":\"celery-worker\",\"State\":\"running\"}\n";

    @Test
    void whatIsNoIdIsRefusedBeforeAnyCommandRunsAndAnIdStandsOnlyWhereItBelongs() throws Exception {
        System.out.println("hostile ids: seed " + SEED);
        List<String> words = generated(SEED, 2_000);
        Files.write(Files.createDirectories(folder.resolve("cwd")).resolve("words"), List.of("--explain", "abcd"));
        List<Tried> tried = withWitness(words.stream().map(word -> List.of("-p", "p", word)).toList(), "", ONE_CONTAINER);
        Map<String, Set<String>> code = new LinkedHashMap<>();
        int ids = 0;
        int whole = 0;
        for (Tried one : tried) {
            String word = one.args().get(2);
            if (isId(word) && (!word.startsWith("-") || word.equals("-"))) {
                ids++;
                whole += word.length() == 36 ? 1 : 0;
                assertEquals(4, one.code(), one.toString());
                assertTrue(one.commands().size() >= (word.length() == 36 ? 8 : 2), one.toString());
                checkPlaces(one, word, code);
            } else {
                // What begins with a hyphen is an option, or a number below zero, and that may be a part of an id: of options,
                // only help and the version end well.
                boolean number = isId(word) && word.matches("-[0-9].*") && one.code() == 4;
                assertTrue(number || one.code() == 2 || one.code() == 0 && word.matches("-v*[hV].*"), one.toString());
                assertEquals(number, !one.commands().isEmpty(), one.toString());
                checkPlaces(one, word, code);
            }
            assertPrintable(one.err(), word);
            assertFalse(one.err().contains("\tat "), one.err());
        }
        assertTrue(ids > 100 && whole > 10, ids + " ids, " + whole + " whole ones");
        code.values().forEach(forms -> assertEquals(1, forms.size(), "the SQL beside its quoted texts is not the same for every id: " + forms));
    }

    @Test
    void afterTwoHyphensWhatLooksLikeAnOptionIsAnIdAndNoOptionOfAnyCommand() throws Exception {
        List<String> ids = List.of("-v", "--help", "-1", "-", "--", "--list-checks", "-f", "--rm", "-h");
        List<Tried> tried = withWitness(ids.stream().map(id -> List.of("-p", "p", "--", id)).toList(), "", ONE_CONTAINER);
        for (Tried one : tried) {
            String id = one.args().get(3);
            assertEquals(4, one.code(), one.toString());
            List<String> finder = one.commands().stream().filter(command -> command.contains("psql")).findFirst().orElseThrow();
            assertTrue(finder.get(finder.size() - 1).contains("ILIKE '%" + id + "%'"), finder.toString());
            // Those that are in every such command, and none besides.
            assertEquals(List.of("-p", "-T", "-e", "-X", "-q", "-A", "-t", "-U", "-d", "-c"),
                finder.stream().filter(word -> word.startsWith("-")).toList());
        }
    }

    @Test
    void statusesServicesAndNamesOfAppsAreRefusedBeforeAnyCommandRuns() throws Exception {
        List<String> words = generated(SEED + 1, 120);
        List<List<String>> tries = new ArrayList<>();
        List<Boolean> fine = new ArrayList<>();
        for (String word : words) {
            boolean status = word.matches("[a-z]{0,20}");
            tries.add(List.of("-p", "p", "--last=" + word));
            fine.add(status);
            tries.add(List.of("-p", "p", "--list=" + word));
            fine.add(status);
            tries.add(List.of("-p", "p", "--service", "backend=" + word, "abcd1234"));
            fine.add(word.matches("[A-Za-z0-9_.][A-Za-z0-9_.-]*"));
            tries.add(List.of("-p", "p", "--celery-app", word, "abcd1234"));
            fine.add(word.matches("[A-Za-z0-9_.:]+"));
        }
        List<Tried> tried = withWitness(tries, "", ONE_CONTAINER);
        int accepted = 0;
        for (int i = 0; i < tried.size(); i++) {
            Tried one = tried.get(i);
            assertEquals(fine.get(i) ? 4 : 2, one.code(), one.toString());
            assertEquals(fine.get(i), !one.commands().isEmpty(), one.toString());
            assertPrintable(one.err(), one.args().toString());
            accepted += fine.get(i) ? 1 : 0;
        }
        assertTrue(accepted > 10, "only " + accepted + " were accepted");
    }

    @Test
    void idsAndNamesInTheAnswersReachNoCommand() throws Exception {
        List<String> words = generated(SEED + 2, 400).stream().filter(word -> !isId(word)).toList();
        StringBuilder rows = new StringBuilder();
        StringBuilder containers = new StringBuilder(ONE_CONTAINER);
        for (String word : words) {
            rows.append(ascii(AllTests.JSON.createObjectNode().put("id", word).put("status", "completed")
                .put("created_at", "2026-01-15T09:30:00Z"))).append('\n');
            containers.append(ascii(AllTests.JSON.createObjectNode().put("ID", word).put("Name", word).put("Service", word))).append('\n');
        }
        List<String> scripts = words.stream().filter(word -> !word.contains("\0")).limit(200).toList();
        for (int i = 0; i < scripts.size(); i++) {
            rows.append(ascii(AllTests.JSON.createObjectNode().put("id", "a" + i).put("status", "completed")
                .put("script_id", scripts.get(i)).put("created_at", "2026-01-15T09:30:00Z"))).append('\n');
        }
        List<String> services = List.of("--follow", "-f", "--tail=0", "-", "--", "other.service");
        for (String service : services) {
            containers.append(AllTests.JSON.createObjectNode().put("ID", "b".repeat(12 + services.indexOf(service)))
                .put("Name", "c" + service).put("Service", service)).append('\n');
        }
        List<Tried> tried = withWitness(List.of(List.of("-p", "p", "--list"), List.of("-p", "p", "--last", "--timeout", "20")),
            rows.toString(), containers.toString());
        assertEquals(0, tried.get(0).code(), tried.get(0).err());
        assertTrue(tried.get(0).out().lines().allMatch(line -> line.matches("  a\\d+ .*|  and \\d+ more")), tried.get(0).out());
        assertEquals(1, tried.get(1).code(), tried.get(1).err());
        Set<String> foreign = new LinkedHashSet<>(words);
        int logs = 0;
        for (List<String> command : tried.stream().flatMap(one -> one.commands().stream()).toList()) {
            // The commands' own words may be among those made up.
            assertTrue(command.stream().filter(word -> word.length() > 2).noneMatch(foreign::contains), command.toString());
            assertTrue(foreign.stream().filter(word -> word.length() > 6)
                .noneMatch(word -> command.stream().anyMatch(said -> said.contains(word))), command.toString());
            int log = command.indexOf("logs");
            if (log > 0) {
                logs++;
                List<String> known = List.of("--no-color", "--timestamps", "--since", "--until", "--tail", "backend", "celery-worker",
                    "other.service");
                assertTrue(command.subList(log + 1, command.size()).stream()
                    .allMatch(word -> known.contains(word) || word.matches("\\d{4}-\\d\\d-\\d\\dT.*Z|\\d+")), command.toString());
            }
        }
        assertTrue(logs >= 3, "no log was asked for");
    }

    @Test
    void aRecordingOfNoJobIsRefused() throws IOException {
        for (String word : generated(SEED + 3, 200).stream().filter(word -> !isId(word)).toList()) {
            ObjectNode head = AllTests.JSON.createObjectNode().put("recording", "trace-job/1").put("job", word)
                .put("now", "2026-01-15T09:41:12.000Z");
            Path file = Files.writeString(folder.resolve("head.jsonl"), ascii(head) + "\n");
            AllTests.Run run = AllTests.trace("--replay", file.toString());
            assertEquals(2, run.code(), word);
            assertEquals(1, run.err().lines().count(), run.err());
            assertEquals("", run.out());
        }
    }

    /** Nothing but printable text and line ends; what joins emoji is printable. */
    private static void assertPrintable(String text, String why) {
        text.codePoints().filter(HostileTest::unprintable).findFirst()
            .ifPresent(c -> assertEquals("no U+" + Integer.toHexString(c), text.replace(Character.toString(c), "<HERE>"), why));
    }

    private static boolean unprintable(int c) {
        int type = Character.getType(c);
        return c != '\n' && c != 0x200D && (Character.isISOControl(c) || type == Character.FORMAT || type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE || c >= 0xE0000 && c <= 0xE0FFF);
    }

    // ---- text ---------------------------------------------------------------------------------------------------

    private static final String OTHER = "22222222-2222-4222-8222-222222222222";
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

    private static List<ObjectNode> demo() throws IOException {
        List<ObjectNode> entries = new ArrayList<>();
        for (String line : Files.readAllLines(AllTests.home().resolve("test/cases/demo/recording.jsonl"))) {
            entries.add((ObjectNode) Json.read(line));
        }
        assertTrue(entries.size() > 100, "the demo's recording is another");
        return entries;
    }

    private Path written(List<? extends JsonNode> entries) throws IOException {
        return Files.write(folder.resolve("hostile.jsonl"), entries.stream().map(HostileTest::ascii).toList());
    }

    /** A change of every answer to what was asked, by its key; null leaves it out. */
    private interface Change {
        String of(String key, String out);
    }

    private static List<ObjectNode> changed(List<ObjectNode> entries, Change change) {
        List<ObjectNode> all = new ArrayList<>();
        for (ObjectNode entry : entries) {
            String out = entry.has("out") ? change.of(entry.get("of").asText(), entry.get("out").asText()) : "";
            if (out != null) {
                all.add(entry.has("out") ? entry.deepCopy().put("out", out) : entry);
            }
        }
        return all;
    }

    private static String object(String out, String... fields) {
        ObjectNode node = (ObjectNode) Json.read(out);
        for (int i = 0; i < fields.length; i += 2) {
            node.put(fields[i], fields[i + 1]);
        }
        return ascii(node);
    }

    /** The demo with this text in one kind of place, by the place's name. */
    private static Map<String, List<ObjectNode>> planted(String text) throws IOException {
        Map<String, List<ObjectNode>> planted = new LinkedHashMap<>();
        List<ObjectNode> demo = demo();
        String first = text.lines().findFirst().orElse("");
        planted.put("message", changed(demo, (key, out) -> key.startsWith("log ") ? out.replace("Circuit", text)
            .replace("DNC check completed (batched): 45", text + " DNC check completed")
            .replace("Making API calls for", "Error looking up phones for " + text) : out));
        planted.put("error", changed(demo, (key, out) -> key.startsWith("log ") && out.contains("Making API calls")
            ? out.replace("- INFO -", "- ERROR -").replace(": INFO/", ": ERROR/")
                .replaceAll("Making API calls.*", java.util.regex.Matcher.quoteReplacement("Error looking up phones for " + text)) : out));
        planted.put("every message", changed(demo, (key, out) -> key.startsWith("log ") ? out + " " + text : out));
        planted.put("container of a line", changed(demo, (key, out) -> key.startsWith("log ")
            ? out.replaceFirst("p1lending-new-", java.util.regex.Matcher.quoteReplacement(text.replace("|", "/") + " ")) : out));
        planted.put("no prefix at all", changed(demo, (key, out) -> key.startsWith("log ") ? text + " " + out : out));
        planted.put("job file", changed(demo, (key, out) -> key.startsWith("file ") ? out + " " + text : out));
        planted.put("job file, continued", changed(demo, (key, out) -> key.startsWith("file ") ? text : out));
        planted.put("job_logs", changed(demo, (key, out) -> key.equals("rows of job_logs")
            ? object(out, "message", text, "level", text, "step", text) : out));
        planted.put("job_logs alone", changed(demo, (key, out) -> key.startsWith("log ") ? null
            : key.equals("rows of job_logs") ? object(out, "message", text, "level", "ERROR") : out));
        planted.put("job file alone", changed(demo, (key, out) -> key.startsWith("log ") || key.equals("rows of job_logs") ? null
            : key.startsWith("file ") ? out.replace("- INFO -", "- ERROR -") + " " + text : out));
        planted.put("row, failed", changed(demo, (key, out) -> key.equals("rows of etl_jobs")
            ? object(out, "status", "failed", "error_message", text, "message", text, "table_title", text, "name", text,
                "job_type", text, "table_id", text, "progress", text, "started_by", text) : out));
        planted.put("row, running", changed(demo, (key, out) -> key.equals("rows of etl_jobs")
            ? object(out, "status", "running" + text, "message", text, "table_title", text, "progress", text) : out));
        planted.put("row, columns", changed(demo, (key, out) -> key.startsWith("rows ") ? object(out, text, text, first, first) : out));
        planted.put("row, times", changed(demo, (key, out) -> key.startsWith("rows ")
            ? object(out, "created_at", text, "started_at", text, "completed_at", text) : out));
        planted.put("script", changed(demo, (key, out) -> key.equals("rows of sql_scripts") ? object(out, "script", text) : out));
        planted.put("containers", changed(demo, (key, out) -> key.equals("containers")
            ? object(out, "Name", text, "State", text, "Health", text) : out));
        planted.put("state of containers", changed(demo, (key, out) -> key.equals("state of containers")
            ? object(out, "Name", text, "Status", text, "StartedAt", "2026-01-15T09:30:44Z", "Service", text) : out));
        List<ObjectNode> tasks = changed(demo, (key, out) -> key.equals("rows of etl_jobs")
            ? object(out, "status", text).replace("\"completed_at\"", "\"x\"")
            : key.startsWith("log ") && out.contains("Completed ETL job") ? null : out);
        for (String key : List.of("active tasks", "reserved tasks")) {
            tasks.add(AllTests.JSON.createObjectNode().put("of", key).put("out", ascii(AllTests.JSON.createObjectNode().put("worker", text))));
            tasks.add(AllTests.JSON.createObjectNode().put("of", key).put("exit", 0));
        }
        planted.put("tasks", tasks);
        List<ObjectNode> ends = new ArrayList<>();
        for (ObjectNode entry : demo) {
            ends.add(entry.has("exit")
                ? entry.deepCopy().put("command", text).put("problem", entry.get("of").asText().startsWith("log ") ? text : null) : entry);
        }
        planted.put("commands and problems", ends);
        List<ObjectNode> database = new ArrayList<>();
        for (ObjectNode entry : demo) {
            database.add(entry.path("of").asText().equals("rows of etl_jobs") && entry.has("exit")
                ? entry.deepCopy().put("problem", text).put("exit", 1) : entry);
        }
        planted.put("problem of the database", database);
        List<ObjectNode> head = new ArrayList<>(demo);
        ObjectNode other = demo.get(0).deepCopy().put("recording", text);
        other.putArray("docker").add("docker").add(text);
        other.putArray("compose").add("-f").add(text);
        other.putObject("services").put("backend", text);
        head.set(0, other);
        planted.put("head", head);
        List<ObjectNode> keys = new ArrayList<>(demo);
        keys.add(AllTests.JSON.createObjectNode().put("of", text).put("out", text));
        keys.add(AllTests.JSON.createObjectNode().put("of", text).put("exit", 0).put("command", text));
        planted.put("keys", keys);
        return planted;
    }

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
        AllTests.Run list = AllTests.trace("--replay", recording.toString(), "--list");
        assertPrintable(list.out(), why);
        assertTrue(list.out().lines().allMatch(line -> line.startsWith("  " + JOB + "  ")), why + "\n" + list.out());
        AllTests.Run listed = AllTests.trace("--replay", recording.toString(), "--list", "--format", "json");
        assertPrintable(listed.out(), why);
        for (AllTests.Run run : List.of(report, verbose, colours, json, list, listed)) {
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
            for (ObjectNode entry : demo()) {
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

    // ---- recordings ---------------------------------------------------------------------------------------------

    /** Runs the tool in a JVM of its own, with the memory that it has; answers within the limit or fails. */
    private AllTests.Run alone(int seconds, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx112m", "-Xms24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), "TraceJob"));
        command.addAll(List.of(args));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, "it took more than " + seconds + " s: " + List.of(args));
        return new AllTests.Run(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    private static void assertRefused(AllTests.Run run, String why) {
        assertEquals(2, run.code(), why + ": " + run.err());
        assertEquals(1, run.err().lines().count(), why + ": " + run.err());
        assertEquals("", run.out(), why);
    }

    /** Refused, or told with what is missing; never healthy. */
    private static void assertRefusedOrUnknown(AllTests.Run run, String why) {
        assertFalse(run.err().contains("\tat "), why + "\n" + run.err());
        if (run.code() == 1) {
            assertTrue(run.out().contains("[UNKNOWN]"), why + "\n" + run.out());
            assertTrue(run.err().lines().count() <= 1, run.err());
        } else {
            assertTrue(run.code() >= 2 && run.code() <= 4, why + ": " + run.code() + "\n" + run.err());
            assertTrue(run.err().lines().filter(line -> !line.isBlank()).count() <= 3, run.err());
        }
    }

    @Test
    void aRecordingThatIsCutAnywhereIsRefusedOrToldAsUnknown() throws IOException {
        // The last of its answers decides nothing: what is cut off here are those before it.
        byte[] whole = Files.readAllBytes(AllTests.home().resolve("test/cases/demo/recording.jsonl"));
        String text = new String(whole, StandardCharsets.UTF_8);
        int decides = text.indexOf("\"of\": \"file celery-worker");
        assertTrue(decides > whole.length / 4, "the demo's recording is written in another order");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (byte[] half : List.of(Arrays.copyOf(whole, whole.length / 2), Arrays.copyOfRange(whole, whole.length / 2, whole.length))) {
            try (OutputStream member = new GZIPOutputStream(packed)) {
                member.write(half);
            }
        }
        int points = 25;
        for (int i = 0; i < points; i++) {
            int cut = (int) ((long) text.substring(0, decides).getBytes(StandardCharsets.UTF_8).length * i / points);
            Path plain = Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(whole, cut));
            assertRefusedOrUnknown(AllTests.trace("--replay", plain.toString()), "cut at " + i + "/" + points);
            Path gzip = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() * i / points));
            assertRefusedOrUnknown(AllTests.trace("--replay", gzip.toString()), "packed, cut at " + i + "/" + points);
        }
        Path gzip = Files.write(folder.resolve("cut.jsonl.gz"), packed.toByteArray());
        assertEquals(0, AllTests.trace("--replay", gzip.toString()).code(), "two members are one recording");
    }

    @Test
    void whatHasAnotherShapeIsRefusedInOneLine() throws IOException {
        String head = "{\"recording\":\"trace-job/1\",\"job\":\"" + JOB + "\",\"now\":\"2026-01-15T09:41:12.000Z\"}\n";
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        for (String text : new String[] {"", "\n", "\n\n\n", "null\n", "[]\n", "{}\n", "\"x\"\n", "12\n", "not JSON\n",
                "<html></html>\n", "\u0000\u0001\u0002", "{\"job\":", deep, "{\"job\":" + deep + "}", "9".repeat(10_000),
                "{\"job\":" + "9".repeat(10_000) + ",\"now\":1}\n", "{\"job\":null}\n", "{\"job\":\"" + JOB + "\"}\n",
                "{\"job\":\"" + JOB + "\",\"now\":12}\n", "{\"job\":\"" + JOB + "\",\"now\":\"+999999999-12-31T23:59:59Z\"}\n",
                "{\"job\":{},\"now\":[]}\n", "{\"job\":\"\",\"now\":\"2026-01-15T09:41:12.000Z\"}\n"}) {
            Path file = Files.writeString(folder.resolve("shape.jsonl"), text);
            assertRefused(AllTests.trace("--replay", file.toString()), text.substring(0, Math.min(60, text.length())));
            assertRefused(AllTests.trace("--replay", Files.writeString(folder.resolve("shape.jsonl.gz"), text).toString()), "packed: it is not");
        }
        for (String text : new String[] {head, "{\"job\":1e400,\"now\":\"2026-01-15T09:41:12.000Z\"}\n", head + deep + "\n",
                head + head.replace(JOB, OTHER), head + "{\"of\":" + deep + ",\"out\":1}\n",
                head + "{\"of\":\"containers\",\"out\":\"" + deep + "\"}\n{\"of\":\"containers\",\"exit\":0}\n",
                head + "{\"of\":\"containers\",\"exit\":" + "9".repeat(10_000) + "}\n",
                head + "{\"of\":\"rows of etl_jobs\",\"out\":\"" + deep + "\"}\n{\"of\":\"rows of etl_jobs\",\"exit\":0}\n"}) {
            Path file = Files.writeString(folder.resolve("shape.jsonl"), text);
            AllTests.Run run = AllTests.trace("--replay", file.toString());
            assertTrue(run.code() >= 2 && run.code() <= 4, run.code() + run.err());
            assertFalse(run.err().contains("\tat ") || run.err().contains(OTHER), run.err());
        }
        // The first head counts.
        List<ObjectNode> twice = demo();
        twice.add(twice.get(0).deepCopy().put("job", OTHER).put("now", "2020-01-01T00:00:00Z"));
        assertEquals(Files.readString(AllTests.home().resolve("test/cases/demo/report.txt")),
            AllTests.trace("--replay", written(twice).toString(), "--color", "never").out());
    }

    private static final List<String> VALUES = List.of("null", "true", "-1", "1e400", "\"\"", "\"+999999999-12-31T23:59:59Z\"",
        "\"-999999999-01-01T00:00:00Z\"", "[[1,\"2\"],{}]", "{\"a\":{\"b\":[null]}}", "9".repeat(900));

    /** Every field of every kind of line, each with another value in turn. */
    @Test
    void aFieldOfAnotherTypeIsNoFaultOfTheTool() throws IOException {
        List<ObjectNode> demo = demo();
        Set<String> kinds = new LinkedHashSet<>();
        int turn = 0;
        for (int i = 0; i < demo.size(); i++) {
            ObjectNode entry = demo.get(i);
            boolean row = entry.path("out").asText().startsWith("{");
            ObjectNode inner = row ? (ObjectNode) Json.read(entry.get("out").asText()) : entry;
            List<String> names = new ArrayList<>();
            inner.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                if (!kinds.add((entry.has("of") ? entry.get("of").asText() + (entry.has("exit") ? " end " : " ") : "head ") + name)) {
                    continue;
                }
                for (int value = 0; value < 2; value++) {
                    ObjectNode changed = inner.deepCopy();
                    changed.set(name, Json.read(VALUES.get(turn++ % VALUES.size())));
                    List<ObjectNode> all = new ArrayList<>(demo);
                    all.set(i, row ? entry.deepCopy().put("out", changed.toString()) : changed);
                    String why = entry.path("of").asText() + " " + name + " "
                        + changed.get(name).toString().substring(0, Math.min(30, changed.get(name).toString().length()));
                    AllTests.Run run = AllTests.trace("--replay", written(all).toString(), turn % 2 == 0 ? "-v" : "--no-redact");
                    assertTrue(run.code() >= 0 && run.code() <= 4, why + ": " + run.code() + "\n" + run.err());
                    assertFalse(run.err().contains("\tat ") || run.out().contains("crashed"), why + "\n" + run.err() + run.out());
                }
            }
        }
        assertTrue(kinds.size() > 60, kinds.toString());
    }

    @Test
    void timesAtTheEndOfTheCalendarAreNoFaultOfTheTool() throws IOException {
        for (String time : List.of("+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                "0000-01-01T00:00:00Z", "infinity", "294276-12-31 23:59:59+00", "1999999999T1:1:1:1:.1Z",
                "2026-02-30T00:00:00Z")) {
            for (String column : List.of("created_at", "started_at", "completed_at", "now")) {
                List<ObjectNode> rows = changed(demo(), (key, out) -> key.equals("rows of etl_jobs") ? object(out, column, time) : out);
                AllTests.Run run = AllTests.trace("--replay", written(rows).toString(), "-v");
                assertTrue(run.code() <= 1, time + " " + column + "\n" + run.err());
            }
            List<ObjectNode> lines = changed(demo(), (key, out) -> key.startsWith("log ") && out.contains("Making API calls")
                ? "x  | " + time + " [2026-01-15 09:30:20,000: INFO/ForkPoolWorker-2] x" : out);
            AllTests.Run logs = AllTests.trace("--replay", written(lines).toString());
            assertTrue(logs.code() <= 1, time + "\n" + logs.err());
            List<ObjectNode> containers = changed(demo(), (key, out) -> key.equals("state of containers")
                ? object(out, "Created", time, "StartedAt", time, "FinishedAt", time) : out);
            AllTests.Run states = AllTests.trace("--replay", written(containers).toString());
            assertTrue(states.code() <= 1, time + "\n" + states.err());
        }
    }

    @Test
    void aPathInANameLeadsNowhere() throws IOException {
        List<ObjectNode> entries = demo();
        entries.add(AllTests.JSON.createObjectNode().put("of", "file backend:../../etc/passwd").put("out", "root:x:0:0"));
        entries.add(AllTests.JSON.createObjectNode().put("of", "file backend:../../etc/passwd").put("exit", 0));
        ObjectNode head = entries.get(0).deepCopy();
        head.putObject("services").put("backend", "../x").put("celery-worker", "--follow");
        entries.set(0, head);
        entries.replaceAll(entry -> entry.path("of").asText().equals("containers") && entry.has("out")
            ? entry.deepCopy().put("out", object(entry.get("out").asText(), "Service", "../../x")) : entry);
        AllTests.Run run = AllTests.trace("--replay", written(entries).toString(), "-v");
        assertEquals(0, run.code(), run.err());
        assertFalse(run.out().contains("root:x") || run.out().contains("--follow") || run.out().contains("../"), run.out());
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
        AllTests.Run demo = AllTests.trace("--replay", fifo("cat '" + AllTests.home().resolve("test/cases/demo/recording.jsonl") + "'").toString());
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
        for (ObjectNode entry : demo()) {
            entries.add(entry);
            if (entry.path("of").asText().equals("log celery-worker") && entry.path("out").asText().contains(": INFO/ForkPoolWorker-2] Making API calls")) {
                for (int i = 0; i < count; i++) {
                    entries.add(AllTests.JSON.createObjectNode().put("of", "log celery-worker").put("out",
                        "p1lending-new-celery  | 2026-01-15T09:30:20.000000000Z [2026-01-15 09:30:20,000: INFO/" + line.replace("#", Integer.toString(i + 100))));
                }
            }
        }
        assertTrue(entries.size() > demo().size() || count == 0, "the demo's recording has no such line any more");
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
        List<ObjectNode> containers = new ArrayList<>(demo());
        for (int i = 0; i < 1_100; i++) {
            containers.add(2, AllTests.JSON.createObjectNode().put("of", "log celery-worker").put("out", "c" + i + "  | 2026-01-15T09:30:20.000000000Z x"));
        }
        assertLost(AllTests.trace("--replay", written(containers).toString(), "--color", "never"), "containers");
    }

    // ---- answers of checks --------------------------------------------------------------------------------------

    private static JsonNode issue(AllTests.Run run) {
        JsonNode issues = Json.read(run.out()).path("issues");
        assertEquals(1, issues.size(), run.out() + run.err());
        return issues.get(0);
    }

    private static AllTests.Run check(String command) {
        long start = System.nanoTime();
        AllTests.Run run = AllTests.trace("--demo", "--format", "json", "--timeout", "3", "--check", command);
        assertTrue((System.nanoTime() - start) / 1e9 < 30, command);
        assertPrintable(run.out(), command);
        assertFalse(run.err().contains("\tat "), run.err());
        return run;
    }

    @Test
    void aCheckThatSaysNothingTooMuchOrNoTextIsUnknown() {
        for (String command : List.of("true", "sh -c 'head -c 1000000000 /dev/zero; exit 5'", "yes", "sleep 100",
                "sh -c 'kill -9 $$'", "sh -c 'echo fine; kill -15 $$'", "sh -c 'printf \"\\n\\nlate\"'", "/no/such/check",
                "sh -c 'exec >&-; exit 0'", "sh -c 'sleep 20 & echo done; sleep 20'", "sh -c 'echo \"| only=1\"'")) {
            AllTests.Run run = check(command);
            assertEquals(1, run.code(), command);
            assertEquals("UNKNOWN", issue(run).get("severity").asText(), command);
            assertTrue(run.out().length() < 100_000, command);
        }
        assertEquals("it ended with exit code 137 and said nothing", issue(check("sh -c 'kill -9 $$'")).at("/evidence/0/text").asText());
        assertEquals("timed out after 3 s", issue(check("yes")).at("/evidence/0/text").asText());
        assertEquals("fine", issue(check("sh -c 'echo \"fine | load=1;2;3 [OK]\"; exit 1'")).at("/evidence/0/text").asText());
        assertEquals(2, AllTests.trace("--demo", "--check", "").code(), "an empty command is not the folder that we are in");
        assertEquals(2, AllTests.trace("--demo", "--check", " ").code());
    }

    @Test
    void aBinaryAnswerIsToldAsOneLineOfText() {
        AllTests.Run run = check("sh -c 'head -c 2000 /dev/urandom | tr -d \"\\n|\"; exit 2'");
        assertEquals("FAIL", issue(run).get("severity").asText());
        assertPrintable(AllTests.trace("--demo", "-v", "--check", "sh -c 'head -c 2000 /dev/urandom; exit 2'").out(), "binary");
    }

    @Test
    void aChildThatHoldsTheOutputOpenDelaysTheAnswerNoFurtherThanTheLimit() {
        AllTests.Run run = check("sh -c 'sleep 47.1234 & echo done; exit 0'");
        assertTrue(run.code() == 0 || issue(run).get("severity").asText().equals("UNKNOWN"), run.out());
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains("sleep 47.1234")).forEach(ProcessHandle::destroy);
    }

    @Test
    void everyExitCodeIsItsStatus() {
        List<String> args = new ArrayList<>(List.of("--demo", "--format", "json", "--timeout", "60"));
        for (int code = 0; code < 256; code++) {
            args.addAll(List.of("--check", "sh -c 'echo c" + code + "; exit " + code + "'"));
        }
        AllTests.Run run = AllTests.trace(args.toArray(String[]::new));
        assertEquals(1, run.code());
        List<String> told = new ArrayList<>();
        Json.read(run.out()).get("issues").forEach(issue -> told.add(issue.get("severity").asText() + " " + issue.at("/evidence/0/text").asText()));
        List<String> expected = new ArrayList<>(List.of("FAIL c2", "WARN c1", "UNKNOWN c3"));
        for (int code = 4; code < 256; code++) {
            expected.add("UNKNOWN it ended with exit code " + code + ": c" + code);
        }
        assertEquals(expected, told);
    }

    // ---- people and secrets -------------------------------------------------------------------------------------

    private static final String PRIVATE = "Error looking up phones for Grace Hopper: {'name': 'Grace Hopper', 'phone': '2145550147'}"
        + " grace.hopper@example.com password=hunter2 http://u:hunter2@h/x 2145550147";
    private static final List<String> WHO = List.of("Hopper", "hopper", "2145550147", "hunter2");

    @Test
    void peopleAndSecretsOfEveryForeignFieldAreInNoOutputAndWithoutMaskingTheyAre() throws Exception {
        // The others are not told at all, only as far as they are short words, or masked always, as what a command complains of is.
        Set<String> told = Set.of("error", "every message", "container of a line", "row, failed", "script", "job_logs alone", "job file alone");
        for (Map.Entry<String, List<ObjectNode>> place : planted(PRIVATE).entrySet()) {
            String file = written(place.getValue()).toString();
            StringBuilder open = new StringBuilder();
            for (String[] form : new String[][] {{}, {"-v"}, {"--format", "json"}, {"--list"}, {"--list", "--format", "json"}, {"--last=nosuch"}}) {
                List<String> args = new ArrayList<>(List.of("--replay", file));
                args.addAll(List.of(form));
                AllTests.Run run = AllTests.trace(args.toArray(String[]::new));
                for (String who : WHO) {
                    assertFalse((run.out() + run.err()).contains(who), place.getKey() + " " + args + " tells " + who + ":\n"
                        + (run.out() + run.err()).lines().filter(line -> line.contains(who)).limit(5).collect(Collectors.joining("\n")));
                }
                args.add("--no-redact");
                AllTests.Run whole = AllTests.trace(args.toArray(String[]::new));
                open.append(whole.out()).append(whole.err());
            }
            if (told.contains(place.getKey())) {
                assertTrue(WHO.stream().allMatch(open.toString()::contains), place.getKey() + " is told nowhere with --no-redact");
            }
            for (boolean masked : new boolean[] {true, false}) {
                String recorded = recorded(file, masked);
                for (String who : WHO) {
                    String lines = recorded.lines().filter(line -> line.contains(who)).limit(3).collect(Collectors.joining("\n"));
                    assertFalse(masked && recorded.contains(who), place.getKey() + ": recorded " + who + "\n" + lines);
                }
                if (!masked && Set.of("message", "every message", "job file", "job_logs", "row, failed", "script").contains(place.getKey())) {
                    assertTrue(WHO.stream().allMatch(recorded::contains), place.getKey() + " is not recorded with --no-redact");
                }
            }
        }
        AllTests.Run check = AllTests.trace("--demo", "-v", "--check", "echo \"" + PRIVATE.replace("\"", "") + "\"");
        assertFalse(WHO.stream().anyMatch(check.out()::contains), check.out());
    }

    /** What --record would keep of a stack that answers like this recording. */
    private String recorded(String replayed, boolean masked) throws IOException {
        Redactor mask = new Redactor(masked);
        List<Stage> stages = Scripts.all(Stage.class);
        Command finder = stages.stream().map(Stage::finder).filter(java.util.Objects::nonNull).findFirst().orElseThrow();
        Path file = folder.resolve("recorded.jsonl");
        try (var bytes = Files.newInputStream(Path.of(replayed))) {
            Recorder recorder = new Recorder(Recording.of("x", bytes), mask);
            Collector gathering = new Collector(recorder, finder, stages, Scripts.all(Check.class).stream().flatMap(check -> check.asks.stream()).toList(), mask, new ComposeTarget());
            Collector.Found found = gathering.find(JOB, "");
            Job job = found.jobs().isEmpty() ? new Job(JOB, AllTests.JSON.createObjectNode(), false) : found.jobs().get(0);
            gathering.trace(job, found);
            recorder.write(file, job, new ComposeTarget(), new Progress(new PrintWriter(new StringWriter())));
        }
        return Files.readString(file);
    }
}
