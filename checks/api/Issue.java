import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something wrong and what to do about it.
 *
 * @param explains the stages whose findings this issue accounts for
 * @param since when it began, UTC, null when no message tells
 * @param resolution a sentence, then the commands to type
 */
record Issue(String id, Status severity, String symptom, String cause, List<String> resolution, List<Class<? extends Stage>> explains,
        Instant since, List<Message> evidence) {
    static final Comparator<Issue> WORST_FIRST = Comparator.comparing(Issue::severity).reversed();

    /** The symptom alone, which all issues of its check have in common. */
    String title() {
        int end = symptom.indexOf(": ");
        return end < 0 ? symptom : symptom.substring(0, end);
    }

    Issue as(Status severity) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    /** With a cause of its own, where the check can tell causes apart. */
    Issue because(String cause) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    /** With the cause that a stage's lines name, and what to do about that, where they name one; its commands are the check's where it has none. */
    Issue because(Optional<Cause> named) {
        if (named.isEmpty()) {
            return this;
        }
        List<String> own = named.get().resolution();
        return because(named.get().sentence()).resolution(Stream.concat(own.stream(), resolution.stream().skip(own.size())).toArray(String[]::new));
    }

    /** With a resolution of its own: a sentence, then the commands to type. */
    Issue resolution(String... resolution) {
        return new Issue(id, severity, symptom, cause, List.of(resolution), explains, since, evidence);
    }

    Issue since(Instant since) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    /** Accounts for these findings, whatever their stages are. */
    Issue explaining(List<Finding> findings) {
        List<Class<? extends Stage>> stages = new ArrayList<>();
        findings.forEach(finding -> stages.add(finding.stage().getClass()));
        return new Issue(id, severity, symptom, cause, resolution, stages, since, evidence);
    }
}
