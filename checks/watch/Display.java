import java.util.List;

/** Where a watch is shown. */
interface Display {
    /** @param notes what could not be asked */
    void show(Trace trace, List<String> notes);

    /** The watch is over; what comes next is the report. */
    void end();
}
