/** Spec step 4, stage 4. A look-up that fails counts every phone as "not on the list"; the closing line claims success all the same. */
class DncCheck extends Stage {
    DncCheck() {
        super("DNC Check", 80);
        step("4, stage 4").jobLogs("DNC Check").after("idiCORE Enrichment").given("phones");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("DNC Check: Checking (?<phones>\\d+) phones", "DNC check started for (?<phones>\\d+) phones");
        ends("DNC check completed \\(batched\\): (?<found>\\d+)/\\d+ phones found in DNC list \\((?<checked>\\d+) successful checks\\)",
            "DNC check completed: (?<checked>\\d+) phones checked, (?<found>\\d+) in DNC, took (?<took>[\\d.]+)s");
        breaks("Error querying DNC ", "DNC lookup failed: ", "DNC check failed").counts("failedChunks").anywhere();
        breaks("DNC database not found at ", "Error verifying DNC database: ", "DNC checking will be disabled").anywhere();
        typically("1-3s").concern(10).per(600, "phones").row("DNC");
        says("{checked} phones checked, {found} in DNC");
        remedy("Do not use these leads before they are checked again; restart what holds the list.",
            "docker compose restart celery-worker", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        if (!sight.broken() && sight.has("phones") && sight.number("phones") == 0) {
            return sight.skip("no phones to check");
        }
        if (sight.broken() && !sight.has("phones")) {
            return sight.warn("the list cannot be used; no phone of this job needed it");
        }
        if (sight.broken()) {
            return sight.fail(sight.has("failedChunks")
                ? Judging.count(sight.number("failedChunks"), "look-up") + " failed, up to {phones} phones were not checked"
                : "the list could not be used, {phones} phones were not checked");
        }
        long unchecked = sight.number("phones") - sight.number("checked");
        return sight.has("phones") && unchecked > 0 ? sight.fail(unchecked + " of {phones} phones were not checked") : sight.ok();
    }
}
