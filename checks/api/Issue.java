import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    Issue as(Status severity) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    /** With a resolution of its own: a sentence, then the commands to type. */
    Issue todo(String... resolution) {
        return new Issue(id, severity, symptom, cause, List.of(resolution), explains, since, evidence);
    }

    Issue since(Instant since) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    private static List<Class<? extends Stage>> classes(List<Finding> findings) {
        List<Class<? extends Stage>> classes = new ArrayList<>();
        findings.forEach(finding -> classes.add(finding.stage().getClass()));
        return classes;
    }

    /** Accounts for these findings, whatever their stages are. */
    Issue explaining(List<Finding> findings) {
        return new Issue(id, severity, symptom, cause, resolution, classes(findings), since, evidence);
    }
}
