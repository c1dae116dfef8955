import java.util.stream.Stream;

/** Spec step 4, stage 4. A look-up that fails counts every phone as "not on the list"; the closing line claims success all the same. */
class DncCheck extends PhoneCheck {
    private static final Cause NO_FILE = cause("the list's file is missing").resolution("Restore the list's file; the line names its place.");

    DncCheck() {
        super("DNC Check", 80);
        step("4, stage 4").after(IdiCoreEnrichment.class).needs("phones").jobLogs("DNC Check").inBatches();
        runs("docker compose logs celery-worker", "docker compose logs backend");
        begins("DNC Check: Checking (?<phones>\\d+) phones", "DNC check started for (?<phones>\\d+) phones");
        ends("DNC check completed \\(batched\\): (?<found>\\d+)/\\d+ phones found in DNC list \\((?<checked>\\d+) successful checks\\)",
            "DNC check completed: (?<checked>\\d+) phones checked, (?<found>\\d+) in DNC, took (?<took>[\\d.]+)s");
        fails("Error querying DNC ", "Failed to connect to DNC database: ", "Error during batched DNC check: ", "Error during DNC checking: ",
            "DNC lookup failed: ", "DNC check failed").countedAs("failedChunks").outOfTurn().because(
            cause("SQLite lock: another process holds the list").where("locked").resolution("Free the list; where celery-worker itself holds it,"
                + " a restart frees it, when no job runs.", "docker compose restart celery-worker"),
            cause("the list's table is missing").where("no such table"), NO_FILE.where("not found"),
            cause("the list's file is missing, a folder, or not readable").where("unable to open|directory"), cause("the list could not be read"));
        fails("DNC database not found at .{1,300}(?:skipped|Returning empty results)").countedAs("skippedBatches").outOfTurn().because(NO_FILE);
        fails("No valid phone numbers to check").countedAs("invalidBatches").outOfTurn();
        fails("Error checking phone ", "Error processing DNC result for phone ").countedAs("lostAnswers").outOfTurn();
        fails("DNC database not found at .{1,300}disabled").countedAs("withoutList").outOfTurn().because(NO_FILE);
        // Both come from the start of the job and disable nothing: the look-ups decide.
        harmless("Error verifying DNC database: ", "DNC database exists but 'dnc_list' table not found");
        typical(1, 3).warnAfter(10).scaledBy(600, "phones").performanceRow("DNC");
        whenOk("{checked} phones checked, {found} in DNC");
        resolution("Do not use these leads before they are checked again; free or restore the list.", "docker compose logs celery-worker");
    }

    @Override
    Finding judge(Observation observed) {
        if (observed.number("phones") == 0) {
            return !observed.broken() ? observed.skip("no phones to check")
                : observed.has("failedChunks") || observed.has("skippedBatches") ? observed.fail("not all phones were checked")
                : observed.trace.wentOut() ? unseen(observed)
                : observed.warn("the list cannot be used; no phones to check so far");
        }
        // A look-up that fails leaves its whole batch unchecked, and without a list all are.
        boolean noList = observed.has("withoutList");
        return judge(observed, batch -> noList || Stream.of("failedChunks", "skippedBatches", "invalidBatches").anyMatch(batch::has), observed.begins());
    }
}
