import java.util.List;

/** What is found of a stage that begins and ends, where that is the same for all of them. */
interface FindingRules {
    /** No line of the stage was seen: it was not reached, it had nothing to do, or the evidence is missing. */
    List<JudgeRule<Situation, Finding>> NOT_SEEN = List.of(
        new JudgeRule<>("results went out that had work for it, though the stage before failed",
            of -> of.before(Status.FAIL) && of.trace.wentOut() && of.beforeTellsWork(),
            of -> of.stage.unseen(of.observed)),
        new JudgeRule<>("the stage before failed", of -> of.before(Status.FAIL), Situation::notReached),
        new JudgeRule<>("the stage before left nothing to do", Situation::beforeLeftNothing,
            of -> of.observed.skip("nothing to do").because(Finding.Reason.NOTHING_TO_DO)),
        new JudgeRule<>("there was nothing to do before", of -> of.before(Status.SKIP) && of.beforeHadNothingToDo(),
            of -> of.skipAsBefore().because(Finding.Reason.NOTHING_TO_DO)),
        new JudgeRule<>("the stage before was skipped, and all logs were read", of -> of.before(Status.SKIP) && of.missing() == null, Situation::skipAsBefore),
        new JudgeRule<>("a log is missing of a job that was begun", of -> of.missing() != null
            && (of.trace.over() || of.trace.attempts.isEmpty() && of.trace.job.time("started_at") != null), of -> of.observed.unknown(of.missing())),
        new JudgeRule<>("the job is a preview", of -> of.trace.job.preview(),
            of -> of.observed.skip("no evidence in the logs: a preview runs in backend, where lines carry no job id")),
        new JudgeRule<>("all went out, whatever the row says", of -> !of.trace.over() && of.trace.allWentOut() && of.before(Status.OK),
            of -> of.stage.unseen(of.observed)),
        new JudgeRule<>("the job goes on", of -> !of.trace.over(), Situation::notReached),
        new JudgeRule<>("nothing shows the job so far", of -> of.trace.events == 0 || of.before(Status.UNKNOWN),
            of -> of.observed.unknown("no evidence in the logs")),
        new JudgeRule<>("the job is completed, or its results went out", of -> of.trace.wentOut(), of -> of.stage.unseen(of.observed)),
        new JudgeRule<>("the job ended before", of -> true, of -> of.observed.skip("not reached")));

    /** The stage began and did not end. */
    List<JudgeRule<Situation, Finding>> OPEN = List.of(
        new JudgeRule<>("the worker was lost", of -> of.trace.lost(),
            of -> of.observed.fail("interrupted after " + of.took + ": the worker was lost").because(Finding.Reason.INTERRUPTED)),
        new JudgeRule<>("the task is to be tried again", of -> of.trace.attempt() != null && of.trace.attempt().retries && !of.trace.over(),
            of -> of.observed.warn("interrupted after " + of.took + ", to be tried again").because(Finding.Reason.INTERRUPTED)),
        new JudgeRule<>("a user stopped the job", of -> of.trace.stopped != null && !of.observed.broken(),
            of -> of.observed.warn("interrupted after " + of.took + ": a user stopped the job").because(Finding.Reason.INTERRUPTED)),
        new JudgeRule<>("it is broken, and the work is over", of -> of.workIsOver() && of.observed.broken(), of -> Judge.decide(of.stage, of.observed)),
        new JudgeRule<>("the job was cancelled", of -> of.workIsOver() && of.trace.job.status().equals("cancelled"),
            of -> of.observed.warn("interrupted after " + of.took + ": the job was cancelled")),
        new JudgeRule<>("the work is over", Situation::workIsOver,
            of -> of.observed.fail("started but did not finish").because(Finding.Reason.INTERRUPTED)),
        new JudgeRule<>("it runs, and could not do all of its work so far", of -> of.observed.broken(), AtWork::broken),
        new JudgeRule<>("it runs", of -> true, AtWork::open));

    /** What was found so far is lowered where it is not wholly proved, hides errors, or took too long. */
    List<JudgeRule<Situation, Finding>> LOWERED = List.of(
        new JudgeRule<>("the worker was lost in it", of -> of.trace.lost() && of.isOpen(), of -> of.finding),
        new JudgeRule<>("it was skipped", of -> of.finding.status() == Status.SKIP, of -> of.finding),
        // What a line shows is shown; what no line shows may stand in the part that was not read.
        new JudgeRule<>("a line shows what is wrong", of -> !of.finding.status().isWell() && of.observed.broken(), of -> of.finding),
        new JudgeRule<>("only job_logs show it", Situation::isSeenInDatabaseOnly, of -> of.finding.as(Status.UNKNOWN,
            "seen only in job_logs: " + (of.missing() == null ? "not in the container log" : of.missing()))),
        new JudgeRule<>("its log was not read to the end", of -> of.unread() != null, of -> of.finding.as(Status.UNKNOWN, of.unread())),
        new JudgeRule<>("the log starts later", Situation::beganBeforeTheLog, of -> of.finding.as(Status.UNKNOWN, "the log starts after this stage did")),
        new JudgeRule<>("the log starts at a later batch", of -> of.stage.inBatches && of.trace.batches != null && of.trace.batches.first() > 1,
            of -> of.finding.as(Status.UNKNOWN, "the log starts at batch " + of.trace.batches.first() + " of " + of.trace.batches.all())),
        new JudgeRule<>("a closing line is missing", of -> of.hasUnclosedVisit() && of.finding.status() != Status.FAIL,
            of -> of.finding.as(Status.UNKNOWN, "started, but no end was logged").because(Finding.Reason.UNCLOSED)),
        new JudgeRule<>("something is wrong with it", of -> !of.finding.status().isWell(), of -> of.finding),
        new JudgeRule<>("errors that no stage knows came in its turn", of -> !of.observed.errors().isEmpty(),
            of -> of.finding.as(Status.WARN, of.finding.summary() + ", with " + Times.count(Observation.count(of.observed.errors()), "error") + " on the way")
                .quoting(of.observed.errors().get(0))),
        new JudgeRule<>("it took too long", Situation::isSlow,
            of -> of.finding.as(Status.WARN, of.finding.summary() + (of.isOpen() ? "; " : "; took " + Times.duration(of.finding.millis()) + ", ")
            + "expected under " + Times.number(of.stage.limit(of.observed)) + "s").because(Finding.Reason.SLOW).noting("typical: " + of.stage.typical)),
        new JudgeRule<>("all is well", of -> true, of -> of.finding));

    static Finding judge(Situation of) {
        if (!of.isSeen()) {
            return JudgeRule.first(NOT_SEEN, of);
        }
        of.finding = of.isOpen() ? JudgeRule.first(OPEN, of) : Judge.decide(of.stage, of.observed);
        of.finding = AtWork.isBetween(of) ? AtWork.between(of, of.finding) : of.finding;
        return JudgeRule.first(LOWERED, of);
    }
}
