///usr/bin/env "$(dirname "$(readlink -f "$0")")/.bin/jbang" "$0" "$@"; exit $?
//JAVA 17+
//MAIN TraceJob
//CDS
//DESCRIPTION Traces one ETL job through the whole pipeline and says where it is, what happened and what is wrong.
// The options are what the start costs least with: strings put together without a bootstrap each, no converters for java.sql, and
// the archive of classes that the first start leaves (CDS); where that does not fit, the JVM must not say so on stdout.
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline -Xlint:all,-serial,-options,-auxiliaryclass
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xlog:disable -XX:-UsePerfData -Xms24m -Xmx112m -Dfile.encoding=UTF-8
//RUNTIME_OPTIONS -Dpicocli.converters.excludes=java.sql.+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.zeroturnaround:zt-exec:1.13.0
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES stages/api/Stage.java
//SOURCES stages/collect/CommandRunner.java
//SOURCES stages/attribute/Collector.java
//SOURCES checks/api/Check.java
//SOURCES checks/judge/Judge.java
//SOURCES checks/report/ReportFormat.java
//SOURCES checks/diff/OtherJob.java
//SOURCES checks/start/Doctor.java
//SOURCES checks/watch/Watch.java
//SOURCES stages/JobCreated.java
//SOURCES stages/TaskQueued.java
//SOURCES stages/TaskStarted.java
//SOURCES stages/SnowflakeQuery.java
//SOURCES stages/PreFiltering.java
//SOURCES stages/IdiCoreEnrichment.java
//SOURCES stages/LitigatorCheck.java
//SOURCES stages/DncCheck.java
//SOURCES stages/ResultsUpload.java
//SOURCES stages/JobComplete.java
//SOURCES stages/JobLogFile.java
//SOURCES stages/WebSocketEvents.java
//SOURCES stages/ErrorAnalysis.java
//SOURCES stages/Performance.java
//SOURCES checks/CompletedButNotScrubbed.java
//SOURCES checks/CompletedButNotEnriched.java
//SOURCES checks/CompletedButNotStored.java
//SOURCES checks/JobStuckCeleryWorkerDown.java
//SOURCES checks/WorkerLost.java
//SOURCES checks/RowNotUpdated.java
//SOURCES checks/TimeLimitExceeded.java
//SOURCES checks/NoSnowflakeData.java
//SOURCES checks/IdiCoreErrors.java
//SOURCES checks/DncListNotUsable.java
//SOURCES checks/NoWebSocketUpdates.java
//SOURCES checks/MissingEvidence.java
//SOURCES checks/SlowStage.java
//SOURCES checks/SlowerThanUsual.java
//SOURCES checks/RunMoreThanOnce.java
//SOURCES checks/CancelledAndNotStopped.java
//SOURCES checks/AddressColumnNotNamedAddress.java
//SOURCES checks/NoValidRecords.java
//SOURCES checks/LitigatorsNotMarked.java
//SOURCES checks/UploadConnectionExpired.java
//SOURCES checks/StoppedByAUser.java
//SOURCES checks/ClockOff.java
//FILES demo.jsonl=test/cases/demo/recording.jsonl

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `trace-job [OPTIONS] [JOB-ID]`. */
@CommandLine.Command(name = "trace-job", version = TraceJob.VERSION, mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
    description = "Traces one ETL job through the whole pipeline: where it is, what happened at every stage, where the time went, what is wrong.")
class TraceJob implements Callable<Integer> {
    static final String VERSION = "trace-job 1.0.0";
    /** Bytes in which a recording's first line stands. */
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final String NAME_ONE = "which job? Give a JOB-ID, --last, --list, --audit or --demo";
    /** The exit code where stdout or the file did not take the report. */
    private static final int NOT_WRITTEN = 5;

    @Parameters(index = "0", arity = "0..1", paramLabel = "JOB-ID", description = "A job's id or any part of it: letters, digits, hyphens.")
    String jobId;

    @Option(names = "--last", arity = "0..1", fallbackValue = "", paramLabel = "STATUS", description = "Trace the newest job (of that status).")
    String last;

    @Option(names = "--list", arity = "0..1", fallbackValue = "", paramLabel = "STATUS", description = "List recent jobs (of that status).")
    String list;

    @Option(names = "--audit", arity = "0..1", fallbackValue = "24h", paramLabel = "PERIOD",
        description = "The verdict of every job of a period: 90m, 24h (the default), 7d, a date or time, or A..B.")
    String audit;

    @Option(names = "--status", paramLabel = "STATUS", description = "With --audit: only jobs whose row has this status.")
    String rowStatus;

    @Option(names = "--script", paramLabel = "NAME", description = "With --audit: only jobs of scripts whose name has this part.")
    String script;

    @Option(names = "--diff", arity = "0..1", fallbackValue = "", paramLabel = "JOB-ID|FILE",
        description = "Compare with another job or a recording; by default with the last healthy job of the same script.")
    String diff;

    @Option(names = "--stage", split = ",", paramLabel = "NAME", description = "Only these stages; part of a name is enough.")
    List<String> only = new ArrayList<>();

    @CommandLine.Mixin
    OutputOptions shown = new OutputOptions();

    @Option(names = {"-v", "--verbose"}, description = "With the lines that show it, the rules that placed them, and every command with its time.")
    boolean verbose;

    @Option(names = "--explain", description = "Print the commands that can run, one a line, and run none; <words> are known only then.")
    boolean explain;

    @Option(names = "--timeout", defaultValue = "30", paramLabel = "SECONDS",
        description = "For one command (30); the whole run has twice that and 5 more.")
    double timeout;

    @Option(names = "--record", paramLabel = "FILE", description = "Keep what was collected, masked; gzip when FILE ends in .gz.")
    Path record;

    @Option(names = "--replay", paramLabel = "FILE", description = "Trace from a recording; needs no Docker.")
    Path replay;

    @Option(names = "--demo", description = "Trace the job of a recording that comes with trace-job.")
    boolean demo;

    @Option(names = "--no-redact", description = "Do not mask names, phones, e-mail and street addresses, tokens and passwords.")
    boolean noRedact;

    @CommandLine.Mixin
    StartOptions start = new StartOptions();

    @Option(names = "--lines", arity = "0..1", fallbackValue = "", paramLabel = "LEVEL",
        description = "Print the job's own lines and nothing else (from that level on), in the order of time.")
    String lines;

    @CommandLine.Mixin
    WatchOptions watch = new WatchOptions();

    @CommandLine.Mixin
    TargetOptions where = new TargetOptions();

    @Option(names = "--check", paramLabel = "COMMAND|DIR",
        description = "One more check: any executable that answers as a monitoring plugin does; repeatable.")
    List<String> plugins = new ArrayList<>();

    @Option(names = "--only", split = ",", paramLabel = "CHECK", description = "Only these checks; part of a name is enough.")
    List<String> onlyChecks = new ArrayList<>();

    @Option(names = "--skip", split = ",", paramLabel = "CHECK", description = "Without these checks.")
    List<String> skipChecks = new ArrayList<>();

    @Option(names = "--list-stages", description = "Name the stages: the place, id, title, class and numbers of each.")
    boolean listStages;

    @Option(names = "--list-checks", description = "Name the checks and what each looks for.")
    boolean listChecks;

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    private PrintWriter out;
    private Progress progress;
    /** One for the whole run: its limit holds for the checks of others too. */
    private CommandRunner runner;
    /** All stages, in their order. */
    private List<Stage> stages;
    /** Those that --stage names; all without it. */
    private List<Stage> asked;
    private List<Check> checks;
    /** What is remembered of live jobs; null where a recording answers. */
    private SeenJobs seen;

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(new Stdout(new FileOutputStream(FileDescriptor.out)), false);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        if (Arrays.equals(args, new String[] {"--version"})) {
            // Asked by scripts, and often: it needs nothing that takes time to load.
            out.println(VERSION);
            System.exit(written(0, out, err));
        }
        // Nearly all runs need these: they are loaded while the options are parsed. A fault in it comes again where it is told.
        CompletableFuture.runAsync(() -> {
            Scripts.all(Stage.class);
            Json.read(new Redactor(true).text("{}"));
        });
        System.exit(run(args, out, err));
    }

    /** Runs the command and returns its exit code; the report alone goes to out. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine command = new CommandLine(new TraceJob()).setOut(out).setErr(err);
        command.getCommandSpec().exitCodeOnExecutionException(70);
        // A word that begins with @ is a word, not the name of a file with more of them.
        command.setExpandAtFiles(false);
        command.setColorScheme(CommandLine.Help.defaultColorScheme(
            CommandLine.Help.Ansi.valueOf(Terminal.colour("auto", System.getenv(), Terminal.shown()))));
        // A monitoring system reads stdout and knows exit codes up to 3 only.
        boolean typed = (" " + String.join(" ", args) + " ").matches("(?s).* (?:--format[= ]nagios|(?:-o|--output)[= ]?\\S+\\.nagios) .*");
        command.setHelpSectionKeys(List.of("text"));
        command.getHelpSectionMap().put("text", help -> HelpText.TEXT);
        Settings[] settings = new Settings[1];
        BooleanSupplier plugin = () -> typed || settings[0] != null && settings[0].says("format", "nagios");
        command.setParameterExceptionHandler((wrong, given) -> {
            int code = told(new KnownFailure(2, WrongUsage.of(wrong, settings[0], List.of(given))), plugin.getAsBoolean(), out, err);
            err.println("see trace-job --help");
            return code;
        });
        command.setExecutionExceptionHandler((fault, line, parsed) -> {
            if (fault instanceof KnownFailure) {
                return told((KnownFailure) fault, plugin.getAsBoolean(), out, err);
            }
            if (fault instanceof InvalidPathException) {
                return told(new KnownFailure(2, "this is no path here: " + fault.getMessage()), plugin.getAsBoolean(), out, err);
            }
            throw fault;
        });
        int code;
        try {
            settings[0] = new Settings(command.getCommandSpec(), () -> WrongUsage.typed(new CommandLine(new TraceJob()), args));
            code = command.setDefaultValueProvider(settings[0]).execute(args);
        } catch (KnownFailure unusable) {
            code = told(unusable, plugin.getAsBoolean(), out, err);
        } catch (Error fault) {
            fault.printStackTrace(err);
            code = 70;
        }
        return written(code, out, err);
    }

    /** The exit code when all is written: a report that nobody can read is no verdict. */
    private static int written(int code, PrintWriter out, PrintWriter err) {
        boolean failed = out.checkError();
        if (failed) {
            err.println("trace-job: the report could not be written to stdout");
        }
        err.flush();
        return failed ? NOT_WRITTEN : code;
    }

    private static int told(KnownFailure known, boolean plugin, PrintWriter out, PrintWriter err) {
        err.println("trace-job: " + Printable.plain(known.getMessage()));
        err.flush();
        out.print(plugin ? NagiosLine.unknown(known.getMessage()) : "");
        return plugin ? NagiosLine.UNKNOWN : known.code;
    }

    @Override
    public Integer call() throws Exception {
        out = spec.commandLine().getOut();
        progress = new Progress(spec.commandLine().getErr(), Terminal.errors());
        jobId = jobId == null ? null : jobId.strip();
        if (jobId == null && lines != null && !LineText.isLevel(lines) && Job.ID.matcher(lines).matches()) {
            jobId = lines;
            lines = "";
        }
        validate();
        stages = Scripts.all(Stage.class).stream().sorted(Comparator.comparingInt(stage -> stage.order)).toList();
        Scripts.problem(stages, Scripts.all(Check.class), Path.of(System.getenv().getOrDefault("TRACE_JOB_HOME", ""))).ifPresent(wrong -> {
            throw new KnownFailure(70, wrong);
        });
        asked = chosen(stages);
        checks = chosenChecks();
        if (listStages || listChecks) {
            (listStages ? ScriptLines.stages(asked) : ScriptLines.checks(checks)).forEach(out::println);
            return 0;
        }
        if (start.completion != null) {
            out.print(new Completion(spec, stages, Scripts.all(Check.class), List.copyOf(services())).script(Completion.shell(start.completion, System.getenv())));
            return 0;
        }
        ComposeTarget target = target();
        if (explain) {
            explain(target);
            return 0;
        }
        Redactor mask = new Redactor(!noRedact);
        runner = new CommandRunner(timeout);
        if (start.doctor) {
            StackFinder.find(target, runner, progress);
            return Doctor.run(target, runner, services(), out, progress);
        }
        if (demo) {
            return trace(Recording.of("the demo", TraceJob.class.getResourceAsStream("/demo.jsonl")), target, mask);
        }
        try {
            return replay == null ? live(target, mask) : replay(target, mask);
        } catch (OutOfMemoryError | CompletionException full) {
            if (full instanceof CompletionException && !(full.getCause() instanceof OutOfMemoryError)) {
                throw full;
            }
            throw new KnownFailure(replay == null ? 4 : 2, (replay == null ? "this job" : replay) + " needs more memory than there is");
        }
    }

    private int replay(ComposeTarget target, Redactor mask) {
        String name = String.valueOf(replay.getFileName() == null ? replay : replay.getFileName());
        // What comes from another program can be read once only.
        try (InputStream bytes = new BufferedInputStream(new FileInputStream(replay.toFile()))) {
            bytes.mark(2 * LONGEST_HEAD);
            byte[] head = bytes.readNBytes(LONGEST_HEAD);
            bytes.reset();
            if (!AuditRecording.is(name, new ByteArrayInputStream(head))) {
                return trace(Recording.of(name, bytes), target, mask);
            }
            usage(Stream.of(jobId, last, list).anyMatch(Objects::nonNull), name + " is the recording of an audit, not of a job");
            AuditRecording recording = AuditRecording.of(name, bytes, KnownLines.of(stages));
            recording.aim(target);
            return audit(recording.scope(), target, (first, each) -> recording.read(mask, first, each), AuditRecorder.NONE);
        } catch (IOException unreadable) {
            throw new KnownFailure(2, replay + (Files.exists(replay) ? " cannot be read" : ": no such file"));
        }
    }

    private int live(ComposeTarget target, Redactor mask) throws Exception {
        if (record != null && noRedact) {
            progress.note("the recording is NOT masked: it will hold names, phones, addresses and secrets as they are");
        }
        String deaf = StackFinder.find(target, runner, progress);
        if (deaf != null && target.psql == null) {
            throw new KnownFailure(4, "could not query Docker (" + deaf + ")" + DockerTrouble.hint(deaf));
        }
        Source live = where.source(target, runner, progress);
        if (alone()) {
            return alone(live, target, mask);
        }
        if (watch.on || lines != null) {
            return trace(live, target, mask);
        }
        // An audit keeps its evidence, since the lines of many jobs have no room.
        return progress.patiently("still reading", () -> trace(record == null || audit != null ? live : new Recorder(live, mask), target, mask));
    }

    /** True where nothing says which job, and nothing else is wanted. */
    private boolean alone() {
        return Stream.of(jobId, last, list, audit, replay, start.completion, diff, lines, record, shown.output).allMatch(Objects::isNull)
            && !demo && !explain && !listChecks && !listStages && !start.doctor && !watch.on;
    }

    /** Where a stack is, its newest jobs and how to trace one; else how to name a job. */
    private int alone(Source live, ComposeTarget target, Redactor mask) throws IOException {
        list = "";
        try {
            int code = trace(live, target, mask);
            progress.note("to trace a job: " + target.call() + " JOB-ID, by any part of its id; --last for the newest");
            return code;
        } catch (KnownFailure noStack) {
            throw new KnownFailure(noStack.code == 4 ? 2 : noStack.code, noStack.code == 2 ? noStack.getMessage()
                : NAME_ONE + "; no jobs to list: " + noStack.getMessage() + "; trace-job --doctor says more");
        }
    }

    private void validate() {
        long ways = Stream.of(jobId, last, list, audit).filter(Objects::nonNull).count();
        usage(ways > 1, "JOB-ID, --last, --list and --audit exclude each other");
        usage(audit == null && (rowStatus != null || script != null), "--status and --script narrow an --audit");
        usage(ways == 0 && !alone() && !demo && replay == null && !explain && !listChecks && !listStages && !start.doctor && start.completion == null, NAME_ONE);
        start.problem().ifPresent(wrong -> usage(true, wrong));
        usage(jobId != null && !Job.ID.matcher(jobId).matches(), "a JOB-ID has letters, digits and hyphens only, at most 64; --list shows the newest jobs, each with its id and name");
        usage(Completion.STATUSES.stream().noneMatch(status -> status.startsWith(status())), (last != null ? "--last" : list != null ? "--list" : "--status")
            + " takes a status such as failed (" + String.join(", ", Completion.STATUSES) + ")" + (rowStatus != null ? "" : "; to trace a job by its id: trace-job JOB-ID"));
        shown.problem(audit != null, replay != null).ifPresent(wrong -> usage(true, wrong));
        if (OutputOptions.hasNoFolder(shown.output)) {
            throw new KnownFailure(NOT_WRITTEN, "the report could not be written to " + shown.output + ": no such folder");
        }
        usage(list == null && !alone() && spec.commandLine().getParseResult().hasMatchedOption("--limit"), "--limit belongs to --list");
        usage(shown.output != null && (list != null || explain || listStages || listChecks), "--output keeps the report of a trace or an audit");
        usage(diff != null && (audit != null || list != null || explain), "--diff compares the trace of one job");
        usage(diff != null && (shown.format != null && !shown.format.equals("text") || shown.output != null), "--diff is text, on stdout");
        usage(diff != null && !diff.isEmpty() && !Job.ID.matcher(diff).matches() && !Files.exists(Path.of(diff)), "--diff takes a JOB-ID or the file of a recording");
        usage(diff != null && diff.isEmpty() && (demo || replay != null), "--diff JOB-ID|FILE: a recording holds no other job");
        usage(audit != null && (demo || replay != null), "--audit needs a live stack; the recording of an audit is replayed as one");
        usage(!(timeout > 0 && timeout <= 3600), "--timeout is a number of seconds, at most 3600");
        usage(demo && replay != null, "--demo and --replay exclude each other");
        usage(record != null && (demo || replay != null), "--record needs a live stack");
        usage(record != null && (list != null || explain), "--record keeps the trace of one job: not with --list or --explain");
        usage(plugins.stream().anyMatch(plugin -> Command.split(plugin).isEmpty()), "--check needs a command or a folder");
        where.problem().or(watch::problem).ifPresent(wrong -> usage(true, wrong));
        usage(lines != null && !LineText.isLevel(lines), "--lines takes one of the levels " + String.join(", ", LineText.LEVELS));
        usage(lines != null && (list != null || audit != null || record != null || explain || diff != null || shown.output != null),
            "--lines is of one job, on stdout: not with --list, --audit, --record, --explain, --diff or --output");
        usage((lines != null || list != null) && shown.format != null && !List.of("text", "json").contains(shown.format), "--list and --lines are text or json");
        if (record != null && (Files.isDirectory(record) || OutputOptions.hasNoFolder(record))) {
            throw new KnownFailure(4, "the recording could not be written to " + record + ": " + (Files.isDirectory(record) ? "it is a folder" : "no such folder"));
        }
        usage(watch.on && (list != null || audit != null || demo || replay != null || record != null || explain || where.source != null),
            "--watch follows one job of a live stack: not with --list, --audit, --replay, --demo, --record, --explain or --source");
        usage(start.doctor && where.source != null, "--doctor looks at a stack of Docker's: not with --source");
    }

    /** The status that --last or --list names; empty for any. */
    private String status() {
        return Stream.of(last, list, rowStatus).filter(Objects::nonNull).findFirst().orElse("").strip().toLowerCase(Locale.ROOT);
    }

    private void usage(boolean wrong, String line) {
        if (wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), line);
        }
    }

    private List<Stage> chosen(List<Stage> all) {
        for (String name : only) {
            usage(all.stream().noneMatch(stage -> named(stage.id(), name)), "no stage is called " + Printable.plain(name) + "; there are "
                + all.stream().map(Stage::id).collect(Collectors.joining(", ")));
        }
        return only.isEmpty() ? all : all.stream().filter(stage -> only.stream().anyMatch(name -> named(stage.id(), name))).toList();
    }

    private List<Check> chosenChecks() {
        List<Check> all = Scripts.all(Check.class);
        for (String name : Stream.concat(onlyChecks.stream(), skipChecks.stream()).toList()) {
            usage(all.stream().noneMatch(check -> named(check.id(), name)), "no check is called " + Printable.plain(name) + "; --list-checks names them");
        }
        return all.stream().filter(check -> onlyChecks.isEmpty() || onlyChecks.stream().anyMatch(name -> named(check.id(), name)))
            .filter(check -> skipChecks.stream().noneMatch(name -> named(check.id(), name))).toList();
    }

    private static boolean named(String id, String name) {
        return !name.isBlank() && id.contains(name.strip().toLowerCase(Locale.ROOT).replace(' ', '-'));
    }

    private Set<String> services() {
        return asks().map(Command::service).filter(service -> !service.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    private ComposeTarget target() {
        Set<String> known = services();
        usage(!known.containsAll(where.services.keySet()), "--service knows only " + String.join(", ", known) + " on the left");
        return where.target(spec.commandLine().getParseResult(), replay == null && !demo, timeout);
    }

    private int trace(Source stack, ComposeTarget target, Redactor mask) throws IOException {
        Collector collector = new Collector(stack, finder(), stages, asksOfChecks(), mask, target);
        collector.listed = list == null ? JobTable.LISTED : start.limit;
        collector.askAhead = Stream.of(list, audit, lines).allMatch(Objects::isNull) && !watch.on;
        seen = stack instanceof Recording ? null : new SeenJobs(System.getenv());
        if (audit != null) {
            return audit(new AuditCollector(stack, collector, stages, target, mask), target, mask, stack.now());
        }
        String part = jobId != null ? jobId : stack instanceof Recording && last == null && list == null ? ((Recording) stack).job() : "";
        if (!Job.ID.matcher(part).matches() && !part.isEmpty()) {
            throw new KnownFailure(2, "the recording names no job");
        }
        Collector.Found found = collector.find(part, status());
        if (!(stack instanceof Recording)) {
            serviceNames(found.containers());
        }
        JobList jobs = new JobList(collector, seen, status(), progress, out, spec.commandLine().getErr());
        Job job;
        if (list != null) {
            return jobs.list(found, start.limit, "json".equals(shown.format), new Clock(stack.now(), shown.zone(), true));
        } else if (found.problem() != null) {
            job = withoutDatabase(collector, found, part);
        } else if (found.jobs().size() == 1 || last != null && !found.jobs().isEmpty()) {
            job = found.jobs().get(0);
        } else {
            out.print(ReportFormat.NAGIOS == wanted() ? NagiosLine.unknown(jobs.why(found, part)) : "");
            return jobs.unclear(found, part);
        }
        if (job == null) {
            return 3;
        }
        if (lines != null) {
            return lines(collector, job, found);
        }
        Trace trace = watch.on ? judged(watch(new WatchedJob(stack, collector, finder(), stages, target, mask, job, found))) : judged(collector.trace(job, found));
        if (!job.inDatabase() && trace.events == 0) {
            throw new KnownFailure(4, found.unanswered() + ", and the logs have no line of job " + job.id());
        }
        if (stack instanceof Recording) {
            ((Recording) stack).aim(target);
        }
        fillIn(trace, target);
        plugins(target, runner).run(trace);
        SeenJobs.remember(seen, List.of(AuditedJob.of(trace)));
        boolean wrong = trace.isWrong();
        if (diff != null) {
            OtherJob other = diff.isEmpty() ? OtherJob.lastHealthy(trace, collector, stages, this::judged) : !Files.exists(Path.of(diff))
                ? OtherJob.named(diff, collector, this::judged)
                : OtherJob.recorded(Path.of(diff), recording -> new Collector(recording, finder(), stages, asksOfChecks(), mask, new ComposeTarget()), this::judged);
            out.print(DiffText.render(TraceDiff.of(trace, other.trace()), other.which()));
            return exitCode(wrong, NagiosLine.severity(trace));
        }
        report(trace.job.id(), false, trace.now, (wanted, options) -> wanted.render(trace, options), wrong ? NextCommands.of(trace.issues, verbose) : List.of());
        if (stack instanceof Recorder) {
            // After the report: a disk that is full takes the recording, not the answer.
            out.flush();
            ((Recorder) stack).write(record, job, target, progress);
        }
        return exitCode(wrong, NagiosLine.severity(trace));
    }

    private Trace judged(Evidence evidence) {
        Trace trace = new Trace(evidence);
        Judge.judge(trace, stages, asked, checks);
        return trace;
    }

    /** Of a monitoring plugin, where the report is that of one. */
    private int exitCode(boolean wrong, Status severity) {
        return ReportFormat.NAGIOS == wanted() ? NagiosLine.exitCode(severity) : wrong ? 1 : 0;
    }

    /** Shows the report, or writes it to the file of --output. @param name what it is about, in the name of a file; @param now of the evidence, UTC */
    private void report(String name, boolean audit, Instant now, BiFunction<ReportFormat, ReportOptions, String> render, List<String> next) {
        ReportFormat wanted = wanted();
        usage(!wanted.fits(audit), "--format is " + ReportFormat.names(audit) + (audit ? " for an audit" : " for a trace"));
        String report = render.apply(wanted, shown.options(now, verbose, !noRedact, next));
        if (shown.output == null) {
            out.print(report);
            return;
        }
        try {
            ReportFile.write(shown.output, name, wanted, report);
        } catch (IOException unwritable) {
            throw new KnownFailure(NOT_WRITTEN, "the report could not be written to " + shown.output + ": " + KnownFailure.why(unwritable));
        }
    }

    private ReportFormat wanted() {
        return shown.wanted(spec.commandLine().getParseResult());
    }

    /** Prints the job's own lines as they are found. */
    private int lines(Collector collector, Job job, Collector.Found found) {
        StageOfLine ofStages = new StageOfLine(stages);
        Clock clock = new Clock(Instant.now(), shown.zone(), false);
        try {
            List<String> unread = collector.lines(job, found, message -> {
                Collection<Stage> its = ofStages.of(message);
                if (LineText.isFrom(lines, message) && (only.isEmpty() || its.stream().anyMatch(asked::contains))) {
                    out.print("json".equals(shown.format) ? LineText.json(message, its) : LineText.text(message, clock));
                    out.flush();
                }
            }, watch.on ? new UntilEnded(collector, job, watch.limit(), runner::renew) : null);
            unread.forEach(why -> progress.note("not read to its end: " + why));
            return unread.isEmpty() ? 0 : 4;
        } catch (InterruptedException interrupted) {
            throw new KnownFailure(130, "interrupted");
        }
    }

    /** Watches the job, and gives what there is of it when it has ended. */
    private Evidence watch(WatchedJob job) {
        boolean text = wanted() == ReportFormat.TEXT && shown.output == null;
        boolean screen = Watch.onScreen(watch) && text;
        PrintWriter told = text || shown.output != null ? out : spec.commandLine().getErr();
        Display display = screen ? new Screen(out, trace -> new Clock(trace.now, shown.zone(), true), shown.ansi(true)) : new Changes(told, trace -> new Clock(trace.now, shown.zone(), false));
        try {
            return new Watch(job, watch, display, trace -> Judge.judge(trace, stages, asked, checks), runner::renew).run();
        } catch (InterruptedException interrupted) {
            throw new KnownFailure(130, "interrupted");
        }
    }

    /** The checks that are not Java. */
    private Plugins plugins(ComposeTarget target, CommandRunner runner) throws IOException {
        return new Plugins(PluginResult.commands(plugins, progress::note), () -> target.forChecks(finder()), JsonReport::render, (command, env, report) -> {
            List<String> said = Collections.synchronizedList(new ArrayList<>());
            CommandResult answer = runner.run("check", command, env, report, line -> said.size() >= 20 || said.add(line));
            return answer.with(said.stream().map(new Redactor(!noRedact)::text).toList());
        });
    }

    private Command finder() {
        return stages.stream().map(Stage::finder).filter(Objects::nonNull).findFirst()
            .orElseThrow(() -> new IllegalStateException("no stage says how a job is found"));
    }

    /** The resolutions' commands as they are to be typed for this stack and this job. */
    private static void fillIn(Trace trace, ComposeTarget target) {
        Map<String, String> fill = Map.of("job", trace.job.id(), "app", target.celeryApp);
        TimeWindow window = new TimeWindow(NextCommands.since(trace), NextCommands.until(trace), false);
        trace.issues.replaceAll(issue -> issue.resolution(Stream.concat(issue.resolution().stream().limit(1),
            NextCommands.of(issue).map(command -> target.typed(command, fill, window)).filter(command -> !target.elsewhere || !command.startsWith("docker")).distinct()).toArray(String[]::new)));
    }

    /** Without the database the logs say which job is meant; null when they name several. */
    private Job withoutDatabase(Collector collector, Collector.Found found, String part) {
        String problem = found.unanswered();
        String hint = found.hint();
        if (part.isEmpty() || !hint.isEmpty()) {
            throw new KnownFailure(4, problem + hint);
        }
        progress.note(problem + "; going on with the logs");
        if (Job.isWholeId(part)) {
            return new Job(part.toLowerCase(Locale.ROOT), Json.NODES.objectNode(), false);
        }
        Set<String> ids = collector.idsInLogs(part);
        if (ids.isEmpty()) {
            throw new KnownFailure(4, problem + ", and no id in the logs has " + part);
        }
        if (ids.size() > 1) {
            progress.note(ids.size() + " ids in the logs have " + part + ":");
            ids.stream().limit(20).forEach(id -> progress.note("  " + id));
            return null;
        }
        return new Job(ids.iterator().next(), Json.NODES.objectNode(), false);
    }

    /** A service that --service names must be there; else its log would be empty, as if it had been rotated. */
    private void serviceNames(CommandResult containers) {
        Set<String> there = Json.list(containers.out()).stream().map(one -> one.path("Service").asText())
            .filter(name -> Command.SERVICE.matcher(name).matches()).collect(Collectors.toCollection(TreeSet::new));
        where.services.values().stream().filter(name -> !there.isEmpty() && !there.contains(name)).findFirst().ifPresent(name -> {
            throw new KnownFailure(4, "no service `" + name + "` in this project; there are " + String.join(", ", there));
        });
    }

    /** Judges every job of the period. */
    private int audit(AuditCollector collector, ComposeTarget target, Redactor mask, Instant now) throws IOException {
        Period period = Period.of(audit, now);
        Collector.Found found = collector.find(period, status(), script == null ? "" : script);
        if (found.problem() != null) {
            throw new KnownFailure(4, found.unanswered() + found.hint());
        }
        serviceNames(found.containers());
        AuditScope scope = new AuditScope(period.from(), period.to(), now, collector.narrowed, found.matches(), collector.read);
        try (AuditRecorder recorder = AuditRecorder.of(record, scope, target, mask)) {
            return audit(scope, target, (first, each) -> collector.collect(found, recorder.before(first), recorder.beforeEach(each)), recorder);
        }
    }

    /** Judges the jobs of an audit, whose evidence comes from a live stack or a recording. */
    private int audit(AuditScope scope, ComposeTarget target, BiConsumer<Consumer<Evidence>, Consumer<Evidence>> evidence, AuditRecorder recorder) throws IOException {
        List<AuditedJob> jobs = new ArrayList<>();
        List<Evidence> common = new ArrayList<>();
        // What they cost is bounded for all jobs together.
        Plugins checked = plugins(target, new CommandRunner(timeout, timeout));
        evidence.accept(common::add, one -> {
            Trace trace = new Trace(one);
            Judge.judge(trace, stages, asked, checks);
            fillIn(trace, target);
            checked.run(trace);
            jobs.add(AuditedJob.of(trace));
        });
        SeenJobs.remember(seen, jobs);
        Audit result = Audit.of(scope, jobs, common.get(0));
        report("audit", true, scope.now(), (wanted, options) -> wanted.render(result, options), AuditText.next(result, target.call()));
        out.flush();
        recorder.finish();
        return exitCode(result.isWrong(), result.severity());
    }

    private List<Command> asksOfChecks() {
        return checks.stream().flatMap(check -> check.runs.stream()).toList();
    }

    /** All that is asked once the job is found. */
    private Stream<Command> asks() {
        return Stream.of(Stream.of(LiveSource.CONTAINERS), audit == null ? Collector.asks(stages, asksOfChecks()) : AuditCollector.asks(stages),
            Collector.WHILE_IT_RUNS.stream()).flatMap(asks -> asks);
    }

    private void explain(ComposeTarget target) {
        String part = jobId == null ? "" : jobId;
        Map<String, String> fill = Map.of("job", Job.isWholeId(part) ? part : "<job>", "status", status(), "script", "<script>", "app", where.celeryApp);
        Map<String, String> toFind = audit != null ? AuditCollector.fill(Period.of(audit, Instant.now()), status())
            : Map.of("job", part, "status", status(), "limit", Integer.toString((list == null ? JobTable.LISTED : start.limit) + 1));
        ExplainedCommands.of(where, target, audit == null ? finder() : AuditCollector.finder(stages), toFind, asks().toList(), fill, audit == null)
            .forEach(out::println);
    }
}
