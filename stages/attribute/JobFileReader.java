import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the job's own log file. Its handler is never removed: lines of later jobs of the same worker process follow
 * those of this one. Where several attempts are known it is read from the start to the end of each, else to the engine's last
 * line or the start of another job, unless the job itself announces that start: it is tried again.
 */
final class JobFileReader implements LineHandler {
    private static final int MOST = 50_000;
    private static final Pattern START = Pattern.compile("\\W*Starting ETL job");
    private static final Pattern END = Pattern.compile("\\W*Job duration: ");
    /** What the task of a job says before the engine starts, each time that it is tried. */
    private static final Pattern ANNOUNCED = Pattern.compile("Generated table_id for job |Executing \\S{1,40} ETL job ");
    private static final long AFTER_END = 1_000;
    private final String service;
    private final Evidence trace;
    private final Redactor mask;
    private final List<Message> messages = new ArrayList<>();
    private final TextBudget budget;
    /** A line that is logged twice has one time and one text; of both only a number is kept. */
    private final Set<Long> seen = new HashSet<>();
    private boolean full;
    private boolean started;
    private boolean announced;
    /** True after the engine's last line of the job. */
    private boolean ended;
    /** How many lines are from where the console tells: they are no events of their own, the file may hold lines of other jobs. */
    private int known;
    /** What a line without a head continues; null after a line that is not the job's. */
    private Message draft;
    private long order;

    JobFileReader(String service, Evidence trace, Redactor mask, TextBudget budget) {
        this.budget = budget;
        this.service = service;
        this.trace = trace;
        this.mask = mask;
    }

    @Override
    public boolean line(String raw) {
        String line = Printable.plain(raw);
        LogHeader head = LogHeader.of(line, true);
        if (head == null || head.local() == null) {
            if (draft != null) {
                draft.add(line);
            }
            return true;
        }
        complete();
        if (JobIds.labelledWithAnother(head.text(), trace.job.id())) {
            return trace.attempts.size() > 1;
        }
        Instant time = head.local().toInstant(ZoneOffset.UTC).minus(trace.zones.getOrDefault(service, Duration.ZERO));
        Instant end = trace.ended();
        if (end != null && time.isAfter(end.plusMillis(trace.attempt() != null && trace.attempt().to != null ? 0 : AFTER_END))) {
            return false;
        }
        boolean named = JobIds.named(head.text(), trace.job.id());
        if (trace.attempts.size() < 2 && ofTheNextJob(head.text(), named)) {
            return false;
        }
        boolean ours = trace.attempts.size() < 2 ? !ended || named : trace.attempts.stream().anyMatch(attempt ->
            !time.isBefore(attempt.from) && (attempt.to == null || !time.isAfter(attempt.to)));
        if (ours && trace.begun() != null && !time.isBefore(trace.begun())) {
            known++;
        } else if (ours && seen.add((long) line.hashCode() << 32 ^ time.toEpochMilli())) {
            draft = new Message(service, "", time, head.level(), "", head.text());
            draft.order = ++order;
        }
        ended |= END.matcher(head.text()).lookingAt();
        return !full;
    }

    /** True at a start that this job has not announced: the next job of the worker process begins. */
    private boolean ofTheNextJob(String text, boolean named) {
        announced |= named && ANNOUNCED.matcher(text).lookingAt();
        if (!START.matcher(text).lookingAt()) {
            return false;
        }
        boolean next = started && !announced;
        started = true;
        announced = false;
        ended &= next;
        return next;
    }

    /** Masks the message that has come to its end: a person or a password can stand in any of its lines, or across two. */
    private void complete() {
        full |= draft != null && (messages.size() >= MOST || !budget.takes(draft.text.length()));
        if (draft != null && !full) {
            draft.text = mask.text(draft.text);
            messages.add(draft);
        }
        draft = null;
    }

    boolean full() {
        return full;
    }

    /** Ends the file; answers what only it tells. */
    List<Message> finish() {
        complete();
        if (known > 0) {
            trace.placed.merge(Message.JOB_FILE, known, Integer::sum);
        }
        return messages;
    }
}
