import java.time.Instant;
import java.util.List;

/**
 * Where the job is, with what shows it.
 *
 * @param because why, in our words; empty where the state says it all
 * @param since since when, UTC; null when nothing tells
 * @param evidence first lines of messages, or our words about stages
 */
record Verdict(State state, String because, Instant since, List<String> evidence) {
    /** Where a job can be, in the words of the report. */
    enum State {
        COMPLETED("completed"),
        DEGRADED("completed but degraded"),
        FAILED("failed"),
        CANCELLED("cancelled"),
        RUNNING("running"),
        QUEUED("queued"),
        /** Queued and no worker is up, or its worker is paused. */
        STUCK("stuck"),
        /** Its worker died. */
        LOST("lost"),
        /** The row says running, and no worker has it. */
        ZOMBIE("zombie"),
        UNKNOWN("unknown");

        private final String printed;

        State(String printed) {
            this.printed = printed;
        }

        /** True for a state that makes the exit code 1. */
        boolean isProblem() {
            return this != COMPLETED && this != RUNNING && this != QUEUED;
        }

        /** How bad it is. */
        Status severity() {
            return this == UNKNOWN ? Status.UNKNOWN : this == CANCELLED ? Status.WARN : isProblem() ? Status.FAIL : Status.OK;
        }

        @Override
        public String toString() {
            return printed;
        }
    }

    /** @param state as it is known so far, without lines that show it */
    Verdict(State state, String because, Instant since) {
        this(state, because, since, List.of());
    }
}
