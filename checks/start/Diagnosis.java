import java.util.List;

/**
 * One line of the doctor.
 *
 * @param status OK, WARN, FAIL, or UNKNOWN for what could not be seen
 * @param subject what was looked at
 * @param what was found, in one line
 * @param mend the command that mends it, or shows more of it; empty where there is none
 * @param fatal true where no job can be traced until it is mended
 */
record Diagnosis(Status status, String subject, String found, List<String> mend, boolean fatal) {
    static Diagnosis ok(String subject, String found) {
        return new Diagnosis(Status.OK, subject, found, List.of(), false);
    }

    static Diagnosis warn(String subject, String found, String... mend) {
        return new Diagnosis(Status.WARN, subject, found, List.of(mend), false);
    }

    static Diagnosis unknown(String subject, String found, String... mend) {
        return new Diagnosis(Status.UNKNOWN, subject, found, List.of(mend), false);
    }

    static Diagnosis fail(String subject, String found, String... mend) {
        return new Diagnosis(Status.FAIL, subject, found, List.of(mend), false);
    }

    /** The command that tells what a service of the hand-run page is called here. */
    static String called(ComposeTarget target, String service) {
        return target.call("--doctor", "--service", service + "=NAME") + "    # what it is called here";
    }

    /** The same, where nothing can be traced without it. */
    Diagnosis stops() {
        return new Diagnosis(status, subject, found, mend, true);
    }

    /** As it is printed: foreign text cannot steer the terminal. */
    String text() {
        StringBuilder text = new StringBuilder("  [" + status + "] " + subject + " - " + Printable.plain(found) + "\n");
        mend.forEach(command -> text.append("         ").append(Printable.plain(command)).append('\n'));
        return text.toString();
    }
}
