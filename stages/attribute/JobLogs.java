/** The logs of a stack, as far as they concern jobs. */
interface JobLogs {
    /** Gives what they show of its job into this evidence, not redacted yet, when all are read. */
    void addTo(Evidence trace);
}
