/** The report's status words. OK needs evidence; RUN is at work; UNKNOWN is the answer where evidence is missing. */
enum Status {
    OK, RUN, SKIP, UNKNOWN, WARN, FAIL;

    /** True for what went well, at least so far. */
    boolean isWell() {
        return this == OK || this == RUN;
    }

    /** True for what makes the exit code 1. */
    boolean isProblem() {
        return this == UNKNOWN || this == WARN || this == FAIL;
    }
}
