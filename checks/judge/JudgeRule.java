import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is said where something applies. Rules are asked in their order, and the first that applies says it: none needs to know
 * what those before it have found.
 *
 * @param name when it applies, in our words
 */
record JudgeRule<S, A>(String name, Predicate<S> applies, Function<S, A> says) {
    /** What the first of these rules says that applies. Throws IllegalStateException where none does: the last one always must. */
    static <S, A> A first(List<JudgeRule<S, A>> rules, S subject) {
        for (JudgeRule<S, A> rule : rules) {
            if (rule.applies.test(subject)) {
                return rule.says.apply(subject);
            }
        }
        throw new IllegalStateException("no rule applies");
    }
}
