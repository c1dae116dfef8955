import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One run of the job in one worker process: from the first line there that names the job to the end of the task. */
final class Attempt {
    /** The id of the job, in lower case. */
    final String job;
    final String container;
    final String process;
    final Instant from;
    /** When its task ended or its process died, UTC; null while it is open. */
    Instant to;
    /** The message that ended it: Celery's end line, the exit of the process, a new banner; null while it is open. */
    Message end;
    /** The line of the hard time limit for which Celery killed the process; null when it did not. */
    Message limit;
    /** When the worker process last wrote a line of it, UTC. */
    Instant last;
    /** True when its first words are in the log: nothing of the worker's that is older is of it. */
    boolean started;
    /** True when the worker died under it. */
    boolean lost;
    /** True when it ended to be tried again. */
    boolean retries;
    /** The title of the stage that began last, where the job is another one than the traced; empty where that is not known. */
    String stage = "";
    /** Why it was lost, in our words; empty when it was not. */
    String why = "";

    /** The visits of each stage in it, where another attempt followed; none before they are judged. */
    Map<Class<? extends Stage>, List<Visit>> visits = Map.of();

    Attempt(String job, String container, String process, Instant from) {
        this.job = job;
        this.container = container;
        this.process = process;
        this.from = from;
    }

    /** When the last line of it was written, UTC. */
    Instant lastSeen() {
        return last == null ? from : last;
    }

    /** The host of its worker; empty where there is only one. */
    String host() {
        return Container.host(container);
    }

    /** True when its worker process alone died, and not the worker. */
    boolean lostItsProcess() {
        return lost && end != null && end.text.startsWith("Process ");
    }

    /** True for a time in it, UTC. */
    boolean covers(Instant time) {
        return !time.isBefore(from) && (to == null || !time.isAfter(to));
    }
}
