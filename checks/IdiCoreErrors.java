import java.util.List;
import java.util.Optional;
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
    Optional<Issue> inspect(Trace trace) {
        Finding enrichment = trace.finding(IdiCoreEnrichment.class);
        if (!enrichment.undone() || !enrichment.has("failed") || trace.lost()) {
            return nothing();
        }
        Optional<Message> opened = enrichment.lines("breakerOpened").stream().findFirst();
        double skipped = enrichment.number("skipped");
        String what = enrichment.summary() + opened.map(line -> "; the circuit breaker opened at " + Times.iso(line.time)
            + (skipped > 0 ? ", " + Times.number(skipped) + " people were skipped while it was open" : "")).orElse("");
        List<Message> causes = enrichment.cause().map(enrichment::lines).orElse(enrichment.quotes());
        return found(what, enrichment.cause(), Stream.concat(causes.stream().limit(1), opened.stream()).distinct().toList())
            .map(issue -> issue.as(enrichment.status()));
    }
}
