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
        if (!enrichment.undone() || !enrichment.has("failed") || trace.lost()) {
            return nothing();
        }
        List<Message> opened = enrichment.lines("breakerOpened").stream().limit(1).toList();
        double skipped = enrichment.number("skipped");
        String what = opened.isEmpty() ? "" : "; the circuit breaker opened at " + Times.iso(opened.get(0).time)
            + (skipped > 0 ? ", " + Times.number(skipped) + " people were skipped while it was open" : "");
        Stream<Message> shown = enrichment.cause().map(enrichment::lines).orElse(enrichment.quotes()).stream().limit(1);
        return found(enrichment.summary() + what, Stream.concat(shown, opened.stream()).distinct().toList())
            .because(enrichment.cause()).as(enrichment.status());
    }
}
