import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What --explain prints: the commands that can run, one a line. */
interface ExplainedCommands {
    /**
     * The commands for this stack, each once; what is known only when they run stands there in `<>`.
     *
     * @param finder finds the job, or the jobs of an audit; @param toFind fills it
     * @param asks what is asked once the job is known; @param fill fills these
     * @param ends true where the ends of the logs are read first
     */
    static Collection<String> of(TargetOptions where, ComposeTarget target, Command finder, Map<String, String> toFind, List<Command> asks,
            Map<String, String> fill, boolean ends) {
        Set<String> lines = new LinkedHashSet<>();
        where.shown(target, Stream.of(finder), toFind).forEach(lines::add);
        if (target.elsewhere || target.swarm != null) {
            where.shown(target, asks.stream(), fill).forEach(lines::add);
            return lines;
        }
        for (ComposeTarget host : target.hosts.isEmpty() ? List.of(target) : target.hosts) {
            asks.stream().map(ask -> host.shown(ask, fill)).forEach(lines::add);
            lines.add(host.shown(LiveSource.inspect(List.of("<container>")), fill));
            asks.stream().filter(ask -> ends && ask.kind() == Command.Kind.LOG)
                .map(ask -> CommandRunner.shown(host.log(ask.service(), "--tail", "<lines>", "--since", "<created>"))).forEach(lines::add);
        }
        return lines;
    }
}
