import java.util.List;

/**
 * What is found of a stage that only has lines to show, such as a sum at the job's end: it says itself what these come to, and the
 * base what it means that they are missing.
 */
interface PlainStageRules {
    /** @param finding what the stage itself says of its lines */
    record Situation(Stage stage, Evidence trace, Pipeline pipeline, Finding finding) {
        Observation observed() {
            return finding.observed();
        }

        /** True when a line of it was seen, wherever it stands. */
        boolean isSeen() {
            return !observed().seen().isEmpty();
        }

        /** True for a stage that says itself what it means that its lines are missing, and for one that has none. */
        boolean isItsOwnJudge() {
            return stage.judgesMissingLines || stage.patterns.stream()
                .noneMatch(line -> line.role == LinePattern.Role.FAILURE || line.role == LinePattern.Role.DETAIL);
        }

        /** Why a log in which its lines would stand does not tell all; null when they were read whole. */
        String missing() {
            return observed().missingLog() != null || isSeen() ? observed().missingLog() : MissingLogs.why(stage, trace);
        }

        /** True when no worker process is known to have begun the job, and none would be known for a preview. */
        boolean isNotBegun() {
            return trace.attempt() == null && trace.started() == null && !trace.job.preview();
        }

        Finding unknown(String why) {
            return finding.as(Status.UNKNOWN, why);
        }

        Finding skip(String why) {
            return finding.as(Status.SKIP, why);
        }
    }

    List<JudgeRule<Situation, Finding>> RULES = List.of(
        new JudgeRule<>("its lines decide nothing, or it judges their lack itself", Situation::isItsOwnJudge, Situation::finding),
        new JudgeRule<>("it says that something is wrong or missing", of -> of.finding.status().isProblem(), Situation::finding),
        new JudgeRule<>("only job_logs show it", of -> of.isSeen() && of.observed().seen().stream().allMatch(PlacedBy.DATABASE::placed),
            of -> of.unknown("seen only in job_logs: " + (of.missing() == null ? "not in the container log" : of.missing()))),
        new JudgeRule<>("a log is missing of a job that was begun", of -> of.missing() != null
            && (of.trace.over() || of.isSeen() || of.trace.attempts.isEmpty() && of.trace.job.time("started_at") != null), of -> of.unknown(of.missing())),
        new JudgeRule<>("the log starts later", of -> of.pipeline.jobBeganBeforeTheLog(), of -> of.unknown("the log starts after the job did")),
        new JudgeRule<>("its lines show it", Situation::isSeen, Situation::finding),
        new JudgeRule<>("the job is a preview", of -> of.trace.job.preview(),
            of -> of.skip("no evidence in the logs: a preview runs in backend, where lines carry no job id")),
        new JudgeRule<>("the job was not begun, or goes on", of -> of.isNotBegun() || !of.trace.over(),
            of -> of.skip(of.trace.over() || of.trace.workEnded() || of.trace.lost() ? "not reached" : "not reached yet")),
        new JudgeRule<>("no worker process names the job", of -> of.trace.attempt() == null, of -> of.unknown("no evidence in the logs")),
        new JudgeRule<>("it has no line in a log that was read whole", of -> true, Situation::finding));

    static Finding judge(Stage stage, Evidence trace, Pipeline pipeline) {
        return JudgeRule.first(RULES, new Situation(stage, trace, pipeline, Judge.decide(stage, pipeline.observations.get(stage))));
    }
}
