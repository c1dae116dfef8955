import java.util.ArrayList;
import java.util.List;

/** One attempt at a job. */
final class ModelRun {
    final ModelJob job;
    final WorkerProcess slot;
    final String process;
    final int number;
    long from;
    /** The last moment in which its process was alive for it. */
    long to = Long.MAX_VALUE;
    ModelLine end;
    /** The time of its last line, had nothing cut it short. */
    long finished = Long.MAX_VALUE;
    /** Its worker was told to stop while it ran. */
    ModelLine warning;
    /** What Celery says after its process died. */
    ModelLine handler;
    /** What shows that its process died. */
    ModelLine death;
    boolean retries;
    /** How many people with a name the query returned; -1 while it has not. */
    int named = -1;
    /** Where something cut it short. */
    long cut = Long.MAX_VALUE;
    /** When the look-ups of each batch were over, and of how many people: from then on the system remembers them. */
    final List<long[]> lookedUp = new ArrayList<>();

    ModelRun(ModelJob job, WorkerProcess slot, int number) {
        this.job = job;
        this.slot = slot;
        this.process = slot.process;
        this.number = number;
    }

    /** How many people the next run leaves out. */
    int remembered() {
        return lookedUp.stream().filter(batch -> batch[0] < cut).mapToInt(batch -> (int) batch[1]).sum();
    }

    /** How many the runs before it have left for it; -1 where none of them came so far. */
    int left() {
        return job.runs.stream().filter(run -> run.number < number && run.named >= 0).reduce((first, second) -> second)
            .map(run -> run.named - run.remembered()).orElse(-1);
    }
}
