import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was concluded of the jobs of a period.
 *
 * @param from UTC; @param to UTC; @param now when it was made, UTC
 * @param jobs the newest first
 * @param matches how many jobs there are in the period; more than jobs where there are more than an audit takes
 * @param missing why something that was asked for did not come, by what was asked
 * @param answers what was asked
 */
record Audit(Instant from, Instant to, Instant now, List<AuditedJob> jobs, long matches, Map<String, String> missing, List<CommandResult> answers) {
    /** In the order in which they are told: what is well first. */
    private static final List<String> WORDS = List.of("ok", "running", "queued", "with warnings", "degraded", "failed", "cancelled", "lost", "zombie", "stuck", "unknown");

    /** How many jobs there are of each word. */
    Map<String, Long> words() {
        Map<String, Long> words = new LinkedHashMap<>();
        WORDS.forEach(word -> words.put(word, jobs.stream().filter(job -> job.word().equals(word)).count()));
        words.values().removeIf(count -> count == 0);
        return words;
    }

    /** How many jobs have which status in their rows. */
    Map<String, Long> statuses() {
        Map<String, Long> statuses = new TreeMap<>();
        jobs.forEach(job -> statuses.merge(job.job().status(), 1L, Long::sum));
        return statuses;
    }

    boolean isWrong() {
        return matches > jobs.size() || jobs.stream().anyMatch(AuditedJob::wrong);
    }

    /** The jobs that are not healthy, by what is worst about each; the worst first. */
    Map<String, List<AuditedJob>> byIssue() {
        Map<String, List<AuditedJob>> groups = new LinkedHashMap<>();
        List<AuditedJob> wrong = jobs.stream().filter(AuditedJob::wrong)
            .sorted(java.util.Comparator.comparing(Audit::severity).reversed()).toList();
        wrong.forEach(job -> groups.computeIfAbsent(job.issues().isEmpty() ? job.word() : job.issues().get(0).title(), title -> new java.util.ArrayList<>()).add(job));
        return groups;
    }

    private static Status severity(AuditedJob job) {
        return job.issues().isEmpty() ? Status.WARN : job.issues().get(0).severity();
    }
}
