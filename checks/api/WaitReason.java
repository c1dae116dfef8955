import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Why a job waits that no worker process has begun, as far as the evidence has it.
 *
 * @param first its place in the queue at best, from 1; 0 when nothing tells
 * @param last its place at worst
 * @param holders the jobs that the worker processes are at, the eldest first
 * @param workers how many containers of the worker are up; -1 when that is not known
 */
record WaitReason(int first, int last, List<Holder> holders, int workers) {
    /** The words about a job that a worker process is at. @param stage the stage that it is in, empty when not known; @param since UTC; null when not known */
    record Holder(String job, String process, String container, String stage, Instant since) {}

    /** Null for a job that does not wait. */
    static WaitReason of(Trace trace) {
        boolean waits = trace.attempt() == null && !trace.over() && !trace.lost() && !trace.job.preview() && !trace.revoked()
            && trace.recorded().isEmpty() && !trace.holds("active tasks");
        if (!waits) {
            return null;
        }
        int reserved = (int) trace.rows("reserved tasks").stream().filter(row -> row.has("task")).count();
        long queue = trace.queueLength();
        boolean received = trace.holds("reserved tasks");
        boolean known = trace.answered("reserved tasks") && (received || queue > 0);
        int first = !known ? 0 : received ? 1 : reserved + 1;
        int last = !known ? 0 : received ? reserved : reserved + (int) queue;
        int workers = trace.containers.isEmpty() ? -1
            : (int) trace.containers(Container.WORKER).stream().filter(one -> one.state().equals("running")).count();
        return new WaitReason(first, last, workers == 0 ? List.of() : holders(trace), workers);
    }

    /** Those that the workers name, with what the log tells of them; without an answer of the workers, those that the log does not end. */
    private static List<Holder> holders(Trace trace) {
        boolean answered = trace.answered("active tasks");
        Set<String> active = new HashSet<>();
        for (JsonNode row : trace.rows("active tasks")) {
            row.path("jobs").forEach(id -> active.add(id.asText().toLowerCase(Locale.ROOT)));
        }
        active.removeIf(id -> !Job.ID.matcher(id).matches());
        Map<String, Holder> holders = new HashMap<>();
        for (Attempt other : trace.others) {
            if (other.to == null && (!answered || active.contains(other.job))) {
                holders.put(other.job, new Holder(other.job, other.process, other.container, other.stage, other.from));
            }
        }
        active.forEach(id -> holders.putIfAbsent(id, new Holder(id, "", "", "", null)));
        List<Holder> sorted = new ArrayList<>(holders.values());
        sorted.sort(Comparator.comparing(Holder::since, Comparator.nullsLast(Comparator.naturalOrder())).thenComparing(Holder::job));
        return sorted;
    }

    /** What is said of it, a line each. @param time how a time is told */
    List<String> lines(Function<Instant, String> time) {
        List<String> lines = new ArrayList<>();
        if (!place().isEmpty()) {
            lines.add(place());
        }
        holders.forEach(holder -> lines.add("behind " + holder.job + (holder.stage.isEmpty() ? "" : " in " + holder.stage)
            + (holder.since == null ? "" : ", " + holder.process + " since " + time.apply(holder.since))));
        return lines;
    }

    /** Its place in words; empty when it is not known. */
    String place() {
        return first == 0 ? "" : first == last ? "place " + first + " in the queue" : "place " + first + " to " + last + " in the queue";
    }
}
