import java.util.Optional;

/** Without a first and a last name nobody can be looked up; the engine finds them by the exact names of two columns. */
class NamesMissing extends Check {
    NamesMissing() {
        super("No names in the records");
        sees("a job that failed because no record has both names");
        severity(Status.FAIL).cause("the columns are not named exactly `First Name` and `Last Name`, or they are empty");
        resolution("Name these columns so in the script, and run the job again.", Rerun.SCRIPT);
        explains("Pre-filtering");
    }

    @Override
    Optional<Issue> look(Trace trace) {
        Finding filter = trace.finding("Pre-filtering");
        return filter.has("nobody") ? found(filter.summary(), filter.quotes()) : nothing();
    }
}
