import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Checks from outside: any executable that answers as a monitoring plugin does. */
class ChecksTest {
    @TempDir
    Path folder;

    private String script(String name, String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    private static AllTests.Run demo(String... checks) {
        List<String> args = new java.util.ArrayList<>(List.of("--demo", "--timeout", "2"));
        for (String check : checks) {
            args.addAll(List.of("--check", check));
        }
        return AllTests.trace(args.toArray(String[]::new));
    }

    @Test
    void theExitCodeIsTheStatusAndTheFirstLineTheText() throws IOException {
        AllTests.Run run = demo(script("ok.sh", "echo 'fine | n=1'"), script("warn.sh", "echo 'so so | n=2'; echo more; exit 1"),
            script("critical.sh", "echo bad; exit 2"), script("unknown.sh", "echo who knows; exit 3"));
        assertEquals(1, run.code());
        assertTrue(run.out().contains("  1. [FAIL] Check critical.sh\n     | bad\n"), run.out());
        assertTrue(run.out().contains("     | bad\n"), run.out());
        assertTrue(run.out().contains("[WARN] Check warn.sh") && run.out().contains("     | so so\n"), run.out());
        assertTrue(run.out().contains("[UNKNOWN] Check unknown.sh"), run.out());
        assertTrue(!run.out().contains("ok.sh"), run.out());
        assertEquals(0, demo(script("fine.sh", "echo fine")).code());
        String json = AllTests.trace("--demo", "--format", "json", "--check", script("said.sh", "echo 'fine too | n=1'")).out();
        assertEquals("[{\"name\":\"said.sh\",\"status\":\"OK\",\"text\":\"fine too\"}]", AllTests.JSON.readTree(json).get("checks").toString());
    }

    @Test
    void oneThatCrashesHangsOrSaysNothingIsOneUnknownLine() throws IOException {
        AllTests.Run run = demo(script("crash.sh", "kill -9 $$"), script("hang.sh", "sleep 60"), script("silent.sh", "exit 0"),
            script("rubbish.sh", "head -c 300000 /dev/urandom; exit 77"), folder + "/not-there.sh");
        assertEquals(1, run.code());
        assertEquals(5, run.out().lines().filter(line -> line.contains("[UNKNOWN] Check ")).count(), run.out());
        assertTrue(run.out().chars().noneMatch(c -> c < 0x20 && c != '\n'), "control characters");
    }

    @Test
    void itGetsTheJobInItsEnvironmentAndTheReportOnItsInput() throws IOException {
        AllTests.Run run = demo(script("env.sh", "grep -q '\"schema\" : \"trace-job/1\"' || exit 2",
            "echo \"$JOB_ID $JOB_STATUS $JOB_VERDICT $1 $2\"; exit 1") + " -w '5 6'");
        assertTrue(run.out().contains("     | 7f3c2a10-5b8e-4d6f-9a21-0c4e8b7d1f35 completed completed -w 5 6\n"), run.out());
    }

    /** The words of the database's own command are the spec's, with what is called otherwise here. */
    @Test
    void itFindsTheCommandsForTheStackInItsEnvironment() throws IOException {
        String asks = script("asks.sh", "echo \"$COMPOSE; $PSQL\"; exit 1");
        AllTests.Run there = AllTests.trace("--demo", "-p", "my-stack", "--service", "postgres=db", "--db-user", "reader", "--check", asks);
        Matcher said = Pattern.compile("\\| (docker compose -p my-stack); \\1 exec -T -e 'PGOPTIONS=(.*)' db timeout 30 psql -X -q -A -t -U reader -d p1lending_etl -c\n").matcher(there.out());
        assertTrue(said.find() && said.group(2).contains("default_transaction_read_only=on"), there.out());
        AllTests.Run here = AllTests.trace("--demo", "--psql", "postgresql://reader:hush@db.example/etl", "--check", asks,
            "--check", script("secret.sh", "echo \"$PGPASSWORD\" | tr h b; exit 1"));
        assertTrue(here.out().contains("psql -X -w -q -A -t -d postgresql://[email]/etl -c\n") && here.out().contains("| busb\n"), here.out());
    }

    @Test
    void itsWordsReachNoShell() throws IOException {
        AllTests.Run run = demo(script("args.sh", "echo \"$1\"; exit 1") + " $(touch${IFS}" + folder + "/oops);`id`");
        assertTrue(Files.notExists(folder.resolve("oops")));
        assertTrue(run.out().contains("| $(touch"), run.out());
    }

    @Test
    void aFolderStandsForAllThatIsExecutableInIt() throws IOException {
        script("one.sh", "echo one; exit 1");
        script("two.sh", "echo two; exit 1");
        Files.writeString(folder.resolve("notes.txt"), "no check");
        AllTests.Run run = demo(folder.toString());
        assertTrue(run.out().contains("| one") && run.out().contains("| two"), run.out());
        assertTrue(!run.out().contains("notes"), run.out());
    }

    @Test
    void twoOfOneFileAreToldApart() throws IOException {
        String check = script("same.sh", "echo \"$1\"; exit 1");
        AllTests.Run run = demo(check + " one", check + " two");
        assertTrue(run.out().contains("[WARN] Check same.sh\n     | one\n") && run.out().contains("[WARN] Check same.sh-2\n     | two\n"), run.out());
    }

    @Test
    void aCheckInJavaIsToldItsWay() throws IOException {
        Path check = Files.writeString(folder.resolve("Mine.java"), "class Mine extends Check {}");
        assertEquals("trace-job: a check in Java takes part another way: jbang -s " + check + " trace-job@org JOB-ID\n", demo(check.toString()).err());
        assertEquals("trace-job: -s is JBang's, and comes before trace-job: jbang -s ./MyCheck.java trace-job@org JOB-ID\nsee trace-job --help\n",
            AllTests.trace("-s", check.toString(), "--demo").err());
    }

    @Test
    void pluginsOfDebiansMonitoringPluginsAreChecks() {
        Path plugins = Path.of("/usr/lib/nagios/plugins");
        Assumptions.assumeTrue(Files.isExecutable(plugins.resolve("check_dummy")), "Debian's monitoring-plugins-basic is not installed");
        assertEquals(0, demo(plugins + "/check_dummy 0 fine").code());
        AllTests.Run run = demo(plugins + "/check_dummy 2 broken", plugins + "/check_procs -w 0:0 -c 0:100000",
            plugins + "/check_tcp -H 127.0.0.1 -p 1 -t 1");
        assertTrue(run.out().contains("[FAIL] Check check_dummy") && run.out().contains("| CRITICAL: broken"), run.out());
        assertTrue(run.out().contains("[WARN] Check check_procs") && run.out().contains("| PROCS WARNING: "), run.out());
        assertTrue(run.out().contains("[FAIL] Check check_tcp"), run.out());
    }

    /** A job of which nothing is known but that it completed, as this check and the shipped stages judge it. */
    private static Trace judged(Function<Trace, Object> look) {
        Trace trace = new Trace(new Job("5d3e", Json.read("{\"status\": \"completed\"}"), true), Instant.EPOCH);
        List<Stage> stages = Tracing.stages();
        Check check = new Check("Mine") {
            @Override
            Issue inspect(Trace seen) {
                return found(String.valueOf(look.apply(seen)));
            }
        };
        Judge.judge(trace, stages, stages, List.of(check));
        return trace;
    }

    private static Issue mine(Trace trace) {
        return trace.issues.stream().filter(issue -> issue.id().equals("mine")).findFirst().orElseThrow();
    }

    @Test
    void aCheckThatCrashesShowsItsStackTraceUnderV() {
        Trace trace = judged(seen -> List.of().get(7));
        assertEquals(Status.UNKNOWN, mine(trace).severity());
        String brief = new TextReport(trace, false, 0, CommandLine.Help.Ansi.OFF).render(List.of());
        String verbose = new TextReport(trace, true, 0, CommandLine.Help.Ansi.OFF).render(List.of());
        assertTrue(brief.contains("[UNKNOWN] The check mine crashed: java.lang.ArrayIndexOutOfBoundsException: Index 7 "), brief);
        assertTrue(verbose.contains("\n     java.lang.ArrayIndexOutOfBoundsException: Index 7 ") && verbose.contains("\n       at ChecksTest."), verbose);
        assertTrue(!brief.contains("at ChecksTest."), brief);
    }

    @Test
    void aNumberThatDoesNotExistIsAnErrorInTheReport() {
        Issue number = mine(judged(trace -> trace.finding(DncCheck.class).number("fuond")));
        assertEquals(Status.UNKNOWN, number.severity());
        assertTrue(number.symptom().contains("the stage DNC Check has no number fuond; it has ") && number.symptom().contains("found"), number.symptom());
        assertEquals("Mine: 0.0 false", mine(judged(trace -> trace.finding(DncCheck.class).number("found") + " "
            + trace.finding(DncCheck.class).has("found"))).symptom());
    }

    @Test
    void rowsThatNobodyAsksForAreAnErrorInTheReport() {
        Issue rows = mine(judged(trace -> trace.rows("rows of job_lgos")));
        assertEquals(Status.UNKNOWN, rows.severity());
        assertTrue(rows.symptom().contains("nobody asks for rows of job_lgos; there are ") && rows.symptom().contains("rows of job_logs"), rows.symptom());
        assertEquals("Mine: []", mine(judged(trace -> trace.rows("rows of job_logs"))).symptom());
    }

    @Test
    void aNumberIsOneOfTheStagesWordsOrOneThatItWorksOut() {
        Stage stage = new PipelineStage("Mine", 1) {
            {
                begins("(?<records>\\d+) records in (?<took>.*) s");
                details("x").countedAs("retries");
                computes("lost");
            }
        };
        Observation observed = new Observation(stage, null);
        observed.put("records", 7);
        observed.put("put", 2);
        Finding finding = observed.ok("");
        assertEquals("7.0 2.0 0.0 0.0", finding.number("records") + " " + finding.number("put") + " " + finding.number("retries") + " "
            + finding.number("lost"));
        assertTrue(finding.has("put") && !finding.has("lost"));
        assertTrue(finding.knows("records") && !finding.knows("retries") && !observed.unknown("the log was rotated").knows("records"));
        assertThrows(IllegalArgumentException.class, () -> finding.knows("record"));
        assertEquals("the stage Mine has no number record; it has lost, put, records, retries, took",
            assertThrows(IllegalArgumentException.class, () -> finding.number("record")).getMessage());
    }

    /** What a stage with these lines makes of these errors, which its own patterns find. */
    private static Observation observed(Stage stage, String... errors) {
        Observation observed = new Observation(stage, null);
        for (String error : errors) {
            Message message = new Message("celery-worker", "", Instant.EPOCH, "ERROR", "", error);
            stage.patterns.forEach(pattern -> {
                Matcher found = pattern.pattern.matcher(error);
                if (found.find()) {
                    observed.take(pattern, found, message);
                }
            });
        }
        return observed;
    }

    private static Stage lookups() {
        return new Stage("Mine", 1) {
            {
                fails("No answer for (?:\\w{1,9}: )?").because(cause("too slow").where("time"), cause("refused").where("refused").resolution("Ask."), cause("something else"));
                fails("Open for ").countedAs("skipped");
                fails("Opened").named("opened").countedAs("errors");
            }
        };
    }

    @Test
    void theCauseIsWhatMostOfAStagesLinesNameInTheirReason() {
        assertEquals("refused", observed(lookups(), "No answer for Ann: time is up", "No answer for Bob: refused", "No answer for Eve: refused",
            "Open for Max", "Open for Joe", "Open for Sue").fail("").cause().orElseThrow().sentence());
        assertEquals("too slow", observed(lookups(), "No answer for Bob: refused", "No answer for Ann: time is up").fail("").cause().orElseThrow().sentence());
        assertEquals("something else", observed(lookups(), "No answer for time: x").fail("").cause().orElseThrow().sentence());
        assertEquals(Optional.empty(), observed(lookups(), "Open for Max").fail("").cause());
        Observation both = observed(lookups(), "No answer for Ann: time is up", "No answer for Bob: refused");
        assertEquals("refused", both.fail("").quoting(both.failures().subList(1, 2)).cause().orElseThrow().sentence());
        assertEquals(both.failures().subList(1, 2), both.fail("").quoting(both.failures().subList(1, 2)).linesOfCause());
    }

    @Test
    void linesAreAskedForByTheirNameOrTheirNumber() {
        Finding finding = observed(lookups(), "Open for Max", "Opened", "Open for Joe").fail("");
        assertEquals("[Open for Max, Open for Joe]", finding.lines("skipped").stream().map(line -> line.text).toList().toString());
        assertEquals(finding.lines("opened"), finding.lines("errors"));
        assertEquals("the stage Mine has no lines called open; it has errors, opened, skipped",
            assertThrows(IllegalArgumentException.class, () -> finding.lines("open")).getMessage());
    }

    @Test
    void theSampleCheckOfTheReadmeKnowsOrSaysThatItDoesNot() throws IOException {
        String readme = Files.readString(AllTests.home().resolve("README.md"));
        String sample = readme.substring(readme.indexOf("#!/bin/sh\n"), readme.indexOf("```", readme.indexOf("#!/bin/sh\n")));
        assertTrue(sample.contains("\"dnc-check\"") && sample.contains("numbers.found") && sample.contains("-le 100"), sample);
        String unknown = "[UNKNOWN] Check sample.sh\n     | no stage says how many phones are on the DNC list\n";
        Path script = Files.writeString(folder.resolve("sample.sh"), sample);
        assertTrue(script.toFile().setExecutable(true));
        // The shell and nothing else: jq is not there.
        Path bare = Files.writeString(folder.resolve("bare.sh"), "#!/bin/sh\nPATH=/nonexistent\n" + sample.replace("#!/bin/sh\n", ""));
        assertTrue(bare.toFile().setExecutable(true));
        String without = demo(bare.toString()).out();
        assertTrue(without.contains(unknown.replace("sample", "bare")), without);
        Assumptions.assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "jq"))), "jq is not installed");
        // The demo has 45.
        AllTests.Run fine = demo(script.toString());
        assertTrue(fine.code() == 0 && fine.out().contains("Issues Found:\n  None\n"), fine.out());
        for (String change : new String[] {"dnc-check:dnc-chek:" + unknown, "found'):fuond'):" + unknown,
                "-le 100:-le 44:[WARN] Check sample.sh\n     | 45 phones on the DNC list\n"}) {
            String[] parts = change.split(":", 3);
            Files.writeString(script, sample.replace(parts[0], parts[1]));
            AllTests.Run run = demo(script.toString());
            assertTrue(run.code() == 1 && run.out().contains(parts[2]), change + "\n" + run.out());
        }
    }

    private static Stage stage(String title) {
        return new Stage(title, 1) {};
    }

    private static Check check(String symptom) {
        return new Check(symptom) {
            @Override
            Issue inspect(Trace trace) {
                return nothing();
            }
        };
    }

    @Test
    void whatTheCompilerDoesNotSeeInTheScriptsIsOneLine() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        assertEquals("", Scripts.problem(Scripts.all(Stage.class), Scripts.all(Check.class), AllTests.home()).orElse(""));
        assertEquals("", Scripts.problem(List.of(stage("One"), stage("Two")), List.of(check("One"), check("Two")), nowhere).orElse(""));
        assertEquals("two stages are called one: ChecksTest$N and ChecksTest$N",
            Scripts.problem(List.of(stage("One"), stage("one")), List.of(), nowhere).orElse("").replaceAll("\\d", "N"));
        assertEquals("two checks are called One: ChecksTest$N and ChecksTest$N",
            Scripts.problem(List.of(), List.of(check("One"), check("One")), nowhere).orElse("").replaceAll("\\d", "N"));
    }

    @Test
    void aScriptThatNoSourcesLineNamesIsSaidToTakeNoPart() throws IOException {
        Files.createDirectories(folder.resolve("stages"));
        Files.createDirectories(folder.resolve("checks"));
        Files.writeString(folder.resolve("trace-job.java"), "///usr/bin/env jbang\n//SOURCES checks/Shared.java\n\n//SOURCES checks/Late.java\n");
        for (String file : List.of("stages/DncCheck.java", "checks/Shared.java", "checks/notes.txt", "checks/Old.java~")) {
            Files.writeString(folder.resolve(file), "");
        }
        assertEquals("", Scripts.problem(Scripts.all(Stage.class), List.of(), folder).orElse(""));
        Files.writeString(folder.resolve("checks/Late.java"), "");
        assertEquals("checks/Late.java takes no part: give trace-job.java the line //SOURCES checks/Late.java beside the others, or move the file",
            Scripts.problem(Scripts.all(Stage.class), List.of(), folder).orElse(""));
        assertEquals("", Scripts.problem(Scripts.all(Stage.class), List.of(), folder.resolve("checks")).orElse(""));
    }

    @Test
    void oneCanChooseAmongTheShippedChecks() {
        assertEquals(2, AllTests.trace("--demo", "--only", "nonsense").code());
        AllTests.Run stages = AllTests.trace("--list-stages", "--stage", "dnc");
        assertTrue(stages.out().matches("(?s)   80  dnc-check +DNC Check +DncCheck +checked, .*")
            && stages.out().contains("found, ") && stages.out().lines().count() == 1, stages.out());
        AllTests.Run list = AllTests.trace("--list-checks", "--only", "scrubbed");
        assertEquals(1, list.out().lines().count(), list.out());
        assertTrue(list.out().contains("completed-but-not-scrubbed"), list.out());
    }
}
