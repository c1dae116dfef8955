import java.util.stream.Stream;

/** Spec step 4, stage 3. A request that fails counts its phones as "not a litigator", so that it is never OK here. */
class LitigatorCheck extends PipelineStage {
    LitigatorCheck() {
        super("CCC Litigator Check", 70);
        step("4, stage 3").after(IdiCoreEnrichment.class).needs("phones").jobLogs("Litigator Check");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Litigator Check: Checking (?<phones>\\d+) phones(?: against litigator list \\(skipped (?<blacklisted>\\d+) blacklisted\\))?",
            "CCC litigator check started for (?<phones>\\d+) phones");
        ends("Litigator check completed: (?<checked>\\d+)/\\d+ successful, (?<flagged>\\d+) found in list",
            "CCC litigator check completed: (?<checked>\\d+) phones checked, (?<flagged>\\d+) flagged, took (?<took>[\\d.]+)s");
        fails("Error in batch phone check: ", "Error processing batch: ", "Circuit breaker open, skipping batch", "CCC litigator check failed")
            .countedAs("failedBatches");
        fails("Error parsing litigator result: ", "Could not map result for phone ", "Error processing litigator result for phone ").countedAs("lostAnswers");
        fails("CCC error: ", "Circuit breaker OPENED");
        fails("Failed to load blacklist: ").countedAs("withoutBlacklist").outOfTurn();
        details("Blacklist Filter: Filtered (?<filtered>\\d+) blacklisted phones from ");
        details("Blacklist Filter: Filtered (\\d+) blacklisted phones from \\1 total").named("allBlacklisted");
        details("Statistics: Total: \\d+, Litigator: (?<marked>\\d+),");
        details("Attempt \\d+/\\d+ failed: ").countedAs("retries").inTurn();
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+");
        harmless("Error (?:loading|saving) phone cache: ");
        typical("2-10s").warnAfter(30).scaledBy(600, "phones").performanceRow("CCC");
        whenOk("{checked} phones checked, {flagged} flagged").computes("unchecked");
        resolution("Do not use these leads before they are checked.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        long phones = observed.number("phones");
        long lost = observed.number("lostAnswers");
        long gap = Math.max(0, phones - observed.number("checked"));
        boolean claimsAll = gap + lost == 0 && Observation.count(observed.failures()) > observed.number("withoutBlacklist");
        observed.put("unchecked", claimsAll ? phones : gap + lost);
        String upTo = claimsAll || gap > 0 && lost > 0 ? "up to " : "";
        boolean completed = observed.trace.job.status().equals("completed");
        long unasked = observed.unanswered(after, "phones", Stream.concat(observed.begins().stream(), observed.lines("allBlacklisted").stream()).toList());
        return phones == 0 ? completed ? unseen(observed) : observed.skip("no phones to check so far")
            : observed.number("unchecked") > 0 ? observed.fail(upTo + "{unchecked} of {phones} phones were not checked")
            : observed.has("withoutBlacklist") ? observed.fail("the blacklist was not loaded: up to {phones} phones can be on it")
            : completed && unasked > 0 ? observed.fail("asked about nobody in " + Times.count(unasked, "batch") + " with phones")
            : observed.ok().noting("CCC is asked about the first phone of each person only, in every job");
    }

    @Override
    Finding unseen(Observation observed) {
        double phones = observed.trace.finding(after).number("phones");
        return phones == 0 ? observed.skip("nobody has a phone")
            : observed.number("filtered") + observed.number("blacklisted") > 0 ? observed.skip("all phones to check are blacklisted")
            : observed.fail("asked about nobody, though " + Times.number(phones) + " phones were found");
    }
}
