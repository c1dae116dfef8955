import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules by which a stage and the whole job are judged: asked in their order, the first that applies says it. */
class RulesTest {
    private final List<String> asked = new ArrayList<>();

    private JudgeRule<Integer, String> rule(String name, Predicate<Integer> applies) {
        return new JudgeRule<>(name, applies, number -> {
            asked.add(name);
            return name + " " + number;
        });
    }

    @Test
    void theFirstThatAppliesSaysItAndNoOtherIsHeard() {
        List<JudgeRule<Integer, String>> rules = List.of(rule("negative", number -> number < 0), rule("small", number -> number < 10), rule("any", number -> true));
        assertEquals("negative -1", JudgeRule.first(rules, -1));
        assertEquals("small 3", JudgeRule.first(rules, 3));
        assertEquals("any 30", JudgeRule.first(rules, 30));
        assertEquals(List.of("negative", "small", "any"), asked);
    }

    @Test
    void rulesOfWhichNoneAppliesAreAFault() {
        assertThrows(IllegalStateException.class, () -> JudgeRule.first(List.of(rule("negative", number -> number < 0)), 1));
    }

    @Test
    void eachRuleHasANameOfItsOwnAndTheLastOneAlwaysApplies() {
        Stream.of(FindingRules.NOT_SEEN, FindingRules.OPEN, FindingRules.LOWERED, PlainStageRules.RULES, VerdictRules.RULES).forEach(rules -> {
            List<String> names = rules.stream().map(JudgeRule::name).toList();
            assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
            // It asks for nothing: not even for a stage or a job.
            assertEquals(true, rules.get(rules.size() - 1).applies().test(null), names.toString());
        });
    }

    /** A stage like one made from the template, which only has a line to show. */
    private static Stage plain(String title, String line) {
        return new Stage(title, 95) {
            {
                runs("docker compose logs celery-worker");
                details(line + "(?<total>\\d+)");
                whenOk("{total} records");
            }

            @Override
            Finding judge(Observation observed) {
                return observed.has("total") ? observed.ok() : observed.skip("no such line");
            }
        };
    }

    /** What a stage that has the line of the statistics, one that has no line, and one that judges that itself say of a recorded job. */
    private static List<String> plainStagesOf(String recorded) throws Exception {
        return saidOf(recorded, List.of(plain("Statistics", "Statistics: Total: "), plain("Silent", "Nothing says this: "), plain("Sure", "Nor this: ").judgesMissingLines()));
    }

    /** What these stages say of a recorded job, beside all others. */
    private static List<String> saidOf(String recorded, List<Stage> mine) throws Exception {
        List<Stage> stages = Stream.concat(Tracing.stages().stream(), mine.stream()).toList();
        try (var bytes = Files.newInputStream(AllTests.home().resolve("test/cases/" + recorded + "/recording.jsonl"))) {
            Recording recording = Recording.of(recorded, bytes);
            Collector gathering = Tracing.collector(recording, stages, List.of(), new Redactor(true), new ComposeTarget());
            Collector.Found found = gathering.find(recording.job(), "");
            Trace trace = new Trace(gathering.trace(found.jobs().get(0), found));
            Judge.judge(trace, stages, stages, List.of());
            return mine.stream().map(stage -> trace.findings.get(stage.title)).map(finding -> finding.status() + " " + finding.summary()).toList();
        }
    }

    /** As plain, with a line that says that the work was not done: that of the end of every job of the demo's kind. */
    private static Stage broken(Stage stage) {
        stage.fails("Statistics: Total: ");
        return stage;
    }

    @Test
    void aLineThatSaysThatTheWorkWasNotDoneDecidesWhateverTheStagesOwnMethodSays() throws Exception {
        assertEquals(List.of("FAIL could not do its work", "OK 198 records"),
            saidOf("demo", List.of(broken(plain("Trusting", "Statistics: Total: ")), broken(plain("Weighing", "Statistics: Total: ")).judgesFailures())));
    }

    @Test
    void aStageThatAsksForANumberThatItDoesNotDeclareIsNoEvidenceOfAnything() throws Exception {
        Stage mistyped = new Stage("Mistyped", 95) {
            {
                runs("docker compose logs celery-worker");
                details("Statistics: Total: (?<total>\\d+)");
                whenOk("{total} records");
            }

            @Override
            Finding judge(Observation observed) {
                return observed.number("totla") > 100 ? observed.warn("{total} records are many") : observed.ok();
            }
        };
        assertEquals(List.of("UNKNOWN crashed: java.lang.IllegalArgumentException: the stage Mistyped has no number totla; it has total"),
            saidOf("demo", List.of(mistyped)));
    }

    @Test
    void aStageThatOnlyHasALineToShowIsNoSurerThanItsNeighboursWhereTheLogIsNotWhole() throws Exception {
        assertEquals(List.of("OK 198 records", "SKIP no such line", "SKIP no such line"), plainStagesOf("demo"));
        String later = "UNKNOWN the log starts after the job did";
        assertEquals(List.of(later, later, "SKIP no such line"), plainStagesOf("rotated-log-hides-the-first-batch"));
        String gone = "UNKNOWN celery-worker was recreated at 2026-01-15T09:35:00Z, after the job; its earlier log is gone";
        assertEquals(List.of(gone, gone, "SKIP no such line"), plainStagesOf("container-younger-than-the-job"));
        String cut = "UNKNOWN log of celery-worker: timed out after 30 s";
        assertEquals(List.of(cut, cut, "SKIP no such line"), plainStagesOf("log-timed-out"));
    }

    @Test
    void aStageThatOnlyHasALineToShowIsNotReachedWhereTheJobWasNotBegun() throws Exception {
        assertEquals(List.of("SKIP not reached yet", "SKIP not reached yet", "SKIP no such line"), plainStagesOf("queued-for-five-minutes"));
        assertEquals(List.of("SKIP not reached", "SKIP not reached", "SKIP no such line"), plainStagesOf("cancelled-job-that-waits-in-the-queue"));
        assertEquals("SKIP no evidence in the logs: a preview runs in backend, where lines carry no job id", plainStagesOf("preview-fails").get(1));
        // It runs and has not come so far.
        assertEquals("SKIP not reached yet", plainStagesOf("running-slowly-in-idicore").get(0));
    }
}
