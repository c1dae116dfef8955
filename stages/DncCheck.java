/** Spec step 4, stage 4. A look-up that fails counts every phone as "not on the list"; the closing line claims success all the same. */
class DncCheck extends Stage {
    DncCheck() {
        super("DNC Check", 80);
        step("4, stage 4").jobLogs("DNC Check").after("idiCORE Enrichment").given("phones");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("DNC Check: Checking (?<phones>\\d+) phones", "DNC check started for (?<phones>\\d+) phones");
        ends("DNC check completed \\(batched\\): (?<found>\\d+)/\\d+ phones found in DNC list \\((?<checked>\\d+) successful checks\\)",
            "DNC check completed: (?<checked>\\d+) phones checked, (?<found>\\d+) in DNC, took (?<took>[\\d.]+)s");
        breaks("Error querying DNC ", "Failed to connect to DNC database: ", "Error during batched DNC check: ", "Error during DNC checking: ",
            "DNC lookup failed: ", "DNC check failed", "No valid phone numbers to check").counts("failedChunks").anywhere();
        breaks("Error checking phone ", "Error processing DNC result for phone ").counts("lostAnswers").anywhere();
        breaks("DNC database not found at ").counts("withoutList").anywhere();
        // Both come from the start of the job and disable nothing: the look-ups decide.
        harmless("Error verifying DNC database: ", "DNC database exists but 'dnc_list' table not found");
        typically("1-3s").concern(10).per(600, "phones").row("DNC");
        says("{checked} phones checked, {found} in DNC").computes("unchecked");
        remedy("Do not use these leads before they are checked again; free or restore the list.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Sight sight) {
        if (!sight.broken() && sight.number("phones") == 0) {
            return sight.skip("no phones to check");
        }
        if (!sight.has("phones")) {
            return sight.warn("the list cannot be used; no phone of this job needed it");
        }
        long unchecked = sight.visits.stream().mapToLong(visit -> sight.has("withoutList") || visit.has("failedChunks") ? visit.number("phones")
            : Math.max(visit.number("phones") - visit.number("checked"), visit.number("lostAnswers"))).sum();
        sight.put("unchecked", unchecked);
        return unchecked == 0 ? sight.ok() : sight.fail("{unchecked} of {phones} phones were not checked");
    }

    @Override
    Finding unseen(Sight sight) {
        double phones = sight.trace.finding(after).number("phones");
        return phones == 0 ? sight.skip("nobody has a phone") : sight.fail("asked about nobody, though " + Times.number(phones) + " phones were found");
    }
}
