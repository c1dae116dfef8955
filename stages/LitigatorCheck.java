import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Spec step 4, stage 3. A request that fails counts its phones as "not a litigator", so that it is never OK here. */
class LitigatorCheck extends Stage {
    private static final Pattern ALL_BLACKLISTED = Pattern.compile("Filtered (\\d+) blacklisted phones from \\1 total");

    LitigatorCheck() {
        super("CCC Litigator Check", 70);
        step("4, stage 3").jobLogs("Litigator Check").after("idiCORE Enrichment").given("phones");
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("Litigator Check: Checking (?<phones>\\d+) phones(?: against litigator list \\(skipped (?<blacklisted>\\d+) blacklisted\\))?",
            "CCC litigator check started for (?<phones>\\d+) phones");
        ends("Litigator check completed: (?<checked>\\d+)/\\d+ successful, (?<flagged>\\d+) found in list",
            "CCC litigator check completed: (?<checked>\\d+) phones checked, (?<flagged>\\d+) flagged, took (?<took>[\\d.]+)s");
        breaks("Error in batch phone check: ", "Error processing batch: ", "Circuit breaker open, skipping batch", "CCC litigator check failed")
            .counts("failedBatches");
        breaks("Error parsing litigator result: ", "Could not map result for phone ", "Error processing litigator result for phone ").counts("lostAnswers");
        breaks("CCC error: ", "Circuit breaker OPENED");
        breaks("Failed to load blacklist: ").counts("withoutBlacklist").anywhere();
        shows("Blacklist Filter: Filtered (?<filtered>\\d+) blacklisted phones from ");
        shows("Statistics: Total: \\d+, Litigator: (?<marked>\\d+),");
        shows("Attempt \\d+/\\d+ failed: ").counts("retries").inTurn();
        recovers("[Aa]ttempt (\\d+)/(?!\\1\\b)\\d+");
        harmless("Error (?:loading|saving) phone cache: ");
        typically("2-10s").concern(30).per(600, "phones").row("CCC");
        says("{checked} phones checked, {flagged} flagged").computes("unchecked");
        remedy("Do not use these leads before they are checked.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation sight) {
        long phones = sight.number("phones");
        long lost = sight.number("lostAnswers");
        long gap = Math.max(0, phones - sight.number("checked"));
        boolean claimsAll = gap + lost == 0 && sight.breaks.size() > sight.number("withoutBlacklist");
        sight.put("unchecked", claimsAll ? phones : gap + lost);
        String upTo = claimsAll || gap > 0 && lost > 0 ? "up to " : "";
        boolean completed = sight.trace.job.status().equals("completed");
        long unasked = sight.unanswered(after, "phones", Stream.concat(sight.begins.stream(), sight.shows.stream()
            .filter(line -> ALL_BLACKLISTED.matcher(line.text).find())).toList());
        return phones == 0 ? completed ? unseen(sight) : sight.skip("no phones to check so far")
            : sight.number("unchecked") > 0 ? sight.fail(upTo + "{unchecked} of {phones} phones were not checked")
            : sight.has("withoutBlacklist") ? sight.fail("the blacklist was not loaded: up to {phones} phones can be on it")
            : completed && unasked > 0 ? sight.fail("asked about nobody in " + Times.count(unasked, "batch") + " with phones")
            : sight.ok().noting("CCC is asked about the first phone of each person only, in every job");
    }

    @Override
    Finding unseen(Observation sight) {
        double phones = sight.trace.finding(after).number("phones");
        return phones == 0 ? sight.skip("nobody has a phone")
            : sight.number("filtered") + sight.number("blacklisted") > 0 ? sight.skip("all phones to check are blacklisted")
            : sight.fail("asked about nobody, though " + Times.number(phones) + " phones were found");
    }
}
