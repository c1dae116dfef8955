import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recording of a real job gives the same report and holds no person, and no process is left behind. */
class LiveRecordingsTest extends LiveStack {
    @ParameterizedTest(name = "{0}")
    @CsvSource({"healthy", "garbage", "idicore-limits"})
    void aRecordingGivesTheSameReportAgain(String campaign) throws Exception {
        Path file = folder.resolve(campaign + ".jsonl.gz");
        AllTests.Run live = AllTests.trace("-f", FILE.toString(), over(campaign).id(), "--record", file.toString());
        AllTests.Run again = AllTests.trace("--replay", file.toString());
        assertEquals(live.out(), again.out());
        assertEquals(live.code(), again.code());
    }

    @Test
    void aRecordingHoldsNoPersonAndNoSecret() throws Exception {
        String first = "(?:Ada|Ben|Carla|Grace|Dmitri|Elena|Frank|Tom|Hana|Ivan|Julia|Kofi)";
        String last = "(?:Miller|Nguyen|Okafor|Failed|Petrov|Quinn|Rossi|Error|Silva|Turner|Weber)";
        Pattern told = Pattern.compile("(?i)\\b" + first + "\\W{1,20}" + last + "\\b|@example\\.com|\\b(?:832555|5125[5-9]\\d)\\d{4}\\b"
            + "|\\d+ (?:Oak Street|Maple Avenue|Cedar Lane|Elm Drive|Pine Court)|idi-secret|CCC-7f3a91d2");
        for (String campaign : List.of("idicore-limits", "ccc-refuses")) {
            Started job = over(campaign);
            assertTrue(truth(job).says(told.pattern()), "the job's own lines should hold people");
            Path file = folder.resolve("record.jsonl");
            AllTests.trace("-f", FILE.toString(), job.id(), "--record", file.toString());
            List<String> found = Files.readAllLines(file).stream().flatMap(line -> told.matcher(line).results().map(match ->
                match.group() + " in " + line.substring(Math.max(0, match.start() - 60), Math.min(line.length(), match.end() + 20)))).toList();
            assertEquals(List.of(), found.subList(0, Math.min(5, found.size())), campaign);
        }
    }

    @ParameterizedTest(name = "--timeout {0}")
    @CsvSource({"30", "0.2"})
    void noProcessIsLeftRunning(String timeout) throws Exception {
        Started job = over("healthy");
        Set<Long> before = ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
        AllTests.trace("-f", FILE.toString(), job.id(), "--timeout", timeout);
        List<ProcessHandle> left = Collections.emptyList();
        for (Instant deadline = Instant.now().plusSeconds(2); Instant.now().isBefore(deadline); Thread.sleep(50)) {
            left = ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains(job.id())
                || process.parent().map(parent -> parent.pid() == ProcessHandle.current().pid()).orElse(false)
                    && !before.contains(process.pid())).toList();
            if (left.isEmpty()) {
                break;
            }
        }
        assertEquals(List.of(), left.stream().map(process -> process.info().commandLine().orElse(process.toString())).toList());
    }
}
