import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The jobs whose lines are wanted, and what in a line is the id of a job. */
final class JobIds {
    /** `Job 2 of 5` names no job. */
    private static final int SHORTEST = 8;
    private static final int LONGEST = 64;
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int UUID_LENGTH = 36;
    /** The lines that name their job before anything else; what stands after it may come from anywhere. */
    private static final Pattern LABEL = Pattern.compile("(?:Generated table_id for job|Updated job|Executing \\S{1,40} ETL job"
        + "|Job event: \\w{1,40} for job|Job)(?: ID:?)? ([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");
    private static final Pattern IN_LOGS = Pattern.compile(
        "(?:[Jj]ob(?: ID)?:? |job_|etl_job\\[|jobs/)([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");

    private final Set<String> ids = new HashSet<>();
    private final boolean areUuids;
    private final boolean[] lengths = new boolean[LONGEST + 1];

    /** @param ids of letters, digits and hyphens, at most 64 */
    JobIds(Collection<String> ids) {
        ids.forEach(id -> this.ids.add(id.toLowerCase(Locale.ROOT)));
        ids.forEach(id -> lengths[Math.min(LONGEST, id.length())] = true);
        areUuids = ids.stream().allMatch(id -> UUID.matcher(id).matches());
    }

    /** True when only one job is wanted. */
    boolean one() {
        return ids.size() == 1;
    }

    /** The id in lower case, when it is one of those that are wanted; null when it is not. */
    String wanted(String id) {
        String small = id.toLowerCase(Locale.ROOT);
        return ids.contains(small) ? small : null;
    }

    /** The first of the wanted ids that stands in the text as a word of its own; null when none does. */
    String named(String text) {
        return areUuids ? uuid(text) : word(text);
    }

    /** Most lines have no hyphen where a UUID has its first, and are not looked at letter by letter. */
    private String uuid(String text) {
        for (int hyphen = text.indexOf('-', 8); hyphen >= 0; hyphen = text.indexOf('-', hyphen + 1)) {
            int start = hyphen - 8;
            int end = start + UUID_LENGTH;
            boolean alone = end <= text.length() && text.charAt(start + 13) == '-' && (start == 0 || !idLetter(text.charAt(start - 1)))
                && (end == text.length() || !idLetter(text.charAt(end)));
            String wanted = alone ? wanted(text.substring(start, end)) : null;
            if (wanted != null) {
                return wanted;
            }
        }
        return null;
    }

    private String word(String text) {
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && idLetter(text.charAt(i))) {
                continue;
            }
            String wanted = i - start <= LONGEST && lengths[i - start] ? wanted(text.substring(start, i)) : null;
            if (wanted != null) {
                return wanted;
            }
            start = i + 1;
        }
        return null;
    }

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
        // Most lines begin otherwise.
        if (text.isEmpty() || "GUEJ".indexOf(text.charAt(0)) < 0) {
            return null;
        }
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

    private static boolean idLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c >= 'A' && c <= 'Z';
    }
}
