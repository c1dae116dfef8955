import java.util.List;

/** Finds the stack that was deployed to Swarm, where no Compose project has it. */
final class SwarmStacks {
    private static final int MOST_NAMED = 20;

    private SwarmStacks() {}

    /**
     * Sets the target's stack when exactly one has the worker's service, and notes its name; true when it did. Throws
     * KnownFailure (2) with their names when several have it. Where this is no manager of a swarm, there is none.
     */
    static boolean find(ComposeTarget target, CommandRunner runner, Progress progress) {
        List<String> command = target.docker("service", "ls", "--filter", "label=com.docker.stack.namespace", "--format", "{{.Name}}");
        String worker = "_" + target.service(Container.WORKER);
        List<String> stacks = runner.ask("stacks of Swarm", command).out().stream().map(String::strip).filter(name -> name.endsWith(worker))
            .map(name -> name.substring(0, name.length() - worker.length())).filter(name -> TargetOptions.SWARM.matcher(name).matches()).distinct()
            .sorted().limit(MOST_NAMED).toList();
        if (stacks.size() > 1) {
            throw new KnownFailure(2, "which stack? There are several in this swarm; add --swarm with one of " + String.join(", ", stacks));
        }
        if (stacks.isEmpty()) {
            return false;
        }
        target.swarm = new SwarmWords(stacks.get(0));
        progress.note("the stack here is --swarm " + stacks.get(0));
        return true;
    }
}
