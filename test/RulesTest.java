import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
        Stream.of(FindingRules.NOT_SEEN, FindingRules.OPEN, FindingRules.LOWERED, VerdictRules.RULES).forEach(rules -> {
            List<String> names = rules.stream().map(JudgeRule::name).toList();
            assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
            // It asks for nothing: not even for a stage or a job.
            assertEquals(true, rules.get(rules.size() - 1).applies().test(null), names.toString());
        });
    }
}
