/** Spec, Common Issues: DNC timeout. The list is a SQLite file in celery-worker, not in backend. */
class DncListNotUsable extends Check {
    DncListNotUsable() {
        super("DNC list not usable");
        detects("a locked SQLite file, failed chunks, a missing database or table, phones that went unchecked");
        severity(Status.FAIL).cause("the leads are marked as if none were on the list");
        resolution("Free or restore the list; where celery-worker itself holds it, a restart frees it, when no job runs.", "docker compose restart celery-worker");
        explains(DncCheck.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding check = trace.finding(DncCheck.class);
        return check.status() != Status.FAIL || check.cause().isEmpty() || trace.lost() ? nothing() : found(check.cause().get().sentence(), check.quotes());
    }
}
