import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How work is done again that a job left undone. Running the job again is no repair by itself: the main query leaves out
 * whoever is in PERSON_CACHE, also whom a look-up failed for, and what is stored already would be stored twice.
 */
interface Rerun {
    /** Shows the script, whose addresses tell who was in the job. */
    String SCRIPT = "docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c"
        + " \"SELECT s.* FROM sql_scripts s JOIN etl_jobs j ON j.script_id = s.id WHERE j.id::text = '{job}'\"";
    String LOGS = "docker compose logs " + Container.WORKER;

    /** A resolution: what is to be done first, how a new run does this job's work again, and the commands for it. */
    static String[] after(Trace trace, String first, String... commands) {
        boolean fromFile = trace.job.fromFile();
        boolean remembered = trace.remembered();
        double stored = stored(trace);
        String again = fromFile ? "a new job from the same file" : "running the job again";
        String twice = "delete its " + Times.number(stored) + " stored records from MASTER_PROCESSED_DB, or they will be stored twice";
        String leftOut = "delete its people from Snowflake's PERSON_CACHE, or they will be left out (DELETE FROM PERSON_CACHE WHERE \"Address\" IN"
            + " (SELECT \"Address\" FROM (the script)) AND \"Address\" NOT IN (SELECT \"Address\" FROM MASTER_PROCESSED_DB WHERE \"Address\""
            + " IS NOT NULL); the psql command below shows the script)";
        boolean storing = trace.findings.values().stream().anyMatch(finding -> finding.isInterrupted() && finding.stage() instanceof PipelineStage stage
            && !stage.stores.isEmpty());
        String perhaps = "delete what is stored of it already from MASTER_PROCESSED_DB, or that will be stored twice";
        List<String> before = Stream.of(stored > 0 ? twice : storing ? perhaps : "", remembered && !fromFile ? leftOut : "").filter(step -> !step.isEmpty()).toList();
        String people = before.isEmpty() ? fromFile ? " Start a new job from the same file." : " Run the job again."
            : " Before " + again + ", " + String.join(", and then ", before) + ".";
        return Stream.of(Stream.of(first + people, LOGS), Arrays.stream(commands), Stream.of(SCRIPT).filter(show -> !fromFile && remembered))
            .flatMap(part -> part).distinct().toArray(String[]::new);
    }

    /** How many records all runs of the job have stored. */
    static double stored(Trace trace) {
        return trace.number(stage -> stage.stores) + trace.earlier.stream().mapToDouble(run -> run.number(stage -> stage.stores)).sum();
    }

    /** The same, but first a worker that is stopped is started. */
    static String[] withWorker(Trace trace, String... resolution) {
        Optional<Container> stopped = trace.containers(Container.WORKER).stream().filter(Container::isDown).findFirst();
        if (stopped.isEmpty()) {
            return resolution;
        }
        String state = stopped.get().state();
        // These two are words of Swarm's: no node takes it, and it was scaled down.
        String way = state.equals("pending") ? "ps -a " : state.equals("shutdown") ? "up -d " : "start ";
        return Stream.concat(Stream.of((state.equals("pending") ? "Give Swarm a node for " : "Start ") + Container.WORKER + ", which is " + state
            + ". " + resolution[0],
            "docker compose " + way + Container.WORKER), Arrays.stream(resolution).skip(1)).toArray(String[]::new);
    }
}
