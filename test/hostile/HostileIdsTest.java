import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is no id reaches no command, and what is one stands only where an id belongs: no shell, no SQL and no option is made of it. */
class HostileIdsTest extends HostileInput {
    private static final long SEED = 20260115;
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

    private static final String ONE_CONTAINER = "{\"ID\":\"aaaaaaaaaaaa\",\"Name\":\"w\",\"Service\":\"celery-worker\",\"State\":\"running\"}\n";

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
    private static void checkPlaces(Witness.Tried tried, String id, Map<String, Set<String>> code) {
        for (List<String> command : tried.commands()) {
            for (int i = 0; i < command.size(); i++) {
                String word = command.get(i);
                if (word.startsWith("/* trace-job */ ")) {
                    List<String> quoted = new ArrayList<>();
                    String rest = unquoted(word, quoted);
                    code.computeIfAbsent(rest.substring(0, Math.min(60, rest.length())), of -> new LinkedHashSet<>()).add(rest);
                    // A whole id is looked for as the database writes it.
                    String whole = id.toLowerCase(java.util.Locale.ROOT);
                    String looked = id.length() == 36 ? whole : id;
                    assertTrue(quoted.contains("%" + looked + "%") && quoted.contains(looked) || quoted.contains(whole) && !rest.contains("ILIKE"), word);
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

    @Test
    void whatIsNoIdIsRefusedBeforeAnyCommandRunsAndAnIdStandsOnlyWhereItBelongs() throws Exception {
        System.out.println("hostile ids: seed " + SEED);
        List<String> words = generated(SEED, 2_000);
        Files.write(Files.createDirectories(folder.resolve("cwd")).resolve("words"), List.of("--explain", "abcd"));
        List<Witness.Tried> tried = Witness.run(folder, words.stream().map(word -> List.of("-p", "p", word)).toList(), "", ONE_CONTAINER);
        Map<String, Set<String>> code = new LinkedHashMap<>();
        int ids = 0;
        int whole = 0;
        for (Witness.Tried one : tried) {
            String typed = one.args().get(2);
            // Blanks around an id come with copying it.
            String word = typed.strip();
            if (isId(word) && (!typed.startsWith("-") || word.equals("-"))) {
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
                // An option alone, such as -fx, says where the stack is: its newest jobs are asked for.
                boolean alone = one.err().contains("; no jobs to list: ");
                assertEquals(number || alone, !one.commands().isEmpty(), one.toString());
                if (!alone) {
                    checkPlaces(one, word, code);
                }
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
        List<Witness.Tried> tried = Witness.run(folder, ids.stream().map(id -> List.of("-p", "p", "--", id)).toList(), "", ONE_CONTAINER);
        for (Witness.Tried one : tried) {
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
            boolean status = List.of("pending", "running", "completed", "failed", "cancelled").stream().anyMatch(one -> one.startsWith(word.strip().toLowerCase(Locale.ROOT)));
            tries.add(List.of("-p", "p", "--last=" + word));
            fine.add(status);
            tries.add(List.of("-p", "p", "--list=" + word));
            fine.add(status);
            tries.add(List.of("-p", "p", "--service", "backend=" + word, "abcd1234"));
            fine.add(word.matches("[A-Za-z0-9_.][A-Za-z0-9_.-]*"));
            tries.add(List.of("-p", "p", "--celery-app", word, "abcd1234"));
            fine.add(word.matches("[A-Za-z0-9_.:]+"));
        }
        List<Witness.Tried> tried = Witness.run(folder, tries, "", ONE_CONTAINER);
        int accepted = 0;
        for (int i = 0; i < tried.size(); i++) {
            Witness.Tried one = tried.get(i);
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
        List<Witness.Tried> tried = Witness.run(folder, List.of(List.of("-p", "p", "--list"), List.of("-p", "p", "--last", "--timeout", "20")),
            rows.toString(), containers.toString());
        assertEquals(0, tried.get(0).code(), tried.get(0).err());
        assertTrue(tried.get(0).out().lines().skip(1).allMatch(line -> line.matches("  a\\d+ .*|  and \\d+ more")), tried.get(0).out());
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
}
