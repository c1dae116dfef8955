import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose line is it: each rule by itself, from the first line of a job to its end, and when it was written. */
class LinesOfAJobTest extends LinesInput {
    @Test
    void aWorkersLinesAreTheJobsFromItsFirstLabelledLineToItsEnd() {
        Trace trace = place(
            celery(0, "ForkPoolWorker-1", "before"),
            celery(1, "MainProcess", "Task run[" + TASK + "] received"),
            celery(2, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(3, "ForkPoolWorker-2", "the other worker's"),
            celery(4, "ForkPoolWorker-1", "ours"),
            celery(5, "ForkPoolWorker-1", "Task run[" + TASK + "] succeeded in 3s: {}"),
            celery(6, "ForkPoolWorker-1", "after"));
        assertEquals(List.of("task Task run[" + TASK + "] received", "id Generated table_id for job " + JOB + ": T1", "worker ours",
            "worker Task run[" + TASK + "] succeeded in 3s: {}"), told(trace));
    }

    @Test
    void anotherJobsNameInOurTextTakesNothingFromUs() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(1, "ForkPoolWorker-1", "skipping what job " + OTHER + " has done"), celery(2, "ForkPoolWorker-1", "ours still"),
            celery(3, "ForkPoolWorker-2", "Generated table_id for job " + OTHER + ": T1"),
            celery(4, "ForkPoolWorker-2", "skipping what job " + JOB + " has done"), celery(5, "ForkPoolWorker-2", "theirs still"));
        assertEquals(List.of("id Generated table_id for job " + JOB + ": T1", "worker skipping what job " + OTHER + " has done",
            "worker ours still"), told(trace));
    }

    @Test
    void aJobWhoseEndIsMissingEndsWhereTheNextBegins() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), celery(1, "ForkPoolWorker-1", "ours"),
            celery(2, "ForkPoolWorker-1", "Generated table_id for job " + OTHER + ": T1"), celery(3, "ForkPoolWorker-1", "theirs"));
        assertEquals(List.of("id Generated table_id for job " + JOB + ": T1", "worker ours"), told(trace));
    }

    @Test
    void aKilledProcessEndsTheJobAndTheNextJobThereIsNotOurs() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            "[2026-01-15 09:30:01,000: ERROR/MainProcess] Process 'ForkPoolWorker-1' pid:9 exited with 'signal 9 (SIGKILL)'",
            "[2026-01-15 09:30:02,000: ERROR/MainProcess] Task handler raised error: WorkerLostError('x')", "Traceback (most recent call last):");
        assertEquals(List.of(PlacedBy.ID, PlacedBy.WORKER, PlacedBy.WORKER), trace.messages.stream().map(message -> message.placedBy).toList());
        assertEquals(true, trace.attempt().lost);
    }

    @Test
    void aNewBannerEndsAllThatRan() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), "worker: Warm shutdown (MainProcess)", " ",
            " -------------- celery@host v5.2.6 (dawn-chorus)", "--- ***** ----- ", celery(5, "ForkPoolWorker-1", "not ours"));
        assertEquals(List.of(PlacedBy.ID, PlacedBy.WORKER, PlacedBy.WORKER), trace.messages.stream().map(message -> message.placedBy).toList());
        assertEquals(true, trace.attempt().lost);
    }

    @Test
    void aTaskThatFinishesAfterTheWarningIsNotLost() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"), "worker: Warm shutdown (MainProcess)",
            celery(2, "ForkPoolWorker-1", "Task run[" + TASK + "] succeeded in 2s: {}"), " -------------- celery@host v5.2.6 (dawn-chorus)");
        assertEquals(false, trace.attempt().lost);
        assertEquals(2, trace.messages.size());
    }

    @Test
    void aRetryIsASecondAttemptOfTheSameTask() {
        Trace trace = place(celery(0, "ForkPoolWorker-1", "Generated table_id for job " + JOB + ": T1"),
            celery(1, "ForkPoolWorker-1", "Task run[" + TASK + "] retry: Retry in 2s"), celery(2, "ForkPoolWorker-1", "another's"),
            celery(3, "MainProcess", "Task run[" + TASK + "] received"), celery(4, "ForkPoolWorker-2", "Generated table_id for job " + JOB + ": T1"));
        assertEquals(List.of(PlacedBy.ID, PlacedBy.WORKER, PlacedBy.TASK, PlacedBy.ID), trace.messages.stream().map(message -> message.placedBy).toList());
        assertEquals(2, trace.attempts.size());
        assertNull(trace.attempt().to);
    }

    @Test
    void aContainerIsKnownByItsWholeName() {
        Container other = new Container("dnc-worker", "p", "p-dnc-worker-1", 1, "exited", 0, null, null, null, false, false, "");
        Container ours = new Container("celery-worker", "p", "p-worker-1", 1, "running", 0, null, null, null, false, false, "");
        assertEquals(List.of(false, true, true, false), List.of(other.is("worker-1"), other.is("dnc-worker-1"), ours.is("worker-1"), ours.is("1")));
        assertEquals("p", Container.project(Json.read("{'Name': 'p-dnc-worker-1', 'Service': 'dnc-worker'}".replace('\'', '"'))));
    }

    @Test
    void theZoneOfTheApplicationsClockIsReadFromDockers() {
        Attribution attribution = attribution();
        attribution.line("w  | 2026-01-15T15:30:00.200000000Z [2026-01-15 09:30:00,000: INFO/ForkPoolWorker-1]"
            + " Generated table_id for job " + JOB + ": T1");
        Trace trace = finish(attribution);
        assertEquals(Instant.parse("2026-01-15T15:30:00Z"), trace.messages.get(0).time);
    }

    /** A container whose output was not read for a while, and which then went on for so many lines. */
    private static Trace lateAtFirst(int late, int onTime) {
        Attribution attribution = attribution();
        Instant start = Instant.parse("2026-01-15T09:30:00Z");
        for (int i = 0; i < late + onTime; i++) {
            // The late ones were written 100 s before Docker had them, all at once.
            Instant written = i < late ? start.minusSeconds(100).plusMillis(i) : start.plusMillis(i);
            String text = i == 0 ? "Generated table_id for job " + JOB + ": T1" : "line " + i;
            attribution.line("w  | " + DateTimeFormatter.ISO_INSTANT.format((i < late ? start : written).plusNanos(1)) + " ["
                + written.toString().replace('T', ' ').replace('.', ',').replace("Z", written.getNano() == 0 ? ",000" : "")
                + ": INFO/ForkPoolWorker-1] " + text);
        }
        Trace trace = finish(attribution);
        assertEquals(late + onTime, trace.messages.size());
        return trace;
    }

    @Test
    void linesThatCameLateShiftNoTimes() {
        for (Trace trace : List.of(lateAtFirst(1, 2), lateAtFirst(300, 1_500), lateAtFirst(1, 5_000))) {
            assertEquals(Map.of(), trace.skewed);
            assertEquals(Instant.parse("2026-01-15T09:28:20Z"), trace.messages.get(0).time);
            int last = trace.messages.size() - 1;
            assertEquals(Instant.parse("2026-01-15T09:30:00Z").plusMillis(last), trace.messages.get(last).time);
        }
        assertEquals(Duration.ofSeconds(-100), lateAtFirst(30, 20).skewed.get("celery-worker"), "the most of all lines are the clock's");
    }

    @Test
    void allLogsTogetherKeepNoMoreThanThereIsRoomFor() {
        TextBudget budget = new TextBudget();
        Map<String, String> lost = new HashMap<>();
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        for (String service : List.of("celery-worker", "backend")) {
            Attribution attribution = attribution(service, budget);
            for (int i = 0; i < 250; i++) {
                attribution.line("w  | 2026-01-15T09:30:01.000000000Z " + application(1, "Job " + JOB + ": " + i + " " + "x".repeat(60_000)));
            }
            lost.put(service, String.valueOf(attribution.of(trace.job).lost()));
        }
        assertEquals(Map.of("celery-worker", "null", "backend", "more lines of the job than are kept"), lost);
        JobFileReader file = new JobFileReader("celery-worker", trace, fold(budget));
        file.line(application(1, "one more"));
        assertEquals("more lines of the job than are kept", file.finish().lost());
    }
}
