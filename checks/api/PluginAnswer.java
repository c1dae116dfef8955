import java.util.List;

/**
 * What a check outside of Java answered, as monitoring plugins do: the exit code is the status, the first line the text.
 *
 * @param text foreign text
 */
record PluginAnswer(String name, Status status, String text) {
    /** Characters; monitoring systems keep no more of one answer either. */
    private static final int LONGEST = 8 * 1024;
    private static final List<Status> BY_EXIT_CODE = List.of(Status.OK, Status.WARN, Status.FAIL, Status.UNKNOWN);

    static PluginAnswer of(String name, Answer answer) {
        String first = answer.out().isEmpty() ? "" : answer.out().get(0);
        first = first.length() > LONGEST ? first.substring(0, LONGEST) : first;
        String text = Printable.plain(first.contains("|") ? first.substring(0, first.indexOf('|')) : first).strip();
        boolean plugin = answer.exitCode() >= 0 && answer.exitCode() < BY_EXIT_CODE.size() && !text.isEmpty() && !answer.timedOut();
        return plugin ? new PluginAnswer(name, BY_EXIT_CODE.get(answer.exitCode()), text)
            : new PluginAnswer(name, Status.UNKNOWN, answer.timedOut() || answer.exitCode() < 0 ? answer.problem()
                : "it ended with exit code " + answer.exitCode() + (text.isEmpty() ? " and said nothing" : ": " + text));
    }
}
