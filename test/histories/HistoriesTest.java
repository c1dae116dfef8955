//SOURCES AttemptLines.java
//SOURCES BatchLines.java
//SOURCES EngineLines.java
//SOURCES History.java
//SOURCES HistoryAudit.java
//SOURCES HistoryComparison.java
//SOURCES HistoryLog.java
//SOURCES HistoryRecording.java
//SOURCES ModelBatch.java
//SOURCES ModelJob.java
//SOURCES ModelLine.java
//SOURCES ModelRun.java
//SOURCES SpecLines.java
//SOURCES UploadLines.java
//SOURCES WorkerContainer.java
//SOURCES WorkerProcess.java

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every job of generated histories is traced and compared with what really happened. A history is made from a model of
 * the system: jobs, worker processes and what they say, written as logs in random interleavings. The model shares no
 * pattern and no parser with the tool. SEED, HISTORIES, HISTORY (one alone) and DUMP (a
 * folder for the recordings, to trace them with --replay) are read from -D or the environment.
 */
class HistoriesTest {
    private static final double OWN_LINES = 0.999;
    private static final int SHOWN = 40;

    static String setting(String name, String otherwise) {
        String given = System.getProperty(name, System.getenv(name));
        return given == null || given.isEmpty() ? otherwise : given;
    }

    @Test
    void everyJobOfAGeneratedHistoryIsTracedAsItWas() {
        areTracedAsTheyWere(Integer.parseInt(setting("HISTORIES", "1000")), false);
    }

    /** No line of a worker process of one host is given to a job of that of another. */
    @Test
    void jobsOfThreeHostsWhoseWorkersHaveTheSameNamesAreTracedAsTheyWere() {
        areTracedAsTheyWere(Integer.parseInt(setting("HISTORIES", "1000")) / 5, true);
    }

    private static void areTracedAsTheyWere(int count, boolean hosts) {
        long seed = Long.parseLong(setting("SEED", "20260115"));
        int one = Integer.parseInt(setting("HISTORY", "-1"));
        System.out.println("histories: SEED=" + seed + ", " + (one < 0 ? count + " of them" : "only HISTORY=" + one));
        HistoryComparison.Counts counts = new HistoryComparison.Counts();
        Map<String, Integer> kinds = Collections.synchronizedMap(new TreeMap<>());
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        (one < 0 ? IntStream.range(0, count) : IntStream.of(one)).parallel().forEach(number -> {
            History history = new History(seed, number, hosts);
            for (ModelJob job : history.jobs) {
                List<String> differences = differences(counts, history, job);
                if (!differences.isEmpty()) {
                    differences.forEach(line -> kinds.merge(line.replaceAll("[:0-9].*", ""), 1, Integer::sum));
                    wrong.add(String.format("SEED=%d HISTORY=%d job %s (%s)%n    %s", seed, number, job.id, job.plan(),
                        differences.stream().limit(8).collect(Collectors.joining("\n    "))));
                }
            }
        });
        long own = counts.own.get();
        double share = own == 0 ? 1 : (double) counts.placed.get() / own;
        System.out.printf(Locale.ROOT, "histories: %d jobs (%d with a split message), %d own lines, %.4f %% placed (and %d that nothing tells), %s%n",
            counts.jobs.get(), counts.split.get(), own, share * 100, counts.untold.get(), counts.verdicts);
        System.out.println("histories: of the jobs that were judged " + counts.truths);
        wrong.stream().sorted().limit(SHOWN).forEach(line -> System.out.println("  " + line));
        if (!wrong.isEmpty()) {
            System.out.println("histories: " + wrong.size() + " jobs wrong: " + kinds);
        }
        assertEquals(0, wrong.size(), "jobs that are not traced as they were");
        assertEquals(true, share >= OWN_LINES, "share of a job's own lines that are placed: " + share);
    }

    /** But for what only a job's own file shows: an audit reads no files. */
    @Test
    void inAnAuditEachJobIsJudgedAsInItsOwnTrace() {
        long seed = Long.parseLong(setting("SEED", "20260115"));
        int count = Integer.parseInt(setting("HISTORIES", "1000"));
        int one = Integer.parseInt(setting("HISTORY", "-1"));
        HistoryComparison.Counts counts = new HistoryComparison.Counts();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        (one < 0 ? IntStream.range(0, count) : IntStream.of(one)).parallel().forEach(number -> {
            HistoryAudit history = new HistoryAudit(new History(seed, number));
            Map<String, List<String>> audited = history.audited(counts);
            counts.jobs.addAndGet(audited.size());
            audited.forEach((id, said) -> {
                List<String> traced = history.traced(id, counts);
                List<String> differ = new ArrayList<>(said);
                differ.removeAll(traced);
                traced.removeAll(said);
                if (!differ.isEmpty() || !traced.isEmpty()) {
                    wrong.add(String.format("SEED=%d HISTORY=%d job %s%n    audit %s%n    trace %s", seed, number, id, differ, traced));
                }
            });
        });
        System.out.println("histories: " + counts.jobs + " jobs in audits");
        wrong.stream().sorted().limit(SHOWN).forEach(line -> System.out.println("  " + line));
        assertEquals(0, wrong.size(), "jobs that an audit judges otherwise than their own traces");
        assertTrue(counts.jobs.get() > (one < 0 ? count : 1), "each history has several jobs");
    }

    private static List<String> differences(HistoryComparison.Counts counts, History history, ModelJob job) {
        List<String> differences = new ArrayList<>();
        try {
            new HistoryComparison(counts, history, job, differences).run();
        } catch (Throwable crashed) {
            differences.add("crashed: " + crashed + " at " + Arrays.stream(crashed.getStackTrace()).limit(4).toList());
        }
        return differences;
    }
}
