import java.util.stream.Stream;

/** Spec step 4, stage 3. A request that fails counts its phones as "not a litigator", so that it is never OK here. */
class LitigatorCheck extends PhoneCheck {
    LitigatorCheck() {
        super("CCC Litigator Check", 70);
        step("4, stage 3").after(IdiCoreEnrichment.class).needs("phones").jobLogs("Litigator Check").inBatches();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Litigator Check: Checking (?<phones>\\d+) phones(?: against litigator list \\(skipped (?<blacklisted>\\d+) blacklisted\\))?",
            "CCC litigator check started for (?<phones>\\d+) phones");
        ends("Litigator check completed: (?<checked>\\d+)/\\d+ successful, (?<flagged>\\d+) found in list",
            "CCC litigator check completed: (?<checked>\\d+) phones checked, (?<flagged>\\d+) flagged, took (?<took>[\\d.]+)s");
        fails("Error in batch phone check: ", "Error processing batch: ", "Circuit breaker open, skipping batch", "CCC litigator check failed")
            .countedAs("failedBatches");
        fails("Error parsing litigator result: ", "Could not map result for phone ", "Error processing litigator result for phone ").countedAs("lostAnswers").outOfTurn();
        fails("CCC error: ", "Circuit breaker OPENED");
        fails("Failed to load blacklist: ").countedAs("withoutBlacklist").outOfTurn();
        details("Blacklist Filter: Filtered (?<filtered>\\d+) blacklisted phones from ");
        details("Blacklist Filter: Filtered (\\d+) blacklisted phones from \\1 total").named("allBlacklisted");
        details("Statistics: Total: \\d+, Litigator: (?<marked>\\d+),");
        retries("Attempt \\d+/\\d+ failed: ");
        typical(2, 10).warnAfter(30).scaledBy(600, "phones").performanceRow("CCC");
        whenOk("{checked} phones checked, {flagged} flagged");
        resolution("Do not use these leads before they are checked.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        long phones = observed.number("phones");
        if (phones == 0) {
            return observed.trace.wentOut() ? unseen(observed) : observed.skip("no phones to check so far");
        }
        Finding checked = judge(observed, batch -> false, Stream.concat(observed.begins().stream(), observed.lines("allBlacklisted").stream()).toList());
        if (observed.number("unchecked") > 0) {
            return checked;
        }
        // An error that no count shows can have cost any of them.
        if (Observation.count(observed.failures()) > observed.number("withoutBlacklist")) {
            observed.put("unchecked", phones);
            return observed.fail("up to {unchecked} of {phones} phones were not checked");
        }
        return observed.has("withoutBlacklist") ? observed.fail("the blacklist was not loaded: up to {phones} phones can be on it")
            : checked.status() != Status.OK ? checked : checked.noting("CCC is asked about the first phone of each person only, in every job");
    }
}
