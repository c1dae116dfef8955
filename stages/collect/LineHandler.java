import java.time.Instant;

/** Takes lines as they come; answers false when it wants no more. */
interface LineHandler {
    boolean line(String line);
}

/** Reads one log: takes its lines, and knows whether the tail that it was given reaches back to the window's start. */
interface LogHandler extends LineHandler {
    default boolean coversWindow(long tail) {
        return true;
    }

    /** How far back the lines of those containers reach that have most, UTC. */
    default Instant earliest() {
        return Instant.MIN;
    }
}
