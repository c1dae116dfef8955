/** The rule that made a message the job's; -v and the JSON print its name. */
enum PlacedBy {
    /** It names the job. */
    ID("id"),
    /** It names the job's Celery task. */
    TASK("task"),
    /** The job's worker process wrote it, or it tells of the end of that process or worker. */
    WORKER("worker"),
    /** It is the other copy of such a message. */
    TWIN("twin"),
    /** It continues such a message. */
    CONTINUATION("continuation"),
    /** It stands in the job's own log file. */
    JOB_FILE("job-file"),
    /** It is a row of job_logs. */
    DATABASE("database"),
    /** It is the answer of a check outside of Java. */
    CHECK("check");

    private final String printed;

    PlacedBy(String printed) {
        this.printed = printed;
    }

    /** True for a message that this rule placed. */
    boolean placed(Message message) {
        return printed.equals(message.placedBy);
    }

    @Override
    public String toString() {
        return printed;
    }
}
