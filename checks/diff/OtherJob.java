import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** The job that a job is compared with. @param which it is, in our words; empty where that was typed */
record OtherJob(Trace trace, String which) {
    /** Where a healthy job is looked for: so far back, and among so many. */
    private static final Duration SEARCHED = Duration.ofDays(90);
    private static final int MOST_TRACED = 5;

    /** The job whose id has this part. Throws KnownFailure where that is none, or not one. */
    static OtherJob named(String part, Collector collector, Function<Evidence, Trace> judge) {
        Collector.Found found = collector.find(part, "");
        if (found.jobs().size() != 1) {
            throw new KnownFailure(found.problem() == null ? 3 : 4, found.problem() != null ? found.unanswered()
                : found.jobs().isEmpty() ? "no job has " + part + " in its id" : found.matches() + " jobs have " + part + " in their id");
        }
        return new OtherJob(judge.apply(collector.trace(found.jobs().get(0), found)), "");
    }

    /** The job of a recording. @param collector collects from one; throws KnownFailure for a file that is none */
    static OtherJob recorded(Path file, Function<Recording, Collector> collector, Function<Evidence, Trace> judge) {
        String name = String.valueOf(file.getFileName());
        try (InputStream bytes = Files.newInputStream(file)) {
            Recording recording = Recording.of(name, bytes);
            Collector recorded = collector.apply(recording);
            Collector.Found found = recorded.find(recording.job(), "");
            if (found.jobs().isEmpty()) {
                throw new KnownFailure(2, file + " has no row of its job");
            }
            return new OtherJob(judge.apply(recorded.trace(found.jobs().get(0), found)), "the recording " + Printable.plain(name));
        } catch (IOException unreadable) {
            throw new KnownFailure(2, file + " cannot be read");
        }
    }

    /** The last job of the same script before this one that is healthy. Throws KnownFailure where there is none. */
    static OtherJob lastHealthy(Trace trace, Collector collector, List<Stage> stages, Function<Evidence, Trace> judge) {
        Instant created = trace.job.time("created_at");
        String script = trace.job.column("script_id");
        if (created == null || script.isEmpty()) {
            throw new KnownFailure(3, "this job's row names no script; name another job: --diff JOB-ID");
        }
        Collector.Found found = collector.find(AuditCollector.finder(stages),
            AuditCollector.fill(new Period(created.minus(SEARCHED), created), "completed"));
        if (found.problem() != null) {
            throw new KnownFailure(4, found.unanswered());
        }
        List<Job> same = found.jobs().stream().filter(job -> job.column("script_id").equals(script) && !job.id().equals(trace.job.id()))
            .limit(MOST_TRACED).toList();
        for (Job job : same) {
            Trace other = judge.apply(collector.trace(job, found));
            if (!other.isWrong()) {
                return new OtherJob(other, "the last healthy job of its script");
            }
        }
        throw new KnownFailure(3, (same.isEmpty() ? "its script has no other completed job in the " + SEARCHED.toDays() + " days before"
            : "of the last " + Times.count(same.size(), "completed job") + " of its script none was healthy") + "; name another job: --diff JOB-ID");
    }
}
