import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands under `Next`: which are there, in which order, and for which time. */
class CommandNextTest {
    @TempDir
    Path folder;

    /** A case's report with these texts of its recording replaced by those that follow them. */
    private AllTests.Run caseWith(String name, String... fromTo) throws IOException {
        String recording = Files.readString(AllTests.home().resolve("test/cases").resolve(name).resolve("recording.jsonl"));
        for (int i = 0; i < fromTo.length; i += 2) {
            assertTrue(recording.contains(fromTo[i]), "the recording no longer holds what this test changes: " + fromTo[i]);
            recording = recording.replace(fromTo[i], fromTo[i + 1]);
        }
        return AllTests.trace("--replay", Files.writeString(folder.resolve("changed.jsonl"), recording).toString());
    }

    @Test
    void aLogUnderNextIsReadFromTheJobsTimeByDockersClock() throws IOException {
        String logs = "\nNext:\n  docker compose -f docker-compose.prod.yml logs --since 2026-01-15T09:29:50Z";
        String whole = logs + " --until 2026-01-15T09:30:18Z celery-worker\n";
        String failing = "ccc-batch-fails-and-completed";
        AllTests.Run run = caseWith(failing);
        assertTrue(run.out().contains(whole), run.out());
        AllTests.Run running = caseWith("running-slowly-in-idicore");
        assertTrue(running.out().contains(logs + " celery-worker\n"), running.out());
        AllTests.Run database = caseWith(failing, "created_at\\\": \\\"2026-01-15T09:30:00.", "now\\\": \\\"2026-01-15T09:41:00+00:00\\\","
            + " \\\"created_at\\\": \\\"2026-01-15T09:40:00.", "completed_at\\\": \\\"2026-01-15T09:30:08.", "completed_at\\\": \\\"2026-01-15T09:40:08.");
        assertTrue(database.out().contains("Clock off: the database's") && database.out().contains(whole), database.out());
        AllTests.Run worker = caseWith("worker-clock-ten-minutes-off", "6/6 successful", "0/6 successful");
        assertTrue(worker.out().contains("Clock off: celery-worker is 10m 00.0s behind") && worker.out().contains(whole), worker.out());
        // Killed six seconds after its creation, and the row runs for ever.
        AllTests.Run lost = caseWith("worker-process-killed");
        assertTrue(lost.out().contains(" logs --since 2026-01-15T09:29:50Z --until 2026-01-15T09:30:16Z celery-worker\n"), lost.out());
    }

    @Test
    void theLogThatShowsItComesFirst() throws IOException {
        AllTests.Run run = caseWith("spec-form-idicore-breaker-opens");
        String logs = "  docker compose -f docker-compose.prod.yml logs --since 2026-01-15T09:29:50Z --until 2026-01-15T09:30:18Z ";
        assertTrue(run.out().contains("\n" + logs + "backend\n" + logs + "celery-worker\n"), run.out());
    }

    @Test
    void aCommandUnderNextIsForThisStack() {
        ComposeTarget target = new ComposeTarget();
        target.compose = List.of("-p", "my");
        target.services = Map.of("postgres", "db", "redis", "cache");
        target.databaseUser = "reader";
        target.databaseName = "leads";
        assertEquals("docker compose -p my exec -T db psql -U reader -d leads -c 'SELECT 1 FROM postgres'",
            target.typed("docker compose exec -T postgres psql -U postgres -d redis -c \"SELECT 1 FROM postgres\"", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my exec -T cache echo redis -d x", target.typed("docker compose exec -T redis echo redis -d x", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my ps -a cache db", target.typed("docker compose ps -a redis postgres", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my logs cache", target.typed("docker compose logs redis", Map.of(), TimeWindow.ALL));
        assertEquals("docker compose -p my logs --tail 5 cache", target.typed("docker compose logs --tail 5 redis", Map.of(),
            new TimeWindow(Instant.EPOCH, null, false)));
    }

    @Test
    void nextIsShortAndBeginsWithTheWorst() {
        List<Issue> issues = IntStream.rangeClosed(1, 4).mapToObj(i -> new Issue("i" + i, Status.FAIL, "i" + i, "",
            List.of("Do it.", "docker compose ps " + i, "docker compose logs same", "docker compose top " + i), List.of(), null, List.of())).toList();
        List<String> next = NextCommands.of(issues, false);
        assertEquals(List.of("docker compose ps 1", "docker compose logs same", "docker compose top 1", "docker compose ps 2", "docker compose top 2",
            "docker compose ps 3", "# and 3 more with -v"), next);
        assertEquals(9, NextCommands.of(issues, true).size());
        assertEquals(5, NextCommands.of(issues.subList(0, 2), false).size());
    }
}
