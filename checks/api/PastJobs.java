import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How long the steps of a job took beside those of the jobs before it: both from the rows of one answer, per record too. */
final class PastJobs {
    /** Of fewer jobs nothing can be said to be usual. */
    private static final int ENOUGH = 5;
    /** Seconds for a record; a median of nothing is no measure. */
    private static final double LEAST = 1e-6;
    /** Of the times of the past jobs, as a share of 1. */
    private static final double ALMOST_ALL = 0.95;

    private final Map<String, Time> own;
    private final List<Map<String, Time>> past;

    private PastJobs(Map<String, Time> own, List<Map<String, Time>> past) {
        this.own = own;
        this.past = past;
    }

    /** Seconds of one step in one job: in all, and for each record. */
    private record Time(double seconds, double perRecord) {}

    /**
     * One step of a job beside the same step of past jobs.
     *
     * @param seconds how long it took in all
     * @param times how many times the median time per record
     * @param isBeyondAlmostAll true when it took longer than 95 of 100 of the past jobs, in all and per record
     * @param jobs how many past jobs have it
     */
    record Step(String name, double seconds, double times, boolean isBeyondAlmostAll, int jobs) {}

    /** From rows with `job`, `step`, `records` and `at`, one for each step that a job came to. */
    static PastJobs of(List<JsonNode> rows, String job) {
        Map<String, List<JsonNode>> jobs = new LinkedHashMap<>();
        rows.forEach(row -> jobs.computeIfAbsent(row.path("job").asText(), id -> new ArrayList<>()).add(row));
        List<JsonNode> own = jobs.remove(job);
        return new PastJobs(own == null ? Map.of() : times(own), jobs.values().stream().map(PastJobs::times).toList());
    }

    /** This step of the job; empty where it has none, or too few past jobs have it. */
    Optional<Step> step(String name) {
        List<Time> before = past.stream().map(job -> job.get(name)).filter(Objects::nonNull).toList();
        if (!own.containsKey(name) || before.size() < ENOUGH) {
            return Optional.empty();
        }
        Time now = own.get(name);
        int last = (int) Math.ceil(before.size() * ALMOST_ALL) - 1;
        double[] perRecord = sorted(before, Time::perRecord);
        return Optional.of(new Step(name, now.seconds(), now.perRecord() / Math.max(LEAST, perRecord[before.size() / 2]),
            now.perRecord() > perRecord[last] && now.seconds() > sorted(before, Time::seconds)[last], before.size()));
    }

    private static double[] sorted(List<Time> times, ToDoubleFunction<Time> which) {
        return times.stream().mapToDouble(which).sorted().toArray();
    }

    /** From each step to the next, summed over the batches; rows without a time are left out. */
    private static Map<String, Time> times(List<JsonNode> rows) {
        Map<String, Time> times = new LinkedHashMap<>();
        List<JsonNode> ordered = rows.stream().filter(row -> at(row) != null).sorted(Comparator.comparing(PastJobs::at)).toList();
        for (int i = 0; i + 1 < ordered.size(); i++) {
            double seconds = Duration.between(at(ordered.get(i)), at(ordered.get(i + 1))).toMillis() / 1000.0;
            String step = ordered.get(i).path("step").asText().replaceFirst("^\\W+", "");
            times.merge(step, new Time(seconds, seconds / ordered.get(i).path("records").asDouble(1)),
                (one, more) -> new Time(one.seconds() + more.seconds(), one.perRecord() + more.perRecord()));
        }
        return times;
    }

    private static Instant at(JsonNode row) {
        return Times.parse(row.path("at").asText());
    }
}
