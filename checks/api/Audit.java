import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was concluded of the jobs of a period.
 *
 * @param jobs the newest first
 * @param missing why something that was queried did not come, by what was queried
 * @param answers what was queried
 */
record Audit(AuditScope scope, List<AuditedJob> jobs, Map<String, String> missing, List<CommandResult> answers) {
    /** What a job can be in a word or two, in the order in which it is shown: what is well first. */
    static final List<String> WORDS = List.of("ok", "running", "queued", "with warnings", "degraded", "failed", "cancelled", "lost", "zombie",
        "stuck", "unknown");

    /** How many jobs there are of each word; all words are there. */
    Map<String, Long> words() {
        Map<String, Long> words = new LinkedHashMap<>();
        WORDS.forEach(word -> words.put(word, jobs.stream().filter(job -> job.word().equals(word)).count()));
        return words;
    }

    /** How many jobs have which status in their rows. */
    Map<String, Long> statuses() {
        Map<String, Long> statuses = new TreeMap<>();
        jobs.forEach(job -> statuses.merge(job.job().status(), 1L, Long::sum));
        return statuses;
    }

    /** @param common what all jobs have in common */
    static Audit of(AuditScope scope, List<AuditedJob> jobs, Evidence common) {
        List<AuditedJob> newestFirst = jobs.stream().sorted(Comparator.comparing((AuditedJob one) -> one.job().time("created_at"),
            Comparator.nullsFirst(Comparator.naturalOrder())).reversed()).toList();
        return new Audit(scope, newestFirst, common.missing, List.copyOf(common.answers.values()));
    }

    boolean isWrong() {
        return scope.isCut() || jobs.stream().anyMatch(AuditedJob::wrong);
    }

    /** How bad the worst job is; what was not looked at is not known. */
    Status severity() {
        return Stream.concat(Stream.of(scope.isCut() ? Status.UNKNOWN : Status.OK), jobs.stream().map(AuditedJob::severity))
            .max(Comparator.naturalOrder()).get();
    }

    /** The jobs that are not healthy, by what is worst about each: the worst first, and of equally bad ones those whose rows say that all is well. */
    Map<String, List<AuditedJob>> byIssue() {
        Map<String, List<AuditedJob>> groups = new LinkedHashMap<>();
        jobs.stream().filter(AuditedJob::wrong)
            .sorted(Comparator.comparing(AuditedJob::severity).reversed().thenComparing(job -> !job.job().status().equals("completed")))
            .forEach(job -> groups.computeIfAbsent(job.worst(), title -> new ArrayList<>()).add(job));
        return groups;
    }

    /** The jobs that are healthy, or are so far. */
    List<AuditedJob> healthy() {
        return jobs.stream().filter(job -> !job.wrong()).toList();
    }
}
