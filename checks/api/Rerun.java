import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Running a job again is no repair by itself: the main query leaves out whoever is in PERSON_CACHE, also whom a look-up failed for. */
interface Rerun {
    /** Shows the script, whose addresses tell who was in the job. */
    String SCRIPT = "docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c"
        + " \"SELECT s.* FROM sql_scripts s JOIN etl_jobs j ON j.script_id = s.id WHERE j.id::text = '{job}'\"";

    /** A resolution: what is to be done first, how a new run takes these people in again, and the commands for it. */
    static String[] after(String first, String... commands) {
        String text = first + " A new run leaves out whoever is in Snowflake's PERSON_CACHE, and these people are: delete them there"
            + " (DELETE FROM PERSON_CACHE WHERE \"Address\" IN (SELECT \"Address\" FROM (the script))), then run the job again.";
        return Stream.of(Stream.of(text, "docker compose logs " + Container.WORKER), Arrays.stream(commands), Stream.of(SCRIPT))
            .flatMap(part -> part).distinct().toArray(String[]::new);
    }

    /** The same, but first a worker that is stopped is started. */
    static String[] withWorker(Trace trace, String... resolution) {
        Optional<Container> stopped = trace.containers(Container.WORKER).stream().filter(one -> !one.state().equals("running")).findFirst();
        return stopped.isEmpty() ? resolution : Stream.concat(Stream.of("Start " + Container.WORKER + ", which is " + stopped.get().state() + ". "
            + resolution[0], "docker compose start " + Container.WORKER), Arrays.stream(resolution).skip(1)).toArray(String[]::new);
    }
}
