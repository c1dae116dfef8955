import java.time.Instant;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a message: time, level, process, logger, as one of the services writes them.
 *
 * @param local the application's own time, as if its zone were UTC; null when the line has none
 * @param depends true for a line that has a head but belongs to the message above (Postgres's STATEMENT and the like)
 */
record LogHeader(Form form, Instant local, String level, String process, String text, boolean depends) {
    enum Form { APPLICATION, CELERY, WORKER, OTHER }

    private static final String STAMP = "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[,.]\\d{3})";
    private static final String LEVEL = "(DEBUG|INFO|WARNING|ERROR|CRITICAL)";
    private static final String[] LEVELS = {"INFO", "WARNING", "ERROR", "DEBUG", "CRITICAL"};
    private static final int STAMP_LENGTH = 23;
    private static final String SEPARATOR = " - ";
    private static final Pattern FUNCTION = Pattern.compile("[\\w<>.]+:\\d+ - ");
    /** The first line of Celery's banner, and what it says when it is told to stop: the whole worker's, with no head. */
    private static final Pattern WORKER = Pattern.compile("\\s*-{6,} [^\\s@]++@\\S++ v\\d.*|worker: (?:Warm|Cold) shutdown.*");
    /** `2026-01-15 09:30:02.110 UTC [123] ERROR:  text`. */
    private static final Pattern POSTGRES = Pattern.compile(STAMP + " \\w+ \\[\\d+\\] (?:\\S+ )?([A-Z]+):  (.*)", Pattern.DOTALL);
    private static final Pattern UVICORN = Pattern.compile(LEVEL + ":\\s+(.*)", Pattern.DOTALL);
    private static final Pattern DATED = Pattern.compile("\\d{4}[-/]\\d\\d[-/]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d.*|\\d+:[A-Z] \\d\\d .*", Pattern.DOTALL);
    private static final Set<String> POSTGRES_MORE = Set.of("STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION");

    /** The head of the text that begins there, or null when it continues the line above or has a form of its own. */
    static LogHeader of(String line, int from, boolean jobFile, Stamps stamps) {
        if (from >= line.length()) {
            return null;
        }
        char first = line.charAt(from);
        if (first == '[') {
            return celery(line, from, stamps);
        }
        if (first >= '0' && first <= '9') {
            LogHeader application = application(line, from, jobFile, stamps);
            return application != null ? application : dated(LogLine.plain(line.substring(from)), stamps);
        }
        String text = LogLine.plain(line.substring(from));
        Matcher uvicorn = UVICORN.matcher(text);
        if (uvicorn.matches()) {
            return new LogHeader(Form.OTHER, null, uvicorn.group(1), "", uvicorn.group(2), false);
        }
        return WORKER.matcher(text).matches() ? new LogHeader(Form.WORKER, null, "", "", text.strip(), false) : null;
    }

    /** `2026-01-15 09:30:02,110 - ETL.CCCAPI - INFO - text`; in a job file `log_step:160 - ` stands before the text. */
    private static LogHeader application(String line, int from, boolean jobFile, Stamps stamps) {
        int logger = from + STAMP_LENGTH + SEPARATOR.length();
        if (!stamps.stands(line, from) || !line.startsWith(SEPARATOR, from + STAMP_LENGTH)) {
            return null;
        }
        int end = line.indexOf(' ', logger);
        String level = end > logger && line.startsWith(SEPARATOR, end) ? level(line, end + SEPARATOR.length(), SEPARATOR) : null;
        if (level == null) {
            return null;
        }
        String text = LogLine.plain(line.substring(end + 2 * SEPARATOR.length() + level.length()));
        Matcher function = jobFile ? FUNCTION.matcher(text) : null;
        return new LogHeader(Form.APPLICATION, stamps.local(line, from), level, "",
            function != null && function.lookingAt() ? text.substring(function.end()) : text, false);
    }

    /** `[2026-01-15 09:30:02,110: INFO/ForkPoolWorker-2] text`. */
    private static LogHeader celery(String line, int from, Stamps stamps) {
        int levelAt = from + 1 + STAMP_LENGTH + 2;
        String level = stamps.stands(line, from + 1) && line.startsWith(": ", levelAt - 2) ? level(line, levelAt, "/") : null;
        int process = level == null ? -1 : levelAt + level.length() + 1;
        int end = level == null ? -1 : line.indexOf(']', process);
        if (end <= process) {
            return null;
        }
        for (int i = process; i < end; i++) {
            char c = line.charAt(i);
            if (c >= 128 || !Character.isLetterOrDigit(c) && "_.-".indexOf(c) < 0) {
                return null;
            }
        }
        int text = line.startsWith(" ", end + 1) ? end + 2 : end + 1;
        return new LogHeader(Form.CELERY, stamps.local(line, from + 1), level, line.substring(process, end), LogLine.plain(line.substring(text)), false);
    }

    /** The level that stands there and is followed by this; null when none does. */
    private static String level(String line, int from, String then) {
        for (String level : LEVELS) {
            if (line.startsWith(level, from) && line.startsWith(then, from + level.length())) {
                return level;
            }
        }
        return null;
    }

    private static LogHeader dated(String text, Stamps stamps) {
        Matcher form = POSTGRES.matcher(text);
        if (form.matches()) {
            String level = form.group(2);
            return new LogHeader(Form.OTHER, stamps.local(text, 0), level.equals("FATAL") || level.equals("PANIC") ? "CRITICAL" : level,
                "", form.group(3), POSTGRES_MORE.contains(level));
        }
        return DATED.matcher(text).matches() ? new LogHeader(Form.OTHER, null, "", "", text, false) : null;
    }
}
