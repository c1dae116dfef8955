import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/** A job of a history: what is to happen to it, and what it came to. */
final class ModelJob {
    final String id;
    final String script;
    final String scriptId;
    final Random random;
    String task;
    long created;
    Fate fate = Fate.NONE;
    /** Which stage does not do its work, and how: idi, ccc, dnc, upload, query, nobody with a name, or none. */
    String trouble = "";
    int batches;
    boolean cancelled;
    /** When the row became completed or failed; -1 while it has not. */
    long over = -1;
    String outcome = "running";
    String error;
    /** The end of each attempt by Celery's line or by its death, and whether its process died. */
    final List<ModelRun> runs = new ArrayList<>();
    final List<ModelLine> said = new ArrayList<>();
    ModelJob other;
    /** Caches in Snowflake fail more often than not: slower and dearer, and nothing is lost. */
    boolean cacheFails;
    /** Two people share a litigator's phone, and the result marks only one of them. */
    boolean litigatorLost;
    /** Of which kind all its batches are; null for a mixture. */
    ModelBatch.Kind all;
    /** What the row counts when the job has completed. */
    EngineLines.Totals totals;

    ModelJob(Random random, String script) {
        this.random = random;
        this.id = new UUID(random.nextLong(), random.nextLong()).toString();
        this.task = new UUID(random.nextLong(), random.nextLong()).toString();
        this.scriptId = new UUID(random.nextLong(), random.nextLong()).toString();
        this.script = script;
    }

    /** Of which kind its next batch is. */
    ModelBatch.Kind kind(Random luck) {
        ModelBatch.Kind[] kinds = ModelBatch.Kind.values();
        int draw = luck.nextInt(30);
        return all != null ? all : draw < kinds.length ? kinds[draw] : ModelBatch.Kind.MIXED;
    }

    String plan() {
        return fate + (trouble.isEmpty() ? "" : " " + trouble) + ", " + batches + " batches, " + runs.size() + " runs"
            + (cancelled ? ", cancelled" : "")
            + runs.stream().map(run -> " " + run.slot.replica.name + "/" + run.process).collect(Collectors.joining());
    }

    /** What is to happen to a job, drawn before it runs. */
    enum Fate { NONE, FAILS, ESCAPES, RETRIES, RETRIES_EARLY, KILLED, RESTARTED, MAIN_KILLED }
}
