import java.time.Instant;

/**
 * What an audit looks at.
 *
 * @param from UTC; @param to UTC; @param now when it was made, UTC
 * @param narrowed to what, as `status failed`; empty when to nothing
 * @param matches how many jobs the period has
 * @param read how many of their rows were read, the newest: fewer where there are more than an audit takes
 */
record AuditScope(Instant from, Instant to, Instant now, String narrowed, long matches, long read) {
    /** True when not all jobs of the period were looked at. */
    boolean isCut() {
        return matches > read;
    }
}
