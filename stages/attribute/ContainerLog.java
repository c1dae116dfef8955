import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** Makes messages of the lines of one container: their times in UTC, the lines that continue them, tracebacks that another process' lines interrupt. */
final class ContainerLog {
    /** Seconds; less is the way that a line takes to Docker. */
    private static final long A_CLOCK_IS_OFF = 60;
    /** Of so many lines the middle one tells what the application's clock differs by; they wait until it is known. */
    private static final int CLOCK_LINES = 999;
    private static final int MOST_CHARACTERS_EARLY = 1 << 20;

    private final String container;
    private final String service;
    private final LongSupplier order;
    private final BiConsumer<Message, LogHeader.Form> messages;
    private final Stamps stamps = new Stamps();
    private long lines;
    private Instant first;
    private Instant last;
    /** By how much the application's clock differs from UTC; null until it is known. */
    private Duration offset;
    /** The lines from the first that has the application's time, as long as the offset is not known. */
    private final List<LogLine> early = new ArrayList<>();
    private final List<Long> apart = new ArrayList<>();
    private long earlyCharacters;
    private Message current;
    /** The message that was whole when no more lines came; null after the next one. */
    private Message paused;
    private LogHeader.Form form;
    private Message interrupted;
    private LogHeader.Form interruptedForm;

    /** @param order where a message stands in the log; @param messages takes each message when it is whole, with the form of its head */
    ContainerLog(String container, String service, LongSupplier order, BiConsumer<Message, LogHeader.Form> messages) {
        this.container = container;
        this.service = service;
        this.order = order;
        this.messages = messages;
    }

    /** Counts a line, whether it is of the time that is read or not. */
    void count(LogLine line) {
        lines++;
        if (first == null) {
            first = line.at();
        }
    }

    /** True when a tail of so many lines reaches back to that time, UTC. */
    boolean covers(long tail, Instant since) {
        return lines < tail || first != null && first.isBefore(since);
    }

    /** How many there were, whether of the time that is read or not. */
    long lines() {
        return lines;
    }

    /** Docker's time of the first line, UTC; null when there is none. */
    Instant first() {
        return first;
    }

    String container() {
        return container;
    }

    String service() {
        return service;
    }

    /** By how much the application's clock differs from UTC; null when no line told. */
    Duration offset() {
        return offset;
    }

    /** True while lines wait for the offset. */
    boolean waits() {
        return !early.isEmpty();
    }

    /** Docker's time of the last line that no longer waits for the offset, UTC; null before there is one. */
    Instant reached() {
        return early.isEmpty() ? last : early.get(0).at();
    }

    /** Takes a line of the time that is read. */
    void line(LogLine line) {
        last = line.at() == null ? last : line.at();
        LogHeader head = head(line);
        LogLine plain = head == null ? line.withoutEscapes() : line;
        head = plain == line ? head : head(plain);
        if (!early(plain, head)) {
            take(plain, head);
        }
    }

    private LogHeader head(LogLine line) {
        return LogHeader.of(line.whole(), line.from(), false, stamps);
    }

    /** No line has come for a while: what waits for more of them is whole, but for a line that continues it all the same. */
    void pause() {
        if (!early.isEmpty()) {
            findOffset();
        }
        paused = current == null ? paused : current;
        close();
    }

    /** Ends the log. */
    void finish() {
        if (!early.isEmpty()) {
            findOffset();
        }
        close();
        placeInterrupted();
    }

    /** Keeps a line until the offset is known; false when it is, or when no line has needed it yet. */
    private boolean early(LogLine line, LogHeader head) {
        boolean timed = head != null && head.local() != null;
        if (offset != null || early.isEmpty() && !timed) {
            return false;
        }
        early.add(line);
        earlyCharacters += line.whole().length() + Recording.LINE_COSTS;
        if (timed && line.at() != null) {
            apart.add(Duration.between(line.at(), head.local()).toMillis());
        }
        if (apart.size() >= CLOCK_LINES || earlyCharacters > MOST_CHARACTERS_EARLY) {
            findOffset();
        }
        return true;
    }

    /**
     * The application's zone is what its lines differ from Docker's time by, in quarters of an hour: by the middle one of many,
     * since single lines can come to Docker late. What waited for it is taken.
     */
    private void findOffset() {
        Collections.sort(apart);
        long seconds = apart.isEmpty() ? 0 : Math.round(apart.get(apart.size() / 2) / 1000.0);
        long zone = Math.round(seconds / 900.0) * 900;
        offset = Duration.ofSeconds(Math.abs(seconds - zone) < A_CLOCK_IS_OFF ? zone : seconds);
        early.forEach(line -> take(line, head(line)));
        early.clear();
        apart.clear();
    }

    /** The application's time in UTC. */
    private Instant utc(Instant local, Instant docker) {
        return local == null ? docker : local.minus(offset);
    }

    /** Adds the line to the message above, or begins one. */
    private void take(LogLine line, LogHeader head) {
        if (head == null && interrupted != null && !current.unfinished) {
            interrupted.add(line.text());
            if (!interrupted.unfinished) {
                placeInterrupted();
            }
            return;
        }
        if (current == null && paused != null && head == null && form != null) {
            paused.add(line.text());
            return;
        }
        paused = null;
        if (current != null && (head == null && form != null || head != null && head.depends())) {
            current.add(head == null ? line.text() : head.text());
            return;
        }
        if (interrupted != null && ends(interrupted, interruptedForm, head)) {
            placeInterrupted();
        }
        if (current != null && current.unfinished && !ends(current, form, head)) {
            placeInterrupted();
            interrupted = current;
            interruptedForm = form;
        } else {
            close();
        }
        form = head == null ? null : head.form();
        current = head == null ? new Message(service, container, line.at(), "", "", line.text())
            : new Message(service, container, utc(head.local(), line.at()), head.level(), head.process(), head.text());
        current.order = order.getAsLong();
    }

    /** True when this head shows that the message above has ended: nobody else writes for its process, or repeats its words. */
    private static boolean ends(Message message, LogHeader.Form form, LogHeader head) {
        return head != null && (head.form() == LogHeader.Form.CELERY && head.process().equals(message.process)
            || head.form() != form && head.text().equals(message.firstLine()));
    }

    /** The traceback that was interrupted is whole, or as whole as it gets. */
    private void placeInterrupted() {
        if (interrupted != null) {
            Message whole = interrupted;
            interrupted = null;
            messages.accept(whole, interruptedForm);
        }
    }

    private void close() {
        Message message = current;
        current = null;
        if (message != null && message.time != null) {
            // The empty line before Celery's banner is not the end of the message above it, and its copy lacks it.
            String text = message.text.stripTrailing();
            message.lines -= (int) message.text.substring(text.length()).chars().filter(one -> one == '\n').count();
            message.text = text;
            messages.accept(message, form);
        }
    }
}
