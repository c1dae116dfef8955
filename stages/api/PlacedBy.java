/** The rule that made a message the job's; -v and the JSON print its name. */
enum PlacedBy {
    /** It is the answer of a check outside of Java. */
    CHECK("check"),
    /** It continues a message of the job. */
    CONTINUATION("continuation"),
    /** It is a row of job_logs. */
    DATABASE("database"),
    /** It names the job. */
    ID("id"),
    /** It stands in the job's own log file. */
    JOB_FILE("job-file"),
    /** It names the job's Celery task. */
    TASK("task"),
    /** It is the other copy of a message of the job. */
    TWIN("twin"),
    /** The job's worker process wrote it, or it tells of the end of that process or worker. */
    WORKER("worker");

    private final String printed;

    PlacedBy(String printed) {
        this.printed = printed;
    }

    /** The rule with this name; null when there is none. */
    static PlacedBy named(String printed) {
        for (PlacedBy rule : values()) {
            if (rule.printed.equals(printed)) {
                return rule;
            }
        }
        return null;
    }

    /** True for a message that this rule placed. */
    boolean placed(Message message) {
        return message.placedBy == this;
    }

    @Override
    public String toString() {
        return printed;
    }
}
