import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What in a line is the id of a job. */
interface JobIds {
    /** `Job 2 of 5` names no job. */
    int SHORTEST = 8;
    /** The lines that name their job before anything else; what stands after it may come from anywhere. */
    Pattern LABEL = Pattern.compile("(?:Generated table_id for job|Updated job|Executing \\S{1,40} ETL job"
        + "|Job event: \\w{1,40} for job|Job)(?: ID:?)? ([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");
    Pattern IN_LOGS = Pattern.compile(
        "(?:[Jj]ob(?: ID)?:? |job_|etl_job\\[|jobs/)([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");

    /** Adds to ids what looks like a job's id in this line and has this part. */
    static void find(String line, String part, Set<String> ids) {
        Matcher id = IN_LOGS.matcher(line);
        while (id.find()) {
            if (id.group(1).toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT))
                    && id.group(1).chars().anyMatch(Character::isDigit)) {
                ids.add(id.group(1).toLowerCase(Locale.ROOT));
            }
        }
    }

    /** The id that the message is labelled with; null when it has no label. */
    static String label(String text) {
        Matcher label = LABEL.matcher(text);
        return label.lookingAt() && looksLikeId(label.group(1)) ? label.group(1) : null;
    }

    /** True for a line that names another job as its own. */
    static boolean labelledWithAnother(String text, String job) {
        String label = label(text);
        return label != null && !label.equalsIgnoreCase(job);
    }

    /** True for what is long enough to name a job, and has a digit. */
    static boolean looksLikeId(String word) {
        return word.length() >= SHORTEST && word.chars().anyMatch(Character::isDigit);
    }

    /** True when the job's id stands in the text as a word of its own. */
    static boolean named(String text, String job) {
        String small = job.toLowerCase(Locale.ROOT);
        return contains(text, job) || !small.equals(job.toUpperCase(Locale.ROOT)) && contains(text.toLowerCase(Locale.ROOT), small);
    }

    private static boolean contains(String text, String job) {
        for (int at = text.indexOf(job); at >= 0; at = text.indexOf(job, at + 1)) {
            int end = at + job.length();
            if ((at == 0 || !idLetter(text.charAt(at - 1))) && (end == text.length() || !idLetter(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean idLetter(char c) {
        return c == '-' || c < 128 && Character.isLetterOrDigit(c);
    }
}
