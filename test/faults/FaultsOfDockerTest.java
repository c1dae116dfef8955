import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker itself: no engine, one that never answers, no client, no plugin, no compose file, no containers. One line says what is needed. */
class FaultsOfDockerTest extends FaultsStack {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"unix:///nonexistent/docker.sock", "tcp://127.0.0.1:1", "ssh://nobody@127.0.0.1:1"})
    void whereNoEngineAnswersOneLineAsksForIt(String host) throws Exception {
        String id = UUID.randomUUID().toString();
        noVerdict(trace("--host", host, id), "could not query the database (", "; is Docker running, or is it elsewhere (--context, --host)?");
        noVerdict(started(Map.of("DOCKER_HOST", host), null, "-p", PROJECT, "--list"),
            "; is Docker running, or is it elsewhere (--context, --host)?");
        // Nothing says which stack is meant: that Docker does not answer is said all the same.
        noVerdict(started(Map.of("DOCKER_HOST", host), folder, id), "could not query Docker (", "; is Docker running, or is it elsewhere (--context, --host)?");
        Report cron = started(Map.of("DOCKER_HOST", host), folder, "--audit", "1h", "--format", "nagios");
        assertTrue(cron.code() == 3 && cron.out().startsWith("TRACE-JOB UNKNOWN: could not query Docker ("), cron.toString());
    }

    @Test
    void forMonitoringAnIdThatIsNotThereIsALineToo() throws Exception {
        Report none = trace("--format", "nagios", "ffffffff-0000");
        assertEquals("TRACE-JOB UNKNOWN: no job has ffffffff-0000 in its id\n", none.out());
        assertEquals(3, none.code());
    }

    @Test
    void anEngineThatTakesCallsAndNeverAnswersEndsTheRunInItsTime() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Report report = trace("--host", "tcp://127.0.0.1:" + deaf.getLocalPort(), "--timeout", "1", UUID.randomUUID().toString());
            noVerdict(report, "timed out after 1 s", "docker did not say in time what containers there are (--timeout");
            inTime(report, 1);
        }
    }

    @Test
    void withoutDockerOneLineSaysWhatIsNeeded() throws Exception {
        noVerdict(started(Map.of("PATH", folder.toString()), null, "-p", PROJECT, UUID.randomUUID().toString()),
            "(docker is not installed here); docker and its compose plugin are needed, or --replay with a recording");
    }

    @Test
    void withoutTheComposePluginOneLineSaysWhatIsNeeded() throws Exception {
        Map<String, String> none = Map.of("DOCKER_CONFIG", folder.toString());
        for (String docker : List.of("docker", "/usr/bin/docker")) {
            if (!docker.startsWith("/") || Files.exists(Path.of(docker))) {
                assumeTrue(Ran.of(none, null, new byte[0], List.of(docker, "compose", "version")).code() != 0,
                    "a plugin for all users is installed here");
            }
        }
        String id = UUID.randomUUID().toString();
        List<Map<String, String>> clients = new ArrayList<>(List.of(none));
        if (Files.exists(Path.of("/usr/bin/docker"))) {
            clients.add(Map.of("DOCKER_CONFIG", folder.toString(), "PATH", "/usr/bin:" + System.getenv("PATH")));
        }
        for (Map<String, String> client : clients) {
            for (String[] arguments : new String[][] {{"-p", PROJECT, id}, {"-f", FILE.toString(), id}, {"--service", "celery-worker=none", id}}) {
                noVerdict(started(client, folder, arguments), "(docker has no compose plugin here); docker and its compose plugin are needed");
            }
        }
    }

    @Test
    void inAFolderWithoutAComposeFileOneLineSaysWhereToGo() throws Exception {
        // No project has a service of that name: else the one that has it would be found.
        noVerdict(started(Map.of(), folder, "--service", "celery-worker=none", UUID.randomUUID().toString()), "no configuration file provided",
            "; go to the folder of docker-compose.prod.yml, or say -f FILE");
    }

    @Test
    void aProjectThatIsNotUpHasNoContainers() throws Exception {
        String id = UUID.randomUUID().toString();
        noVerdict(trace("-p", PROJECT + "-none", id), "this project has no containers");
        Files.writeString(folder.resolve("docker-compose.prod.yml"),
            Files.readString(FILE).replace("name: " + PROJECT, "name: " + PROJECT + "-none"));
        noVerdict(started(Map.of(), folder, id), "this project has no containers");
        noVerdict(started(Map.of(), folder, "--list"), "this project has no containers");
    }
}
