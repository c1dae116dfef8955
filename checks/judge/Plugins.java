import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The checks that are not Java, for judged traces; what is wrong with one is its own, and the report stands. */
final class Plugins {
    /** Runs one of them, with this environment and this report on its stdin. */
    interface Runner {
        CommandResult run(List<String> command, Map<String, String> env, byte[] report);
    }

    private final List<List<String>> commands;
    private final Supplier<Map<String, String>> stack;
    private final Function<Trace, String> report;
    private final Runner runner;

    /** @param stack how this stack is asked, for their environment, where there are any; @param report the report of a trace as they read it */
    Plugins(List<List<String>> commands, Supplier<Map<String, String>> stack, Function<Trace, String> report, Runner runner) {
        this.commands = commands;
        this.stack = stack;
        this.report = report;
        this.runner = runner;
    }

    /** That of its file; numbered from the second of the same name on, since what else was typed can be secret. */
    private String name(int which) {
        String file = file(commands.get(which));
        long before = commands.subList(0, which).stream().filter(other -> file(other).equals(file)).count();
        return Printable.plain(before == 0 ? file : file + "-" + (before + 1));
    }

    private static String file(List<String> command) {
        return Path.of(command.get(0)).getFileName().toString();
    }

    /** Adds to the trace what they answer of it, and an issue for each that is not well. */
    void run(Trace trace) {
        if (commands.isEmpty()) {
            return;
        }
        Map<String, String> env = new LinkedHashMap<>(stack.get());
        env.put("JOB_ID", trace.job.id());
        env.put("JOB_STATUS", trace.job.status());
        env.put("JOB_VERDICT", trace.verdict.state().toString());
        env.put("JOB_CREATED", Times.iso(trace.job.time("created_at")));
        byte[] told = report.apply(trace).getBytes(StandardCharsets.UTF_8);
        for (int which = 0; which < commands.size(); which++) {
            String name = name(which);
            PluginResult plugin = PluginResult.of(name, runner.run(commands.get(which), env, told));
            trace.plugins.add(plugin);
            if (plugin.status() != Status.OK) {
                Message message = new Message("check", "", trace.now, "", "", plugin.text());
                message.placedBy = PlacedBy.CHECK;
                trace.issues.add(new Issue("check-" + name, plugin.status(), "Check " + name, "", List.of(), List.of(), null, List.of(message)));
            }
        }
        trace.issues.sort(Issue.WORST_FIRST);
    }
}
