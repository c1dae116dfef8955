//SOURCES Changes.java
//SOURCES Display.java
//SOURCES Screen.java
//SOURCES UntilEnded.java
//SOURCES WatchOptions.java

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Watches a job until it has ended, and gives then what a trace of it collects. */
final class Watch {
    /** Milliseconds between two looks at what has come. */
    private static final long LOOK = 250;
    private static final Duration BETWEEN_FRAMES = Duration.ofSeconds(1);
    /** A job that stands still is shown anew as often, for its time goes on. */
    private static final Duration AT_LEAST = Duration.ofSeconds(2);
    /** The row and the lines that tell of an end are not read at one time: so long what only one of them says is not judged. */
    private static final Duration SETTLES = Duration.ofMillis(2_500);
    /** A row is completed before the last lines of its job are written. */
    private static final Duration LAST_LINES = Duration.ofMillis(500);
    /** So long a job must look lost before it is: what tells of it is not read at one time. */
    private static final Duration LOST = Duration.ofSeconds(2);
    private static final Duration FORGOTTEN = Duration.ofSeconds(10);
    private final WatchedJob job;
    private final WatchOptions options;
    private final Display display;
    private final Consumer<Trace> judge;
    private final Runnable renew;
    private String before = "";
    private Instant since = Instant.EPOCH;
    private Instant unsettled;

    /** @param judge concludes what a trace comes to; @param renew gives the commands their time again */
    Watch(WatchedJob job, WatchOptions options, Display display, Consumer<Trace> judge, Runnable renew) {
        this.job = job;
        this.options = options;
        this.display = display;
        this.judge = judge;
        this.renew = renew;
    }

    /** Watches, and answers all that there is of the job when it has ended. Throws KnownFailure where its project went away. */
    Evidence run() throws InterruptedException {
        Instant end = Instant.now().plus(options.limit());
        job.begin();
        Trace last = null;
        Instant shown = Instant.EPOCH;
        long lines = -1;
        boolean news = true;
        while (true) {
            renew.run();
            news |= job.poll(last) | job.lines() != lines;
            Instant now = Instant.now();
            if (!shown.plus(news ? BETWEEN_FRAMES : AT_LEAST).isAfter(now)) {
                news = false;
                lines = job.lines();
                Trace trace = new Trace(job.soFar());
                if (isUnsettled(trace)) {
                    last = trace;
                    job.hurry();
                    Thread.sleep(LOOK);
                    continue;
                }
                last = trace;
                judge.accept(last);
                // Of a job that has ended it is told what all its lines say, not those that have come.
                if (!last.over()) {
                    display.show(last, job.problems());
                }
                shown = now;
                if (isOver(last) || options.failFast && fails(last)) {
                    break;
                }
            }
            if (!now.isBefore(end)) {
                break;
            }
            if (job.isGone()) {
                break;
            }
            Thread.sleep(LOOK);
        }
        renew.run();
        job.end();
        boolean gone = job.isGone();
        if (!gone) {
            Trace ended = new Trace(job.soFar());
            judge.accept(ended);
            display.show(ended, job.problems());
        }
        display.end();
        if (gone) {
            throw new KnownFailure(4, "the project has no containers any more; job " + last.job.id()
                + (last.verdict == null ? "" : " was last seen " + last.verdict.state()));
        }
        return job.whole();
    }

    /** True as long as either the row or the log, and not both, may only be late to say that the job has ended. */
    private boolean isUnsettled(Trace trace) {
        boolean open = trace.attempt() != null && trace.attempt().to == null;
        boolean cancelled = trace.job.status().equals("cancelled");
        boolean rowIsLate = trace.workEnded() && trace.job.inDatabase() && (!trace.job.ended() || cancelled);
        boolean logIsLate = open && trace.job.ended() && !cancelled;
        unsettled = !rowIsLate && !logIsLate ? null : unsettled == null ? Instant.now() : unsettled;
        return unsettled != null && unsettled.plus(SETTLES).isAfter(Instant.now()) && !(rowIsLate && job.rowIsOf(unsettled));
    }

    private static boolean fails(Trace trace) {
        return trace.issues.stream().anyMatch(issue -> issue.severity() == Status.FAIL)
            || trace.findings.values().stream().anyMatch(finding -> finding.status() == Status.FAIL);
    }

    /** True when nothing more is to come, and has been so for long enough. */
    private boolean isOver(Trace trace) {
        boolean over = trace.over();
        Verdict.State state = trace.verdict.state();
        String what = over ? "over" : Set.of(Verdict.State.LOST, Verdict.State.ZOMBIE).contains(state) ? state.toString() : "";
        if (!what.equals(before)) {
            before = what;
            since = Instant.now();
        }
        boolean told = over && (trace.attempt() == null || trace.attempt().to != null);
        Duration wait = told && trace.attempt() != null ? Duration.ZERO : over ? LAST_LINES : state == Verdict.State.LOST ? LOST : FORGOTTEN;
        return !what.isEmpty() && !since.plus(wait).isAfter(Instant.now());
    }

    /** Into a pipe and where it is asked for so, lines; else frames on the terminal. */
    static boolean onScreen(WatchOptions options) {
        return options.progress.equals("auto") && Terminal.shown() && !List.of("dumb").contains(System.getenv().getOrDefault("TERM", "dumb"));
    }
}
