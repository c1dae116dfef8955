import java.util.List;
import java.util.stream.Stream;

/** Spec, Common Issues: idiCORE errors. What opened the circuit breaker is the cause, not that it opened. */
class IdiCoreErrors extends Check {
    IdiCoreErrors() {
        super("idiCORE errors");
        detects("429s and retries, timeouts, the circuit breaker, refused credentials, people not enriched");
        cause("idiCORE answered with errors").resolution("See what idiCORE answered.", "docker compose logs celery-worker");
        explains(IdiCoreEnrichment.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding enrichment = trace.finding(IdiCoreEnrichment.class);
        List<Message> opened = enrichment.lines("breakerOpened").stream().limit(1).toList();
        double skipped = enrichment.number("skipped");
        String breaker = opened.isEmpty() ? "" : "; the circuit breaker opened at " + Times.iso(opened.get(0).time)
            + (skipped > 0 ? ", " + Times.number(skipped) + " people were skipped while it was open" : "");
        return !enrichment.undone() || !enrichment.has("failed") || trace.lost() ? nothing()
            : found(enrichment.summary() + breaker, Stream.concat(enrichment.linesOfCause().stream().limit(1), opened.stream()).distinct().toList())
                .because(enrichment.cause()).as(enrichment.status());
    }
}
