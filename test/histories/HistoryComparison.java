import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The comparison of one job's trace with what really happened: whose line each is, what the stages say, the verdict. */
final class HistoryComparison {
    /** What all comparisons of a test count together. */
    static final class Counts {
        final List<Stage> stages = Tracing.stages();
        /** With these all lines of a job are kept. */
        final List<Stage> everyLine = Stream.concat(stages.stream(), Stream.of(Tracing.everyLine())).toList();
        final List<Check> checks = Scripts.all(Check.class);
        final AtomicLong jobs = new AtomicLong();
        /** Jobs with a message that another process tore: only their lines are compared. */
        final AtomicLong split = new AtomicLong();
        final AtomicLong own = new AtomicLong();
        final AtomicLong placed = new AtomicLong();
        /** Lines that nothing in the logs links to their job. */
        final AtomicLong untold = new AtomicLong();
        final Map<String, Integer> verdicts = Collections.synchronizedMap(new TreeMap<>());
        /** How often which stage was sound and was broken, by the model. */
        final Map<String, Integer> truths = Collections.synchronizedMap(new TreeMap<>());
    }

    private static final Set<String> LOG_RULES = Set.of("id", "task", "worker", "twin", "continuation");
    private static final Map<String, String> TITLES = Map.of("snowflake", "Snowflake Query", "prefilter", "Pre-filtering",
        "idicore", "idiCORE Enrichment", "ccc", "CCC Litigator Check", "dnc", "DNC Check", "upload", "Results Upload");
    private static final List<String> NUMBERS = List.of("snowflake records", "prefilter kept", "idicore records",
        "idicore hits", "idicore calls", "idicore phones", "idicore failed", "ccc phones", "ccc checked", "ccc flagged",
        "ccc failedBatches", "ccc unchecked", "dnc phones", "dnc found", "dnc failedChunks", "dnc unchecked", "upload saved");
    private final Counts counts;
    private final History history;
    private final ModelJob job;
    private final List<String> differences;
    private Trace trace;
    /** The runs of which the log still has a line that names the job. */
    private List<ModelRun> seen;

    HistoryComparison(Counts counts, History history, ModelJob job, List<String> differences) {
        this.counts = counts;
        this.history = history;
        this.job = job;
        this.differences = differences;
    }

    void run() throws Exception {
        byte[] bytes = new HistoryRecording(history, job).bytes();
        String folder = HistoriesTest.setting("DUMP", "");
        if (!folder.isEmpty()) {
            Files.write(Files.createDirectories(Path.of(folder)).resolve(job.id + ".jsonl"), bytes);
        }
        trace = trace(bytes, counts.everyLine, Integer.MAX_VALUE);
        Trace folded = trace(bytes, counts.stages, 1);
        if (!said(trace).equals(said(folded))) {
            differences.add("folded as far as can be, it says " + said(folded) + " instead of " + said(trace));
        }
        counts.jobs.incrementAndGet();
        lines();
        // Who lost the only copy that names its process cannot be told by anybody.
        boolean clear = job.said.stream().noneMatch(line -> line.garbled);
        if (clear) {
            judged();
        } else {
            counts.split.incrementAndGet();
        }
    }

    /** The job as it is traced when these stages say which lines are kept, and so many of those that say the same. */
    private Trace trace(byte[] bytes, List<Stage> keeping, int whole) throws Exception {
        Recording recording = Recording.of("history", new ByteArrayInputStream(bytes));
        Collector gathering = Tracing.collector(recording, keeping, List.of(), new Redactor(false), new ComposeTarget());
        gathering.whole = whole;
        Trace trace;
        try {
            Collector.Found found = gathering.find(recording.job(), "");
            trace = new Trace(gathering.trace(found.jobs().get(0), found));
        } finally {
            // Its threads would stay for a minute each.
            var threads = Collector.class.getDeclaredField("threads");
            threads.setAccessible(true);
            ((ExecutorService) threads.get(gathering)).shutdown();
        }
        Judge.judge(trace, counts.stages, counts.stages, counts.checks);
        return trace;
    }

    /** What is said of the job, the lines that show it excepted. */
    static List<String> said(Trace trace) {
        List<String> said = new ArrayList<>(List.of(trace.verdict.state() + " " + trace.verdict.because() + " " + trace.verdict.since() + " " + trace.started()
            + " " + trace.ended() + " " + trace.placed + " " + trace.harmless.stream().mapToLong(message -> message.times).sum()));
        trace.findings.values().forEach(finding -> said.add(finding.stage().id() + " " + finding.status() + " " + finding.summary() + " " + finding.millis()
            + finding.numbers().entrySet().stream().map(number -> String.format(Locale.ROOT, " %s %.6f", number.getKey(), number.getValue())).toList()));
        trace.issues.forEach(issue -> said.add(issue.severity() + " " + issue.symptom() + " " + issue.cause() + " " + issue.since()));
        return said;
    }

    /** Empty lines at an end are nobody's, and of a banner it is enough to have found its first line. */
    static String plain(String text) {
        return text.strip().startsWith("--------------") ? text.strip().split("\n")[0].strip() : text.stripTrailing();
    }

    // ---- whose line --------------------------------------------------------------------------------------------

    private void lines() {
        Set<ModelLine> matched = new HashSet<>();
        for (Message message : trace.messages) {
            boolean log = !PlacedBy.DATABASE.placed(message) && !PlacedBy.JOB_FILE.placed(message);
            List<ModelLine> same = log ? history.index.getOrDefault(message.container + '\0' + plain(message.text), List.of())
                : history.index.getOrDefault(plain(message.text), List.of());
            List<ModelLine> fit = same.stream()
                .filter(one -> Math.abs(one.time - message.time.toEpochMilli()) <= (!log || !one.celery && !one.application ? 5 : 0))
                .filter(one -> message.process.isEmpty() || one.process.equals(message.process)).toList();
            ModelLine one = fit.stream().filter(said -> said.owner == job && !matched.contains(said)).findFirst()
                .or(() -> fit.stream().filter(said -> said.shared.contains(job) && !matched.contains(said)).findFirst()).orElse(null);
            if (one != null) {
                matched.add(one);
                if (!log && !one.garbled) {
                    differences.add("counted twice or not placed: by " + message.placedBy + " " + shown(message));
                }
            } else if (fit.stream().anyMatch(said -> said.owner == job)) {
                differences.add("a copy counts as one more: " + shown(message));
            } else if (!fit.isEmpty()) {
                differences.add("foreign line: by " + message.placedBy + " " + shown(message));
            } else if (!history.garbled) {
                differences.add("nobody said this: by " + message.placedBy + " " + shown(message));
            }
        }
        long total = job.said.stream().filter(one -> !one.garbled && placeable(one)).mapToLong(ModelLine::lines).sum();
        counts.untold.addAndGet(job.said.stream().filter(one -> one.garbled || !placeable(one)).mapToLong(ModelLine::lines).sum());
        long optional = history.said.stream().filter(one -> one.shared.contains(job) || one.garbled).mapToLong(ModelLine::lines).sum();
        // The SELECT in postgres's log counts as placed and is not kept; a banner begins with an empty line that follows somebody's.
        optional += 2 + history.said.stream().filter(one -> one.text.contains("-------------- celery@")).count();
        long got = trace.placed.entrySet().stream().filter(rule -> LOG_RULES.contains(rule.getKey().toString())).mapToLong(Map.Entry::getValue).sum();
        long found = matched.stream().filter(one -> one.owner == job && !one.garbled && placeable(one)).mapToLong(ModelLine::lines).sum();
        counts.own.addAndGet(total);
        counts.placed.addAndGet(history.garbled ? found : Math.min(found, got));
        for (ModelLine one : job.said) {
            if (!matched.contains(one) && !one.garbled && placeable(one)) {
                differences.add("own line missing: " + one.time + " " + one.container + " " + one.process + " " + one.text.split("\n")[0]);
            }
        }
        if (!history.garbled && (got > total + optional || got < found)) {
            differences.add("lines placed: " + got + " where it has " + total + " and perhaps " + optional + ": " + trace.placed);
        }
    }

    /**
     * True where the log holds what tells whose it is. A task's id is linked to the job by the end line of a worker
     * process that has named the job, and the exit of a process by what that process said before.
     */
    private boolean placeable(ModelLine one) {
        if (history.specForm || !one.text.startsWith("Task ") && !one.text.startsWith("Process ")) {
            return true;
        }
        return job.runs.stream().filter(run -> one.text.startsWith("Task ") ? run.end != null : run.death == one)
            .anyMatch(run -> job.said.stream().anyMatch(line -> line.attempt == run.number && named(line)));
    }

    private String shown(Message message) {
        return message.time + " " + message.container + " " + message.process + " "
            + message.text.replace("\n", "\\n").substring(0, Math.min(140, message.text.length()));
    }

    // ---- what it says ------------------------------------------------------------------------------------------

    private void judged() {
        seen = job.runs.stream().filter(run -> job.said.stream().anyMatch(line -> line.attempt == run.number && named(line))).toList();
        ModelRun last = seen.isEmpty() ? null : seen.get(seen.size() - 1);
        List<ModelLine> told = job.said.stream().filter(line -> last != null && line.attempt == last.number)
            .sorted(Comparator.comparingLong(line -> line.time)).toList();
        Map<String, Long> times = new HashMap<>();
        Map<String, Long> open = new HashMap<>();
        Map<String, Long> numbers = new HashMap<>();
        Set<String> broken = new HashSet<>();
        Set<String> begun = new HashSet<>();
        for (ModelLine line : told) {
            for (String stage : line.ends.trim().split(" ")) {
                if (open.containsKey(stage)) {
                    times.merge(stage, line.time - open.remove(stage), Long::sum);
                }
            }
            if (!line.begins.isEmpty()) {
                open.put(line.begins, line.time);
                begun.add(line.begins);
            }
            if (!line.breaks.isEmpty()) {
                broken.add(line.breaks);
            }
            line.numbers.forEach((name, value) -> numbers.merge(name, value, Long::sum));
        }
        // What was not to be done cannot have been missed, such as a blacklist where nobody has a phone.
        broken.retainAll(begun);
        for (String stage : begun) {
            Finding finding = trace.findings.get(TITLES.get(stage));
            boolean closed = !open.containsKey(stage);
            if (closed && finding.millis() != times.get(stage)) {
                differences.add("time of " + stage + ": " + times.get(stage) + " ms, told " + finding.millis());
            }
            boolean bad = broken.contains(stage);
            counts.truths.merge(stage + (bad ? " broken" : " sound"), 1, Integer::sum);
            boolean saysBad = finding.status() == Status.FAIL || finding.status() == Status.WARN;
            if (bad != saysBad && closed || finding.status() == Status.UNKNOWN) {
                differences.add("status of " + stage + ": " + (bad ? "broken" : "sound")
                    + ", told " + finding.status() + " " + finding.summary());
            }
        }
        for (String name : NUMBERS) {
            String[] parts = name.split(" ");
            Finding finding = trace.findings.get(TITLES.get(parts[0]));
            long truth = numbers.getOrDefault(name, 0L);
            long said = Math.round(finding.numbers().getOrDefault(parts[1], 0.0));
            // What an open stage has done is not judged yet: rows that are loaded are not all, and phones may still be checked.
            boolean judged = !open.containsKey(parts[0]) || !parts[0].equals("upload") && !parts[1].equals("unchecked");
            if (truth != said && judged && begun.contains(parts[0])) {
                differences.add(name + ": " + truth + ", told " + said);
            }
        }
        if (!history.specForm && begun.contains("idicore") && numbers.getOrDefault("idicore retries", 0L)
                != Math.round(trace.findings.get("idiCORE Enrichment").numbers().getOrDefault("retries", 0.0))) {
            differences.add("idicore retries: " + numbers.get("idicore retries") + ", told " + trace.findings.get("idiCORE Enrichment").numbers());
        }
        if (trace.attempts.size() != seen.size()) {
            differences.add("attempts: " + seen.size() + ", told " + trace.attempts.size());
        }
        if (last != null && last.end != null && !last.retries && (trace.attempt() == null || trace.attempt().to == null
                || trace.attempt().to.toEpochMilli() != last.end.time)) {
            differences.add("end: " + last.end.time + ", told " + (trace.attempt() == null ? null : trace.attempt().to));
        }
        if (last != null && trace.begun() != null && trace.begun().toEpochMilli() != job.said.stream().filter(this::named)
                .mapToLong(line -> line.time).min().orElse(0)) {
            differences.add("begun: told " + trace.begun());
        }
        verdict(last, begun, broken);
        issues(broken);
    }

    /** Who was not asked about is told first of all, and a sound job has nothing that is said to fail. */
    private void issues(Set<String> broken) {
        if (job.over < 0 || !job.outcome.equals("completed")) {
            return;
        }
        long lost = lost();
        if (lost > 0 && seen.size() == job.runs.size() && trace.issues.stream().noneMatch(issue -> issue.id().equals("run-more-than-once")
                && issue.symptom().contains("; " + lost + " of " + told(1, "prefilter kept") + " records were not stored by any of them"))) {
            differences.add("not stored by any run: " + lost + ", told " + trace.issues.stream().map(Issue::symptom).toList());
        }
        boolean unscrubbed = broken.contains("ccc") || broken.contains("dnc");
        List<Issue> issues = trace.issues.stream().filter(issue -> issue.id().equals("completed-but-not-scrubbed")).toList();
        if (unscrubbed != !issues.isEmpty()) {
            differences.add("completed but not scrubbed: " + unscrubbed + ", told " + issues);
        }
        List<Issue> failed = trace.issues.stream().filter(issue -> issue.severity() == Status.FAIL).toList();
        if (broken.isEmpty() && !failed.isEmpty() && !job.litigatorLost && lost == 0) {
            differences.add("issues of a sound job: " + failed.stream().map(issue -> issue.id() + " " + issue.symptom()).toList());
        }
    }

    /** The sum of a number over the lines of a run; of all runs for 0. */
    private long told(int run, String number) {
        return job.said.stream().filter(line -> run == 0 || line.attempt == run).mapToLong(line -> line.numbers.getOrDefault(number, 0L)).sum();
    }

    /** Whom the first run looked up the next one leaves out: how many of its records no run has stored. */
    private long lost() {
        boolean remembered = job.runs.size() > 1 && job.runs.get(0).remembered() > 0;
        return remembered ? Math.max(0, told(1, "prefilter kept") - told(0, "upload saved")) : 0;
    }

    /** A line of a worker process that names the job. */
    private boolean named(ModelLine line) {
        return line.process.startsWith("ForkPool") && line.text.contains(job.id);
    }

    private void verdict(ModelRun last, Set<String> begun, Set<String> broken) {
        boolean events = job.said.stream().anyMatch(line -> line.text.startsWith("Failed to emit"));
        // A list that is missing where nobody has a phone has harmed nobody yet, and is worth a word.
        boolean unneeded = job.trouble.equals("dnc missing") && !begun.contains("dnc");
        Set<String> right = job.over >= 0 && job.outcome.equals("failed") ? Set.of("failed")
            : job.over >= 0 ? !broken.isEmpty() ? Set.of("completed but degraded")
                : lost() > 0 ? seen.size() < job.runs.size() ? Set.of("completed", "completed but degraded") : Set.of("completed but degraded")
                : events || job.litigatorLost || unneeded ? Set.of("completed", "completed but degraded") : Set.of("completed")
            : job.cancelled ? Set.of("cancelled")
            : last == null ? Set.of("queued")
            // What died after the engine had said how its work ended lost nothing but the row.
            : last.death != null ? job.said.stream().anyMatch(line -> line.attempt == last.number && line.text.matches("\\W*(?:Completed|Failed) ETL job"))
                ? Set.of("zombie") : Set.of("lost")
            : last.retries ? Set.of("running", "queued")
            : last.warning != null && history.said.contains(last.warning) ? Set.of("running", "lost") : Set.of("running");
        counts.verdicts.merge(trace.verdict.state().toString(), 1, Integer::sum);
        if (!right.contains(trace.verdict.state().toString())) {
            differences.add("verdict: " + right + ", told " + trace.verdict.state()
                + " because " + trace.verdict.because() + " " + trace.verdict.evidence());
        }
    }
}
