/** Without a first and a last name nobody can be looked up; the engine finds them by the exact names of two columns. */
class NoValidRecords extends Check {
    NoValidRecords() {
        super("No valid records");
        detects("a job that failed because no record has both names, or no row of its file is valid");
        severity(Status.FAIL).cause("the columns are not named exactly `First Name` and `Last Name`, or they are empty");
        explains(PreFiltering.class);
    }

    @Override
    Issue inspect(Trace trace) {
        Finding filter = trace.finding(PreFiltering.class);
        return filter.has("nobody") ? found(filter.summary(), filter.quotes())
                .resolution("Name these columns so in the script, and run the job again.", Rerun.LOGS, Rerun.SCRIPT)
            : filter.has("nothingValid") ? found(filter.summary(), filter.quotes()).because("the file's columns were not recognised, or their values are not valid")
                .resolution("Mend the file's columns and values, and upload it again.", Rerun.LOGS)
            : nothing();
    }
}
