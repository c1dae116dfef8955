///usr/bin/env "$(dirname "$(readlink -f "$0")")/../.bin/jbang" run -R-Xmx1g "$0" "$@"; exit $?
//JAVA 17+
//MAIN AllTests
//DESCRIPTION All tests of trace-job: `AllTests.java [--rewrite] [--only PART-OF-A-CLASS-NAME]`.
// The tool's own options, a small memory among them, are for the tool; tests that need them start a JVM of their own.
//DEPS org.junit.jupiter:junit-jupiter:5.14.4
//DEPS org.junit.platform:junit-platform-launcher:1.14.4
//DEPS io.opentelemetry.proto:opentelemetry-proto:1.11.0-alpha
//DEPS com.google.protobuf:protobuf-java-util:4.36.2
//DEPS org.jsoup:jsoup:1.24.1
//SOURCES ../trace-job.java
//SOURCES AdmissionsTest.java
//SOURCES AttributionTest.java
//SOURCES AuditsTest.java
//SOURCES CasesTest.java
//SOURCES ChecksTest.java
//SOURCES CommandRunnerTest.java
//SOURCES DiffTest.java
//SOURCES RedactorTest.java
//SOURCES RoomsTest.java
//SOURCES RulesTest.java
//SOURCES StartTest.java
//SOURCES command/AskedAheadTest.java
//SOURCES command/CommandAnswersTest.java
//SOURCES command/CommandNextTest.java
//SOURCES command/CommandOutputTest.java
//SOURCES command/CommandRecordingTest.java
//SOURCES command/CommandReportTest.java
//SOURCES command/CommandUsageTest.java
//SOURCES faults/DiffOnAStackTest.java
//SOURCES faults/DockerCommands.java
//SOURCES faults/DockerProxy.java
//SOURCES faults/FaultsOfAWatchTest.java
//SOURCES faults/FaultsOfAnAuditTest.java
//SOURCES faults/FaultsOfContainersTest.java
//SOURCES faults/FaultsOfDockerTest.java
//SOURCES faults/FaultsOfHostsTest.java
//SOURCES faults/FaultsOfSwarmTest.java
//SOURCES faults/FaultsOfLogsTest.java
//SOURCES faults/FaultsOfTheDatabaseTest.java
//SOURCES faults/FaultsOfTheDoctorTest.java
//SOURCES faults/FaultsOfTheMachineTest.java
//SOURCES faults/FaultsStack.java
//SOURCES faults/LockedTable.java
//SOURCES faults/SourcesTest.java
//SOURCES faults/SwarmOfTwo.java
//SOURCES faults/Watching.java
//SOURCES faults/WorkerLines.java
//SOURCES formats/Chromium.java
//SOURCES formats/HtmlTest.java
//SOURCES formats/ManyBatches.java
//SOURCES formats/MarkdownTest.java
//SOURCES formats/OtlpTest.java
//SOURCES formats/WaterfallTest.java
//SOURCES histories/HistoriesTest.java
//SOURCES hostile/HostileCheckAnswersTest.java
//SOURCES hostile/HostileFoldedLogTest.java
//SOURCES hostile/HostileIdsTest.java
//SOURCES hostile/HostileInput.java
//SOURCES hostile/HostileMemoryTest.java
//SOURCES hostile/HostilePrivacyTest.java
//SOURCES hostile/HostileRecordingsTest.java
//SOURCES hostile/HostileTextTest.java
//SOURCES hostile/Witness.java
//SOURCES linear/Attacks.java
//SOURCES linear/CountedText.java
//SOURCES linear/LinearTest.java
//SOURCES lines/LinesInOrderTest.java
//SOURCES lines/LinesInTwoCopiesTest.java
//SOURCES lines/LinesInput.java
//SOURCES lines/LinesOfAJobTest.java
//SOURCES lines/LinesOfAMessageTest.java
//SOURCES lines/LinesOfSeveralJobsTest.java
//SOURCES lines/LinesOfTheJobFileTest.java
//SOURCES lines/FoldedSource.java
//SOURCES lines/LinesThatAreFoldedTest.java
//SOURCES lines/LinesThatAreKnownTest.java
//SOURCES lines/TextOfRegex.java
//SOURCES live/FailuresTest.java
//SOURCES live/HealthyTest.java
//SOURCES live/LiveAuditTest.java
//SOURCES live/LiveDegradedJobsTest.java
//SOURCES live/LiveFailingJobsTest.java
//SOURCES live/LiveNumbersTest.java
//SOURCES live/LiveOpenJobsTest.java
//SOURCES live/LiveOwnershipTest.java
//SOURCES live/LiveRecordingsTest.java
//SOURCES live/LiveStack.java
//SOURCES live/LiveTargetTest.java
//SOURCES live/RealStack.java
//SOURCES start/FirstMinutesTest.java
//SOURCES start/OfflineTest.java
//SOURCES support/Demo.java
//SOURCES support/DemoStack.java
//SOURCES support/OwnJvm.java
//SOURCES support/Ran.java
//SOURCES support/RealJob.java
//SOURCES support/ReportJson.java
//SOURCES support/Tracing.java
//SOURCES watch/FrameTest.java
//SOURCES watch/ReadLinesTest.java
//SOURCES watch/WatchTest.java

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests and ends with the one line that counts them; under CI=true a skipped test is a failed one. A folder has one
 * subject, with what only its classes need; what several need is in `support`.
 */
class AllTests implements TestExecutionListener {
    private static final List<Class<?>> CLASSES =
        List.of(CasesTest.class, AuditsTest.class, DiffTest.class, AdmissionsTest.class, AttributionTest.class,
            LinesOfAJobTest.class, LinesOfAMessageTest.class, LinesInTwoCopiesTest.class, LinesInOrderTest.class, LinesOfSeveralJobsTest.class, LinesOfTheJobFileTest.class, LinesThatAreFoldedTest.class, LinesThatAreKnownTest.class,
            RedactorTest.class, CommandRunnerTest.class, RoomsTest.class, RulesTest.class,
            CommandUsageTest.class, CommandReportTest.class, CommandNextTest.class, CommandOutputTest.class, CommandRecordingTest.class, AskedAheadTest.class, CommandAnswersTest.class, FirstMinutesTest.class,
            WaterfallTest.class, HtmlTest.class, MarkdownTest.class, OtlpTest.class, HistoriesTest.class, ChecksTest.class,
            HostileIdsTest.class, HostileTextTest.class, HostileRecordingsTest.class, HostileFoldedLogTest.class, HostileMemoryTest.class,
            HostileCheckAnswersTest.class, HostilePrivacyTest.class, LinearTest.class, StartTest.class, OfflineTest.class,
            FaultsOfDockerTest.class, FaultsOfContainersTest.class, FaultsOfTheDatabaseTest.class, FaultsOfLogsTest.class,
            FaultsOfTheMachineTest.class, FaultsOfAWatchTest.class, FaultsOfAnAuditTest.class, DiffOnAStackTest.class, FaultsOfTheDoctorTest.class, FaultsOfHostsTest.class, FaultsOfSwarmTest.class, SourcesTest.class, HealthyTest.class, FailuresTest.class,
            LiveNumbersTest.class, LiveOwnershipTest.class, LiveFailingJobsTest.class, LiveDegradedJobsTest.class, LiveOpenJobsTest.class,
            LiveTargetTest.class, LiveRecordingsTest.class, LiveAuditTest.class, FrameTest.class, ReadLinesTest.class, WatchTest.class);
    /** Reads and writes JSON for the tests: another way than the tool's own. */
    static final ObjectMapper JSON = new ObjectMapper();
    static boolean rewrite;
    /** Characters of what a failed test says, once more at the end: of a long output only the end may be kept. */
    private static final int SAID_AGAIN = 1_500;
    private final List<String> failures = new ArrayList<>();
    /** When each class began, by its identifier, in nanoseconds; and the seconds that each has taken. */
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, Long> seconds = new LinkedHashMap<>();
    private int passed;
    private int failed;
    private int skipped;

    public static void main(String[] args) throws IOException {
        if (Arrays.stream(args).anyMatch(List.of("--help", "-h")::contains)) {
            System.out.println("""
                Usage: AllTests.java [--only PART-OF-A-CLASS-NAME] [--rewrite]
                Runs all tests; those against a real stack need a Docker Engine and take minutes.
                  --only PART  only the classes whose name has this part, in whatever case
                  --rewrite    write the expected reports of test/cases anew, to be looked at with git diff
                Ends with 0 when all that ran passed, 1 when one failed or none ran, 2 for wrong usage. CI=true: a skipped test is a failed one.""");
            System.exit(0);
        }
        List<String> known = List.of("--rewrite", "--only");
        if (Arrays.stream(args).anyMatch(word -> word.startsWith("-") && !known.contains(word)) || args.length > 0 && args[args.length - 1].equals("--only")) {
            System.err.println("AllTests.java [--rewrite] [--only PART-OF-A-CLASS-NAME]");
            System.exit(2);
        }
        rewrite = Arrays.asList(args).contains("--rewrite");
        int only = Arrays.asList(args).indexOf("--only");
        String part = only < 0 ? "" : args[only + 1].toLowerCase(Locale.ROOT);
        if (CLASSES.stream().noneMatch(tests -> tests.getName().toLowerCase(Locale.ROOT).contains(part))) {
            System.err.println("no test class has " + part + " in its name; there are " + CLASSES.stream().map(Class::getName).toList());
            System.exit(2);
        }
        // What this machine's user always passes, and the jobs seen from here, are not for the tests.
        System.setProperty("user.home", Files.createTempDirectory("trace-job-home").toString());
        AllTests counting = new AllTests();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
            .selectors(CLASSES.stream().filter(tests -> tests.getName().toLowerCase(Locale.ROOT).contains(part)).map(tests -> selectClass(tests)).toList()).build();
        LauncherFactory.create().execute(request, counting);
        boolean strict = "true".equals(System.getenv("CI"));
        counting.seconds.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(20)
            .forEach(one -> System.out.printf("%4d s  %s%n", one.getValue(), one.getKey()));
        counting.failures.forEach(System.out::println);
        System.out.println(counting.passed + " passed, " + (counting.failed + (strict ? counting.skipped : 0)) + " failed, "
            + (strict ? 0 : counting.skipped) + " skipped");
        System.exit(counting.failed > 0 || strict && counting.skipped > 0 || counting.passed == 0 ? 1 : 0);
    }

    private static boolean isClass(TestIdentifier test) {
        return test.getSource().filter(ClassSource.class::isInstance).isPresent();
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (isClass(test)) {
            seconds.put(name(test), (System.nanoTime() - begun.get(test.getUniqueId())) / 1_000_000_000);
        }
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            failed++;
            System.out.println("FAILED  " + name(test));
            result.getThrowable().ifPresent(why -> why.printStackTrace(System.out));
            failures.add("once more: " + name(test) + "\n" + result.getThrowable().map(AllTests::inShort).orElse(""));
        } else if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            skip(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
        } else if (test.isTest()) {
            passed++;
            System.out.println("ok      " + name(test));
        }
    }

    /** What went wrong and where, the middle of a long text left out. */
    private static String inShort(Throwable why) {
        String text = why.toString();
        String what = text.length() <= SAID_AGAIN ? text
            : text.substring(0, SAID_AGAIN / 2) + "\n[...]\n" + text.substring(text.length() - SAID_AGAIN / 2);
        return what + Arrays.stream(why.getStackTrace()).filter(frame -> frame.getClassName().contains("Test") && !frame.getClassName().contains("."))
            .findFirst().map(frame -> "\n  at " + frame).orElse("");
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skip(test, reason);
    }

    private void skip(TestIdentifier test, String reason) {
        skipped++;
        System.out.println("skipped " + name(test) + ": " + reason);
    }

    private static String name(TestIdentifier test) {
        return test.getLegacyReportingName() + (test.getLegacyReportingName().equals(test.getDisplayName()) ? "" : ": " + test.getDisplayName());
    }

    /** The project's folder: the launcher says where, else it is this one or one above. */
    static Path home() {
        String said = System.getenv("TRACE_JOB_HOME");
        Path folder = said == null ? Path.of("").toAbsolutePath() : Path.of(said);
        while (folder != null && !Files.isDirectory(folder.resolve("test/cases"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("start the tests in the project's folder");
        }
        return folder;
    }

    /** What a run printed and with which code it ended. */
    record Run(int code, String out, String err) {}

    /** Runs the command in this JVM. */
    static Run trace(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = TraceJob.run(args, new PrintWriter(out), new PrintWriter(err));
        return new Run(code, out.toString(), err.toString());
    }

    /** The folders of cases, in the order of their names. */
    static List<Path> cases() throws IOException {
        try (var folders = Files.list(home().resolve("test/cases"))) {
            return new ArrayList<>(folders.filter(Files::isDirectory).sorted().toList());
        }
    }
}
