import java.util.stream.Stream;

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
            "DNC lookup failed: ", "DNC check failed").counts("failedChunks").anywhere();
        breaks("DNC database not found at .{1,300}(?:skipped|Returning empty results)").counts("skippedBatches").anywhere();
        breaks("No valid phone numbers to check").counts("invalidBatches").anywhere();
        breaks("Error checking phone ", "Error processing DNC result for phone ").counts("lostAnswers").anywhere();
        breaks("DNC database not found at .{1,300}disabled").counts("withoutList").anywhere();
        // Both come from the start of the job and disable nothing: the look-ups decide.
        harmless("Error verifying DNC database: ", "DNC database exists but 'dnc_list' table not found");
        typically("1-3s").concern(10).per(600, "phones").row("DNC");
        says("{checked} phones checked, {found} in DNC").computes("unchecked");
        remedy("Do not use these leads before they are checked again; free or restore the list.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation sight) {
        if (sight.number("phones") == 0) {
            return sight.skip(sight.broken() ? "no phones to check; the list itself cannot be used" : "no phones to check");
        }
        long gap = 0;
        long lost = 0;
        for (Visit batch : sight.visits) {
            boolean all = sight.has("withoutList") || Stream.of("failedChunks", "skippedBatches", "invalidBatches").anyMatch(batch::has);
            gap += all ? batch.number("phones") : Math.max(0, batch.number("phones") - batch.number("checked"));
            lost += all ? 0 : batch.number("lostAnswers");
        }
        sight.put("unchecked", gap + lost);
        long unasked = sight.trace.job.status().equals("completed") ? sight.unanswered(after, "phones", sight.begins) : 0;
        return gap + lost > 0 ? sight.fail((gap > 0 && lost > 0 ? "up to " : "") + "{unchecked} of {phones} phones were not checked")
            : unasked > 0 ? sight.fail("asked about nobody in " + Times.count(unasked, "batch") + " with phones") : sight.ok();
    }

    @Override
    Finding unseen(Observation sight) {
        double phones = sight.trace.finding(after).number("phones");
        return phones == 0 ? sight.skip("nobody has a phone") : sight.fail("asked about nobody, though " + Times.number(phones) + " phones were found");
    }
}
