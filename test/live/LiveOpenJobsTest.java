import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Jobs that have not ended well, or not at all: running, waiting, cancelled, lost, stuck, without Redis, and one that never reaches Celery. */
class LiveOpenJobsTest extends LiveStack {
    @Test
    void aRunningJobIsInAStage() throws Exception {
        Started job = start("running", "{'records':40,'idicore_seconds':1}");
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        Report report = trace(job);
        assertFalse(truth(job).over(), "the job ended before it was traced");
        assertEquals("running", report.verdict());
        assertTrue(report.json().path("verdict").path("because").asText().startsWith("in idiCORE Enrichment"),
            report.json().path("verdict").toString());
        assertEquals(Set.of("CCC Litigator Check", "DNC Check", "Results Upload", "Job Complete"), report.with("SKIP"));
        assertEquals(Set.of("idiCORE Enrichment"), report.with("RUN"));
        assertEquals(5, report.notOk().size(), report.notOk().toString());
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void aJobThatWaitsForAWorkerIsQueued() throws Exception {
        alone();
        String slow = "{'records':160,'idicore_seconds':1}";
        start("before-1", slow);
        start("before-2", slow);
        Started job = start("waiting", "{'records':5}");
        Report report = trace(job);
        assertEquals(0, truth(job).begun(), "the job had begun before it was traced");
        assertEquals("queued", report.verdict());
        assertEquals("SKIP", report.stage("Task Started").path("status").asText());
        assertEquals(0, report.code(), report.issues());
    }

    @Test
    void aCancelledJobIsCancelledUntilItsWorkerCompletesIt() throws Exception {
        Started job = start("cancelled", "{'records':120,'idicore_seconds':1}");
        await(job, "at idiCORE", truth -> truth.says("^Making API calls"));
        assertEquals("cancelled", job(job, "cancel").strip());
        Report report = trace(job);
        assertFalse(truth(job).over(), "the job ended before it was traced");
        assertEquals("cancelled", report.verdict());
        assertEquals(Set.of(), report.with("FAIL"));
        assertEquals(1, report.code());
        over("cancelled");
        assertEquals("completed", trace(job).verdict());
    }

    @Test
    void aJobWhoseWorkerProcessWasKilledIsLost() throws Exception {
        Started job = start("killed", "{'records':40,'idicore_seconds':1}");
        Truth truth = await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        job(job, "kill-child");
        JOBS.remove("killed");
        String process = truth.fact("started").path("worker").asText();
        Report report = lost(job);
        assertEquals("FAIL", report.stage("Task Started").path("status").asText());
        assertEquals("FAIL", report.stage("idiCORE Enrichment").path("status").asText());
        String evidence = report.json().path("verdict").path("evidence").path(0).asText();
        assertTrue(evidence.startsWith("Process '" + process + "' pid:" + truth.pid()), evidence);
        assertEquals(1, report.code());
    }

    @Test
    void aJobWhoseWorkerWasRestartedIsLost() throws Exception {
        alone();
        Started job = start("restarted", "{'records':200,'idicore_seconds':1}");
        await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        JOBS.remove("restarted");
        assertEquals(0, Ran.of("docker", "compose", "-p", REAL, "restart", "--timeout", "1", "celery-worker").code());
        stack("up", "real");
        Report report = lost(job);
        assertEquals("FAIL", report.stage("Task Started").path("status").asText());
        assertEquals(1, report.code());
    }

    /** The report that says so: the main process looks after its children only now and then. */
    private static Report lost(Started job) throws Exception {
        Report report = trace(job);
        for (Instant deadline = Instant.now().plusSeconds(20); report.verdict().equals("running") && Instant.now().isBefore(deadline); ) {
            report = trace(job);
        }
        assertEquals("lost", report.verdict());
        assertEquals("running", report.json().path("job").path("status").asText());
        return report;
    }

    @Test
    void aJobThatWaitsWhileNoWorkerIsUpIsStuck() throws Exception {
        alone();
        Started job;
        Report report;
        try {
            assertEquals(0, Ran.of("docker", "compose", "-p", REAL, "stop", "--timeout", "1", "celery-worker").code());
            job = start(REAL, "nobody-takes-it", "{}");
            report = trace(job);
        } finally {
            stack("up", "real");
        }
        assertEquals("stuck", report.verdict());
        assertEquals(1, report.code());
        assertTrue(report.issues().contains("Celery worker down"), report.issues());
        JOBS.put("nobody-takes-it", job);
        over("nobody-takes-it");
    }

    @Test
    void withoutRedisAJobsEventsReachNobodyAndTheJobGoesOn() throws Exception {
        alone();
        Started job = start(REAL, "without-redis", "{'records':60,'idicore_seconds':0.4}");
        await(job, "at idiCORE", seen -> seen.says("^Making API calls"));
        Report during;
        try {
            assertEquals(0, Ran.of("docker", "compose", "-p", REAL, "stop", "--timeout", "1", "redis").code());
            await(job, "ended", seen -> seen.fact("ended").has("ended"));
            during = trace(job);
        } finally {
            Ran.of("docker", "compose", "-p", REAL, "start", "redis");
            // This Celery does not take tasks again from a broker that was away.
            Ran.of("docker", "compose", "-p", REAL, "restart", "--timeout", "1", "celery-worker");
            stack("up", "real");
        }
        assertTrue(during.issues().contains("No WebSocket updates"), during.issues());
        assertEquals(1, during.code());
        assertEquals("OK", during.stage("Results Upload").path("status").asText());
    }

    @Test
    void aPreviewNeverReachesCelery() throws Exception {
        String name = RUN + "-preview";
        Started job = new Started(REAL, name, stack("job", "start", name, "{}", "--preview").strip());
        await(job, "over", truth -> truth.ended() > 0);
        Report report = trace(job);
        assertEquals("completed", report.verdict());
        assertEquals("SKIP", report.stage("Task Started").path("status").asText());
        assertEquals(report.notOk().keySet(), report.with("SKIP"));
        assertEquals(0, report.code(), report.issues());
    }
}
