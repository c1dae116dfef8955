import java.util.List;
import java.util.Optional;

/** Spec, Common Issues: idiCORE errors. A 429 never opens the breaker; a refused token is not the rate limit. */
class IdiCoreErrors extends Check {
    IdiCoreErrors() {
        super("idiCORE errors");
        sees("429s and retries, the circuit breaker, refused authentication, people not enriched");
        resolution("Check the circuit breaker and the API's rate limit.", "docker compose logs celery-worker");
        explains("idiCORE Enrichment");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        Finding enrichment = trace.finding("idiCORE Enrichment");
        if (enrichment == null || !enrichment.undone() || enrichment.quotes().isEmpty() || trace.lost()) {
            return nothing();
        }
        List<Message> lines = enrichment.evidence();
        Optional<Message> opened = first(lines, "Circuit breaker OPEN", "circuit breaker OPEN");
        String refused = Times.number(lines.stream().filter(Message::error)
            .filter(line -> line.text.contains("429") || line.text.contains("Rate limit")).count());
        double skipped = enrichment.numbers().getOrDefault("skipped", 0.0);
        double failed = enrichment.numbers().getOrDefault("failed", 0.0);
        String what = failed > 0
            ? Times.number(failed) + " of " + Times.number(enrichment.numbers().getOrDefault("records", 0.0)) + " people not enriched"
            : "errors on the way";
        if (opened.isPresent()) {
            String met = skipped > 0 ? ", and " + Times.number(skipped) + " people met it open" : "";
            return found(what + "; the circuit breaker opened at " + Times.iso(opened.get().time) + met, "too many failures in a row",
                java.util.stream.Stream.of(enrichment.quotes().get(0), opened.get()).distinct().toList());
        }
        return first(enrichment.quotes(), "authentication token", "401").isPresent()
            ? found(what, "idiCORE refused the credentials", enrichment.quotes())
                .map(issue -> issue.todo("Check idiCORE's credentials.", "docker compose logs celery-worker"))
            : !refused.equals("0") ? found(what + "; lines about the rate limit: " + refused, "API rate limit", enrichment.quotes())
            : found(what, "idiCORE failed or did not answer in time", enrichment.quotes());
    }

    private static Optional<Message> first(List<Message> lines, String... words) {
        return lines.stream().filter(line -> List.of(words).stream().anyMatch(line.text::contains)).findFirst();
    }
}
