import java.util.Optional;

/** Spec, Common Issues: DNC timeout. The list is a SQLite file in celery-worker, not in backend. */
class DncTimeout extends Check {
    DncTimeout() {
        super("DNC list not usable");
        detects("a locked SQLite file, failed chunks, a missing database or table, phones that went unchecked");
        severity(Status.FAIL).resolution("Free or restore the list; where celery-worker itself holds it, a restart frees it, when no job runs.",
            "docker compose restart celery-worker");
        explains(DncCheck.class);
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        Finding check = trace.finding(DncCheck.class);
        if (check == null || check.status() != Status.FAIL || check.quotes().isEmpty() || !check.has("failedChunks") && !check.has("withoutList") && !check.has("skippedBatches") || trace.lost()) {
            return nothing();
        }
        String text = check.quotes().get(0).text;
        String cause = text.contains("locked") ? "SQLite lock: another process holds the list"
            : text.contains("no such table") ? "the list's table is missing"
            : text.contains("not found") || text.contains("unable to open") || text.contains("directory")
                ? "the list's file is missing, a folder, or not readable" : "the list could not be read";
        return found(cause, "the leads are marked as if none were on the list", check.quotes());
    }
}
