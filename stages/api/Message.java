import java.time.Instant;

/** One message of one service that was found to be the job's: its first line, the lines that continue it, its copies. */
final class Message {
    /** More than this is cut from one message, in characters. */
    static final int LONGEST = 64 * 1024;

    /** The rule that places a line of the job's own file. */
    static final String JOB_FILE = "job-file";

    final String service;
    final String container;
    /** The application's own time in UTC (milliseconds); Docker's where the line has none. */
    final Instant time;
    final String level;
    /** The worker process, such as ForkPoolWorker-2; empty in lines that do not name one. */
    String process;
    /** The text after time, level and process, with the lines that continue it. */
    String text;
    /** The rule that made it the job's: id, task, worker, twin, job-file or database. */
    String placedBy;
    /** The attempt whose worker process wrote it; null elsewhere. */
    Attempt attempt;
    /** How many lines say it: copies and continuation lines included. */
    int lines = 1;
    /** True while a traceback in it lacks its last line, the exception: a line of another process can stand before that. */
    boolean unfinished;
    private boolean traceback;
    /** Where it stood in the log, to tell lines of one instant apart. */
    long order;

    Message(String service, String container, Instant time, String level, String process, String text) {
        this.service = service;
        this.container = container;
        this.time = time;
        this.level = level;
        this.process = process;
        this.text = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        look(text);
    }

    /** Adds a line that continues it. */
    void add(String line) {
        text = text.length() < LONGEST ? text + "\n" + line : text;
        lines++;
        look(line);
    }

    /** At the last line alone: to search all of them each time would cost as their square. */
    private void look(String last) {
        boolean begins = last.contains("Traceback (most recent call last)");
        traceback |= begins;
        unfinished = begins || traceback && last.startsWith(" ") && !last.isBlank();
    }

    /** True for one that stands in a container's log, not in the database, the job's file or a check's answer. */
    boolean logged() {
        return !container.isEmpty() && Command.SERVICE.matcher(service).matches();
    }

    /** True for Celery's line of a task that was revoked before any worker process took it. */
    boolean revokes() {
        return text.startsWith("Discarding revoked task: ");
    }

    /** True for what the application itself logged as an error: a level is a level, a word in a name is not. */
    boolean error() {
        return level.equals("ERROR") || level.equals("CRITICAL");
    }

    /** The first line of the text. */
    String firstLine() {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
