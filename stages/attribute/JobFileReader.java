import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the job's own log file. Its handler is never removed: lines of later jobs of the same worker process follow
 * those of this one. Where several attempts are known it is read from the start to the end of each, else to the engine's last
 * line or the start of another job, unless the job itself announces that start: it is tried again.
 */
final class JobFileReader implements LineHandler {
    /** A line that is logged twice is logged at once: so many lines back it is looked for. */
    private static final int REMEMBERED = 1_000;
    private static final String START = "Starting ETL job";
    private static final String END = "Job duration: ";
    /** What the task of a job says before the engine starts, each time that it is tried. */
    private static final Pattern ANNOUNCED = Pattern.compile("Generated table_id for job |Executing \\S{1,40} ETL job ");
    /** Milliseconds. */
    private static final long AFTER_END = 1_000;
    private final String service;
    private final Evidence trace;
    private final JobFold fold;
    private final JobIds jobs;
    private final Stamps stamps = new Stamps();
    private final Duration zone;
    /** When the console's lines of the job begin, UTC; null when it has none. */
    private final Instant begun;
    /** After this time, UTC, nothing is the job's; null when its end is not known. */
    private final Instant end;
    /** Of a line and its time only a number is kept. */
    private final Set<Long> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });
    private boolean started;
    private boolean announced;
    /** True after the engine's last line of the job. */
    private boolean ended;
    /** How many lines are from where the console tells: they are no events of their own, the file may hold lines of other jobs. */
    private int known;
    private Message first;
    private Message last;
    /** What a line without a head continues; null after a line that is not the job's. */
    private Message current;
    private long order;

    /** @param trace with all that the console tells */
    JobFileReader(String service, Evidence trace, JobFold fold) {
        this.service = service;
        this.trace = trace;
        this.fold = fold;
        this.jobs = new JobIds(List.of(trace.job.id()));
        this.zone = trace.zones.getOrDefault(service, Duration.ZERO);
        this.begun = trace.begun();
        boolean exact = trace.attempt() != null && trace.attempt().to != null;
        this.end = trace.ended() == null ? null : trace.ended().plusMillis(exact ? 0 : AFTER_END);
    }

    @Override
    public boolean line(String raw) {
        LogHeader head = LogHeader.of(raw, 0, true, stamps);
        if (head == null || head.local() == null) {
            if (current != null) {
                current.add(Printable.plain(raw));
            }
            return true;
        }
        complete();
        if (JobIds.labelledWithAnother(head.text(), trace.job.id())) {
            return trace.attempts.size() > 1;
        }
        Instant time = head.local().minus(zone);
        if (end != null && time.isAfter(end)) {
            return false;
        }
        if (trace.attempts.size() < 2 && ofTheNextJob(head.text())) {
            return false;
        }
        boolean ours = trace.attempts.size() < 2 ? !ended || jobs.named(head.text()) != null : trace.attempts.stream().anyMatch(attempt ->
            !time.isBefore(attempt.from) && (attempt.to == null || !time.isAfter(attempt.to)));
        if (ours && begun != null && !time.isBefore(begun)) {
            known++;
        } else if (ours && seen.add((long) raw.hashCode() << 32 ^ time.toEpochMilli())) {
            current = new Message(service, "", time, head.level(), "", head.text());
            current.placedBy = PlacedBy.JOB_FILE;
            current.order = ++order;
        }
        ended |= says(head.text(), END);
        return !full();
    }

    /** True at a start that this job has not announced: the next job of the worker process begins. */
    private boolean ofTheNextJob(String text) {
        announced |= ANNOUNCED.matcher(text).lookingAt() && jobs.named(text) != null;
        if (!says(text, START)) {
            return false;
        }
        boolean next = started && !announced;
        started = true;
        announced = false;
        ended &= next;
        return next;
    }

    /** True for a text that begins with these words, whatever signs stand before them. */
    private static boolean says(String text, String words) {
        int start = 0;
        while (start < text.length() && !(text.charAt(start) < 128 && Character.isLetterOrDigit(text.charAt(start)))) {
            start++;
        }
        return text.startsWith(words, start);
    }

    /** The message has come to its end. */
    private void complete() {
        if (current != null) {
            fold.count(PlacedBy.JOB_FILE, 1);
            fold.add(current);
            first = first == null ? current : first;
            last = current;
            current = null;
        }
    }

    private boolean full() {
        return fold.lost() != null;
    }

    /** Ends the file; what only it shows, not redacted yet: its first and its last line, and what the fold keeps of the others. */
    FoldedLog finish() {
        complete();
        FoldedLog folded = fold.folded(0, List.of(), List.of(), Map.of());
        Stream.of(first, last).filter(message -> message != null && !folded.messages().contains(message)).distinct().forEach(folded.messages()::add);
        if (known > 0) {
            folded.placed().merge(PlacedBy.JOB_FILE, known, Integer::sum);
        }
        return folded;
    }
}
