import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Spec, Common Issues: idiCORE errors. What opened the circuit breaker is the cause, not that it opened; a 429 never opens it. */
class IdiCoreErrors extends Check {
    private record Kind(List<String> words, String cause, String todo) {}

    private static final List<Kind> KINDS = List.of(
        new Kind(List.of("authentication token", "Auth failed", "IDI credentials", "401", "403"), "idiCORE refused the credentials", "Check idiCORE's credentials."),
        new Kind(List.of("429", "Rate limit"), "API rate limit", "Check the circuit breaker and the API's rate limit."),
        new Kind(List.of("timed out", "Timeout", "timeout"), "idiCORE did not answer in time", "See whether idiCORE answers, and how fast."),
        new Kind(List.of("Connection refused", "Max retries exceeded", "ConnectionError", "resolve"), "idiCORE could not be reached", "Check the way to idiCORE."),
        new Kind(List.of(""), "idiCORE answered with errors", "See what idiCORE answered."));

    IdiCoreErrors() {
        super("idiCORE errors");
        detects("429s and retries, timeouts, the circuit breaker, refused credentials, people not enriched");
        explains(IdiCoreEnrichment.class);
    }

    @Override
    Optional<Issue> inspect(Trace trace) {
        Finding enrichment = trace.finding(IdiCoreEnrichment.class);
        if (!enrichment.undone() || !enrichment.has("failed") || trace.lost()) {
            return nothing();
        }
        List<Message> errors = enrichment.evidence().stream().filter(line -> line.error() && !opened(line)).toList();
        List<Message> causes = errors.isEmpty() ? enrichment.quotes() : errors;
        Kind kind = KINDS.stream().max(Comparator.comparingLong(one -> causes.stream().filter(line -> kind(line) == one).count())).orElseThrow();
        List<Message> shown = causes.stream().filter(line -> kind(line) == kind).limit(1).toList();
        Optional<Message> opened = enrichment.evidence().stream().filter(IdiCoreErrors::opened).findFirst();
        double skipped = enrichment.number("skipped");
        String what = enrichment.summary() + opened.map(line -> "; the circuit breaker opened at " + Times.iso(line.time)
            + (skipped > 0 ? ", " + Times.number(skipped) + " people were skipped while it was open" : "")).orElse("");
        return found(what, kind.cause(), Stream.concat(shown.stream(), opened.stream()).distinct().toList())
            .map(issue -> issue.as(enrichment.status()).todo(kind.todo(), "docker compose logs celery-worker"));
    }

    private static boolean opened(Message line) {
        return line.text.contains("Circuit breaker OPEN") || line.text.contains("circuit breaker OPEN");
    }

    /** By the reason alone: the name of a person can hold any word. */
    private static Kind kind(Message line) {
        String reason = line.text.replaceFirst(" for [^:]{0,200}: ", ": ");
        return KINDS.stream().filter(kind -> kind.words().stream().anyMatch(reason::contains)).findFirst().orElseThrow();
    }
}
