import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Of several jobs that are read in one pass each has what it has alone. */
class LinesOfSeveralJobsTest extends LinesInput {
    private static Attribution attribution(List<Stage> stages, Function<String, JobFold> fold) {
        return new Attribution("celery-worker", Map.of(), TimeWindow.ALL, new Redactor(false), new Folds(new JobIds(List.of(JOB, OTHER)), fold, KnownLines.of(stages)));
    }

    private static JobFold fold(String job) {
        return new JobFold(job, KnownLines.of(List.of(Tracing.everyLine())), new TextBudget(), Integer.MAX_VALUE);
    }

    private static FoldedLog of(Attribution attribution, String job) {
        return attribution.of(new Job(job, Json.NODES.objectNode(), true));
    }

    @Test
    void aBannerThatEndsTwoJobsIsWholeForBoth() {
        Attribution both = attribution(List.of(), LinesOfSeveralJobsTest::fold);
        for (String line : List.of(celery(1, "ForkPoolWorker-1", "Generated table_id for job ID: " + JOB), celery(2, "ForkPoolWorker-2", "Generated table_id for job ID: " + OTHER),
                " -------------- celery@w v5.3.4 (emerald-rush)", "--- ***** -----", "- *** --- * ---")) {
            both.line("w  | 2026-01-15T09:30:05.000000000Z " + line);
        }
        FoldedLog one = of(both, JOB);
        FoldedLog other = of(both, OTHER);
        assertEquals(2, one.placed().get(PlacedBy.CONTINUATION));
        assertEquals(one.placed(), other.placed());
        assertEquals(one.attempts().get(0).end.order, other.attempts().get(0).end.order);
    }

    @Test
    void aLineBeforeTheJobsTimeTakesNoAttemptFromIt() {
        TimeWindow time = new TimeWindow(Instant.parse("2026-01-15T09:30:05Z"), null, false);
        Attribution both = attribution(List.of(), id -> fold(id).within(time));
        both.line("w  | 2026-01-15T09:30:01.000000000Z " + celery(1, "ForkPoolWorker-1", "Updated job ID " + JOB + " status"));
        both.line("w  | 2026-01-15T09:30:06.000000000Z " + celery(6, "ForkPoolWorker-1", "Generated table_id for job ID: " + JOB));
        FoldedLog one = of(both, JOB);
        assertEquals(1, one.attempts().size());
        assertEquals(one.attempts().get(0), one.messages().get(0).attempt);
    }

    /** A stage whose retries are made good, and one that has none. */
    @Test
    void errorsThatOneTurnMakesGoodAreNotFoldedIntoAnothers() {
        Attribution lines = attribution(Tracing.stages(), id -> new JobFold(id, KnownLines.of(Tracing.stages()), new TextBudget(), 1));
        lines.line("w  | 2026-01-15T09:30:01.000000000Z " + celery(1, "ForkPoolWorker-1", "Generated table_id for job ID: " + JOB));
        int second = 2;
        for (String begins : List.of("Processing batch of 5 people for idiCORE lookup", "DNC Check: Checking 5 phones")) {
            lines.line(String.format("w  | 2026-01-15T09:30:%02d.000000000Z ", second) + celery(second++, "ForkPoolWorker-1", begins));
            for (int i = 0; i < 10; i++) {
                lines.line(String.format("w  | 2026-01-15T09:30:%02d.000000000Z ", second)
                    + celery(second++, "ForkPoolWorker-1", "The pool's attempt 2/4 failed").replace("INFO/", "ERROR/"));
            }
        }
        long inDnc = of(lines, JOB).messages().stream().filter(Message::error).filter(message -> message.time.isAfter(Instant.parse("2026-01-15T09:30:13Z")))
            .mapToLong(message -> message.times).sum();
        assertEquals(10, inDnc);
    }
}
