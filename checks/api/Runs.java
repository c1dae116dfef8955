import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the runs of one job did between them. The system remembers whom a run has looked up, and the next one leaves them out: what
 * the first did not store, none stores. A job from a file leaves nobody out, and stores again what was stored before.
 */
final class Runs {
    /** Minutes after its last line in which a run is taken to be at work. */
    private static final long AT_WORK = 5;
    private final Trace last;
    private final List<Trace> all;

    private Runs(Trace last) {
        this.last = last;
        this.all = Stream.concat(last.earlier.stream(), Stream.of(last)).toList();
    }

    static Runs of(Trace last) {
        return new Runs(last);
    }

    /** How many records there were to store, by the run that took most of them. */
    private double taken() {
        return all.stream().mapToDouble(Trace::toStore).max().orElse(0);
    }

    /** How many records were stored by none of them, where the job says that it succeeded. */
    double lost() {
        boolean leavesOut = !isOpen() && !last.job.fromFile() && last.earlier.stream().anyMatch(Trace::remembered);
        return leavesOut && last.claimsSuccess() ? Math.max(0, taken() - Rerun.stored(last)) : 0;
    }

    /** How many records were stored more than once: by runs that were at work at the same time, or read the same file. */
    double twice() {
        boolean same = last.job.fromFile() || overlap();
        return same && taken() > 0 ? Math.max(0, Rerun.stored(last) - taken()) : 0;
    }

    /** True where a run began before the one before it had ended. */
    private boolean overlap() {
        return isOpen() || last.attempt() != null && last.earlier.stream().map(Trace::attempt)
            .anyMatch(run -> run != null && run.to != null && run.to.isAfter(last.attempt().from));
    }

    /** True where a run is to come that leaves out whom this one has looked up. */
    boolean nextLeavesOut() {
        return last.attempt() != null && last.attempt().retries && !last.over() && !last.job.fromFile() && last.remembered();
    }

    /** True while one that another one followed is at work all the same. One without an end need not be: what died with its container has none either. */
    private boolean isOpen() {
        return last.earlier.stream().anyMatch(run -> run.isAtWork(AT_WORK));
    }

    /** True when Celery tried the task again, each time. */
    boolean onPurpose() {
        return last.earlier.stream().allMatch(run -> run.attempt() != null && run.attempt().retries);
    }

    String sentence() {
        if (nextLeavesOut()) {
            return "it is to be tried again, and will leave out whoever this run has looked up";
        }
        List<String> where = all.stream().map(run -> run.attempt() == null ? "" : run.attempt().process).filter(process -> !process.isEmpty()).toList();
        double lost = lost();
        double twice = twice();
        return all.size() + (onPurpose() ? " attempts" : " runs") + ", on " + String.join(", ", where)
            + (where.size() < all.size() ? "; the first is seen only in job_logs" : "") + (isOpen() ? "; an earlier one is still at work" : "")
            + (lost > 0 ? "; " + Times.number(lost) + " of " + Times.number(taken()) + " records were not stored by any of them" : "")
            + (twice > 0 ? "; " + Times.number(twice) + " records were stored twice" : "");
    }

    /** The lines that ended them. */
    List<Message> ends() {
        return all.stream().map(Trace::attempt).filter(Objects::nonNull).map(attempt -> attempt.end).filter(Objects::nonNull).collect(Collectors.toList());
    }
}
