import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to a watch whose surroundings fail: Docker goes away and comes back, so does the database; the worker's container, and the project. */
class FaultsOfAWatchTest extends FaultsStack {
    private static final String PROCESS = "ForkPoolWorker-1";

    /** The rest of the job's lines, and its row. */
    private static void complete(String id, List<String> lines) throws Exception {
        write(WORKER, WorkerLines.timed(lines.subList(19, lines.size())));
        sql("UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '" + id + "'");
    }

    private static String begun(List<String> lines) throws Exception {
        olderThanItsJobs();
        String id = row("running");
        lines.addAll(WorkerLines.of(id, PROCESS));
        write(WORKER, WorkerLines.timed(lines.subList(0, 19)));
        return id;
    }

    @Test
    void dockerGoesAwayAndComesBack() throws Exception {
        List<String> lines = new ArrayList<>();
        String id = begun(lines);
        try (DockerProxy docker = new DockerProxy(folder.resolve("docker.sock"))) {
            Watching watching = new Watching(folder, "--host", docker.host(), id);
            watching.awaits("[RUN] CCC Litigator Check");
            docker.goAway();
            watching.awaits("docker does not say what containers there are");
            // What is written meanwhile is not lost.
            write(WORKER, WorkerLines.timed(lines.subList(19, 21)));
            Thread.sleep(5_000);
            docker.comeBack();
            watching.awaits("[OK] CCC Litigator Check");
            // The DNC check is written in one piece: on a slow machine it would be a slow stage.
            write(WORKER, WorkerLines.timed(lines.subList(21, lines.size())));
            sql("UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '" + id + "'");
            assertEquals(0, watching.code(), watching.said());
            assertEquals(1, watching.times("the database does not answer"), watching.said());
            assertEquals(1, watching.times("docker does not say"), watching.said());
            assertTrue(watching.said().endsWith(started(java.util.Map.of(), null, "-p", PROJECT, "--host", docker.host(), id).out()), watching.said());
        }
    }

    @Test
    void theDatabaseGoesAwayAndComesBack() throws Exception {
        List<String> lines = new ArrayList<>();
        String id = begun(lines);
        Watching watching = new Watching(folder, id);
        watching.awaits("[RUN] CCC Litigator Check");
        try {
            put(POSTGRES, "stopped");
            watching.awaits("the database does not answer");
            write(WORKER, WorkerLines.timed(lines.subList(19, 21)));
            watching.awaits("[OK] CCC Litigator Check");
        } finally {
            sure(Ran.of("docker", "start", POSTGRES));
            await("the database answers", () -> psql("SELECT 1").code() == 0);
        }
        write(WORKER, WorkerLines.timed(lines.subList(21, lines.size())));
        sql("UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '" + id + "'");
        assertEquals(0, watching.code(), watching.said());
        assertEquals(1, watching.times("the database does not answer"), watching.said());
    }

    @Test
    void aWorkerThatIsRestartedIsNoticed() throws Exception {
        List<String> lines = new ArrayList<>();
        String id = begun(lines);
        Watching watching = new Watching(folder, id);
        watching.awaits("[RUN] CCC Litigator Check");
        try {
            sure(Ran.of("docker", "restart", "--time", "0", WORKER));
            assertEquals(1, watching.code(), watching.said());
            assertTrue(watching.said().contains("Status: lost - "), watching.said());
        } finally {
            // Where Docker's own restart of a container crosses ours, it can be called running and take no command ever again.
            restore("celery-worker");
        }
    }

    @Test
    void linesOfAContainerThatWasMadeAnewAreFollowed() throws Exception {
        olderThanItsJobs();
        String id = row("running");
        List<String> lines = WorkerLines.of(id, PROCESS);
        Watching watching = new Watching(folder, id);
        watching.awaits("[OK] Job Created");
        restore("celery-worker");
        write(WORKER, WorkerLines.timed(lines.subList(0, 19)));
        watching.awaits("CCC Litigator Check");
        complete(id, lines);
        watching.code();
        assertTrue(watching.said().endsWith(started(java.util.Map.of(), null, "-p", PROJECT, id).out()), watching.said());
    }

    @Test
    void aProjectThatGoesAwayEndsTheWatch() throws Exception {
        List<String> lines = new ArrayList<>();
        String id = begun(lines);
        Watching watching = new Watching(folder, id);
        watching.awaits("[RUN] CCC Litigator Check");
        try {
            endTheStack();
            // Containers go one after the other: the worker's end can be seen before that of the project, and is an answer too.
            int code = watching.code();
            assertTrue(code == 4 || code == 1, code + " " + watching.said());
            assertEquals(code == 4, Files.readString(watching.err).contains("the project has no containers any more; job " + id), Files.readString(watching.err));
            assertEquals(code == 1, watching.said().contains("Status: lost - "), watching.said());
        } finally {
            startTheStack();
        }
    }
}
