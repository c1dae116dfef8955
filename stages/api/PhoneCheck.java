import java.util.List;
import java.util.function.Predicate;

/**
 * A stage that asks whether phones are on somebody's list, batch by batch: the numbers `phones`, `checked`, `lostAnswers`, and of a
 * blacklist that is used before `filtered`, `blacklisted`. A phone without an answer counts as clean in the result, so that a stage
 * that lost one is never OK.
 */
abstract class PhoneCheck extends PipelineStage {
    /** @param title as the report prints it; @param order its place in the pipeline */
    PhoneCheck(String title, int order) {
        super(title, order);
        computes("unchecked").judgesFailures();
    }

    /**
     * OK where all phones were checked; the number `unchecked` says how many were not.
     *
     * @param failed true for a batch none of whose phones was checked, whatever its closing line says
     * @param asked the messages of which one stands in every batch that has phones to check
     */
    Finding judge(Observation observed, Predicate<Visit> failed, List<Message> asked) {
        long gap = 0;
        long lost = 0;
        for (Visit batch : observed.visits) {
            gap += failed.test(batch) ? batch.number("phones") : Math.max(0, batch.number("phones") - batch.number("checked"));
            lost += failed.test(batch) ? 0 : batch.number("lostAnswers");
        }
        observed.put("unchecked", gap + lost);
        long unasked = observed.trace.allWentOut() ? observed.unanswered(after, "phones", asked) : 0;
        // An answer that was lost can be one of those that are missing.
        return gap + lost > 0 ? observed.fail((gap > 0 && lost > 0 ? "up to " : "") + "{unchecked} of {phones} phones were not checked")
            : unasked > 0 ? observed.fail("asked about nobody in " + Times.count(unasked, "batch") + " with phones") : observed.ok();
    }

    @Override
    Finding unseen(Observation observed) {
        Finding before = observed.trace.finding(after);
        double phones = before.number("phones");
        if (phones == 0) {
            return before.status() == Status.UNKNOWN ? super.unseen(observed) : observed.skip("nobody has a phone");
        }
        return observed.numbers.getOrDefault("filtered", 0.0) + observed.numbers.getOrDefault("blacklisted", 0.0) > 0
            ? observed.skip("all phones to check are blacklisted")
            : observed.fail("asked about nobody, though " + Times.number(phones) + " phones were found");
    }
}
