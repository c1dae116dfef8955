import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person meets first: help, suggestions, completion, a list that remembers verdicts, settings that give way. */
class FirstMinutesTest {
    @TempDir
    Path folder;

    @Test
    void theHelpNamesEachOptionOnOneScreen() {
        AllTests.Run help = AllTests.trace("--help");
        assertEquals(0, help.code());
        assertTrue(help.out().lines().count() <= 50 && help.out().lines().allMatch(line -> line.length() <= 100), help.out());
        List<String> words = List.of(help.out().split("[\\s,;\\[=]+"));
        List<String> absent = new CommandLine(new TraceJob()).getCommandSpec().options().stream().flatMap(option -> Stream.of(option.names()))
            .filter(name -> !words.contains(name)).toList();
        assertEquals(List.of(), absent);
    }

    @Test
    void aWrongOptionSuggestsTheOneThatIsMeant() {
        for (String[] pair : new String[][] {{"--lsat", "--last or --list"}, {"--verbos", "--verbose"}, {"--fromat", "--format"}, {"--docter", "--doctor"}, {"--complet", "--completion"}}) {
            assertEquals("trace-job: there is no option " + pair[0] + "; did you mean " + pair[1] + "?\nsee trace-job --help\n", AllTests.trace(pair[0]).err());
        }
        assertEquals("trace-job: there is no option --xyzzyxyzzy\nsee trace-job --help\n", AllTests.trace("--xyzzyxyzzy").err());
        assertEquals(2, WrongUsage.slips("lsat", "list"));
        assertEquals(1, WrongUsage.slips("fromat", "format"));
        assertEquals(3, WrongUsage.slips("", "abc"));
    }

    @Test
    void whatIsWrongIsSaidInPlainWords() {
        for (String line : List.of("--timeout abc 5d3e: --timeout needs a number, not abc", "--limit many --list: --limit needs a number, not many",
                "5d3e 0b5e: one JOB-ID at a time: 0b5e is one too many", "--format: --format needs a FORMAT", "--limit 0 --list: --limit is a number from 1 to 1000",
                "--list done: --list takes a status such as failed (pending, running, completed, failed, cancelled)",
                "--completion ksh: --completion knows bash, zsh, fish, not ksh")) {
            String[] typed = line.split(": ", 2);
            AllTests.Run run = AllTests.trace(typed[0].split(" "));
            assertEquals(2, run.code(), line);
            assertTrue(run.err().startsWith("trace-job: " + typed[1]), run.err());
        }
    }

    @Test
    void aStatusInCapitalsAndAnIdWithBlanksAreUnderstood() {
        assertTrue(AllTests.trace("--explain", "--last", "COMPLETED").out().contains("LIKE '\\''completed%'\\''"), AllTests.trace("--explain", "--last", "COMPLETED").out());
        assertTrue(AllTests.trace("--explain", " 5d3e ").out().contains("ILIKE '\\''%5d3e%'\\''"), AllTests.trace("--explain", " 5d3e ").out());
        assertTrue(AllTests.trace("--explain", "--list", "--limit", "50").out().contains("LIMIT 51'"));
        assertTrue(AllTests.trace("--explain", "5d3e").out().contains("LIMIT 21'"));
    }

    /** Runs with this ~/.trace-job.properties. */
    private AllTests.Run with(String settings, String... args) throws IOException {
        String home = System.setProperty("user.home", folder.toString());
        try {
            Files.writeString(folder.resolve(".trace-job.properties"), settings);
            return AllTests.trace(args);
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void whatIsTypedGoesBeforeTheFileInEveryCase() throws IOException {
        String demo = AllTests.trace("--demo", "--color", "never").out();
        assertEquals(demo, with("last=failed\n", "--demo", "--color", "never").out());
        assertEquals(demo, with("watch=true\nfail-fast=true\n", "--demo", "--color", "never").out());
        assertEquals(demo, with("record=x.jsonl\nlist=\n", "--demo", "--color", "never").out());
        assertEquals(demo, with("audit=24h\nstatus=failed\n", "--demo", "--color", "never").out());
        assertEquals(demo, with("color=always\n", "--demo", "--no-color").out());
        assertTrue(with("no-color=true\n", "--demo", "--color", "always").out().contains("\u001b[32m"));
        assertTrue(with("list=failed\n", "--explain", "5d3e").out().contains("%5d3e%"));
        assertTrue(with("host=tcp://h:1\n", "--explain", "--context", "c", "5d3e").out().startsWith("docker --context c compose"));
        List<String> hosts = with("context=web,worker-2\n", "--explain", "5d3e").out().lines().filter(line -> line.contains(" compose ps ")).toList();
        assertEquals(List.of("docker --context web compose ps -a --format json", "docker --context worker-2 compose ps -a --format json"), hosts);
        assertEquals(0, with("diff=5d3e\n", "--demo", "--format", "json").code());
        String swarm = "docker stack ps --no-trunc --format '{{json .}}' live\n";
        assertTrue(with("project-name=p\n", "--explain", "--swarm", "live", "5d3e").out().contains(swarm));
        assertTrue(with("swarm=live\n", "--explain", "5d3e").out().contains(swarm));
        assertTrue(with("swarm=live\n", "--explain", "-p", "typed", "5d3e").out().contains("docker compose -p typed ps -a "));
        assertTrue(with("swarm=live\n", "--explain", "-f", "typed.yml", "5d3e").out().contains("docker compose -f typed.yml ps -a "));
        assertTrue(with("swarm=live\n", "--source", "nowhere", "5d3e").err().contains("nowhere"), with("swarm=live\n", "--source", "nowhere", "5d3e").err());
        assertTrue(with("source=nowhere\n", "--explain", "--swarm", "live", "5d3e").out().contains(swarm));
        assertTrue(with("watch=true\n", "--source", "nowhere", "5d3e").err().contains("cannot be read"), with("watch=true\n", "--source", "nowhere", "5d3e").err());
    }

    @Test
    void aBadSettingIsNamedWithItsFileAndKey() throws IOException {
        Path file = folder.resolve(".trace-job.properties");
        assertEquals("trace-job: " + file + ": timeout needs a number, not abc\nsee trace-job --help\n", with("timeout=abc\n", "--demo").err());
        assertEquals("trace-job: " + file + ": check was given twice\n",
            with("check=a.sh\ncheck=b.sh\n", "--demo").err());
        assertEquals("trace-job: --timeout needs a number, not x\nsee trace-job --help\n", with("timeout=5\n", "--timeout=x", "--demo").err());
        assertEquals("trace-job: " + file + ": there is no option --p; write project-name=\n", with("p=x\n", "--demo").err());
    }

    @Test
    void aListHasAHeadAgesAndDurations() {
        AllTests.Run list = AllTests.trace("--replay", Demo.RECORDING.toString(), "--list");
        List<String> lines = list.out().lines().toList();
        assertEquals("  JOB                                   ROW        VERDICT        CREATED               AGE          DURATION    SCRIPT", lines.get(0));
        assertTrue(lines.get(1).matches("  7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35  completed  -              2026-01-15T09:30:00Z  \\d+m ago +45\\.2s       Refinance leads, Ohio"), lines.get(1));
        assertEquals(2, lines.size());
    }

    // ---- What is remembered ----

    private static AuditedJob audited(String id, String row, Verdict.State state) {
        return new AuditedJob(new Job(id, Json.NODES.objectNode().put("status", row).put("script", "Leads of Ann Smith"), true), new Verdict(state, "because", null), false,
            List.of(), List.of(), List.of(), null, null, 0);
    }

    private SeenJobs seen() {
        return new SeenJobs(Map.of("XDG_CACHE_HOME", folder.toString()));
    }

    @Test
    void verdictsAreRememberedUntilTheRowSaysSomethingElse() throws IOException {
        SeenJobs.remember(seen(), List.of(audited("aaaa", "completed", Verdict.State.DEGRADED), audited("bbbb", "running", Verdict.State.ZOMBIE)));
        assertEquals("aaaa\tcompleted\tdegraded\nbbbb\trunning\tzombie\n", Files.readString(folder.resolve("trace-job/jobs.tsv")));
        assertEquals("degraded", seen().verdict(audited("aaaa", "completed", Verdict.State.UNKNOWN).job()));
        assertEquals("", seen().verdict(audited("bbbb", "completed", Verdict.State.UNKNOWN).job()));
        SeenJobs later = seen();
        later.listed(List.of(audited("cccc", "failed", Verdict.State.UNKNOWN).job(), audited("aaaa", "completed", Verdict.State.UNKNOWN).job()));
        later.write();
        assertEquals("bbbb\trunning\tzombie\naaaa\tcompleted\tdegraded\ncccc\tfailed\t-\n", Files.readString(folder.resolve("trace-job/jobs.tsv")));
    }

    @Test
    void theFileIsBoundedAndWhateverIsWrongWithItIsNoFailure() throws IOException {
        List<AuditedJob> many = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            many.add(audited("job-" + i, "completed", Verdict.State.COMPLETED));
        }
        SeenJobs.remember(seen(), many);
        List<String> kept = Files.readAllLines(folder.resolve("trace-job/jobs.tsv"));
        assertEquals("500 job-200\tcompleted\tok", kept.size() + " " + kept.get(0));
        Files.writeString(folder.resolve("trace-job/jobs.tsv"), "x;rm -rf /\ta\tb\n\u0000\n$(id)\tok\tok\ngood\tcompleted\tok\nevil\tcompleted\t\u001b[31m\n");
        assertEquals("ok", seen().verdict(audited("good", "completed", Verdict.State.UNKNOWN).job()));
        assertEquals("", seen().verdict(audited("evil", "completed", Verdict.State.UNKNOWN).job()));
        SeenJobs nowhere = new SeenJobs(Map.of("XDG_CACHE_HOME", "/dev/null/x"));
        SeenJobs.remember(nowhere, many);
        assertEquals("", new SeenJobs(Map.of("XDG_CACHE_HOME", "/dev/null/x")).verdict(many.get(0).job()));
    }

    // ---- Completion ----

    /** What bash offers for the last of these words; nothing but a shell and `cut` runs. */
    private List<String> offered(String... words) throws Exception {
        Path script = Files.writeString(folder.resolve("completion.bash"), AllTests.trace("--completion", "bash").out());
        String quoted = String.join(" ", Arrays.stream(words).map(word -> "'" + word + "'").toList());
        Ran ran = Ran.of(Map.of("XDG_CACHE_HOME", folder.toString()), folder, new byte[0], List.of("bash", "-c",
            "source '" + script + "'; COMP_WORDS=(" + quoted + "); COMP_CWORD=" + (words.length - 1) + "; _trace_job; printf '%s\\n' \"${COMPREPLY[@]}\""));
        assertEquals("", ran.err());
        return ran.out().lines().filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void bashCompletesOptionsValuesFilesAndIds() throws Exception {
        Files.createDirectories(folder.resolve("trace-job"));
        Files.writeString(folder.resolve("trace-job/jobs.tsv"), "5d3e0f86\tcompleted\tok\n0b5e1111\tfailed\tfailed\n");
        assertEquals(List.of("--doctor"), offered("trace-job", "--do"));
        assertEquals(List.of("html"), offered("trace-job", "--format", "h"));
        assertEquals(List.of("markdown"), offered("trace-job", "--format", "=", "m"));
        assertEquals(List.of("dnc-check"), offered("trace-job", "--stage", "dnc"));
        assertEquals(List.of("failed"), offered("trace-job", "--last", "f"));
        assertEquals(List.of("5d3e0f86"), offered("trace-job", "5"));
        assertEquals(List.of("0b5e1111"), offered("trace-job", "-v", "0b"));
        assertEquals(List.of("5d3e0f86", "0b5e1111"), offered("trace-job", "--diff", ""));
        assertEquals(List.of("completion.bash"), offered("trace-job", "--replay", "comp"));
        assertEquals(List.of("completion.bash"), offered("trace-job", "--check", "comp"));
        assertEquals(List.of("celery-worker="), offered("trace-job", "--service", "cel"));
        assertTrue(offered("trace-job", "--list", "--li").contains("--limit"));
    }

    @Test
    void eachShellsScriptSaysHowToKeepItAndIsOneTheShellReads() throws Exception {
        for (String[] shell : new String[][] {{"bash", "-n"}, {"zsh", "-n"}, {"fish", "--no-execute"}}) {
            AllTests.Run run = AllTests.trace("--completion", shell[0]);
            assertEquals(0, run.code());
            assertTrue(run.out().contains("# For good: ") && run.out().contains("jobs.tsv") && run.out().contains("dnc-check"), run.out());
            Path script = Files.writeString(folder.resolve(shell[0]), run.out());
            Ran read = Ran.of(shell[0], shell[1], script.toString());
            assertTrue(read.code() == 127 && !shell[0].equals("bash") || read.code() == 0 && read.err().isEmpty(), read.toString());
        }
        assertEquals("fish", Completion.shell("", Map.of("SHELL", "/usr/bin/fish")));
        assertEquals("bash", Completion.shell("", Map.of("SHELL", "/bin/sh")));
    }

    private void seenJobsAndARecording() throws IOException {
        Files.createDirectories(folder.resolve("trace-job"));
        Files.writeString(folder.resolve("trace-job/jobs.tsv"), "5d3e0f86\tcompleted\tok\n0b5e1111\tfailed\tfailed\n");
        Files.writeString(folder.resolve("recorded.jsonl"), "");
    }

    /** What a line becomes when TAB is pressed at its end, in a zsh of its own on a terminal. */
    private List<String> typedInZsh(String... lines) throws Exception {
        Path script = Files.writeString(folder.resolve("completion.zsh"), AllTests.trace("--completion", "zsh").out());
        Ran ran = Ran.of(Map.of("XDG_CACHE_HOME", folder.toString()), folder, new byte[0], Stream.concat(
            Stream.of("/usr/bin/python3", AllTests.home().resolve("test/start/zsh.py").toString(), script.toString()), Stream.of(lines)).toList());
        assertEquals(0, ran.code(), ran.toString());
        return ran.out().lines().toList();
    }

    @Test
    void zshCompletesOptionsValuesFilesAndIds() throws Exception {
        assumeTrue(Ran.of("zsh", "--version").code() == 0, "zsh is not installed");
        seenJobsAndARecording();
        assertEquals(List.of("trace-job --doctor ", "trace-job --format html ", "trace-job --format=markdown ", "trace-job --stage dnc-check ", "trace-job --last failed ",
            "trace-job 5d3e0f86 ", "trace-job -v 0b5e1111 ", "trace-job --diff 5d3e0f86 ", "trace-job --replay recorded.jsonl "),
            typedInZsh("trace-job --do", "trace-job --format h", "trace-job --format=m", "trace-job --stage dnc", "trace-job --last f",
                "trace-job 5", "trace-job -v 0b", "trace-job --diff 5d", "trace-job --replay rec"));
    }

    @Test
    void fishCompletesOptionsValuesFilesAndIds() throws Exception {
        assumeTrue(Ran.of("fish", "--version").code() == 0, "fish is not installed");
        seenJobsAndARecording();
        Path script = Files.writeString(folder.resolve("completion.fish"), AllTests.trace("--completion", "fish").out());
        Map<String, String> typed = new LinkedHashMap<>();
        typed.put("trace-job --do", "--doctor");
        typed.put("trace-job --format h", "html");
        typed.put("trace-job --format=m", "--format=markdown");
        typed.put("trace-job --stage dnc", "dnc-check");
        typed.put("trace-job --last=f", "--last=failed");
        typed.put("trace-job 5", "5d3e0f86");
        typed.put("trace-job -v 0b", "0b5e1111");
        typed.put("trace-job --replay rec", "recorded.jsonl");
        for (Map.Entry<String, String> line : typed.entrySet()) {
            Ran ran = Ran.of(Map.of("XDG_CACHE_HOME", folder.toString(), "HOME", folder.toString()), folder, new byte[0],
                List.of("fish", "--no-config", "-c", "source '" + script + "'; complete -C '" + line.getKey() + "'"));
            // A tab and what it is for come after each.
            assertEquals(List.of(line.getValue()), ran.out().lines().map(one -> one.split("\t")[0]).toList(), line.getKey() + ": " + ran);
        }
    }

    @Test
    void theTestsExplainThemselvesAndRunNothing() throws Exception {
        List<String> tests = List.of(OwnJvm.java(), "-cp", System.getProperty("java.class.path"), "AllTests");
        Ran help = Ran.of(Map.of(), AllTests.home(), new byte[0], Stream.concat(tests.stream(), Stream.of("--help")).toList());
        assertTrue(help.code() == 0 && help.out().startsWith("Usage: AllTests.java ") && !help.out().contains("ok  "), help.toString());
        Ran none = Ran.of(Map.of(), AllTests.home(), new byte[0], Stream.concat(tests.stream(), Stream.of("--only", "nosuchtest")).toList());
        assertTrue(none.code() == 2 && none.err().startsWith("no test class has nosuchtest in its name; there are "), none.toString());
        Ran one = Ran.of(Map.of(), AllTests.home(), new byte[0], Stream.concat(tests.stream(), Stream.of("--only", "REDACTORTEST")).toList());
        assertTrue(one.code() == 0 && one.out().endsWith(" passed, 0 failed, 0 skipped\n"), one.toString());
        assertFalse(one.seconds() > TimeUnit.MINUTES.toSeconds(2));
    }
}
