import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** One message of one service that was found to be the job's: its first line, the lines that continue it, its copies. */
final class Message {
    /** More than this is cut from one message, in characters. */
    static final int LONGEST = 64 * 1024;

    final String service;
    final String container;
    /** The application's own time in UTC (milliseconds); Docker's where the line has none. */
    final Instant time;
    final String level;
    /** The worker process, such as ForkPoolWorker-2; empty in lines that do not name one. */
    String process;
    /** The text after time, level and process, with the lines that continue it. */
    String text;
    /** The id of the job that it belongs to, in lower case; null when it is nobody's, or of a job that nobody asked for. */
    String job;
    /** The rule that made it the job's; null when it is nobody's. */
    PlacedBy placedBy;
    /** The attempt whose worker process wrote it; null elsewhere. */
    Attempt attempt;
    /** True when its copy has come, or comes no more. */
    boolean handedOn;
    /** How many lines say it: copies and continuation lines included. */
    int lines = 1;
    /** How many messages it stands for: of many that say the same a few are kept. */
    long times = 1;
    /** What the numbers of those that it stands for, itself excepted, sum up to; by the pattern that reads them, in its order. */
    Map<LinePattern, double[]> sums = Map.of();
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

    /** The same message for another job: the end of a worker is the end of all that it ran. */
    Message copy() {
        Message copy = new Message(service, container, time, level, process, text);
        copy.lines = lines;
        copy.order = order;
        return copy;
    }

    /** From now on it stands for the other one too, whose numbers these patterns read. */
    void fold(Message other, List<LinePattern> patterns) {
        times += other.times;
        for (LinePattern line : patterns) {
            Matcher found = line.numbers.isEmpty() ? null : line.pattern.matcher(other.text);
            if (found != null && found.find()) {
                sums = sums.isEmpty() ? new IdentityHashMap<>() : sums;
                double[] sum = sums.computeIfAbsent(line, of -> new double[line.numbers.size()]);
                for (int i = 0; i < sum.length; i++) {
                    String number = found.group(line.numbers.get(i));
                    sum[i] += LinePattern.isNumber(number) ? Double.parseDouble(number) : 0;
                }
            }
        }
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
        return (level.equals("ERROR") || level.equals("CRITICAL")) && !text.isBlank();
    }

    /** The first line of the text. */
    String firstLine() {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
