/** Spec step 4, stage 3. A batch that fails counts every phone as "not a litigator", so that it is never OK here. */
class LitigatorCheck extends Stage {
    LitigatorCheck() {
        super("CCC Litigator Check", 70);
        step("4, stage 3").jobLogs("Litigator Check").after("idiCORE Enrichment").given("phones");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Litigator Check: Checking (?<phones>\\d+) phones against litigator list \\(skipped (?<blacklisted>\\d+) blacklisted\\)",
            "Litigator Check: Checking (?<phones>\\d+) phones(?! against litigator list \\(skipped)",
            "CCC litigator check started for (?<phones>\\d+) phones");
        ends("Litigator check completed: (?<checked>\\d+)/\\d+ successful, (?<flagged>\\d+) found in list",
            "CCC litigator check completed: (?<checked>\\d+) phones checked, (?<flagged>\\d+) flagged, took (?<took>[\\d.]+)s");
        breaks("Error in batch phone check: ", "Circuit breaker open, skipping batch", "CCC litigator check failed").counts("failedBatches");
        breaks("CCC error: ", "Circuit breaker OPENED");
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+");
        typically("2-10s").concern(30).per(600, "phones").row("CCC");
        says("{checked} phones checked, {flagged} flagged");
        remedy("Do not use these leads before they are checked again.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        if (!sight.broken() && sight.has("phones") && sight.number("phones") == 0) {
            return sight.skip("no phones to check");
        }
        long unchecked = sight.number("phones") - sight.number("checked");
        if (sight.has("phones") && unchecked > 0) {
            sight.put("unchecked", unchecked);
            return sight.fail("{unchecked} of {phones} phones were not checked");
        }
        return sight.broken() ? sight.fail("{checked} phones checked by its own words, with errors") : sight.ok();
    }
}
