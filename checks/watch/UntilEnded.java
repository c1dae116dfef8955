import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** True until the row has said that the job has ended and its logs have come to rest, or the time of the watch is over. */
final class UntilEnded implements Predicate<Boolean> {
    private static final Duration ROW = Duration.ofSeconds(2);
    /** The last lines come after the row's end: at least so long it goes on, */
    private static final Duration LAST_LINES = Duration.ofSeconds(2);
    /** and at most so long, for other jobs can keep the logs busy, and a slow machine their readers. */
    private static final Duration LATEST_LINES = Duration.ofSeconds(8);
    private final Collector collector;
    private final Job job;
    private final Runnable renew;
    private final Instant end;
    private CompletableFuture<Collector.Found> pending;
    private Instant asked = Instant.EPOCH;
    private Instant ended;

    /** @param renew gives the commands their time again */
    UntilEnded(Collector collector, Job job, Duration limit, Runnable renew) {
        this.collector = collector;
        this.job = job;
        this.renew = renew;
        this.end = Instant.now().plus(limit);
    }

    @Override
    public boolean test(Boolean quiet) {
        Instant now = Instant.now();
        if (pending == null && !asked.plus(ROW).isAfter(now)) {
            asked = now;
            renew.run();
            pending = collector.later(() -> collector.find(job.id(), ""));
        } else if (pending != null && pending.isDone()) {
            boolean over = pending.join().jobs().stream().anyMatch(one -> one.id().equals(job.id()) && one.ended());
            ended = !over ? null : ended == null ? now : ended;
            pending = null;
        }
        return now.isBefore(end) && (ended == null || ended.plus(quiet ? LAST_LINES : LATEST_LINES).isAfter(now));
    }
}
