import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a message: time, level, process, logger, as one of the services writes them.
 *
 * @param local the application's own time in its own zone; null when the line has none
 * @param depends true for a line that has a head but belongs to the message above (Postgres's STATEMENT and the like)
 */
record LogHeader(Form form, LocalDateTime local, String level, String process, String text, boolean depends) {
    enum Form { APPLICATION, CELERY, WORKER, OTHER }

    private static final String STAMP = "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[,.]\\d{3})";
    private static final String LEVEL = "(DEBUG|INFO|WARNING|ERROR|CRITICAL)";
    /** `2026-01-15 09:30:02,110 - ETL.CCCAPI - INFO - text`; in a job file `log_step:160 - ` stands before the text. */
    private static final Pattern APPLICATION = Pattern.compile(STAMP + " - (\\S+) - " + LEVEL + " - (.*)", Pattern.DOTALL);
    private static final Pattern FUNCTION = Pattern.compile("[\\w<>.]+:\\d+ - ");
    /** `[2026-01-15 09:30:02,110: INFO/ForkPoolWorker-2] text`. */
    private static final Pattern CELERY = Pattern.compile("\\[" + STAMP + ": " + LEVEL + "/([\\w.-]+)\\] ?(.*)", Pattern.DOTALL);
    /** The first line of Celery's banner, and what it says when it is told to stop: the whole worker's, with no head. */
    private static final Pattern WORKER = Pattern.compile("\\s*-{6,} [^\\s@]++@\\S++ v\\d.*|worker: (?:Warm|Cold) shutdown.*");
    /** `2026-01-15 09:30:02.110 UTC [123] ERROR:  text`. */
    private static final Pattern POSTGRES = Pattern.compile(STAMP + " \\w+ \\[\\d+\\] (?:\\S+ )?([A-Z]+):  (.*)", Pattern.DOTALL);
    private static final Pattern UVICORN = Pattern.compile(LEVEL + ":\\s+(.*)", Pattern.DOTALL);
    private static final Pattern DATED = Pattern.compile("\\d{4}[-/]\\d\\d[-/]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d.*|\\d+:[A-Z] \\d\\d .*", Pattern.DOTALL);
    private static final Set<String> POSTGRES_MORE = Set.of("STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION");

    /** The head of a line, or null when the line continues the one above or has a form of its own. */
    static LogHeader of(String line, boolean jobFile) {
        if (line.isEmpty()) {
            return null;
        }
        char first = line.charAt(0);
        if (first == '[') {
            Matcher celery = CELERY.matcher(line);
            return celery.matches() ? new LogHeader(Form.CELERY, local(celery.group(1)), celery.group(2), celery.group(3), celery.group(4), false) : null;
        }
        if (first >= '0' && first <= '9') {
            Matcher form = APPLICATION.matcher(line);
            if (form.matches()) {
                String text = form.group(4);
                Matcher function = FUNCTION.matcher(text);
                return new LogHeader(Form.APPLICATION, local(form.group(1)), form.group(3), "",
                    jobFile && function.lookingAt() ? text.substring(function.end()) : text, false);
            }
            form = POSTGRES.matcher(line);
            if (form.matches()) {
                String level = form.group(2);
                return new LogHeader(Form.OTHER, local(form.group(1)), level.equals("FATAL") || level.equals("PANIC") ? "CRITICAL" : level,
                    "", form.group(3), POSTGRES_MORE.contains(level));
            }
            return DATED.matcher(line).matches() ? new LogHeader(Form.OTHER, null, "", "", line, false) : null;
        }
        Matcher uvicorn = UVICORN.matcher(line);
        if (uvicorn.matches()) {
            return new LogHeader(Form.OTHER, null, uvicorn.group(1), "", uvicorn.group(2), false);
        }
        return WORKER.matcher(line).matches() ? new LogHeader(Form.WORKER, null, "", "", line.strip(), false) : null;
    }

    private static LocalDateTime local(String stamp) {
        try {
            return LocalDateTime.parse(stamp.replace(' ', 'T').replace(',', '.'));
        } catch (DateTimeParseException noDate) {
            return null;
        }
    }
}
