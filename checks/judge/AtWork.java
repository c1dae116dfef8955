import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What is said of a stage that is at work: how long it runs, its batch, the time that is left by its own pace, its numbers so far. */
interface AtWork {
    /** The stage has its turn. */
    static Finding open(Situation of) {
        Batches batches = of.trace.batches;
        if (!of.stage.inBatches || batches == null || batches.all() < 2) {
            return of.observed.running("running for " + of.took).because(Finding.Reason.RUNNING);
        }
        number(of, batches.current());
        String numbers = numbers(of, of.observed.visits.size() - 1);
        return of.observed.running("batch " + batches.current() + " of " + batches.all() + pace(of) + "; running for " + of.took
            + (numbers.isEmpty() ? "" : ", " + numbers + " so far")).because(Finding.Reason.RUNNING);
    }

    /** It has its turn, and lines say what it could not do. How bad that is a stage tells that can before all of its numbers are known. */
    static Finding broken(Situation of) {
        Status status = of.stage.judgesFailures ? Status.FAIL : of.observed.soFar(of.stage::judgeBroken).status();
        String summary = open(of).summary() + "; " + Times.count(Observation.count(of.observed.failures()), "error") + " so far";
        return of.observed.fail(summary).as(status, summary).because(Finding.Reason.RUNNING);
    }

    /** What was found of a stage whose visit has ended, and that has more of them to come. */
    static Finding between(Situation of, Finding found) {
        if (found.status() != Status.OK) {
            return found;
        }
        int done = done(of);
        number(of, done);
        return found.as(Status.RUN, lower(found.summary()) + " so far, " + done + " of " + of.trace.batches.all() + " batches");
    }

    /** True when a stage that has ended its visit is to have more of them. */
    static boolean isBetween(Situation of) {
        Batches batches = of.trace.batches;
        if (!of.stage.inBatches || batches == null || batches.all() < 2 || of.workIsOver() || of.trace.lost() || of.isOpen()
                || of.trace.stopped != null || of.trace.attempt() == null || of.trace.attempt().retries) {
            return false;
        }
        return done(of) < batches.all() && !of.goesOnAfterBatches();
    }

    /** How many batches are behind the stage: the current one too, where its visit is. */
    private static int done(Situation of) {
        Batches batches = of.trace.batches;
        boolean visited = of.observed.visits.stream().anyMatch(visit -> !visit.from().isBefore(batches.since()));
        return batches.current() - (visited ? 0 : 1);
    }

    private static void number(Situation of, int batch) {
        of.observed.put("batch", batch);
        of.observed.put("batches", of.trace.batches.all());
    }

    private static String pace(Situation of) {
        Instant now = of.trace.now;
        Batches batches = of.trace.batches;
        return batches.pace() < 0 ? "" : ", about " + about(batches.left(now)) + " left at " + Times.duration(batches.pace()) + " a batch";
    }

    /** To the second: it is a guess. */
    private static String about(long millis) {
        return Times.duration(Math.round(millis / 1000.0) * 1000).replace(".0s", "s");
    }

    /** The stage's own sentence with the numbers of the visits before this one; empty where they do not fill it. */
    private static String numbers(Situation of, int open) {
        if (open < 1) {
            return "";
        }
        Map<String, Double> before = new HashMap<>(of.observed.numbers);
        of.observed.visits.get(open).numbers().forEach((name, more) -> before.merge(name, -more, Double::sum));
        String said = of.stage.whenOk;
        for (Map.Entry<String, Double> number : before.entrySet()) {
            said = said.replace("{" + number.getKey() + "}", Times.number(number.getValue()));
        }
        return said.contains("{") ? "" : lower(said);
    }

    /** A sentence of ours in the middle of another; a name keeps its first letter. */
    private static String lower(String sentence) {
        boolean word = sentence.length() > 1 && Character.isUpperCase(sentence.charAt(0)) && Character.isLowerCase(sentence.charAt(1));
        return word ? Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1) : sentence;
    }
}
