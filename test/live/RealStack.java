import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;

/** What the tests have in common that trace real jobs in the real stack of test/stack. Without a Docker Engine they are skipped. */
abstract class RealStack {
    static final String REAL = "p1lending-new";
    static final String SPEC = "p1lending-spec";
    static final Path FILE = AllTests.home().resolve("test/stack/docker-compose.prod.yml");
    /** Only a stack that hangs takes as long, however busy the machine is. */
    static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Every campaign's name is new, so that no run meets the cached people of another. */
    static final String RUN = "live-" + Long.toString(System.currentTimeMillis(), 36);

    static final Map<String, Started> JOBS = new ConcurrentHashMap<>();

    /** A job that a test has started. */
    record Started(String stack, String campaign, String id) {}

    /** A report in JSON, and how the run ended. */
    record Report(int code, JsonNode json, String err) {
        JsonNode stage(String title) {
            return StreamSupport.stream(json.path("stages").spliterator(), false)
                .filter(stage -> stage.path("title").asText().equals(title)).findFirst().orElseThrow();
        }

        String verdict() {
            return json.path("verdict").path("state").asText();
        }

        /** The stages whose status is not OK. */
        Map<String, String> notOk() {
            Map<String, String> found = new TreeMap<>();
            json.path("stages").forEach(stage -> found.put(stage.path("title").asText(), stage.path("status").asText()));
            found.values().removeIf("OK"::equals);
            return found;
        }

        /** What stands under the issues, for the message of a test that fails. */
        String issues() {
            return json.path("issues").findValuesAsText("symptom").toString();
        }

        Set<String> with(String status) {
            return notOk().entrySet().stream().filter(stage -> stage.getValue().equals(status)).map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What really happened to a job, as the application wrote it. */
    record Truth(List<JsonNode> facts) {
        /** The sum of a count over all visits of a stage. */
        long sum(String stage, String count) {
            return visits(stage).mapToLong(visit -> visit.path(count).asLong()).sum();
        }

        Stream<JsonNode> visits(String stage) {
            return facts.stream().filter(fact -> fact.path("stage").asText().equals(stage));
        }

        List<String> errors(String stage) {
            return visits(stage).flatMap(visit -> StreamSupport.stream(visit.path("errors").spliterator(), false)).map(JsonNode::asText).toList();
        }

        JsonNode fact(String name) {
            return facts.stream().filter(fact -> fact.has(name)).findFirst().orElse(Json.NODES.missingNode());
        }

        List<JsonNode> lines() {
            return facts.stream().filter(fact -> fact.has("message")).toList();
        }

        boolean says(String regex) {
            Pattern words = Pattern.compile(regex);
            return lines().stream().anyMatch(line -> words.matcher(line.get("message").asText()).find());
        }

        /** True when Celery has logged its own closing line. */
        boolean over() {
            return says("^Task \\S+ (succeeded|raised|failed)");
        }

        double begun() {
            return fact("started").path("started").asDouble();
        }

        double ended() {
            return fact("ended").path("ended").asDouble();
        }

        /** The process that ran it: names of processes are given again after a restart. */
        int pid() {
            return fact("started").path("pid").asInt();
        }
    }

    // ---- The stack ----

    @BeforeAll
    static void startTheStack() throws Exception {
        Ran server = Ran.of("docker", "version", "--format", "{{.Server.Version}}");
        assumeTrue(server.code() == 0, "no Docker Engine answers: " + server.err().strip());
        stack("up", "real");
        stack("job", "dnc", "ok");
    }

    /** Starts a job of each behaviour at the same time, in no order, and notes it under the key. */
    static void startAll(String stack, Map<String, String> behaviours) throws Exception {
        ExecutorService starters = Executors.newFixedThreadPool(4);
        try {
            Map<String, Future<Started>> starting = new LinkedHashMap<>();
            behaviours.forEach((key, behaviour) -> starting.put(key, starters.submit(() -> start(stack, key, behaviour))));
            for (Map.Entry<String, Future<Started>> one : starting.entrySet()) {
                JOBS.put(one.getKey(), one.getValue().get());
            }
        } finally {
            starters.shutdownNow();
        }
    }

    /** A script of test/stack, for the real stack; what it prints. */
    static String stack(String script, String... arguments) throws Exception {
        return stack(REAL, script, arguments);
    }

    static String stack(String which, String script, String[] arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(AllTests.home().resolve("test/stack/" + script).toString()));
        command.addAll(List.of(arguments));
        Ran ran = Ran.of(Map.of("STACK_FORM", which.equals(SPEC) ? "spec" : "real"), command.toArray(String[]::new));
        assertEquals(0, ran.code(), String.join(" ", command) + "\n" + ran.err());
        return ran.out();
    }

    static String job(Started job, String command) throws Exception {
        return stack(job.stack(), "job", new String[] {command, job.id()});
    }

    static Started start(String stack, String campaign, String behaviour) throws Exception {
        String name = RUN + "-" + campaign.replaceAll("\\W+", "-");
        return new Started(stack, name, stack(stack, "job", new String[] {"start", name, behaviour.replace('\'', '"')}).strip());
    }

    /** Starts a job for one test alone. */
    static Started start(String campaign, String behaviour) throws Exception {
        Started job = start(REAL, campaign, behaviour);
        JOBS.put(campaign, job);
        return job;
    }

    static Truth truth(Started job) throws Exception {
        return new Truth(Json.list(job(job, "truth").lines().toList()));
    }

    static Truth await(Started job, String what, Predicate<Truth> seen) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        Truth truth = truth(job);
        while (!seen.test(truth)) {
            assertTrue(Instant.now().isBefore(deadline), job + " was not " + what + " after " + PATIENCE);
            Thread.sleep(200);
            truth = truth(job);
        }
        return truth;
    }

    /** The job of that name when it is over. */
    static Started over(String campaign) throws Exception {
        Started job = JOBS.get(campaign);
        await(job, "over", Truth::over);
        return job;
    }

    /** Waits until no job of ours runs: what comes next disturbs all of them. */
    static void alone() throws Exception {
        for (Started job : JOBS.values()) {
            await(job, "over", Truth::over);
        }
    }

    static Report trace(Started job, String... more) throws Exception {
        return trace(job, job.stack().equals(REAL) ? List.of("-f", FILE.toString()) : List.of("-p", job.stack()), more);
    }

    static Report trace(Started job, List<String> where, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(where);
        arguments.addAll(List.of(job.id(), "--format", "json"));
        arguments.addAll(List.of(more));
        AllTests.Run run = AllTests.trace(arguments.toArray(String[]::new));
        assertTrue(run.out().startsWith("{"), "no report, exit code " + run.code() + ": " + run.err());
        return new Report(run.code(), Json.read(run.out()), run.err());
    }

    /** The answer of the stack's database, one value a line. */
    static List<String> sql(String project, String sql) throws Exception {
        Ran ran = Ran.of("docker", "compose", "-p", project, "exec", "-T", "postgres",
            "psql", "-U", "p1lending", "-d", "p1lending_etl", "-XAtc", sql);
        assertEquals(0, ran.code(), ran.err());
        return ran.out().lines().toList();
    }
}
