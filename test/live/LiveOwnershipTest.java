import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose line it is: of jobs side by side, and one after the other in the same worker process, each has its own lines and all of them. */
class LiveOwnershipTest extends LiveStack {
    /** All messages that trace-job places, unmasked, and those too that no stage knows, which it does not keep. */
    private static List<Message> placed(Started job) {
        List<Stage> stages = Stream.concat(Scripts.all(Stage.class).stream(), Stream.of(Tracing.everyLine())).toList();
        ComposeTarget target = new ComposeTarget();
        target.compose.addAll(List.of("-p", job.stack()));
        target.limit = 30;
        LiveSource live = new LiveSource(target, new CommandRunner(30), new Progress(new PrintWriter(PrintWriter.nullWriter())));
        Collector gathering = Tracing.collector(live, stages, List.of(), new Redactor(false), target);
        gathering.whole = Integer.MAX_VALUE;
        Collector.Found found = gathering.find(job.id(), "");
        return gathering.trace(found.jobs().get(0), found).messages;
    }

    /**
     * No line of the others is placed, none of its own more often than the job logged it, and nearly all of its own are. Line
     * by line: the two copies of a message come over stdout and stderr, which Docker may interleave in the midst of them.
     */
    private static void onlyAndAllOfItsOwn(Started job, Started... others) throws Exception {
        List<String> logged = truth(job).lines().stream().map(line -> line.get("message").asText()).toList();
        List<String> placed = placed(job).stream().map(message -> message.text).toList();
        Map<String, Long> own = counted(logged.stream().flatMap(String::lines));
        for (Started other : others) {
            Stream<String> lines = truth(other).lines().stream().flatMap(line -> line.get("message").asText().lines());
            Set<String> foreign = new TreeSet<>(counted(lines).keySet());
            foreign.removeAll(own.keySet());
            List<String> taken = placed.stream().flatMap(String::lines).filter(line -> foreign.contains(line) || line.contains(other.id())).toList();
            assertEquals(List.of(), taken, "lines of " + other);
        }
        Map<String, Long> heads = counted(logged.stream().map(LiveOwnershipTest::head));
        Map<String, Long> often = counted(placed.stream().map(LiveOwnershipTest::head));
        often.entrySet().removeIf(line -> line.getValue() <= heads.getOrDefault(line.getKey(), line.getValue()));
        assertEquals(Map.of(), often, "more often than it was logged");
        Map<String, Long> lines = counted(placed.stream().flatMap(String::lines));
        Map<String, Long> lost = new TreeMap<>(own);
        lost.replaceAll((line, count) -> count - lines.getOrDefault(line, 0L));
        lost.values().removeIf(count -> count <= 0);
        assertTrue(sum(lost) <= sum(own) / 1000.0, "of " + sum(own) + " lines not placed: " + lost);
    }

    private static Map<String, Long> counted(Stream<String> lines) {
        return lines.collect(Collectors.groupingBy(line -> line, TreeMap::new, Collectors.counting()));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(count -> count).sum();
    }

    private static String head(String message) {
        return message.lines().findFirst().orElse("");
    }

    @Test
    void ofTwoJobsAtTheSameTimeNeitherReportHoldsALineOfTheOther() throws Exception {
        String behaviour = "{'records':120,'idicore_seconds':0.1,'ccc_seconds':0.3,'idicore_429':1,'idicore_429_people':60,'new':%d}";
        Started one = start("side-by-side-1", String.format(behaviour, 110));
        Started two = start("side-by-side-2", String.format(behaviour, 105));
        over("side-by-side-1");
        over("side-by-side-2");
        assertNotEquals(truth(one).pid(), truth(two).pid());
        double together = Math.min(truth(one).ended(), truth(two).ended()) - Math.max(truth(one).begun(), truth(two).begun());
        assertTrue(together > 1, "together for " + together + " s only");
        onlyAndAllOfItsOwn(one, two);
        onlyAndAllOfItsOwn(two, one);
        numbersEqualTheTruth(trace(one), truth(one));
        numbersEqualTheTruth(trace(two), truth(two));
    }

    @Test
    void theJobFilesLinesOfLaterJobsOnTheSameWorkerAreNotTold() throws Exception {
        List<Started> jobs = new ArrayList<>();
        Map<Started, Truth> truths = new HashMap<>();
        for (String name : List.of("one", "two", "three")) {
            jobs.add(over(name));
            truths.put(JOBS.get(name), truth(JOBS.get(name)));
        }
        jobs.sort(Comparator.comparingDouble(job -> truths.get(job).begun()));
        // Of three jobs on two workers one has run two.
        Started earlier = jobs.stream()
            .filter(job -> jobs.stream().anyMatch(next -> follows(truths.get(next), truths.get(job)))).findFirst().orElseThrow();
        Started later = jobs.stream().filter(next -> follows(truths.get(next), truths.get(earlier))).findFirst().orElseThrow();
        Ran file = Ran.of("docker", "compose", "-p", REAL, "exec", "-T", "celery-worker", "cat", "logs/jobs/" + earlier.id() + ".log");
        assertTrue(file.out().contains(later.id()), "the job file should hold the later job's lines");
        onlyAndAllOfItsOwn(earlier, later);
        onlyAndAllOfItsOwn(later, earlier);
        numbersEqualTheTruth(trace(earlier), truths.get(earlier));
    }

    private static boolean follows(Truth next, Truth truth) {
        return next.pid() == truth.pid() && next.begun() > truth.ended();
    }
}
