import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/** What is wrong with a command line, in plain words. */
final class WrongUsage {
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, double.class);

    private WrongUsage() {}

    /** The long names of what was typed, without hyphens, and JOB-ID; empty for a line that cannot be read, which is refused anyway. */
    static Set<String> typed(CommandLine command, String... args) {
        try {
            CommandLine.ParseResult line = command.setExpandAtFiles(false).parseArgs(args);
            Set<String> names = new TreeSet<>();
            line.matchedOptions().forEach(option -> names.add(option.longestName().substring(2)));
            line.matchedPositionals().forEach(job -> names.add(job.paramLabel()));
            return names;
        } catch (CommandLine.ParameterException wrong) {
            return Set.of();
        }
    }

    /** One line. @param settings where a value comes from that nobody typed */
    static String of(CommandLine.ParameterException wrong, Settings settings, List<String> typed) {
        if (wrong instanceof CommandLine.UnmatchedArgumentException) {
            List<String> unmatched = ((CommandLine.UnmatchedArgumentException) wrong).getUnmatched();
            return unmatched.isEmpty() ? wrong.getMessage() : unmatched.get(0).equals("-s")
                ? "-s is JBang's, and comes before trace-job: jbang -s ./MyCheck.java trace-job@org JOB-ID"
                : unmatched.get(0).startsWith("-")
                ? "there is no option " + unmatched.get(0)
                + near(unmatched.get(0).split("=", 2)[0], wrong.getCommandLine().getCommandSpec().optionsMap().keySet())
                : "one JOB-ID at a time: " + unmatched.get(0) + " is one too many";
        }
        if (wrong instanceof CommandLine.MissingParameterException && !((CommandLine.MissingParameterException) wrong).getMissing().isEmpty()) {
            CommandLine.Model.ArgSpec missing = ((CommandLine.MissingParameterException) wrong).getMissing().get(0);
            return (missing.isOption() ? ((CommandLine.Model.OptionSpec) missing).longestName() : missing.paramLabel()) + " needs "
                + article(missing.paramLabel());
        }
        if (!(wrong.getArgSpec() instanceof CommandLine.Model.OptionSpec)) {
            return wrong.getMessage();
        }
        CommandLine.Model.OptionSpec option = (CommandLine.Model.OptionSpec) wrong.getArgSpec();
        String name = option.longestName();
        if (wrong instanceof CommandLine.OverwrittenOptionException) {
            return name + " was given twice";
        }
        boolean isTyped = typed.stream().anyMatch(word -> List.of(option.names()).contains(word.split("=", 2)[0]));
        String where = isTyped ? "" : settings.place(name);
        String value = wrong.getValue() == null ? where.isEmpty() ? "" : settings.defaultValue(option) : wrong.getValue();
        String subject = where.isEmpty() ? name : where;
        return NUMBERS.contains(option.type()) ? subject + " needs a number" + (value == null || value.isEmpty() ? "" : ", not " + value)
            : subject + " needs " + article(option.paramLabel()) + (value == null || value.isEmpty() ? "" : ", not " + value);
    }

    /** The options that may be meant: those that begin so, else those that are at most two slips away. */
    private static String near(String typed, Set<String> options) {
        List<String> near = typed.length() > 64 ? List.of() : options.stream().filter(option -> option.startsWith("--"))
            .filter(option -> typed.length() > 3 && option.startsWith(typed) || slips(typed, option) <= 2).sorted().limit(3).toList();
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    /** How many letters are changed, missing, too many or swapped. */
    static int slips(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                int changed = least[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                least[i][j] = Math.min(changed, Math.min(least[i - 1][j], least[i][j - 1]) + 1);
                if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1)) {
                    least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
                }
            }
        }
        return least[one.length()][other.length()];
    }

    private static String article(String label) {
        return label.matches("[A-Z].*") && !label.contains("|") && !label.contains("=") ? "a " + label : label;
    }
}
