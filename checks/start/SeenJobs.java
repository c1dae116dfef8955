import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The jobs that were listed, traced or audited from here, newest last: id, the row's status and the verdict's word, with tabs
 * between. Completion reads it without JVM or Docker. It holds no name and no message; whatever goes wrong with it is no failure.
 */
final class SeenJobs {
    private static final int MOST = 500;
    private static final int LARGEST = 256 * 1024;
    /** A list has seen the row alone. */
    private static final String NO_VERDICT = "-";
    private final Path file;
    private final Map<String, String[]> jobs = new LinkedHashMap<>();

    SeenJobs(Map<String, String> env) {
        String cache = env.getOrDefault("XDG_CACHE_HOME", "");
        this.file = (cache.startsWith("/") ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache")).resolve("trace-job/jobs.tsv");
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= LARGEST) {
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().map(line -> line.split("\t")).filter(SeenJobs::isWhole)
                    .limit(MOST).forEach(job -> jobs.put(job[0], job));
            }
        } catch (IOException | SecurityException unreadable) {
            jobs.clear();
        }
    }

    private static boolean isWhole(String[] job) {
        return job.length == 3 && Job.ID.matcher(job[0]).matches() && word(job[1]).equals(job[1]) && word(job[2]).equals(job[2]);
    }

    /** Letters, digits and blanks only: what is read back is printed. */
    private static String word(String text) {
        return text.matches("[\\w ?-]{1,40}") ? text : "?";
    }

    /** The verdict's word, where the row still has the status that it had then; empty else. */
    String verdict(Job job) {
        String[] seen = jobs.get(job.id());
        return seen == null || seen[2].equals(NO_VERDICT) || !seen[1].equals(job.status()) ? "" : seen[2];
    }

    /** A row that was listed: a verdict that is known of it stays. */
    void listed(List<Job> rows) {
        for (int i = rows.size() - 1; i >= 0; i--) {
            String verdict = verdict(rows.get(i));
            put(rows.get(i), verdict.isEmpty() ? NO_VERDICT : verdict);
        }
    }

    /** Keeps the verdicts of these jobs. @param seen null where a recording answered: nothing is kept */
    static void remember(SeenJobs seen, List<AuditedJob> jobs) {
        if (seen != null) {
            jobs.stream().filter(job -> job.job().inDatabase()).forEach(job -> seen.put(job.job(), job.word()));
            seen.write();
        }
    }

    private void put(Job job, String word) {
        jobs.remove(job.id());
        jobs.put(job.id(), new String[] {job.id(), word(job.status()), word(word)});
    }

    /** Comes into place in one step. */
    void write() {
        StringBuilder text = new StringBuilder();
        jobs.values().stream().skip(Math.max(0, jobs.size() - MOST)).forEach(job -> text.append(String.join("\t", job)).append('\n'));
        Path part = null;
        try {
            Files.createDirectories(file.getParent());
            part = Files.createTempFile(file.getParent(), "jobs", ".part");
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | SecurityException unwritable) {
            discard(part);
        }
    }

    private static void discard(Path part) {
        try {
            if (part != null) {
                Files.deleteIfExists(part);
            }
        } catch (IOException stays) {
            part.toFile().deleteOnExit();
        }
    }
}
