import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Running commands: limits, what is left behind, what a failure says. */
class CommandRunnerTest {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    private CommandResult run(double limit, String... command) {
        return new CommandRunner(limit).run("test", List.of(command), Map.of("PGPASSWORD", "s3cret"), line -> lines.add(line));
    }

    private static long running(String argument) {
        return ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains(argument)).count();
    }

    @Test
    void atTheLimitTheWholeTreeIsGone() throws InterruptedException {
        String marker = "31.4159" + System.nanoTime() % 1000;
        long start = System.nanoTime();
        CommandResult answer = run(1, "sh", "-c", "sleep " + marker + " & (sleep " + marker + " & sleep " + marker + ") & wait");
        assertTrue(answer.timedOut());
        assertEquals("timed out after 1 s", answer.problem());
        assertTrue((System.nanoTime() - start) / 1e9 < 5);
        for (int i = 0; i < 20 && running(marker) > 0; i++) {
            Thread.sleep(50);
        }
        assertEquals(0, running(marker));
    }

    @Test
    void whatDoesNotWantMoreStopsTheCommand() {
        CommandResult answer = new CommandRunner(20).run("test", List.of("yes"), Map.of(), line -> lines.add(line) && lines.size() < 3);
        assertNull(answer.problem());
        assertEquals(3, lines.size());
    }

    @Test
    void whenMemoryEndsTheCommandEndsAndItIsNotSwallowed() {
        assertThrows(OutOfMemoryError.class, () -> new CommandRunner(20).run("test", List.of("yes"), Map.of(), line -> {
            throw new OutOfMemoryError("a test");
        }));
    }

    @Test
    void theRunAsAWholeHasALimitToo() {
        CommandRunner shell = new CommandRunner(0.2);
        long start = System.nanoTime();
        CommandResult last = null;
        for (int i = 0; i < 40 && (last == null || !last.problem().startsWith("not asked")); i++) {
            last = shell.run("test", List.of("sleep", "30"), Map.of(), line -> true);
        }
        assertTrue(last.problem().startsWith("not asked"), last.problem());
        assertTrue((System.nanoTime() - start) / 1e9 < 10);
    }

    @Test
    void aFailureSaysWhatTheCommandSaidLastAndNothingOfTheEnvironment() {
        CommandResult answer = run(5, "sh", "-c", "echo first >&2; echo 'ERROR:  no such thing' >&2; echo 'LINE 1: SELECT' >&2; exit 3");
        assertEquals("ERROR:  no such thing", answer.problem());
        assertEquals(3, answer.exitCode());
        CommandResult absent = run(5, "/no/such/docker");
        assertEquals("/no/such/docker does not exist", absent.problem());
        assertTrue(!answer.toString().contains("s3cret") && !absent.toString().contains("s3cret"));
    }

    @Test
    void whyACommandCannotStartIsSaidByItsFile() throws Exception {
        Path file = Files.writeString(Files.createTempFile("check", ".sh"), "#!/no/such/shell\n");
        assertEquals(file + " is not executable (chmod +x makes it so)", run(5, file.toString()).problem());
        assertTrue(file.toFile().setExecutable(true));
        assertEquals(file + " cannot be run: look at its first line", run(5, file.toString()).problem());
        Files.delete(file);
        assertEquals("no-such-command is not installed here", run(5, "no-such-command").problem());
        Path here = Files.createTempFile(Path.of(""), "check", ".sh");
        assertEquals(here + " is not installed here; for the file in this folder type ./" + here, run(5, here.toString()).problem());
        Files.delete(here);
    }

    @Test
    void aLogIsAskedForWithoutOptionsAndACommandWithoutAnyThatTakeAValue() {
        for (String typed : List.of("docker compose logs", "docker compose logs celery-worker", "docker compose exec -T redis redis-cli LLEN celery",
                "docker compose exec backend cat 'a b'", "docker compose ps -a", "docker compose exec -T postgres psql -c 'SELECT 1\nFROM jobs'")) {
            assertEquals(Command.split(typed), Command.of(typed).words());
        }
        for (String typed : List.of("docker compose logs --tail 500 celery-worker", "docker compose logs -f celery-worker",
                "docker compose exec -T redis", "docker compose logs backend redis", "docker compose exec -T -e A=B redis redis-cli",
                "docker compose exec --index 2 redis ls", "docker compose exec -u root redis ls", "kubectl get pods", "docker ps")) {
            assertThrows(IllegalArgumentException.class, () -> Command.of(typed), typed);
        }
    }

    @Test
    void aLineOfFiftyMegabytesAndOneThatIsNoTextAreBounded() {
        run(20, "sh", "-c", "head -c 50000000 /dev/zero | tr '\\0' x; echo; printf 'a\\377b\\n'; echo end");
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).length() < 300_000);
        assertEquals("a\uFFFDb", lines.get(1));
        assertEquals("end", lines.get(2));
    }

    /** In place of docker, a command that says more than any answer holds. */
    private static CommandResult asked(String shell) {
        ComposeTarget target = new ComposeTarget();
        target.docker = List.of("sh", "-c", shell, "sh");
        LiveSource live = new LiveSource(target, new CommandRunner(30), new Progress(new PrintWriter(Writer.nullWriter())));
        return live.ask(LiveSource.CONTAINERS, Map.of());
    }

    @Test
    void anAnswerLongerThanIsKeptIsNotTheWholeAnswer() {
        CommandResult wide = asked("head -c 20000000 /dev/zero | tr '\\0' x | fold -w 100000");
        assertEquals("its answer is longer than is kept", wide.problem());
        assertEquals(83, wide.out().size());
        CommandResult many = asked("yes x | head -25001");
        assertEquals("its answer is longer than is kept", many.problem());
        assertEquals(25_000, many.out().size());
        assertNull(asked("yes x | head -25000").problem());
    }

    @Test
    void wordsReachTheCommandAsTheyAre() {
        run(5, "printf", "%s\\n", "$(id)", "a b", "`id`", "'", "*");
        assertEquals(List.of("$(id)", "a b", "`id`", "'", "*"), lines);
        assertEquals("'$(id)' 'a b' ''\\'''", CommandRunner.shown(List.of("$(id)", "a b", "'")));
    }
}
