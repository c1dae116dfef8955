/** Spec, Common Issues: DNC timeout. The list is a SQLite file in celery-worker, not in backend. */
class DncListNotUsable extends Check {
    DncListNotUsable() {
        super("DNC list not usable");
        detects("a locked SQLite file, failed chunks, a missing database or table, phones that went unchecked");
        severity(Status.FAIL).resolution("Restore the list.", "docker compose logs celery-worker");
        explains(DncCheck.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding check = trace.finding(DncCheck.class);
        return check.status() != Status.FAIL || check.cause().isEmpty() || trace.lost() ? nothing() : found(check.summary(), check.quotes()).because(check.cause());
    }
}
