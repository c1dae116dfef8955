/** The report's status words. OK needs evidence; UNKNOWN is the answer where evidence is missing. */
enum Status {
    OK, SKIP, UNKNOWN, WARN, FAIL;

    /** True for what makes the exit code 1. */
    boolean isProblem() {
        return this == UNKNOWN || this == WARN || this == FAIL;
    }
}
