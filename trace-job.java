///usr/bin/env "$(dirname "$(readlink -f "$0")")/.bin/jbang" "$0" "$@"; exit $?
//JAVA 17+
//MAIN TraceJob
//DESCRIPTION Traces one ETL job through the whole pipeline and says where it is, what happened and what is wrong.
// The options are what the start costs least with: strings put together without a bootstrap each, no converters for java.sql.
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline -Xlint:all,-serial,-options,-auxiliaryclass
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -XX:-UsePerfData -Xms24m -Xmx112m -Dfile.encoding=UTF-8
//RUNTIME_OPTIONS -Dpicocli.converters.excludes=java.sql.+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.zeroturnaround:zt-exec:1.13.0
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
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
//SOURCES checks/NotScrubbed.java
//SOURCES checks/NotEnriched.java
//SOURCES checks/RecordsMissing.java
//SOURCES checks/JobStuck.java
//SOURCES checks/WorkerLost.java
//SOURCES checks/RowNotUpdated.java
//SOURCES checks/NoSnowflakeData.java
//SOURCES checks/IdiCoreErrors.java
//SOURCES checks/DncTimeout.java
//SOURCES checks/NoWebSocketUpdates.java
//SOURCES checks/EvidenceLost.java
//SOURCES checks/SlowStage.java
//SOURCES checks/SlowerThanUsual.java
//SOURCES checks/RunTwice.java
//SOURCES checks/CancelledWentOn.java
//SOURCES checks/AddressColumn.java
//SOURCES checks/NamesMissing.java
//SOURCES checks/SharedLitigatorPhone.java
//SOURCES checks/UploadConnectionExpired.java
//SOURCES checks/ClockOff.java
//FILES demo.jsonl=test/cases/demo/recording.jsonl

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.Console;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.StartedProcess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

// ---------------------------------------------------------------------------------------------------------------
// 1. The command: its options, and what it does with them.
// ---------------------------------------------------------------------------------------------------------------

/** `trace-job [OPTIONS] [JOB-ID]`. */
@Command(name = "trace-job", version = TraceJob.VERSION, mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
    description = "Traces one ETL job through the whole pipeline: where it is, what happened at every stage, where the time went, what is wrong.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:traced and healthy, or running and healthy so far",
        "1:traced, and something is wrong: the job failed, a WARN, FAIL or UNKNOWN line, an issue",
        "2:wrong usage", "3:no such job, or more than one",
        "4:the stack could not be asked, or the recording not written", "5:the report could not be written to stdout",
        "70:a fault of trace-job itself or of one of its scripts", "130:interrupted"},
    footerHeading = "%nExamples:%n",
    footer = {"  trace-job 0b5e                        the job whose id has this part",
        "  trace-job --last failed               the newest job that failed",
        "  trace-job -p p1lending 0b5e -v        by project name, with the lines that show it",
        "  trace-job 0b5e --record job.jsonl.gz  keep what was collected, masked, for a ticket",
        "  trace-job --replay job.jsonl.gz       the same report from it, anywhere",
        "  trace-job --demo                      a report to look at; needs no Docker"})
class TraceJob implements Callable<Integer> {
    static final String VERSION = "trace-job 1.0.0";
    /** How many jobs a list has; one more is asked for, to know whether there are. */
    private static final int LISTED = 20;
    /** The exit code where stdout did not take the report. */
    private static final int NOT_WRITTEN = 5;
    /** How many commands stand under Next. */
    private static final int MOST_NEXT = 6;
    /** Around the job's time in the commands under Next: a container's clock is read to the second, and end lines come a little later. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    @Parameters(index = "0", arity = "0..1", paramLabel = "JOB-ID", description = "A job's id or any part of it: letters, digits, hyphens.")
    String jobId;

    @Option(names = "--last", arity = "0..1", fallbackValue = "", paramLabel = "STATUS", description = "Trace the newest job (of that status).")
    String last;

    @Option(names = "--list", arity = "0..1", fallbackValue = "", paramLabel = "STATUS", description = "List recent jobs (of that status).")
    String list;

    @Option(names = "--stage", split = ",", paramLabel = "NAME", description = "Only these stages; part of a name is enough.")
    List<String> only = new ArrayList<>();

    @Option(names = "--format", defaultValue = "text", paramLabel = "text|json", description = "Text (the default) or one JSON document.")
    String format;

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

    @Option(names = "--color", defaultValue = "auto", paramLabel = "auto|always|never",
        description = "Colour in the report (auto: on a terminal that knows it, unless NO_COLOR is set).")
    String color;

    @Option(names = "--no-color", description = "The same as --color never.")
    boolean noColor;

    @Option(names = "--no-redact", description = "Do not mask names, phones, e-mail and street addresses, tokens and passwords.")
    boolean noRedact;

    @Option(names = "--completion", description = "Print a completion script for bash and zsh: source <(trace-job --completion).")
    boolean completion;

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Compose file (docker-compose.prod.yml when it is there).")
    List<String> files = new ArrayList<>();

    @Option(names = {"-p", "--project-name"}, paramLabel = "NAME", description = "Compose project; alone it is enough.")
    String project;

    @Option(names = "--project-directory", paramLabel = "DIR", description = "Handed to docker compose.")
    String projectDirectory;

    @Option(names = "--context", paramLabel = "NAME", description = "Handed to docker.")
    String context;

    @Option(names = "--host", paramLabel = "HOST", description = "Handed to docker.")
    String host;

    @Option(names = "--service", split = ",", paramLabel = "NAME=YOURS",
        description = "What one of the services backend, celery-worker, postgres, redis is called here.")
    Map<String, String> services = new LinkedHashMap<>();

    @Option(names = "--db-name", paramLabel = "NAME", description = "Database (p1lending_etl).")
    String databaseName;

    @Option(names = "--db-user", paramLabel = "NAME", description = "Database user (p1lending).")
    String databaseUser;

    @Option(names = "--psql", paramLabel = "CONNINFO", description = "Ask the database with this machine's psql.")
    String psql;

    @Option(names = "--celery-app", paramLabel = "NAME", defaultValue = "app.workers.celery_app",
        description = "The Celery app, to ask the workers what they run.")
    String celeryApp;

    @Option(names = "--check", paramLabel = "COMMAND|DIR",
        description = "One more check: any executable that answers as a monitoring plugin does; repeatable.")
    List<String> plugins = new ArrayList<>();

    @Option(names = "--only", split = ",", paramLabel = "CHECK", description = "Only these checks; part of a name is enough.")
    List<String> onlyChecks = new ArrayList<>();

    @Option(names = "--skip", split = ",", paramLabel = "CHECK", description = "Without these checks.")
    List<String> skipChecks = new ArrayList<>();

    @Option(names = "--list-checks", description = "Name the checks and what each looks for.")
    boolean listChecks;

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    private PrintWriter out;
    private Teller teller;
    /** One for the whole run: its limit holds for the checks of others too. */
    private Shell shell;
    /** All stages, in their order. */
    private List<Stage> stages;
    /** Those that --stage names; all without it. */
    private List<Stage> asked;
    private List<Check> checks;

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
            Json.read(new Mask(true).text("{}"));
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
        command.setParameterExceptionHandler((wrong, given) -> {
            err.println("trace-job: " + Printable.plain(wrong.getMessage()));
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
            err.println("trace-job --help tells more");
            return 2;
        });
        command.setExecutionExceptionHandler((fault, line, parsed) -> {
            if (fault instanceof Trouble) {
                return told((Trouble) fault, err);
            }
            throw fault;
        });
        int code;
        try {
            code = command.setDefaultValueProvider(new Always(command.getCommandSpec())).execute(args);
        } catch (Trouble unusable) {
            code = told(unusable, err);
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

    private static int told(Trouble known, PrintWriter err) {
        err.println("trace-job: " + Printable.plain(known.getMessage()));
        err.flush();
        return known.code;
    }

    @Override
    public Integer call() throws Exception {
        out = spec.commandLine().getOut();
        teller = new Teller(spec.commandLine().getErr());
        if (completion) {
            out.print(picocli.AutoComplete.bash("trace-job", spec.commandLine()));
            return 0;
        }
        validate();
        stages = Scripts.all(Stage.class).stream().sorted(Comparator.comparingInt(stage -> stage.order)).toList();
        Scripts.problem(stages, Scripts.all(Check.class), Path.of(System.getenv().getOrDefault("TRACE_JOB_HOME", ""))).ifPresent(wrong -> {
            throw new Trouble(70, wrong);
        });
        asked = chosen(stages);
        checks = chosenChecks();
        if (listChecks) {
            checks.forEach(check -> out.println(String.format(Locale.ROOT, "  %-32s %s", check.id(), check.sees)));
            return 0;
        }
        Target target = target();
        if (explain) {
            explain(target);
            return 0;
        }
        Mask mask = new Mask(!noRedact);
        shell = new Shell(timeout);
        if (demo) {
            return trace(Recording.of("the demo", TraceJob.class.getResourceAsStream("/demo.jsonl")), target, mask);
        }
        try {
            return replay == null ? live(target, mask) : replay(target, mask);
        } catch (OutOfMemoryError | CompletionException full) {
            if (full instanceof CompletionException && !(full.getCause() instanceof OutOfMemoryError)) {
                throw full;
            }
            throw new Trouble(replay == null ? 4 : 2, (replay == null ? "this job" : replay) + " needs more memory than there is");
        }
    }

    private int replay(Target target, Mask mask) {
        try (InputStream bytes = Files.newInputStream(replay)) {
            return trace(Recording.of(replay.getFileName().toString(), bytes), target, mask);
        } catch (IOException unreadable) {
            throw new Trouble(2, replay + " cannot be read");
        }
    }

    private int live(Target target, Mask mask) throws Exception {
        if (record != null && noRedact) {
            teller.note("the recording is NOT masked: it will hold names, phones, addresses and secrets as they are");
        }
        Live live = new Live(target, shell, teller);
        return teller.patiently("still reading", () -> trace(record == null ? live : new Recorder(live, mask), target, mask));
    }

    private void validate() {
        long ways = Stream.of(jobId, last, list).filter(Objects::nonNull).count();
        usage(ways > 1, "JOB-ID, --last and --list exclude each other");
        usage(ways == 0 && !demo && replay == null && !explain && !listChecks, "which job? Give a JOB-ID, --last, --list or --demo");
        usage(jobId != null && !Job.ID.matcher(jobId).matches(), "a JOB-ID has letters, digits and hyphens only, at most 64");
        usage(!status().matches("[a-z]{0,20}"), (last != null ? "--last" : "--list")
            + " takes a status such as failed; to trace a job by its id: trace-job JOB-ID");
        usage(!Set.of("text", "json").contains(format), "--format is text or json");
        usage(!Set.of("auto", "always", "never").contains(color), "--color is auto, always or never");
        color = noColor ? "never" : color;
        usage(!(timeout > 0 && timeout <= 3600), "--timeout is a number of seconds, at most 3600");
        usage(demo && replay != null, "--demo and --replay exclude each other");
        usage(record != null && (demo || replay != null), "--record needs a live stack");
        usage(record != null && (list != null || explain), "--record keeps the trace of one job: not with --list or --explain");
        usage(plugins.stream().anyMatch(plugin -> Ask.split(plugin).isEmpty()), "--check needs a command or a folder");
        usage(!celeryApp.matches("[\\w.:]+"), "--celery-app is a name such as app.workers.celery_app");
        usage(psql != null && psql.contains("sslpassword"), "--psql takes no sslpassword: it would stand on a command line");
        usage(!services.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
            .allMatch(name -> Ask.SERVICE.matcher(name).matches()),
            "--service is NAME=YOURS");
    }

    /** The status that --last or --list names; empty for any. */
    private String status() {
        return last != null ? last : list != null ? list : "";
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

    private Target target() {
        Target target = new Target();
        if (context != null) {
            target.docker.addAll(List.of("--context", context));
        }
        if (host != null) {
            target.docker.addAll(List.of("--host", host));
        }
        // What is typed says where the stack is, and not together with what is always passed.
        CommandLine.ParseResult typed = spec.commandLine().getParseResult();
        project = typed.hasMatchedOption("-f") && !typed.hasMatchedOption("-p") ? null : project;
        files = typed.hasMatchedOption("-p") && !typed.hasMatchedOption("-f") ? List.of() : files;
        boolean composeFile = System.getenv("COMPOSE_FILE") != null && !System.getenv("COMPOSE_FILE").isEmpty();
        String standard = "docker-compose.prod.yml";
        if (files.isEmpty() && project == null && !composeFile && replay == null && !demo
                && Files.exists(Path.of(projectDirectory == null ? "" : projectDirectory, standard))) {
            files = List.of(projectDirectory == null ? standard : Path.of(projectDirectory, standard).toString());
        }
        files.forEach(file -> target.compose.addAll(List.of("-f", file)));
        if (project != null) {
            target.compose.addAll(List.of("-p", project));
        }
        if (projectDirectory != null) {
            target.compose.addAll(List.of("--project-directory", projectDirectory));
        }
        if (!services.isEmpty()) {
            Set<String> known = asks().map(Ask::service).filter(service -> !service.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
            usage(!known.containsAll(services.keySet()), "--service knows only " + String.join(", ", known) + " on the left");
        }
        target.services = services;
        target.databaseName = databaseName;
        target.databaseUser = databaseUser;
        target.psql = psql;
        target.limit = timeout;
        target.celeryApp = celeryApp;
        return target;
    }

    private int trace(Stack stack, Target target, Mask mask) throws IOException {
        Gathering gathering = new Gathering(stack, finder(), stages, asksOfChecks(), mask, target);
        String part = jobId != null ? jobId : stack instanceof Recording && last == null && list == null ? ((Recording) stack).job() : "";
        if (!Job.ID.matcher(part).matches() && !part.isEmpty()) {
            throw new Trouble(2, "the recording names no job");
        }
        Gathering.Found found = gathering.find(part, status());
        if (!(stack instanceof Recording)) {
            serviceNames(found.containers());
        }
        Job job;
        if (list != null) {
            return list(gathering, found);
        } else if (found.problem() != null) {
            job = withoutDatabase(gathering, found, part);
        } else if (found.jobs().size() == 1 || last != null && !found.jobs().isEmpty()) {
            job = found.jobs().get(0);
        } else {
            return unclear(gathering, found, part);
        }
        if (job == null) {
            return 3;
        }
        Trace trace = new Trace(gathering.trace(job, found));
        if (!job.inDatabase() && trace.messages.isEmpty()) {
            throw new Trouble(4, "the database could not be asked (" + found.problem() + "), and the logs have no line of job " + job.id());
        }
        Judging.judge(trace, stages, asked, checks);
        if (stack instanceof Recording) {
            ((Recording) stack).aim(target);
        }
        fillIn(trace, target);
        plugins(trace, target);
        boolean wrong = !trace.issues.isEmpty() || !List.of("completed", "running", "queued").contains(trace.verdict.state())
            || trace.findings.values().stream().anyMatch(finding -> finding.status().wrong());
        if (format.equals("json")) {
            out.print(JsonReport.render(trace));
        } else {
            CommandLine.Help.Ansi ansi = CommandLine.Help.Ansi.valueOf(Terminal.colour(color, System.getenv(), Terminal.shown()));
            out.print(new TextReport(trace, verbose, Terminal.width(), ansi).render(wrong ? next(trace.issues, verbose) : List.of()));
        }
        if (stack instanceof Recorder) {
            // After the report: a disk that is full takes the recording, not the answer.
            out.flush();
            ((Recorder) stack).write(record, job, target, teller);
        }
        return wrong ? 1 : 0;
    }

    /** Runs the checks that are not Java; what is wrong with one is its own, and the report stands. */
    private void plugins(Trace trace, Target target) throws IOException {
        List<List<String>> commands = new ArrayList<>();
        for (String plugin : this.plugins) {
            if (Files.isDirectory(Path.of(plugin))) {
                try (Stream<Path> files = Files.list(Path.of(plugin))) {
                    files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file)).sorted()
                        .forEach(file -> commands.add(List.of(file.toString())));
                }
            } else {
                commands.add(Ask.split(plugin));
            }
        }
        Map<String, String> env = new LinkedHashMap<>();
        env.put("JOB_ID", trace.job.id());
        env.put("JOB_STATUS", trace.job.status());
        env.put("JOB_VERDICT", trace.verdict.state());
        env.put("JOB_CREATED", Times.iso(trace.job.time("created_at")));
        env.put("COMPOSE", Shell.shown(target.compose()));
        byte[] report = commands.isEmpty() ? new byte[0] : JsonReport.render(trace).getBytes(StandardCharsets.UTF_8);
        for (List<String> command : commands) {
            List<String> said = Collections.synchronizedList(new ArrayList<>());
            Answer answer = shell.run("check", command, env, report, line -> said.size() >= 20 || said.add(line));
            String name = Printable.plain(Path.of(command.get(0)).getFileName().toString());
            PluginAnswer plugin = PluginAnswer.of(name, answer.with(said.stream().map(new Mask(!noRedact)::text).toList()));
            trace.plugins.add(plugin);
            if (plugin.status() != Status.OK) {
                Message message = new Message("check", "", trace.now, "", "", plugin.text());
                message.placedBy = "check";
                trace.issues.add(new Issue("check-" + name, plugin.status(), "Check " + name, "", List.of(), List.of(), null, List.of(message)));
            }
        }
        trace.issues.sort(Issue.WORST_FIRST);
    }

    private Ask finder() {
        return stages.stream().map(Stage::finder).filter(Objects::nonNull).findFirst()
            .orElseThrow(() -> new IllegalStateException("no stage says how a job is found"));
    }

    /** The shell commands of the issues' resolutions, those of the worst issues first; all of them with -v. */
    static List<String> next(List<Issue> issues, boolean verbose) {
        List<String> all = issues.stream().flatMap(issue -> issue.resolution().stream().skip(1)).distinct().toList();
        return verbose || all.size() <= MOST_NEXT ? all
            : Stream.concat(all.stream().limit(MOST_NEXT), Stream.of("# and " + (all.size() - MOST_NEXT) + " more with -v")).toList();
    }

    /** The resolutions' commands as they are to be typed for this stack and this job. */
    private static void fillIn(Trace trace, Target target) {
        Map<String, String> fill = Map.of("job", trace.job.id(), "app", target.celeryApp);
        Window window = window(trace);
        trace.issues.replaceAll(issue -> issue.todo(Stream.concat(issue.resolution().stream().limit(1),
            commands(issue).map(command -> target.typed(command, fill, window)).distinct()).toArray(String[]::new)));
    }

    /** An issue's commands. Where it names logs, the log that its evidence comes from is the first of them. */
    private static Stream<String> commands(Issue issue) {
        String log = "docker compose logs ";
        List<String> commands = new ArrayList<>(issue.resolution().stream().skip(1).toList());
        int first = (int) commands.stream().takeWhile(command -> !command.startsWith(log)).count();
        if (first < commands.size()) {
            issue.evidence().stream().filter(Message::logged).map(message -> log + message.service)
                .filter(command -> !commands.contains(command)).findFirst().ifPresent(command -> commands.add(first, command));
        }
        return commands.stream();
    }

    /**
     * The job's time with a margin, by Docker's clock, which `docker compose logs` goes by: the logs' times were put right by it
     * when they were read, and the row's are here. Open at the end while the job runs.
     */
    private static Window window(Trace trace) {
        Instant clock = trace.job.time("now");
        Duration off = clock == null ? Duration.ZERO : Duration.between(trace.now, clock);
        Duration database = off.abs().compareTo(MARGIN) < 0 ? Duration.ZERO : off;
        List<Instant> times = new ArrayList<>();
        Stream.of("created_at", "completed_at").map(trace.job::time).filter(Objects::nonNull).forEach(time -> times.add(time.minus(database)));
        trace.attempts.forEach(attempt -> Stream.of(attempt.from, attempt.to).filter(Objects::nonNull).forEach(times::add));
        Stream.concat(trace.messages.stream().filter(Message::logged).limit(1),
            trace.issues.stream().flatMap(issue -> issue.evidence().stream()).filter(Message::logged)).forEach(message -> times.add(message.time));
        boolean ended = trace.over() || trace.lost() || trace.taskEnded();
        return times.isEmpty() ? Window.ALL : new Window(Collections.min(times).minus(MARGIN).truncatedTo(ChronoUnit.SECONDS),
            ended ? Collections.max(times).plus(MARGIN).truncatedTo(ChronoUnit.SECONDS) : null, false);
    }

    /** Without the database the logs say which job is meant; null when they name several. */
    private Job withoutDatabase(Gathering gathering, Gathering.Found found, String part) {
        String problem = "the database could not be asked (" + found.problem() + ")";
        String hint = hint(found);
        if (part.isEmpty() || !hint.isEmpty()) {
            throw new Trouble(4, problem + hint);
        }
        teller.note(problem + "; going on with the logs");
        if (part.length() == 36) {
            return new Job(part.toLowerCase(Locale.ROOT), Json.NODES.objectNode(), false);
        }
        Set<String> ids = gathering.idsInLogs(part);
        if (ids.isEmpty()) {
            throw new Trouble(4, problem + ", and no id in the logs has " + part);
        }
        if (ids.size() > 1) {
            teller.note(ids.size() + " ids in the logs have " + part + ":");
            ids.stream().limit(20).forEach(id -> teller.note("  " + id));
            return null;
        }
        return new Job(ids.iterator().next(), Json.NODES.objectNode(), false);
    }

    /** A service that --service names must be there; else its log would be empty, as if it had been rotated. */
    private void serviceNames(Answer containers) {
        Set<String> there = Json.list(containers.out()).stream().map(one -> one.path("Service").asText())
            .filter(name -> Ask.SERVICE.matcher(name).matches()).collect(Collectors.toCollection(TreeSet::new));
        services.values().stream().filter(name -> !there.isEmpty() && !there.contains(name)).findFirst().ifPresent(name -> {
            throw new Trouble(4, "no service `" + name + "` in this project; there are " + String.join(", ", there));
        });
    }

    /** What to try when nothing of the stack answers; empty when something does. */
    private static String hint(Gathering.Found found) {
        String project = "; go to the folder of docker-compose.prod.yml, or say -f FILE or -p PROJECT (docker compose ls names them)";
        String containers = String.valueOf(found.containers().problem());
        return containers.contains("no configuration file") ? project
            : Stream.of("Cannot connect to the Docker daemon", "error during connect", "permission denied while trying to connect")
                .anyMatch(containers::contains) ? "; is Docker running, or is it elsewhere (--context, --host)?"
            : containers.contains("is not installed here") || containers.contains("no compose plugin")
                ? "; docker and its compose plugin are needed, or --replay with a recording"
            : found.containers().timedOut() ? "; docker did not say in time what containers there are (--timeout gives it more)"
            : found.containers().problem() == null && found.containers().out().stream().noneMatch(line -> line.contains("{"))
                ? "; this project has no containers" + project
            : "";
    }

    private int list(Gathering gathering, Gathering.Found found) {
        if (found.problem() != null) {
            throw new Trouble(4, "the database could not be asked (" + found.problem() + ")" + hint(found));
        }
        gathering.name(found.jobs());
        if (format.equals("json")) {
            ArrayNode rows = Json.NODES.arrayNode();
            found.jobs().stream().limit(LISTED).forEach(job -> rows.add(((ObjectNode) job.row()).without(List.of("matches", "now"))));
            out.println(rows.toPrettyString());
        } else if (found.jobs().isEmpty()) {
            teller.note(none(""));
        } else {
            table(found.jobs(), found.matches()).forEach(out::println);
        }
        return 0;
    }

    private int unclear(Gathering gathering, Gathering.Found found, String part) {
        PrintWriter err = spec.commandLine().getErr();
        if (found.jobs().isEmpty()) {
            Gathering.Found newest = gathering.find("", "");
            List<Job> five = newest.jobs().subList(0, Math.min(5, newest.jobs().size()));
            gathering.name(five);
            err.println("trace-job: " + none(part) + (five.isEmpty() ? "" : "; the newest:"));
            table(five, five.size()).forEach(err::println);
        } else {
            gathering.name(found.jobs());
            err.println("trace-job: " + found.matches() + " jobs have " + part + " in their id:");
            table(found.jobs(), found.matches()).forEach(err::println);
        }
        return 3;
    }

    private String none(String part) {
        return !part.isEmpty() ? "no job has " + part + " in its id" : status().isEmpty() ? "there are no jobs" : "no job is " + status();
    }

    private static List<String> table(List<Job> jobs, long matches) {
        List<String> lines = new ArrayList<>();
        for (Job job : jobs.subList(0, Math.min(LISTED, jobs.size()))) {
            lines.add(String.format(Locale.ROOT, "  %-36s  %-9s  %-20s  %s", job.id(), Printable.plain(job.status()),
                Times.iso(job.time("created_at")), Printable.plain(job.name())).stripTrailing());
        }
        if (matches > lines.size()) {
            lines.add("  and " + (matches - lines.size()) + " more");
        }
        return lines;
    }

    private List<Ask> asksOfChecks() {
        return checks.stream().flatMap(check -> check.asks.stream()).toList();
    }

    /** All that is asked once the job is found. */
    private Stream<Ask> asks() {
        return Stream.of(Stream.of(Gathering.CONTAINERS), Gathering.asks(stages, asksOfChecks()), Gathering.WHILE_IT_RUNS.stream()).flatMap(asks -> asks);
    }

    private void explain(Target target) {
        String part = jobId == null ? "" : jobId;
        Map<String, String> fill = Map.of("job", part.length() == 36 ? part : "<job>", "status", status(), "script", "<script>", "app", celeryApp);
        Map<String, String> search = Map.of("job", part, "status", status());
        Set<String> lines = new LinkedHashSet<>();
        lines.add(target.shown(finder(), search));
        asks().map(ask -> target.shown(ask, fill)).forEach(lines::add);
        lines.add(target.shown(Live.inspect(List.of("<container>")), fill));
        // The lines of a recent job are looked for at the end of a log first.
        asks().filter(ask -> ask.kind() == Ask.Kind.LOG).map(ask -> Shell.shown(target.log(ask.service(), "--tail", "<lines>"))).forEach(lines::add);
        lines.forEach(out::println);
    }
}

/** What is always passed: `~/.trace-job.properties`, where every key is the long name of an option. */
final class Always implements CommandLine.IDefaultValueProvider {
    private final Properties values = new Properties();

    /** Throws Trouble for a file that cannot be read and for a key that is no option. */
    Always(CommandLine.Model.CommandSpec spec) {
        Path file = Path.of(System.getProperty("user.home"), ".trace-job.properties");
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                values.load(lines);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new Trouble(2, file + " cannot be read");
            }
            for (String name : values.stringPropertyNames()) {
                if (!spec.optionsMap().containsKey("--" + name)) {
                    throw new Trouble(2, file + ": there is no option --" + name);
                }
            }
        }
    }

    @Override
    public String defaultValue(CommandLine.Model.ArgSpec arg) {
        String value = arg.isOption() ? values.getProperty(((CommandLine.Model.OptionSpec) arg).longestName().replaceFirst("^-+", "")) : null;
        return value == null ? null : value.strip();
    }
}

/** stdout in UTF-8. Who stops reading, as `head` does, has read enough: only what else goes wrong is a failure. */
final class Stdout extends OutputStreamWriter {
    Stdout(OutputStream stdout) {
        super(new FilterOutputStream(stdout) {
            @Override
            public void write(byte[] bytes, int offset, int size) throws IOException {
                try {
                    out.write(bytes, offset, size);
                } catch (IOException failed) {
                    if (!String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
                        throw failed;
                    }
                }
            }
        }, StandardCharsets.UTF_8);
    }
}

/** The terminal's width, asked only when there is one. */
interface Terminal {
    static int width() {
        if (!shown()) {
            return 0;
        }
        try {
            Process size = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).redirectErrorStream(true).start();
            String[] answer = new String(size.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ");
            return answer.length == 2 && answer[1].matches("\\d{1,4}") ? Integer.parseInt(answer[1]) : 0;
        } catch (IOException noTerminal) {
            return 0;
        }
    }

    /** True when a person sees the output: from JDK 22 on there can be a console without a terminal, and only the console tells. */
    static boolean shown() {
        Console console = System.console();
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException absent) {
            return false;
        }
    }

    /** Colour as --color says; for auto on a terminal that knows it. NO_COLOR counts when it is not empty (no-color.org). */
    static boolean colour(String when, Map<String, String> env, boolean shown) {
        boolean auto = shown && env.getOrDefault("NO_COLOR", "").isEmpty() && !env.getOrDefault("TERM", "dumb").equals("dumb");
        return when.equals("always") || when.equals("auto") && auto;
    }
}

/** The stages and checks are those that were compiled in: shipped, edited in place, or added with `jbang -s`. */
interface Scripts {
    Map<Class<?>, List<?>> LOADED = new ConcurrentHashMap<>();

    /** Loads them once: whoever asks while another thread does it waits for that. They keep nothing of a job. */
    @SuppressWarnings("unchecked")
    static <T> List<T> all(Class<T> kind) {
        return (List<T>) LOADED.computeIfAbsent(kind, Scripts::load);
    }

    private static <T> List<T> load(Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (String name : names()) {
            try {
                Class<?> script = Class.forName(name, false, TraceJob.class.getClassLoader());
                if (kind.isAssignableFrom(script) && script != kind && !java.lang.reflect.Modifier.isAbstract(script.getModifiers())) {
                    found.add(kind.cast(script.getDeclaredConstructor().newInstance()));
                }
            } catch (ReflectiveOperationException | LinkageError unusable) {
                throw new IllegalStateException("the script " + name + " cannot be loaded", unusable);
            }
        }
        return found;
    }

    /**
     * What the compiler does not see in these scripts, in one line; empty when all is well.
     *
     * @param home where trace-job.java is in a checkout: the launcher says it, else it is this folder, or there is none
     */
    static Optional<String> problem(List<Stage> stages, List<Check> checks, Path home) {
        // With loops: the first streams and lambdas of a run cost its start more than all of this.
        Map<String, String> classes = new HashMap<>();
        Set<String> titles = new LinkedHashSet<>();
        for (Stage stage : stages) {
            titles.add(stage.title);
            String other = classes.putIfAbsent("stage " + stage.id(), stage.getClass().getName());
            if (other != null) {
                return Optional.of("two stages are called " + stage.title + ": " + other + " and " + stage.getClass().getName());
            }
        }
        for (Check check : checks) {
            String other = classes.putIfAbsent("check " + check.id(), check.getClass().getName());
            if (other != null) {
                return Optional.of("two checks are called " + check.symptom + ": " + other + " and " + check.getClass().getName());
            }
        }
        for (Stage stage : stages) {
            if (!stage.after.isEmpty() && !titles.contains(stage.after)) {
                return Optional.of("the stage " + stage.title + " comes after " + stage.after + ", and no stage is called that; there are "
                    + String.join(", ", titles));
            }
        }
        return unlisted(home, new HashSet<>(classes.values()));
    }

    private static Optional<String> unlisted(Path home, Set<String> loaded) {
        File head = home.resolve("trace-job.java").toFile();
        if (!head.exists()) {
            return Optional.empty();
        }
        Set<String> files = new TreeSet<>();
        for (String folder : new String[] {"stages", "checks"}) {
            String[] names = home.resolve(folder).toFile().list();
            for (String name : names == null ? new String[0] : names) {
                if (name.endsWith(".java") && !loaded.contains(name.substring(0, name.length() - ".java".length()))) {
                    files.add(folder + "/" + name);
                }
            }
        }
        return files.isEmpty() ? Optional.empty() : unnamed(head.toPath(), files);
    }

    /** The first of these files that trace-job.java does not name; what the scripts share is named, and is no script. */
    private static Optional<String> unnamed(Path head, Set<String> files) {
        try (Stream<String> lines = Files.lines(head)) {
            lines.takeWhile(line -> line.startsWith("//")).filter(line -> line.startsWith("//SOURCES "))
                .forEach(line -> files.remove(line.substring("//SOURCES ".length()).strip()));
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            return Optional.empty();
        }
        return files.stream().findFirst().map(Printable::plain).map(file -> file + " takes no part: trace-job.java has no line //SOURCES " + file);
    }

    /** The top-level classes beside this one, in its jar or in its folder. */
    private static List<String> names() {
        try {
            Path home = Path.of(TraceJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(home)) {
                try (Stream<Path> files = Files.list(home)) {
                    return classes(files.map(file -> file.getFileName().toString()));
                }
            }
            try (JarFile jar = new JarFile(home.toFile())) {
                return classes(jar.stream().map(entry -> entry.getName()));
            }
        } catch (IOException | java.net.URISyntaxException unreadable) {
            throw new IllegalStateException("the jar of trace-job cannot be read", unreadable);
        }
    }

    private static List<String> classes(Stream<String> files) {
        return files.filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("/"))
            .map(file -> file.substring(0, file.length() - ".class".length())).sorted().toList();
    }
}

// ---------------------------------------------------------------------------------------------------------------
// 2. The words of the domain: what a stage declares, what it is shown, and what it answers.
// ---------------------------------------------------------------------------------------------------------------

/** The report's status words. OK needs evidence; UNKNOWN is the answer where evidence is missing. */
enum Status {
    OK, SKIP, UNKNOWN, WARN, FAIL;

    /** True for what makes the exit code 1. */
    boolean wrong() {
        return this == UNKNOWN || this == WARN || this == FAIL;
    }
}

/**
 * The job that is traced, as its row tells it; without the database only its id is known.
 *
 * @param id the whole id, as the database or the logs have it
 * @param row the row of etl_jobs with whatever columns it has, empty when the database did not answer
 * @param inDatabase false when the row could not be read
 */
record Job(String id, JsonNode row, boolean inDatabase) {
    /** Letters, digits and hyphens only: an id is put into SQL, paths and patterns, and nothing else could be meant. */
    static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** The column's text, or an empty string when the column is missing or null. */
    String column(String name) {
        JsonNode value = row.path(name);
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    /** The row's status; "unknown" when the row could not be read, "?" when it is no word. */
    String status() {
        return !inDatabase ? "unknown" : column("status").matches("\\w{1,40}") ? column("status") : "?";
    }

    /** The row's name, or the name of its script: the real schema has no column `name`. */
    String name() {
        return column("name").isEmpty() ? column("script") : column("name");
    }

    /** When the column says, in UTC; null when it is missing, null or no time. */
    Instant time(String column) {
        return Times.parse(column(column));
    }

    /** True when the row says that the job has come to an end. */
    boolean ended() {
        return Set.of("completed", "failed", "cancelled").contains(status());
    }

    /** True for a preview, which runs in backend and never reaches Celery. */
    boolean preview() {
        return column("job_type").equals("preview");
    }
}

/** One run of the job in one worker process: from the first line there that names the job to the end of the task. */
final class Attempt {
    final String container;
    final String process;
    final Instant from;
    /** When its task ended or its process died, UTC; null while it is open. */
    Instant to;
    /** The message that ended it: Celery's end line, the exit of the process, a new banner; null while it is open. */
    Message end;
    /** When the worker process last wrote a line of it, UTC. */
    Instant last;
    /** True when the worker died under it. */
    boolean lost;
    /** True when it ended to be tried again. */
    boolean retries;
    /** Why it was lost, in our words; empty when it was not. */
    String why = "";

    Attempt(String container, String process, Instant from) {
        this.container = container;
        this.process = process;
        this.from = from;
    }
}

/** One message of one service that was found to be the job's: its first line, the lines that continue it, its copies. */
final class Message {
    /** More than this is cut from one message, in characters. */
    static final int LONGEST = 64 * 1024;

    /** The rule that places a line of the job's own file. */
    static final String JOB_FILE = "job-file";

    final String service;
    final String container;
    /** The application's own time in UTC (milliseconds); Docker's where the line has none. */
    final Instant time;
    final String level;
    /** The worker process, such as ForkPoolWorker-2; empty in lines that do not name one. */
    String process;
    /** The text after time, level and process, with the lines that continue it. */
    String text;
    /** The rule that made it the job's: id, task, worker, twin, job-file or database. */
    String placedBy;
    /** The attempt whose worker process wrote it; null elsewhere. */
    Attempt attempt;
    /** How many lines say it: copies and continuation lines included. */
    int lines = 1;
    /** True while a traceback in it lacks its last line, the exception: a line of another process can stand before that. */
    boolean unfinished;
    private boolean traceback;
    /** Where it stood in the log, to tell lines of one instant apart. */
    long order;

    Message(String service, String container, Instant time, String level, String process, String text) {
        this.service = service;
        this.container = container;
        this.time = time;
        this.level = level;
        this.process = process;
        this.text = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        look(text);
    }

    /** Adds a line that continues it. */
    void add(String line) {
        text = text.length() < LONGEST ? text + "\n" + line : text;
        lines++;
        look(line);
    }

    /** At the last line alone: to search all of them each time would cost as their square. */
    private void look(String last) {
        boolean begins = last.contains("Traceback (most recent call last)");
        traceback |= begins;
        unfinished = begins || traceback && last.startsWith(" ") && !last.isBlank();
    }

    /** True for one that stands in a container's log, not in the database, the job's file or a check's answer. */
    boolean logged() {
        return !container.isEmpty() && Ask.SERVICE.matcher(service).matches();
    }

    /** True for what the application itself logged as an error: a level is a level, a word in a name is not. */
    boolean error() {
        return level.equals("ERROR") || level.equals("CRITICAL");
    }

    /** The first line of the text. */
    String firstLine() {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}

/** A word that a stage looks for: a pattern, the number that a match counts under, and what must have come before. */
final class Word {
    enum Role { BEGIN, END, BREAK, SHOW, HARMLESS }

    final Role role;
    final Pattern pattern;
    final List<String> numbers;
    String counts;
    Pattern after;
    Pattern until;
    boolean anywhere;
    boolean inTurn;

    Word(Role role, String regex) {
        this.role = role;
        this.pattern = Pattern.compile(regex);
        List<String> names = new ArrayList<>();
        Matcher group = Pattern.compile("\\(\\?<([a-zA-Z]+)>").matcher(regex);
        while (group.find()) {
            names.add(group.group(1));
        }
        this.numbers = names;
    }
}

/**
 * One stage of the pipeline: a file in stages/ that declares which commands tell of it, by which words it begins,
 * ends and breaks, how long it may take and what it says. A stage is found by being compiled in; its order is its own.
 */
abstract class Stage {
    final String title;
    final int order;
    final List<Ask> asks = new ArrayList<>();
    final List<Word> words = new ArrayList<>();
    String step = "";
    String jobLogs = "";
    String after = "";
    String given = "";
    String row = "";
    String typical = "";
    String says = "";
    String unit = "";
    double concern;
    double per;
    boolean once;
    boolean quiet;
    boolean sumsUp;
    boolean repeats;
    boolean doesNotDegrade;
    boolean rowWhenSlow;
    List<String> remedy = List.of();
    private List<String> computed = List.of();
    private List<Word> latest = List.of();
    private Ask finds;
    private Ask jobLog;
    private Pattern keeps;
    private Pattern overhears;
    private Pattern recovers;

    /** @param title as the report prints it; @param order its place in the pipeline */
    Stage(String title, int order) {
        this.title = title;
        this.order = order;
    }

    /** The title in lower case with hyphens: the name in --stage and in the JSON. */
    String id() {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** The step of the hand-run page that this stage replaces. */
    Stage step(String step) {
        this.step = step;
        return this;
    }

    /** What its rows in job_logs begin with. */
    Stage jobLogs(String step) {
        jobLogs = step;
        return this;
    }

    /** The commands that tell of this stage, as a person would type them; {job} stands for the job's id. */
    Stage runs(String... commands) {
        Arrays.stream(commands).map(Ask::of).forEach(asks::add);
        return this;
    }

    /** A SELECT whose rows are lines of the job, with `message`, `created_at` and `level`; rows of no other are. */
    Stage readsJobLog(String command) {
        jobLog = Ask.of(command);
        asks.add(jobLog);
        return this;
    }

    /** True for what this stage declared as the job's log. */
    boolean isJobLog(Ask ask) {
        return ask.equals(jobLog);
    }

    /** The SELECT that finds a job: one JSON object a row; {job} is any part of the id, {status} a status or nothing. */
    Stage finds(String command) {
        finds = Ask.of(command);
        return this;
    }

    /** The SELECT that finds a job; null in all stages but one. */
    Ask finder() {
        return finds;
    }

    /** Words that begin it; a named group such as (?<phones>…) is a number, summed over all matches. */
    Stage begins(String... regexes) {
        return words(Word.Role.BEGIN, regexes);
    }

    /** Words that end it: its closing line. A group (?<took>…) is seconds, used where no line begins it. */
    Stage ends(String... regexes) {
        return words(Word.Role.END, regexes);
    }

    /** Words that say the stage could not do its work; they outweigh its closing line, which is only a claim. */
    Stage breaks(String... regexes) {
        return words(Word.Role.BREAK, regexes);
    }

    /** Words that are this stage's but neither begin, end nor break it; their numbers count. */
    Stage shows(String... regexes) {
        return words(Word.Role.SHOW, regexes);
    }

    /** The words added last count under this number, one a message. */
    Stage counts(String number) {
        latest.forEach(word -> word.counts = number);
        return this;
    }

    /** The words added last count only after a message with these. */
    Stage onlyAfter(String regex) {
        latest.forEach(word -> word.after = Pattern.compile(regex));
        return this;
    }

    /** The words added last count only after a message with the first of these, and no longer after one with the second. */
    Stage onlyBetween(String after, String until) {
        latest.forEach(word -> word.until = Pattern.compile(until));
        return onlyAfter(after);
    }

    /** The words added last count only while this stage has its turn: other stages say them too. */
    Stage inTurn() {
        latest.forEach(word -> word.inTurn = true);
        return this;
    }

    /** Warnings and errors that cost nothing of the job's work: where no other word takes them they are shown, and lower nobody's status. */
    Stage harmless(String... regexes) {
        return words(Word.Role.HARMLESS, regexes);
    }

    /** The words added last are this stage's wherever they stand, also while another stage runs. */
    Stage anywhere() {
        latest.forEach(word -> word.anywhere = true);
        return this;
    }

    /** Numbers that its method may work out, beside those of its words: a check may ask for them where they were not. */
    Stage computes(String... numbers) {
        computed = List.of(numbers);
        return this;
    }

    /** The names of the numbers that it declares. */
    Set<String> numbers() {
        Set<String> names = new TreeSet<>(computed);
        for (Word word : words) {
            names.addAll(word.numbers);
            if (word.counts != null) {
                names.add(word.counts);
            }
        }
        return names;
    }

    /** An error that a later success makes good, such as a retry. */
    Stage recovers(String regex) {
        recovers = Pattern.compile(regex);
        return this;
    }

    /** Messages that only this stage sees, because they repeat what others said. */
    Stage keeps(String regex) {
        keeps = Pattern.compile(regex);
        return this;
    }

    /** Errors that name no job and may concern this one all the same: they are shown beside it, not counted as its own. */
    Stage overhears(String regex) {
        overhears = Pattern.compile(regex);
        return this;
    }

    boolean overhears(Message message) {
        return overhears != null && overhears.matcher(message.text).find();
    }

    /** The stage that comes before: when that one failed, this one was not reached. */
    Stage after(String title) {
        after = title;
        return this;
    }

    /** The number of the stage before without which there is nothing to do here. */
    Stage given(String number) {
        given = number;
        return this;
    }

    /** Visited once an attempt: later words that would begin it are another stage's. */
    Stage once() {
        once = true;
        return this;
    }

    /** Its line stands in the report only when it is not OK. */
    Stage quiet() {
        quiet = true;
        return this;
    }

    /** It only sums up what others found: no issue of its own beside theirs. */
    Stage sumsUp() {
        sumsUp = true;
        return this;
    }

    /** It repeats what other stages tell: without it nothing is unproved. */
    Stage repeats() {
        repeats = true;
        return this;
    }

    /** What it tells is beside the job's work: the verdict does not depend on it. */
    Stage doesNotDegrade() {
        doesNotDegrade = true;
        return this;
    }

    /** The typical time in the hand-run page's words. */
    Stage typically(String typical) {
        this.typical = typical;
        return this;
    }

    /** More seconds than this are a WARN. */
    Stage concern(double seconds) {
        concern = seconds;
        return this;
    }

    /** The concern is for this much work: it grows with more, and never shrinks with less. */
    Stage per(double work, String number) {
        per = work;
        unit = number;
        return this;
    }

    /** The name of its row under Performance. */
    Stage row(String name) {
        row = name;
        return this;
    }

    /** Its row stands under Performance only when it is over its concern. */
    Stage rowWhenSlow() {
        rowWhenSlow = true;
        return this;
    }

    /** What it says when all went well; {number} stands for a number of its own. */
    Stage says(String sentence) {
        says = sentence;
        return this;
    }

    /** What to do when it is not OK: a sentence, then the commands to type. */
    Stage remedy(String... sentenceAndCommands) {
        remedy = List.of(sentenceAndCommands);
        return this;
    }

    private Stage words(Word.Role role, String... regexes) {
        latest = Arrays.stream(regexes).map(regex -> new Word(role, regex)).toList();
        words.addAll(latest);
        return this;
    }

    /** True for a stage that begins and ends: it takes its turn in the pipeline, and its time counts. */
    boolean flows() {
        return words.stream().anyMatch(word -> word.role == Word.Role.BEGIN)
            && words.stream().anyMatch(word -> word.role == Word.Role.END);
    }

    /** True for a message that begins or ends this stage. */
    boolean marks(Message message) {
        return words.stream().anyMatch(word -> (word.role == Word.Role.BEGIN || word.role == Word.Role.END)
            && word.pattern.matcher(message.text).find());
    }

    boolean keeps(Message message) {
        return keeps != null && keeps.matcher(message.text).find();
    }

    boolean recovers(Message message) {
        return recovers != null && recovers.matcher(message.text).find();
    }

    /**
     * Turns what was seen into a finding. Called when there is something to judge; the base has already answered for a
     * stage that was not reached or whose evidence is lost, and still lowers an OK that is slow or not wholly proved.
     */
    Finding judge(Sight sight) {
        return sight.broken() ? sight.fail(null) : sight.ok();
    }

    /** What it means that a completed job, whose logs were read whole, has no line of this stage though the stage before was done. */
    Finding unseen(Sight sight) {
        return sight.unknown("no line tells of it");
    }
}

/** One visit of a stage, such as one batch, with the numbers that were read in it. */
record Visit(Map<String, Double> numbers) {
    /** 0 when it was not read in this visit. */
    long number(String name) {
        return Math.round(numbers.getOrDefault(name, 0.0));
    }

    boolean has(String name) {
        return numbers.containsKey(name);
    }
}

/** What one stage is shown: its own messages of the last attempt, the numbers in them, its intervals, and the trace. */
final class Sight {
    final Stage stage;
    final Evidence trace;
    final Map<String, Double> numbers = new LinkedHashMap<>();
    final List<Message> begins = new ArrayList<>();
    final List<Message> ends = new ArrayList<>();
    final List<Message> breaks = new ArrayList<>();
    final List<Message> shows = new ArrayList<>();
    /** Errors while the stage had its turn that none of its words names. */
    final List<Message> errors = new ArrayList<>();
    /** Its visits in the order of time: a stage of the batches has one for each. */
    final List<Visit> visits = new ArrayList<>();
    /** Its time in milliseconds over all its intervals; negative when no time is known. */
    long millis = -1;
    /** Since when it is open, UTC; null when it is closed. */
    Instant openSince;

    Sight(Stage stage, Evidence trace) {
        this.stage = stage;
        this.trace = trace;
    }

    /** True when a word said that the stage could not do its work. */
    boolean broken() {
        return !breaks.isEmpty();
    }

    /** The sum of a number over all messages, 0 when it was not seen. */
    long number(String name) {
        return Math.round(numbers.getOrDefault(name, 0.0));
    }

    /** True when the number was read at least once. */
    boolean has(String name) {
        return numbers.containsKey(name);
    }

    /** Lets a number that the stage's method worked out stand beside those read. */
    void put(String name, double value) {
        numbers.put(name, value);
    }

    /** Adds to a number of the stage, and to that of its last visit. */
    void add(String name, double value) {
        numbers.merge(name, value, Double::sum);
        if (visits.isEmpty()) {
            visits.add(new Visit(new HashMap<>()));
        }
        visits.get(visits.size() - 1).numbers().merge(name, value, Double::sum);
    }

    /** All its messages in the order of time. */
    List<Message> seen() {
        return Stream.of(begins, ends, breaks, shows, errors).flatMap(List::stream).distinct()
            .sorted(Evidence.IN_TIME).toList();
    }

    /** OK, in the stage's own sentence. */
    Finding ok() {
        return finding(Status.OK, null);
    }

    /** OK, in these words of ours. */
    Finding ok(String says) {
        return finding(Status.OK, says);
    }

    /** Not reached, or nothing to do. */
    Finding skip(String why) {
        return finding(Status.SKIP, why);
    }

    /** Done with losses. */
    Finding warn(String what) {
        return finding(Status.WARN, what);
    }

    /** @param what the sentence, or null for the stage's own with what broke it below */
    Finding fail(String what) {
        return finding(Status.FAIL, what);
    }

    /** No evidence; @param why it is missing */
    Finding unknown(String why) {
        return finding(Status.UNKNOWN, why);
    }

    private Finding finding(Status status, String what) {
        List<Message> shown = !breaks.isEmpty() ? breaks : !errors.isEmpty() ? errors : List.of();
        String filled = what != null ? fill(what) : status == Status.FAIL ? "could not do its work" : fill(stage.says);
        // A number that no line told is not 0.
        boolean lacking = status == Status.OK && filled.contains("{");
        String summary = lacking ? "no line tells its numbers" : filled.replaceAll("\\{\\w+\\}", "?");
        return new Finding(stage, lacking ? Status.UNKNOWN : status, summary, Set.of(), numbers, millis, seen(),
            status == Status.OK || shown.isEmpty() ? List.of() : List.of(shown.get(0)), List.of());
    }

    /** Puts the numbers into a sentence of ours. */
    String fill(String sentence) {
        String filled = sentence;
        for (Map.Entry<String, Double> number : numbers.entrySet()) {
            filled = filled.replace("{" + number.getKey() + "}", Times.number(number.getValue()));
        }
        return filled;
    }
}

/**
 * What a stage answers.
 *
 * @param summary our own words and numbers, never foreign text; nothing is decided by them
 * @param millis its time in milliseconds, negative when unknown
 * @param evidence its messages in the order of time
 * @param quotes the messages that show what is wrong
 * @param notes more to say under -v
 */
record Finding(Stage stage, Status status, String summary, Set<Reason> reasons, Map<String, Double> numbers, long millis,
        List<Message> evidence, List<Message> quotes, List<String> notes) {
    /** What is said of a finding beside its status, for those who decide by it. */
    enum Reason { RUNNING, BROKEN_OFF, NOTHING_TO_DO, SLOW }

    Finding as(Status status, String summary) {
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes, notes);
    }

    Finding because(Reason more) {
        Set<Reason> reasons = Stream.concat(this.reasons.stream(), Stream.of(more)).collect(Collectors.toSet());
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes, notes);
    }

    Finding quoting(List<Message> quotes) {
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes, notes);
    }

    Finding noting(String... more) {
        return new Finding(stage, status, summary, reasons, numbers, millis, evidence, quotes,
            Stream.concat(notes.stream(), Arrays.stream(more)).toList());
    }

    /**
     * A number of the stage, summed; 0 when no line told it. Throws IllegalArgumentException for one that the stage neither
     * declares nor has.
     */
    double number(String name) {
        return has(name) ? numbers.get(name) : 0;
    }

    /** True when a line told the number, or the stage worked it out. Throws IllegalArgumentException as number() does. */
    boolean has(String name) {
        Set<String> declared = stage.numbers();
        if (!numbers.containsKey(name) && !declared.contains(name)) {
            declared.addAll(numbers.keySet());
            throw new IllegalArgumentException("the stage " + stage.title + " has no number " + name + "; it has " + String.join(", ", declared));
        }
        return numbers.containsKey(name);
    }

    double seconds() {
        return millis / 1000.0;
    }

    /** True for a stage that did its work, but took longer than its concern. */
    boolean slow() {
        return reasons.contains(Reason.SLOW);
    }

    /** True for a stage that did not do all of its work. */
    boolean undone() {
        return status == Status.FAIL || status == Status.WARN && !slow();
    }

    /** True for a stage of the job's own work that did not do all of it. */
    boolean degrades() {
        return undone() && !stage.sumsUp && !stage.doesNotDegrade;
    }
}

/**
 * Something wrong and what to do about it.
 *
 * @param explains the titles of the stages whose findings this issue accounts for
 * @param since when it began, UTC, null when no message tells
 * @param resolution a sentence, then the commands to type
 */
record Issue(String id, Status severity, String symptom, String cause, List<String> resolution, List<String> explains,
        Instant since, List<Message> evidence) {
    static final Comparator<Issue> WORST_FIRST = Comparator.comparing(Issue::severity).reversed();

    Issue as(Status severity) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    /** With a resolution of its own: a sentence, then the commands to type. */
    Issue todo(String... resolution) {
        return new Issue(id, severity, symptom, cause, List.of(resolution), explains, since, evidence);
    }

    Issue since(Instant since) {
        return new Issue(id, severity, symptom, cause, resolution, explains, since, evidence);
    }

    /** Accounts for these findings, whatever their stages are. */
    Issue explaining(List<Finding> findings) {
        return new Issue(id, severity, symptom, cause, resolution, findings.stream().map(finding -> finding.stage().title).toList(), since, evidence);
    }
}

/** Where the job is, with the evidence for it: `completed`, `running`, `failed`, `lost` and so on. */
record Verdict(String state, String because, Instant since, List<String> evidence) {}

/** All that was collected of one job, and what was found in it so far. */
class Evidence {
    static final Comparator<Message> IN_TIME =
        Comparator.comparing((Message message) -> message.time).thenComparingLong(message -> message.order);

    final Job job;
    /** When it was collected, UTC: a recording keeps it. */
    final Instant now;
    /** The job's messages in the order of time, each event once. */
    final List<Message> messages = new ArrayList<>();
    final List<Attempt> attempts = new ArrayList<>();
    final List<Container> containers = new ArrayList<>();
    final Map<String, Answer> answers = new LinkedHashMap<>();
    /** The titles of all stages, whether judged yet or not; none before the trace is judged. */
    final Set<String> titles = new LinkedHashSet<>();
    final Map<String, Finding> findings = new LinkedHashMap<>();
    final Map<String, Integer> placed = new TreeMap<>();
    /** Why something that was asked for did not come, by the key of what was asked. */
    final Map<String, String> missing = new LinkedHashMap<>();
    /** The services whose clock is neither Docker's nor a zone's. */
    final Map<String, Duration> skewed = new TreeMap<>();
    /** Errors of services that name no job, written while this one was in the system, by what stages listen for. */
    final List<Message> overheard = new ArrayList<>();
    /** Warnings and errors that cost nothing of the job's work, as a stage declares. */
    final Set<Message> harmless = new LinkedHashSet<>();
    /** Warnings and errors of the job that no stage knows. */
    final List<Message> unrecognised = new ArrayList<>();
    /** When the container that ran the job was replaced, by what only the database still tells; null when it was not. */
    Instant gone;
    /** By how much the clock of a service's lines differs from UTC. */
    final Map<String, Duration> zones = new LinkedHashMap<>();
    /** The title of the stage that took longest; null when none took long. */
    String bottleneck;
    long linesRead;

    private static final Pattern BANNER = Pattern.compile("celery@\\S{1,80}");

    Evidence(Job job, Instant now) {
        this.job = job;
        this.now = now;
    }

    /** The same evidence, beside a row that was read after it. */
    Evidence(Evidence same, Job later) {
        this(later, same.now);
        messages.addAll(same.messages);
        attempts.addAll(same.attempts);
        containers.addAll(same.containers);
        answers.putAll(same.answers);
        placed.putAll(same.placed);
        missing.putAll(same.missing);
        skewed.putAll(same.skewed);
        overheard.addAll(same.overheard);
        zones.putAll(same.zones);
        linesRead = same.linesRead;
    }

    /** The attempt that counts: the last one begun, null when no worker process ever began the job. */
    Attempt attempt() {
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    }

    /** The start of the first attempt; null when no worker process ever began the job. */
    Instant begun() {
        return attempts.isEmpty() ? null : attempts.get(0).from;
    }

    /**
     * Started is the first line of the worker process, or of the job's file where the log no longer reaches back, else what
     * the row says; null while the job waits, because the row's time is when it was queued.
     */
    Instant started() {
        boolean waits = attempts.isEmpty() && gone == null && (!over() || job.status().equals("cancelled")) && !job.preview()
            && !holds("active tasks");
        Instant before = messages.stream().filter(message -> message.placedBy.equals(Message.JOB_FILE)).map(message -> message.time)
            .min(Comparator.naturalOrder()).orElse(null);
        return waits ? null : begun() == null ? job.time("started_at") : before != null && before.isBefore(begun()) ? before : begun();
    }

    /** When the row says that it was completed, else when what was over ended; null while the job runs, and when it was lost. */
    Instant completed() {
        Instant row = job.time("completed_at");
        return !over() ? null : row != null ? row : attempt() != null && attempt().lost ? null : ended();
    }

    /**
     * The end of the last attempt, else what the row says; null while the job runs. A worker may end without a line of the
     * job's end, and long after it: then the row's time is the end.
     */
    Instant ended() {
        Instant row = over() ? job.time("completed_at") : null;
        if (taskEnded() && !(attempt().lost && row != null && row.isBefore(attempt().to))) {
            return attempt().to;
        }
        return gone != null ? gone : row;
    }

    /** True when the last attempt ended or was lost, and is not to be tried again: whatever the row says, nobody is at work. */
    boolean taskEnded() {
        return attempt() != null && attempt().to != null && !attempt().retries;
    }

    /** A job that was begun again is judged by its last attempt; what came before is told as retries. */
    boolean ofLastAttempt(Message message) {
        return attempts.size() < 2 || (message.attempt == null ? !message.time.isBefore(attempt().from) : message.attempt == attempt());
    }

    /**
     * True when there is nothing more to come, by the row or, without the database, by the worker's end line. Cancelling does
     * not reach the worker: it goes on.
     */
    boolean over() {
        if (job.status().equals("cancelled") && attempt() != null && attempt().to == null) {
            return false;
        }
        return job.inDatabase() ? job.ended() : taskEnded();
    }

    /** The worker died under the job, and the row does not say that it ended all the same. */
    boolean lost() {
        return gone != null || attempt() != null && attempt().lost && !Set.of("completed", "failed").contains(job.status());
    }

    /**
     * The finding of the stage of this title; null while that was not judged yet, or where --stage left it out. Throws
     * IllegalArgumentException for a title that no stage has.
     */
    Finding finding(String title) {
        if (!titles.isEmpty() && !titles.contains(title)) {
            throw new IllegalArgumentException("no stage is called " + title + "; there are " + String.join(", ", titles));
        }
        return findings.get(title);
    }

    /** What tells when the last attempt ended is all there: errors of others after that are not of this job's time. */
    void settle() {
        settleAttempt();
        overheard.removeIf(message -> ended() != null && message.time.isAfter(ended()));
    }

    /** An attempt that no line ends is lost all the same when its container stopped or was started anew under it. */
    private void settleAttempt() {
        Attempt attempt = attempt();
        List<Container> workers = containers(Container.WORKER);
        Instant created = job.time("created_at");
        boolean anew = !workers.isEmpty() && created != null
            && workers.stream().allMatch(one -> one.created() != null && one.created().isAfter(created));
        if (attempt == null && anew && !job.ended() && !job.preview() && messages.stream().anyMatch(message -> message.placedBy.equals("database"))) {
            gone = workers.get(0).created();
        }
        if (attempt != null && attempt.lost && attempt.why.isEmpty()) {
            died(attempt, workers);
            attempt.why = attempt.end.text.startsWith("Process ") ? "its worker process " + attempt.process + " died"
                : "the worker was stopped or started anew under it";
        }
        if (attempt == null || attempt.to != null || Set.of("completed", "failed").contains(job.status())) {
            return;
        }
        for (Container one : workers) {
            if (!one.is(attempt.container)) {
                continue;
            }
            String died = one.exitCode() + (one.oomKilled() ? ", out of memory" : "");
            if (!one.state().equals("running") && !one.state().equals("paused") && one.finished() != null && !one.finished().isBefore(attempt.from)) {
                lose(attempt, one.finished(), "the container " + one.name() + " is " + one.state() + ", exit code " + died);
            } else if (one.started() != null && one.started().isAfter(lastSeen())) {
                lose(attempt, one.started(), "the container " + one.name() + " was started anew at " + Times.iso(one.started()));
            }
        }
    }

    /** Celery's banner tells that the worker is back; it died when its container stopped, some time before. */
    private static void died(Attempt attempt, List<Container> workers) {
        Matcher banner = BANNER.matcher(attempt.end.text);
        if (!banner.find()) {
            return;
        }
        Message end = new Message(attempt.end.service, attempt.end.container, attempt.end.time, attempt.end.level, attempt.end.process,
            banner.group() + " was started anew");
        end.placedBy = attempt.end.placedBy;
        attempt.end = end;
        workers.stream().filter(one -> one.is(attempt.container)).map(Container::finished).filter(Objects::nonNull)
            .filter(finished -> !finished.isBefore(attempt.last == null ? attempt.from : attempt.last) && finished.isBefore(attempt.to))
            .findFirst().ifPresent(finished -> attempt.to = finished);
    }

    private static void lose(Attempt attempt, Instant at, String why) {
        attempt.to = at;
        attempt.lost = true;
        attempt.why = why;
    }

    /** When the last line of the last attempt was written, UTC. */
    Instant lastSeen() {
        return messages.stream().filter(message -> message.attempt == attempt()).map(message -> message.time).max(Comparator.naturalOrder())
            .orElse(attempt().from);
    }

    /** The rows of an answer, one object each. */
    List<JsonNode> rows(String key) {
        return answers.containsKey(key) ? Json.list(answers.get(key).out()) : List.of();
    }

    /** True when every worker that is up answered and this job's task is with none of them. */
    boolean nobodyHasIt() {
        long up = containers(Container.WORKER).stream().filter(one -> one.state().equals("running")).count();
        return Stream.of("active tasks", "reserved tasks").allMatch(key -> answered(key) && !holds(key)
            && rows(key).stream().filter(row -> row.has("worker")).count() >= up);
    }

    boolean answered(String key) {
        return answers.containsKey(key) && answers.get(key).problem() == null && !answers.get(key).out().isEmpty();
    }

    /** True when the workers named this job's task in their answer. */
    boolean holds(String key) {
        return answered(key) && answers.get(key).out().stream().anyMatch(line -> Json.read(line).path("job").asBoolean());
    }

    /** How many tasks stand in the queue; those that a worker has received are no longer in it. -1 when unknown. */
    long queueLength() {
        if (!answered("queue length")) {
            return -1;
        }
        String length = answers.get("queue length").out().get(0);
        return length.matches("\\d{1,9}") ? Long.parseLong(length) : -1;
    }

    /** The time of the whole job in milliseconds, so far when it runs; negative when it never began. */
    long totalMillis() {
        Instant end = ended() != null ? ended() : over() ? null : begun() == null ? databaseNow() : now;
        return started() == null || end == null ? -1 : Math.max(0, Duration.between(started(), end).toMillis());
    }

    /** How long the job has waited since its creation, or did until it ended, in milliseconds; negative when its creation is not known. */
    long waitedMillis() {
        Instant created = job.time("created_at");
        Instant end = ended() != null ? ended() : databaseNow();
        return created == null ? -1 : Math.max(0, Duration.between(created, end).toMillis());
    }

    /** The time of the trace by the database's clock, UTC: the row's times are compared with no other, this machine's may be another. */
    private Instant databaseNow() {
        Instant clock = job.time("now");
        return clock == null ? now : clock;
    }

    /** The containers of a service, by its name in the hand-run page. */
    List<Container> containers(String service) {
        return containers.stream().filter(one -> one.service().equals(service)).toList();
    }

    /** The messages of which this is true, in the order of time. */
    List<Message> messages(Predicate<Message> which) {
        return messages.stream().filter(which).toList();
    }
}

/** What is said of one job: the evidence, and what was concluded from it. */
final class Trace extends Evidence {
    final List<Issue> issues = new ArrayList<>();
    final List<PluginAnswer> plugins = new ArrayList<>();
    /** The stack traces of checks that crashed, by their ids. */
    final Map<String, List<String>> crashes = new LinkedHashMap<>();
    Verdict verdict;

    Trace(Job job, Instant now) {
        super(job, now);
    }

    Trace(Evidence collected) {
        super(collected, collected.job);
    }
}

/** One container of the project, as `docker compose ps` and `docker inspect` tell. Times in UTC. */
record Container(String service, String project, String name, int index, String state, int exitCode, Instant created, Instant started,
        Instant finished, boolean oomKilled) {
    /** The service that runs the jobs. */
    static final String WORKER = "celery-worker";
    /** Takes the requests and runs the previews. */
    static final String BACKEND = "backend";

    /** True for the name that Compose writes before this container's lines: its own, or that without the project's. */
    boolean is(String prefix) {
        return name.equals(prefix) || name.equals(project + "-" + prefix);
    }

    /** The project of one that `docker compose ps` lists: older versions tell it in the container's name alone. */
    static String project(JsonNode listed) {
        int service = listed.path("Name").asText().lastIndexOf("-" + listed.path("Service").asText() + "-");
        return listed.path("Project").asText(service < 0 ? "" : listed.path("Name").asText().substring(0, service));
    }
}

/** Times, durations and numbers as the report prints and the system writes them. */
interface Times {
    DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    DateTimeFormatter LOOSE = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE)
        .appendPattern("[ ]['T']").append(DateTimeFormatter.ISO_LOCAL_TIME).appendPattern("[ ][XXX][X]")
        .parseDefaulting(ChronoField.OFFSET_SECONDS, 0).toFormatter(Locale.ROOT);

    /** A time of Postgres, Docker or ISO 8601 (UTC where no offset stands); null for anything else. */
    static Instant parse(String text) {
        if (text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text.replaceFirst(" [A-Z]{3,4}$", "").replaceFirst(" ([+-]\\d\\d)(\\d\\d)$", "$1:$2"), LOOSE);
            // Beyond these years a duration in milliseconds has no room.
            return time.getYear() < 0 || time.getYear() > 9999 ? null : time.toInstant();
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }

    /** The time that Docker writes before a line, `2026-01-15T09:30:02.110123456Z`; null when the line begins otherwise. */
    static Instant docker(String line) {
        int end = line.indexOf('Z');
        if (end < 20 || end > 30 || line.charAt(10) != 'T' || line.charAt(19) != '.') {
            return null;
        }
        long[] parts = {0, 0, 0, 0, 0, 0, 0};
        for (int i = 0, part = 0; i < end; i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                parts[part] = parts[part] * 10 + c - '0';
            } else if (++part == parts.length) {
                return null;
            }
        }
        for (int digits = end - 20; digits < 9; digits++) {
            parts[6] *= 10;
        }
        boolean valid = parts[0] <= 9999 && parts[1] >= 1 && parts[1] <= 12 && parts[2] >= 1 && parts[2] <= 28 + (parts[1] == 2 ? 1 : 3)
            && parts[3] < 24 && parts[4] < 60 && parts[5] < 60;
        if (!valid) {
            return null;
        }
        LocalDateTime first = LocalDateTime.of((int) parts[0], (int) parts[1], 1, (int) parts[3], (int) parts[4], (int) parts[5]);
        return Instant.ofEpochSecond(first.plusDays(parts[2] - 1).toEpochSecond(ZoneOffset.UTC), parts[6]);
    }

    /** ISO 8601 in UTC, to the second; a dash for null. */
    static String iso(Instant time) {
        return time == null ? "-" : SECONDS.format(time);
    }

    /** `45.2s`, over a minute `4m 05.0s`, over an hour `1h 02m 03s`; what two clocks make less than nothing is `0.0s`. */
    static String duration(long measured) {
        long millis = Math.max(0, measured);
        long whole = Math.round(millis / 1000.0);
        if (whole >= 3600) {
            return whole / 3600 + "h " + two(whole / 60 % 60) + "m " + two(whole % 60) + "s";
        }
        long tenths = Math.round(millis / 100.0);
        String seconds = tenths % 600 / 10 + "." + tenths % 10 + "s";
        return tenths < 600 ? seconds : tenths / 600 + "m " + (tenths % 600 < 100 ? "0" : "") + seconds;
    }

    private static String two(long number) {
        return (number < 10 ? "0" : "") + number;
    }

    /** Whole as it is, else with one digit; not by String.format, whose first call costs the start of a trace 15 ms. */
    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value)
            : BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).toPlainString();
    }

    /** So many of these: `1 retry`, `2 retries`. */
    static String count(long count, String noun) {
        return count + " " + (count == 1 ? noun : noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s");
    }
}

// ---------------------------------------------------------------------------------------------------------------
// 3. How evidence is gathered: what is asked, of a live stack or of a recording, and what comes back.
// ---------------------------------------------------------------------------------------------------------------

/**
 * One thing that is asked, as a stage wrote it. Stages that ask the same share one answer; its key says what was asked
 * and not how, so that a recording outlives a new flag.
 */
record Ask(String key, Kind kind, String service, List<String> words) {
    enum Kind { LOG, FILE, ROWS, OTHER }

    /** The key of the logs of all the services that no stage names, which are read by one command. */
    static final String OTHERS = "log of the other services";

    /** What can name a service, and is no option. */
    static final Pattern SERVICE = Pattern.compile("[\\w.][\\w.-]*");
    /** What can be asked: a log without options, because its window is the tool's; exec without options that take a value. */
    private static final Pattern TYPED = Pattern.compile("(?s)docker (?:compose logs(?: NAME)?|compose exec(?: -T)? NAME .+"
        .replace("NAME", SERVICE.pattern()) + "|(?!compose (?:logs|exec)\\b)\\S+ .+)");

    /** Reads a command as a person types it. Throws IllegalArgumentException for one that cannot be asked. */
    static Ask of(String typed) {
        List<String> words = split(typed);
        if (!TYPED.matcher(String.join(" ", words)).matches()) {
            throw new IllegalArgumentException("neither `docker compose logs [SERVICE]` nor `docker compose exec -T SERVICE COMMAND`"
                + " nor another docker command: " + typed);
        }
        List<String> plain = words.stream().filter(word -> !word.startsWith("-")).toList();
        String service = plain.size() > 3 ? plain.get(3) : "";
        switch (plain.get(2)) {
            case "logs":
                return new Ask(service.isEmpty() ? "log" : "log " + service, Kind.LOG, service, words);
            case "exec":
                if (plain.contains("psql")) {
                    Matcher name = Pattern.compile("(?i)/\\* ([\\w ]+) \\*/|\\bFROM (\\w+)").matcher(typed);
                    String rows = !name.find() ? typed : name.group(1) != null ? name.group(1) : name.group(2);
                    return new Ask("rows of " + rows, Kind.ROWS, service, words);
                }
                if (plain.contains("cat")) {
                    return new Ask("file " + service + ":" + plain.get(plain.size() - 1), Kind.FILE, service, words);
                }
                return new Ask(String.join(" ", plain.subList(3, plain.size())), Kind.OTHER, service, words);
            default:
                return new Ask(String.join(" ", plain.subList(1, plain.size())), Kind.OTHER, "", words);
        }
    }

    /** Splits like a shell that knows words and quotes and nothing else. */
    static List<String> split(String typed) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("(?:[^\\s\"']++|\"[^\"]*+\"|'[^']*+')++").matcher(typed);
        while (word.find()) {
            words.add(word.group().replaceAll("\"([^\"]*)\"|'([^']*)'", "$1$2"));
        }
        return words;
    }

    /** The SELECT of a psql command. */
    String sql() {
        return words.get(words.indexOf("-c") + 1);
    }
}

/**
 * What came back.
 *
 * @param command the command as it ran, to copy and paste
 * @param exitCode the command's own; -1 when it was stopped or could not be started
 * @param seconds how long it took
 * @param lines how many lines it printed
 * @param out its output, kept only where the answer is small by nature
 * @param problem why there is no answer, in one line; null when there is one
 */
record Answer(String key, String command, int exitCode, double seconds, long lines, boolean timedOut, List<String> out,
        String problem) {

    Answer with(List<String> out) {
        return new Answer(key, command, exitCode, seconds, lines, timedOut, List.copyOf(out), problem);
    }

    /** Not, or not wholly, an answer. */
    Answer without(String problem) {
        return new Answer(key, command, exitCode, seconds, lines, timedOut, out, problem);
    }
}

/** Takes lines as they come; answers false when it wants no more. */
interface LineSink {
    boolean line(String line);
}

/** From when to when a log is read, UTC; null is open. `recent` asks for the log's tail first. */
record Window(Instant since, Instant until, boolean recent) {
    static final Window ALL = new Window(null, null, false);

    boolean holds(Instant time) {
        return time == null || (since == null || !time.isBefore(since)) && (until == null || !time.isAfter(until));
    }
}

/** Where answers come from: a live stack, or a recording of one. */
interface Stack {
    /** The time of the trace, UTC. */
    Instant now();

    /** The whole answer; it is small by nature. */
    Answer ask(Ask ask, Map<String, String> fill);

    /** Streams a file of the job through the sink. */
    Answer file(Ask ask, Map<String, String> fill, int index, LineSink sink);

    /** Streams the log of a service; the reader is asked for anew when the first try did not reach back far enough. */
    Answer log(Ask ask, Window window, Supplier<LogReader> reader);

    /** True when a problem with the compose file could be mended, and asking again is worth it. */
    default boolean settle(String problem) {
        return false;
    }
}

/** Reads one log: takes its lines, and knows whether the tail that it was given reaches back to the window's start. */
interface LogReader extends LineSink {
    default boolean reaches(long tail) {
        return true;
    }

    /** How far back all the containers' lines reach, UTC. */
    default Instant earliest() {
        return Instant.MIN;
    }
}

/** A reader whose fault costs what it reads, not the run. It takes all lines all the same: a recording of them shows the fault again. */
final class Guarded<T extends LineSink> implements LogReader {
    final T reader;
    private volatile Throwable fault;

    Guarded(T reader) {
        this.reader = reader;
    }

    @Override
    public boolean line(String line) {
        try {
            return fault != null || reader.line(line);
        } catch (RuntimeException | StackOverflowError broken) {
            fault = broken;
            return true;
        }
    }

    @Override
    public boolean reaches(long tail) {
        return fault != null || !(reader instanceof LogReader) || ((LogReader) reader).reaches(tail);
    }

    @Override
    public Instant earliest() {
        return reader instanceof LogReader ? ((LogReader) reader).earliest() : Instant.MIN;
    }

    /** Lets it finish; answers nothing when it fails. */
    <R> Optional<R> finish(Function<T, R> work) {
        try {
            return Optional.of(work.apply(reader));
        } catch (RuntimeException | StackOverflowError broken) {
            fault = fault == null ? broken : fault;
            return Optional.empty();
        }
    }

    /** The answer that it read; without one, and with the reason, when it failed. */
    Answer judge(Answer answer) {
        if (fault == null) {
            return answer;
        }
        String where = Arrays.stream(fault.getStackTrace()).findFirst().map(frame -> " at " + frame).orElse("");
        return answer.without("a fault of trace-job: " + Shell.brief(fault.toString()) + where);
    }
}

/** A known failure: one line for stderr and an exit code. */
final class Trouble extends RuntimeException {
    final int code;

    Trouble(int code, String line) {
        super(line, null, false, false);
        this.code = code;
    }
}

/** Runs commands as argument lists, each with a time limit, and leaves no process behind. */
final class Shell {
    private static final int LONGEST_LINE = 256 * 1024;
    private static final int LONGEST_COMPLAINT = 300;
    /** What docker says of `docker compose …` without its plugin: the usage of its own, after a flag that it does not know. */
    private static final Pattern NO_COMPOSE = Pattern.compile("^Usage:\\s+docker \\[OPTIONS\\] COMMAND"
        + "|^docker: (?:unknown command: docker compose|'compose' is not a docker command)");
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final long deadline;
    private final double limit;
    /** Held while a command is started, and at the end for good: a command is either among those that run, or never starts. */
    private final ReadWriteLock starts = new ReentrantReadWriteLock();
    private volatile boolean closed;

    /** @param limit seconds for one command; a whole run has twice that and 5 more */
    Shell(double limit) {
        this.limit = limit;
        this.deadline = System.nanoTime() + (long) ((2 * limit + 5) * 1e9);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            closed = true;
            starts.writeLock().lock();
            running.forEach(Shell::kill);
        }));
    }

    Answer run(String key, List<String> command, Map<String, String> env, LineSink sink) {
        return run(key, command, env, new byte[0], sink);
    }

    /** @param env added to the environment; its values are printed nowhere; @param input what the command reads */
    Answer run(String key, List<String> command, Map<String, String> env, byte[] input, LineSink sink) {
        long start = System.nanoTime();
        String shown = shown(command);
        Lines out = new Lines(sink);
        List<String> complaints = new ArrayList<>();
        Lines err = new Lines(line -> complaints.size() < 200 && complaints.add(line));
        double seconds = Math.min(limit, (deadline - start) / 1e9);
        if (closed || seconds <= 0) {
            return new Answer(key, shown, -1, 0, 0, true, List.of(), "not asked: the time of the whole run is over");
        }
        StartedProcess started;
        starts.readLock().lock();
        try {
            started = new ProcessExecutor().command(command).environment(env).environment("DOCKER_CLI_HINTS", "false")
                .redirectInput(new java.io.ByteArrayInputStream(input)).redirectOutput(out).redirectError(err).start();
            running.add(started.getProcess());
        } catch (IOException cannotStart) {
            return new Answer(key, shown, -1, 0, 0, false, List.of(), Printable.plain(command.get(0)) + " " + absent(command.get(0)));
        } finally {
            starts.readLock().unlock();
        }
        Process process = started.getProcess();
        out.stop = () -> kill(process);
        if (out.stopped) {
            kill(process);
        }
        boolean timedOut = false;
        int code = -1;
        try {
            code = started.getFuture().get((long) (seconds * 1e9), TimeUnit.NANOSECONDS).getExitValue();
        } catch (TimeoutException late) {
            timedOut = true;
            out.stopped = true;
            err.stopped = true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            if (!out.stopped) {
                throw new IllegalStateException("reading " + key, failed.getCause());
            }
        } finally {
            kill(process);
            running.remove(process);
        }
        settle(started);
        out.finish();
        err.finish();
        if (out.fault instanceof Error) {
            throw (Error) out.fault;
        } else if (out.fault != null) {
            throw (RuntimeException) out.fault;
        }
        double took = (System.nanoTime() - start) / 1e9;
        boolean wanted = out.stopped && !timedOut;
        String problem = timedOut ? String.format(Locale.ROOT, "timed out after %.0f s", seconds)
            : wanted ? null : code == 0 ? null : complaint(complaints, code);
        return new Answer(key, shown, wanted ? 0 : code, took, out.count, timedOut, List.of(), problem);
    }

    /** Why it cannot start, as its file tells: zt-exec's message holds the whole environment, passwords included. */
    private static String absent(String program) {
        Path file = Path.of(program);
        return !program.contains("/") ? "is not installed here" + (Files.exists(file) ? "; for the file in this folder type ./" + file : "")
            : !Files.exists(file) ? "is not there" : !Files.isExecutable(file) ? "is not executable" : "cannot be run: look at its first line";
    }

    /** After a kill the last bytes may still be on their way to the sink. */
    private static void settle(StartedProcess started) {
        try {
            started.getFuture().get(2, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException killed) {
            return;
        }
    }

    /** The docker client and its compose plugin live on when only the child is killed: the whole tree is listed first. */
    static void kill(Process process) {
        List<ProcessHandle> tree = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    /** The last line that says something: notices of psql and warnings of Compose come before it, questions of psql after it. */
    private static String complaint(List<String> lines, int code) {
        String last = "exit code " + code;
        for (String line : lines) {
            if (NO_COMPOSE.matcher(line).find()) {
                return "docker has no compose plugin here";
            }
            if (!line.isBlank() && !line.startsWith("LINE ") && !line.startsWith("\t")
                    && !line.trim().startsWith("^") && !line.contains("level=warning")) {
                last = line.strip();
            }
        }
        return brief(last);
    }

    /** What a command complained of stands in lines of ours: one line, a short one, and masked. */
    static String brief(String complaint) {
        String brief = complaint.length() > LONGEST_COMPLAINT ? complaint.substring(0, LONGEST_COMPLAINT) + "…" : complaint;
        return new Mask(true).text(Printable.plain(brief));
    }

    /** The command as a person would type it. */
    static String shown(List<String> command) {
        return command.stream().map(word -> word.matches("[\\w@%+=:,./-]+") ? word
            : "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }

    /** Cuts a stream into lines of UTF-8, each of bounded length. */
    private static final class Lines extends OutputStream {
        private final LineSink sink;
        private byte[] line = new byte[8192];
        private int length;
        long count;
        volatile boolean stopped;
        volatile Throwable fault;
        volatile Runnable stop = () -> {};

        Lines(LineSink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int single) {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int size) {
            try {
                int from = offset;
                for (int i = offset; i < offset + size; i++) {
                    if (bytes[i] == '\n') {
                        append(bytes, from, i - from);
                        end();
                        from = i + 1;
                    }
                }
                append(bytes, from, offset + size - from);
            } catch (RuntimeException | Error ours) {
                // zt-exec's pump would swallow it, and the rest of the log with it.
                fault = ours;
                stopped = true;
                stop.run();
            }
        }

        /** Hands over what stands after the last line end. */
        void finish() {
            if (length > 0) {
                end();
            }
        }

        private void append(byte[] bytes, int from, int size) {
            int fits = Math.min(size, LONGEST_LINE - length);
            if (fits > 0) {
                if (length + fits > line.length) {
                    line = Arrays.copyOf(line, Math.min(LONGEST_LINE, Math.max(length + fits, 2 * line.length)));
                }
                System.arraycopy(bytes, from, line, length, fits);
                length += fits;
            }
        }

        /** Hands over the line so far. */
        private void end() {
            if (stopped) {
                length = 0;
                return;
            }
            String text = new String(line, 0, length, StandardCharsets.UTF_8);
            length = 0;
            count++;
            if (!sink.line(text)) {
                stopped = true;
                stop.run();
            }
        }
    }
}

/** Where the stack is, as the options say; builds the arguments for docker. */
final class Target {
    List<String> docker = new ArrayList<>(List.of("docker"));
    List<String> compose = new ArrayList<>();
    Map<String, String> services = Map.of();
    String databaseUser;
    String databaseName;
    String psql;
    String celeryApp = "app.workers.celery_app";
    double limit;

    String service(String spec) {
        return services.getOrDefault(spec, spec);
    }

    /** The service's name in the hand-run page, for one that `docker compose ps` names. */
    String specName(String real) {
        return services.entrySet().stream().filter(entry -> entry.getValue().equals(real)).map(Map.Entry::getKey)
            .findFirst().orElse(real);
    }

    List<String> compose(String... words) {
        List<String> command = new ArrayList<>(docker);
        command.add("compose");
        command.addAll(compose);
        command.addAll(List.of(words));
        return command;
    }

    List<String> log(String service, String... flags) {
        List<String> command = compose("logs", "--no-color", "--timestamps");
        command.addAll(List.of(flags));
        Arrays.stream((service.isEmpty() ? "<others>" : service).split(" ")).map(this::service).forEach(command::add);
        return command;
    }

    /** The command for what is asked; a log's window is not known here. */
    List<String> command(Ask ask, Map<String, String> fill) {
        switch (ask.kind()) {
            case ROWS:
                return rows(ask, fill);
            case LOG:
                return log(ask.service(), "--since", "<created>", "--until", "<ended>");
            default:
                return ask.service().isEmpty() ? plain(ask, fill) : exec(ask, 0, fill);
        }
    }

    private List<String> plain(Ask ask, Map<String, String> fill) {
        List<String> words = ask.words().stream().map(word -> fill(word, fill)).toList();
        if (words.get(1).equals("compose")) {
            return compose(words.subList(2, words.size()).toArray(String[]::new));
        }
        List<String> command = new ArrayList<>(docker);
        command.addAll(words.subList(1, words.size()));
        return command;
    }

    /** Inside the container the command ends by a limit, ours or its own: killing docker here would leave it running there. */
    List<String> exec(Ask ask, int index, Map<String, String> fill) {
        List<String> command = compose("exec", "-T");
        if (index > 0) {
            command.addAll(List.of("--index", Integer.toString(index)));
        }
        int service = ask.words().indexOf(ask.service());
        command.add(service(ask.service()));
        if (!ask.words().get(service + 1).equals("timeout")) {
            command.addAll(List.of("timeout", Long.toString((long) Math.ceil(limit))));
        }
        ask.words().subList(service + 1, ask.words().size()).forEach(word -> command.add(fill(word, fill)));
        return command;
    }

    /** The SELECT goes the stage's way, through psql in the container, or to the local psql. */
    List<String> rows(Ask ask, Map<String, String> fill) {
        String sql = "/* trace-job */ " + fill(ask.sql(), fill);
        String settings = "-c default_transaction_read_only=on -c statement_timeout=" + (long) (limit * 1000);
        if (psql != null) {
            return new ArrayList<>(List.of("psql", "-X", "-w", "-q", "-A", "-t", "-d", withoutPassword(psql), "-c", sql));
        }
        List<String> psqlWords = new ArrayList<>();
        List<String> words = ask.words();
        for (int i = words.indexOf("psql"); i < words.size(); i++) {
            String before = words.get(i - 1);
            psqlWords.add(before.equals("-U") && databaseUser != null ? databaseUser
                : before.equals("-d") && databaseName != null ? databaseName : before.equals("-c") ? sql : words.get(i));
        }
        psqlWords.addAll(1, List.of("-X", "-q", "-A", "-t"));
        List<String> command = compose("exec", "-T", "-e", "PGOPTIONS=" + settings, service(ask.service()),
            "timeout", Long.toString((long) Math.ceil(limit)));
        command.addAll(psqlWords);
        return command;
    }

    /** The command as it can be typed, with the settings that keep a local psql from writing and from waiting. */
    String shown(Ask ask, Map<String, String> fill) {
        String settings = ask.kind() == Ask.Kind.ROWS ? psqlEnvironment().get("PGOPTIONS") : null;
        return (settings == null ? "" : "PGOPTIONS=" + Shell.shown(List.of(settings)) + " ") + Shell.shown(command(ask, fill));
    }

    /** A command that a person types, for this stack; a log that is named without options is read from this window. */
    String typed(String command, Map<String, String> fill, Window window) {
        List<String> words = Ask.split(fill(command, fill));
        if (words.size() < 3 || !words.get(0).equals("docker") || !words.get(1).equals("compose")) {
            return fill(command, fill);
        }
        // In a container's command only the first word is a service, and a database's user may be called as one.
        int last = !words.get(2).equals("exec") ? words.size()
            : 4 + (int) words.stream().skip(3).takeWhile(word -> word.startsWith("-")).count();
        List<String> typed = new ArrayList<>();
        for (int i = 2; i < words.size(); i++) {
            String before = words.contains("psql") ? words.get(i - 1) : "";
            typed.add(i < last ? service(words.get(i)) : before.equals("-U") && databaseUser != null ? databaseUser
                : before.equals("-d") && databaseName != null ? databaseName : words.get(i));
        }
        if (typed.get(0).equals("logs") && typed.stream().noneMatch(word -> word.startsWith("-"))) {
            if (window.until() != null) {
                typed.addAll(1, List.of("--until", window.until().toString()));
            }
            if (window.since() != null) {
                typed.addAll(1, List.of("--since", window.since().toString()));
            }
        }
        return Shell.shown(compose(typed.toArray(String[]::new)));
    }

    /** What psql on this machine needs in its environment: the limits, and a password that no command line shows. */
    Map<String, String> psqlEnvironment() {
        Map<String, String> env = new HashMap<>();
        if (psql != null) {
            env.put("PGOPTIONS", "-c default_transaction_read_only=on -c statement_timeout=" + (long) (limit * 1000));
            env.put("PGCONNECT_TIMEOUT", Long.toString((long) Math.ceil(limit)));
            password(psql).ifPresent(password -> env.put("PGPASSWORD", password));
        }
        return env;
    }

    private static final Pattern URL_PASSWORD = Pattern.compile("(?<=://)([^:/@?]*):([^@/]*)@");
    private static final Pattern QUERY_PASSWORD = Pattern.compile("([?&])password=([^&]*)&?");
    private static final Pattern KEY_PASSWORD = Pattern.compile("\\bpassword\\s*=\\s*('(?:[^'\\\\]|\\\\.)*+'|\\S+)\\s*");

    static Optional<String> password(String conninfo) {
        for (Pattern form : List.of(URL_PASSWORD, QUERY_PASSWORD)) {
            Matcher found = form.matcher(conninfo);
            if (conninfo.contains("://") && found.find()) {
                return Optional.of(java.net.URLDecoder.decode(found.group(2).replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        Matcher found = KEY_PASSWORD.matcher(conninfo);
        return !conninfo.contains("://") && found.find()
            ? Optional.of(found.group(1).replaceAll("^'|'$", "").replaceAll("\\\\(.)", "$1")) : Optional.empty();
    }

    static String withoutPassword(String conninfo) {
        return conninfo.contains("://")
            ? QUERY_PASSWORD.matcher(URL_PASSWORD.matcher(conninfo).replaceAll("$1@")).replaceAll("$1")
            : KEY_PASSWORD.matcher(conninfo).replaceAll("");
    }

    static String fill(String word, Map<String, String> fill) {
        String filled = word;
        for (Map.Entry<String, String> entry : fill.entrySet()) {
            filled = filled.replace("{" + entry.getKey() + "}", entry.getValue());
        }
        return filled;
    }
}

/** A stack that runs. */
final class Live implements Stack {
    /** The first tail that is asked for, in lines; each further one is at least twice as long, up to the last. */
    private static final int FIRST_TAIL = 10_000;
    private static final int LAST_TAIL = 160_000;
    /** Of an answer that is small by nature; more is cut, and it is said. */
    private static final int MOST_LINES = 25_000;
    private static final int MOST_CHARACTERS = 8 << 20;
    private static final String INSPECT = "{\"Id\":{{json .Id}},\"Created\":{{json .Created}},"
        + "\"StartedAt\":{{json .State.StartedAt}},\"FinishedAt\":{{json .State.FinishedAt}},"
        + "\"OOMKilled\":{{json .State.OOMKilled}},\"ExitCode\":{{json .State.ExitCode}},"
        + "\"Status\":{{json .State.Status}},\"Name\":{{json .Name}},"
        + "\"Service\":{{json (index .Config.Labels \"com.docker.compose.service\")}},"
        + "\"Number\":{{json (index .Config.Labels \"com.docker.compose.container-number\")}}}";
    private static final Pattern UNUSABLE_FILE = Pattern.compile(
        "required variable|variable is not set|env file|interpolat|no configuration file|no such file", Pattern.CASE_INSENSITIVE);
    final Target target;
    private final Shell shell;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Teller teller;

    Live(Target target, Shell shell, Teller teller) {
        this.target = target;
        this.shell = shell;
        this.teller = teller;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Answer ask(Ask ask, Map<String, String> fill) {
        List<String> out = Collections.synchronizedList(new ArrayList<>());
        AtomicLong size = new AtomicLong();
        LineSink keep = line -> out.size() < MOST_LINES && size.addAndGet(line.length()) <= MOST_CHARACTERS && out.add(line);
        Map<String, String> env = ask.kind() == Ask.Kind.ROWS ? target.psqlEnvironment() : Map.of();
        Answer answer = shell.run(ask.key(), target.command(ask, fill), env, keep);
        boolean cut = answer.lines() > out.size();
        return (cut ? answer.without("its answer is longer than is kept") : answer)
            .with(ask.key().endsWith(" tasks") ? tasks(out, fill.get("job")) : out);
    }

    /** A worker's answer holds whole SQL texts: only the tasks' ids are kept, and whether one is the job's. */
    private static List<String> tasks(List<String> out, String job) {
        List<String> tasks = new ArrayList<>();
        for (JsonNode workers : Json.list(out)) {
            for (Map.Entry<String, JsonNode> worker : workers.properties()) {
                tasks.add(Json.NODES.objectNode().put("worker", worker.getKey()).toString());
                worker.getValue().forEach(task -> tasks.add(Json.NODES.objectNode().put("task", task.path("id").asText())
                    .put("job", task.toString().contains(job)).toString()));
            }
        }
        return tasks;
    }

    /** `docker inspect` of these containers, only the fields that are needed: the whole holds their environment. */
    static Ask inspect(List<String> ids) {
        List<String> words = new ArrayList<>(List.of("docker", "inspect", "--format", INSPECT));
        words.addAll(ids);
        return new Ask("state of containers", Ask.Kind.OTHER, "", words);
    }

    @Override
    public Answer file(Ask ask, Map<String, String> fill, int index, LineSink sink) {
        return shell.run(ask.key(), target.exec(ask, index, fill), Map.of(), sink);
    }

    @Override
    public Answer log(Ask ask, Window window, Supplier<LogReader> reader) {
        if (window.recent()) {
            for (double tail = FIRST_TAIL; tail <= LAST_TAIL; ) {
                LogReader lines = reader.get();
                Answer answer = read(ask, lines, "--tail", Long.toString((long) tail));
                if (answer.problem() != null || lines.reaches((long) tail)) {
                    return answer;
                }
                // How much further back it must go, were the lines as dense there; further than the last tail, it is not tried.
                double reached = Math.max(1, Duration.between(lines.earliest(), now).toMillis());
                tail *= Math.max(2, 1.5 * Duration.between(window.since(), now).toMillis() / reached);
            }
        }
        List<String> flags = new ArrayList<>();
        if (window.since() != null) {
            flags.addAll(List.of("--since", window.since().toString()));
        }
        if (window.until() != null && window.until().isBefore(now)) {
            flags.addAll(List.of("--until", window.until().toString()));
        }
        return read(ask, reader.get(), flags.toArray(String[]::new));
    }

    private Answer read(Ask ask, LogReader lines, String... flags) {
        return shell.run(ask.key(), target.log(ask.service(), flags), Map.of(), lines);
    }

    /**
     * Where the compose file cannot be used, say because its variables are not set, and a project made from it exists,
     * the project's name is used instead, which needs no file. True when it is worth asking again.
     */
    @Override
    public boolean settle(String problem) {
        if (!UNUSABLE_FILE.matcher(problem).find() || target.compose.contains("-p")) {
            return false;
        }
        String project = System.getenv("COMPOSE_PROJECT_NAME");
        if (project == null || project.isEmpty()) {
            project = project();
        }
        if (project == null) {
            return false;
        }
        teller.note("the compose file cannot be used (" + problem + "); going on with -p " + project);
        target.compose = new ArrayList<>(List.of("-p", project));
        return true;
    }

    /** The project whose containers were made from our file; null when there is none. Throws Trouble when there are several. */
    private String project() {
        int file = target.compose.indexOf("-f");
        String given = System.getenv("COMPOSE_FILE");
        String path = file >= 0 ? absolute(target.compose.get(file + 1)) : given == null || given.isEmpty() ? "" : absolute(given);
        Answer projects = ask(Ask.of("docker compose ls --all --format json"), Map.of());
        List<String> names = Json.list(projects.out()).stream().filter(one -> List.of(one.path("ConfigFiles").asText().split(",")).contains(path))
            .map(one -> one.path("Name").asText()).filter(name -> name.matches("[a-z0-9][a-z0-9_-]*")).toList();
        if (names.size() > 1) {
            throw new Trouble(4, "the compose file cannot be used, and several projects were made from it: say -p with one of "
                + String.join(", ", names));
        }
        return names.isEmpty() ? null : names.get(0);
    }

    private static String absolute(String file) {
        return Path.of(file).toAbsolutePath().normalize().toString();
    }
}

/** JSON as the commands print it: foreign, so that what cannot be read is nothing, not a failure. */
interface Json {
    JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Reads what a mapper would; the mapper's own start costs a tenth of a second, and nothing here is bound to a class. */
    JsonFactory FACTORY = new JsonFactory();

    /** The objects in lines of output: one a line, or one array over the whole (`docker compose ps` before 2.21). */
    static List<JsonNode> list(List<String> lines) {
        List<JsonNode> found = new ArrayList<>();
        String whole = String.join("\n", lines).strip();
        JsonNode array = whole.startsWith("[") ? read(whole) : NODES.missingNode();
        // A notice such as `[12:00] …` before the answer is no array.
        List<JsonNode> nodes = array.isArray() ? List.of(array)
            : lines.stream().filter(line -> line.startsWith("{") || line.startsWith("[")).map(Json::read).toList();
        for (JsonNode node : nodes) {
            if (node.isArray()) {
                node.forEach(found::add);
            } else if (node.isObject()) {
                found.add(node);
            }
        }
        return found;
    }

    static JsonNode read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return parser.nextToken() == null ? NODES.missingNode() : node(parser);
        } catch (IOException unreadable) {
            return NODES.missingNode();
        }
    }

    /** The value at which the parser stands; the parser's own limit of depth bounds the recursion. */
    private static JsonNode node(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT:
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, node(parser));
                }
                return object;
            case START_ARRAY:
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(node(parser));
                }
                return array;
            case VALUE_NUMBER_INT:
                return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? NODES.numberNode(parser.getBigIntegerValue())
                    : NODES.numberNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT:
                return NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE:
            case VALUE_FALSE:
                return NODES.booleanNode(parser.getBooleanValue());
            case VALUE_NULL:
                return NODES.nullNode();
            default:
                return NODES.textNode(parser.getText());
        }
    }
}

/**
 * A recorded stack, in JSON Lines: a head with the job and the time, then for everything that was asked its lines
 * (`out`), one object each, and an object with the exit code. Gzip when the name ends in .gz.
 */
final class Recording implements Stack {
    private static final long LARGEST = 2 * Recorder.LARGEST;
    /** What a line costs besides its text, and how many different things can have been asked. */
    static final int LINE_COSTS = 40;
    private static final int MOST_KEYS = 1_000;
    private final Map<String, List<String>> outputs = new LinkedHashMap<>();
    private final Map<String, JsonNode> ends = new LinkedHashMap<>();
    private JsonNode head = Json.NODES.missingNode();

    /** Throws Trouble when this is no recording. */
    static Recording of(String name, InputStream bytes) {
        Recording recording = new Recording();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8))) {
            recording.read(lines);
        } catch (IOException unreadable) {
            throw new Trouble(2, name + " cannot be read as a recording: " + Printable.plain(String.valueOf(unreadable.getMessage())));
        }
        if (recording.job().isEmpty() || recording.now() == null) {
            throw new Trouble(2, name + " is no recording of trace-job: its first line must name the job and the time");
        }
        return recording;
    }

    private void read(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        long size = 0;
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (++size > LARGEST || line.length() > Message.LONGEST * 16) {
                throw new IOException("it is larger than a recording can be");
            }
            if (c == '\n') {
                size += LINE_COSTS;
                take(Json.read(line.toString()));
                if (outputs.size() + ends.size() > MOST_KEYS) {
                    throw new IOException("it answers more than can be asked");
                }
                line.setLength(0);
            } else {
                line.append((char) c);
            }
        }
        take(Json.read(line.toString()));
    }

    private void take(JsonNode entry) {
        String key = entry.path("of").asText();
        if (entry.has("job") && head.isMissingNode()) {
            head = entry;
        } else if (entry.has("out")) {
            outputs.computeIfAbsent(key, of -> new ArrayList<>()).add(entry.get("out").asText());
        } else if (entry.has("exit")) {
            ends.put(key, entry);
        }
    }

    String job() {
        return head.path("job").asText();
    }

    @Override
    public Instant now() {
        return Times.parse(head.path("now").asText());
    }

    /** Lets the commands of the report be those of the stack that was recorded; words that a shell could take amiss stay out. */
    void aim(Target target) {
        List<String> docker = words("docker");
        List<String> compose = words("compose");
        Map<String, String> services = new LinkedHashMap<>();
        head.path("services").properties().forEach(field -> services.put(field.getKey(), field.getValue().asText()));
        boolean plain = Stream.of(docker.stream().skip(1), compose.stream(), services.keySet().stream(), services.values().stream())
            .flatMap(words -> words).allMatch(word -> PLAIN.matcher(word).matches());
        if (target.compose.isEmpty() && plain && !docker.isEmpty() && docker.get(0).equals("docker")) {
            target.docker = docker;
            target.compose = compose;
            target.services = services;
        }
    }

    /** The options that say where a stack is, and values without a sign that a shell or docker would take for more. */
    private static final Pattern PLAIN = Pattern.compile("--context|--host|-f|-p|--project-directory|[\\w@%+=:,./][\\w@%+=:,./-]*");

    private List<String> words(String name) {
        List<String> words = new ArrayList<>();
        head.path(name).forEach(word -> words.add(Printable.plain(word.asText())));
        return words;
    }

    @Override
    public Answer ask(Ask ask, Map<String, String> fill) {
        return replay(ask.key(), line -> true);
    }

    @Override
    public Answer file(Ask ask, Map<String, String> fill, int index, LineSink sink) {
        return replay(ask.key(), sink);
    }

    @Override
    public Answer log(Ask ask, Window window, Supplier<LogReader> reader) {
        return replay(ask.key(), reader.get());
    }

    private Answer replay(String key, LineSink sink) {
        List<String> out = outputs.getOrDefault(key, List.of());
        JsonNode end = ends.get(key);
        if (end == null) {
            return new Answer(key, "", -1, 0, 0, false, List.of(), "the recording does not hold it to its end");
        }
        for (String line : out) {
            if (!sink.line(line)) {
                break;
            }
        }
        return new Answer(key, new Mask(true).text(Printable.plain(end.path("command").asText())), end.path("exit").asInt(),
            end.path("seconds").asDouble(), out.size(), end.path("timedOut").asBoolean(), out,
            end.hasNonNull("problem") ? Shell.brief(end.get("problem").asText()) : null);
    }
}

/** Listens to a live stack and keeps what it answers, masked and with a limit, for a recording. */
final class Recorder implements Stack {
    /** Characters of logs and files; what comes after is not kept, and the recording says so. */
    static final long LARGEST = 16L << 20;
    private final Stack stack;
    private final Mask mask;
    private final Map<String, List<String>> outputs = new ConcurrentHashMap<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    /** Of what is kept: what was dropped has no place, and what is read anew gives its own back. */
    private final AtomicLong size = new AtomicLong();
    /** The keys of the answers that lost lines. */
    private final Set<String> cut = ConcurrentHashMap.newKeySet();

    Recorder(Stack stack, Mask mask) {
        this.stack = stack;
        this.mask = mask;
    }

    @Override
    public Instant now() {
        return stack.now();
    }

    @Override
    public boolean settle(String problem) {
        return stack.settle(problem);
    }

    @Override
    public Answer ask(Ask ask, Map<String, String> fill) {
        Answer answer = stack.ask(ask, fill);
        outputs.put(ask.key(), answer.out());
        answers.put(ask.key(), answer);
        return answer;
    }

    @Override
    public Answer file(Ask ask, Map<String, String> fill, int index, LineSink sink) {
        List<String> kept = anew(ask.key());
        Answer answer = stack.file(ask, fill, index, line -> sink.line(line) && keep(ask.key(), kept, line));
        answers.put(ask.key(), answer);
        return answer;
    }

    @Override
    public Answer log(Ask ask, Window window, Supplier<LogReader> reader) {
        Answer answer = stack.log(ask, window, () -> {
            LogReader inner = reader.get();
            List<String> kept = anew(ask.key());
            return new LogReader() {
                @Override
                public boolean line(String line) {
                    return inner.line(line) && (!window.holds(LogLine.of(line).at()) || keep(ask.key(), kept, line));
                }

                @Override
                public boolean reaches(long tail) {
                    return inner.reaches(tail);
                }

                @Override
                public Instant earliest() {
                    return inner.earliest();
                }
            };
        });
        answers.put(ask.key(), answer);
        return answer;
    }

    /** An empty list for an answer, in place of the one that was read before. */
    private List<String> anew(String key) {
        List<String> kept = Collections.synchronizedList(new ArrayList<>());
        List<String> before = outputs.put(key, kept);
        if (before != null) {
            before.forEach(line -> size.addAndGet(-cost(line)));
        }
        cut.remove(key);
        return kept;
    }

    private static long cost(String line) {
        return line.length() + Recording.LINE_COSTS;
    }

    /** An answer that has lost a line keeps none of those after it: a log with holes would look whole. */
    private boolean keep(String key, List<String> kept, String line) {
        if (cut.contains(key)) {
            return true;
        }
        if (size.addAndGet(cost(line)) <= LARGEST) {
            kept.add(line);
        } else {
            size.addAndGet(-cost(line));
            cut.add(key);
        }
        return true;
    }

    /** Writes the recording. Throws Trouble when the file cannot be written. */
    void write(Path file, Job job, Target target, Teller teller) {
        try (OutputStream bytes = Files.newOutputStream(file);
                Writer out = new OutputStreamWriter(
                    file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes, StandardCharsets.UTF_8)) {
            ObjectNode head = Json.NODES.objectNode().put("recording", "trace-job/1").put("job", job.id())
                .put("now", now().toString()).put("masked", mask.on());
            target.docker.forEach(head.putArray("docker")::add);
            target.compose.forEach(head.putArray("compose")::add);
            target.services.forEach(head.putObject("services")::put);
            line(out, head);
            for (Map.Entry<String, Answer> asked : new TreeMap<>(answers).entrySet()) {
                Answer answer = asked.getValue();
                for (String text : outputs.getOrDefault(asked.getKey(), List.of())) {
                    line(out, Json.NODES.objectNode().put("of", asked.getKey()).put("out", masked(asked.getKey(), text)));
                }
                line(out, Json.NODES.objectNode().put("of", asked.getKey()).put("command", mask.text(answer.command()))
                    .put("exit", answer.exitCode()).put("seconds", answer.seconds()).put("timedOut", answer.timedOut())
                    .put("problem", cut.contains(asked.getKey()) && answer.problem() == null
                        ? "the recording was cut at its largest size" : answer.problem()));
            }
        } catch (IOException full) {
            String why = full instanceof NoSuchFileException ? "no such folder" : full instanceof AccessDeniedException ? "permission denied"
                : full instanceof FileSystemException ? ((FileSystemException) full).getReason() : full.getMessage();
            throw new Trouble(4, "the recording could not be written to " + file + ": " + why);
        }
        if (!cut.isEmpty()) {
            teller.note("the recording reached its largest size (" + (LARGEST >> 20) + " million characters) and was cut");
        }
    }

    /** A log is masked as text; what is one object or an array of them, field by field, so that it stays one. */
    private String masked(String key, String text) {
        JsonNode node = key.startsWith("log ") || key.startsWith("file ") ? Json.NODES.missingNode() : Json.read(text);
        if (node.isArray()) {
            ArrayNode masked = Json.NODES.arrayNode();
            node.forEach(one -> masked.add(one.isObject() ? mask.row(one) : one));
            return masked.toString();
        }
        return node.isObject() ? mask.row(node).toString() : mask.text(text);
    }

    private static void line(Writer out, ObjectNode entry) throws IOException {
        out.write(entry.toString());
        out.write('\n');
    }
}

/** Asks for all that the stages named, side by side, and puts a trace together from the answers. */
final class Gathering {
    static final Ask CONTAINERS = new Ask("containers", Ask.Kind.OTHER, "", Ask.split("docker compose ps -a --format json"));
    private static final Ask QUEUE = new Ask("queue length", Ask.Kind.OTHER, "redis",
        Ask.split("docker compose exec -T redis redis-cli LLEN celery"));
    private static final List<Ask> TASKS = Stream.of("active", "reserved").map(which -> new Ask(which + " tasks", Ask.Kind.OTHER, "celery-worker",
        Ask.split("docker compose exec -T celery-worker timeout 5 celery -A {app} inspect " + which + " --json -t 1"))).toList();
    /** What is asked of the queue and the workers as long as the row does not say that the job has ended. */
    static final List<Ask> WHILE_IT_RUNS = Stream.concat(Stream.of(QUEUE), TASKS.stream()).toList();
    /** Before the row's creation and after its end, in seconds: clocks differ a little, end lines come a little later. */
    private static final long MARGIN = 30;
    /** A job not older than this is looked for in the tail of the log first. */
    private static final Duration RECENT = Duration.ofHours(2);
    private final Stack stack;
    private final Ask finder;
    private final List<Stage> stages;
    private final List<Ask> more;
    private final Mask mask;
    private final Target target;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "gathering");
        thread.setDaemon(true);
        return thread;
    });

    Gathering(Stack stack, Ask finder, List<Stage> stages, List<Ask> more, Mask mask, Target target) {
        this.stack = stack;
        this.finder = finder;
        this.more = more;
        this.stages = stages;
        this.mask = mask;
        this.target = target;
    }

    /** What the look-up of a job came to. */
    record Found(List<Job> jobs, long matches, String problem, Answer rows, Answer containers) {}

    /** Finds the jobs whose id has this part, newest first, a whole id before all. */
    Found find(String part, String status) {
        Map<String, String> fill = Map.of("job", part, "status", status);
        CompletableFuture<Answer> containers = later(() -> stack.ask(CONTAINERS, Map.of()));
        Answer rows = stack.ask(finder, fill);
        Answer seen = containers.join();
        if (seen.problem() != null && stack.settle(seen.problem())) {
            containers = later(() -> stack.ask(CONTAINERS, Map.of()));
            rows = stack.ask(finder, fill);
            seen = containers.join();
        }
        List<Job> jobs = new ArrayList<>();
        long matches = 0;
        for (JsonNode row : Json.list(rows.out())) {
            String id = row.path("id").asText();
            if (Job.ID.matcher(id).matches()) {
                matches = Math.max(matches, row.path("matches").asLong(1));
                jobs.add(new Job(id, mask.row(row), true));
            }
        }
        boolean whole = jobs.stream().anyMatch(job -> job.id().equalsIgnoreCase(part));
        // A recording answers with its rows whatever is asked.
        if (jobs.removeIf(job -> whole && !job.id().equalsIgnoreCase(part) || !job.column("status").startsWith(status)
                || !job.id().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))) {
            matches = jobs.size();
        }
        return new Found(jobs, Math.max(matches, jobs.size()), rows.problem(), rows, seen);
    }

    /** Gives each job the name of its script, where its row has an id for one. */
    void name(List<Job> jobs) {
        String scripts = jobs.stream().map(job -> job.column("script_id")).filter(id -> Job.ID.matcher(id).matches()).distinct()
            .collect(Collectors.joining("','"));
        for (Ask ask : asks(Ask.Kind.ROWS)) {
            if (ask.sql().contains("{script}") && !scripts.isEmpty()) {
                name(jobs, stack.ask(ask, Map.of("script", scripts)));
            }
        }
    }

    private void name(List<Job> jobs, Answer scripts) {
        for (JsonNode script : Json.list(scripts.out())) {
            jobs.stream().filter(job -> job.column("script_id").equals(script.path("id").asText()) && job.row().isObject())
                .forEach(job -> ((ObjectNode) job.row()).put("script", mask.text(Printable.plain(script.path("script").asText()))));
        }
    }

    /** The ids in the logs that have this part, when the database cannot say. The whole log is read. */
    Set<String> idsInLogs(String part) {
        Set<String> ids = Collections.synchronizedSet(new LinkedHashSet<>());
        List<CompletableFuture<Answer>> reads = new ArrayList<>();
        for (Ask ask : asks(Ask.Kind.LOG)) {
            if (!ask.service().isEmpty()) {
                reads.add(later(() -> stack.log(ask, Window.ALL, () -> line -> {
                    if (ids.size() < 1000) {
                        Placing.ids(line, part, ids);
                    }
                    return true;
                })));
            }
        }
        reads.forEach(CompletableFuture::join);
        return ids;
    }

    /** All that can be had of one job. */
    Evidence trace(Job job, Found found) {
        Evidence trace = new Evidence(job, stack.now());
        keep(trace, found.rows());
        keep(trace, found.containers());
        Map<String, JsonNode> listed = listed(found.containers());
        Map<String, String> services = new LinkedHashMap<>();
        for (JsonNode one : listed.values()) {
            String name = one.path("Name").asText();
            String service = target.specName(one.path("Service").asText());
            String project = Container.project(one) + "-";
            services.put(name, service);
            services.put(name.startsWith(project) ? name.substring(project.length()) : name, service);
        }
        CompletableFuture<Answer> state = listed.isEmpty() ? null : later(() -> stack.ask(Live.inspect(List.copyOf(listed.keySet())), Map.of()));
        String script = Job.ID.matcher(job.column("script_id")).matches() ? job.column("script_id") : "";
        Map<String, String> fill = Map.of("job", job.id(), "script", script, "app", target.celeryApp);
        Window window = window(job, trace);

        Map<Ask, CompletableFuture<Answer>> rows = new LinkedHashMap<>();
        for (Ask ask : asks(Ask.Kind.ROWS)) {
            if (ask.sql().contains("{script}") && script.isEmpty()) {
                continue;
            }
            if (job.inDatabase()) {
                rows.put(ask, later(() -> stack.ask(ask, fill)));
            } else {
                trace.missing.put(ask.key(), found.problem());
            }
        }
        List<Ask> others = new ArrayList<>(asks(Ask.Kind.OTHER));
        // Cancelling reaches neither the queue nor the worker.
        if (!job.ended() || job.status().equals("cancelled")) {
            others.addAll(WHILE_IT_RUNS);
        }
        List<CompletableFuture<Answer>> other = others.stream().map(ask -> later(() -> stack.ask(ask, fill))).toList();
        Room room = new Room();
        Map<Ask, Guarded<Placing>> placings = new ConcurrentHashMap<>();
        Map<Ask, CompletableFuture<Answer>> logs = new LinkedHashMap<>();
        for (Ask ask : logs(services.values())) {
            logs.put(ask, later(() -> stack.log(ask, window, () -> {
                Placing placing = new Placing(ask.service(), services, job.id(), window, mask, room,
                    message -> stages.stream().anyMatch(stage -> stage.overhears(message)));
                Guarded<Placing> guarded = new Guarded<>(placing);
                Guarded<Placing> before = placings.put(ask, guarded);
                if (before != null) {
                    before.reader.forget();
                }
                return guarded;
            })));
        }
        logs.forEach((ask, answer) -> {
            Answer read = answer.join();
            Guarded<Placing> placing = placings.get(ask);
            if (placing != null) {
                placing.finish(log -> {
                    log.finish(trace);
                    return trace;
                });
            }
            keep(trace, placing == null ? read : placing.judge(read));
        });
        trace.attempts.sort(Comparator.comparing(attempt -> attempt.from));
        trace.messages.sort(Evidence.IN_TIME);
        if (state != null) {
            keep(trace, state.join());
            trace.containers.addAll(containers(listed, state.join()));
        }
        Copies copies = new Copies(trace);
        Map<Ask, CompletableFuture<Answer>> files = new LinkedHashMap<>();
        Map<Ask, Guarded<JobFile>> readers = new LinkedHashMap<>();
        for (Ask ask : asks(Ask.Kind.FILE)) {
            readers.put(ask, new Guarded<>(new JobFile(ask.service(), trace, mask, room)));
            files.put(ask, later(() -> stack.file(ask, fill, index(ask, trace), readers.get(ask))));
        }
        mask(trace);
        files.forEach((ask, answer) -> {
            Answer read = answer.join();
            Guarded<JobFile> file = readers.get(ask);
            copies.add(file.finish(JobFile::finish).orElse(List.of()), Message.JOB_FILE);
            keep(trace, file.judge(file.reader.full() ? read.without("more lines of the job than are kept") : read));
        });
        rows.forEach((ask, answer) -> {
            keep(trace, answer.join());
            if (stages.stream().anyMatch(stage -> stage.isJobLog(ask))) {
                copies.add(messages(ask, answer.join()), "database");
            }
            name(List.of(job), answer.join());
        });
        other.forEach(answer -> keep(trace, answer.join()));
        trace.messages.sort(Evidence.IN_TIME);
        return endedMeanwhile(trace, found).map(now -> better(trace, trace(now.jobs().get(0), now), now)).orElse(trace);
    }

    /**
     * Of two traces of a job that ended between them. The second has what is left of the run's time: where it lost what the
     * first one had, and saw no end of the task that the first did not see, only the row is taken from it.
     */
    private Evidence better(Evidence first, Evidence second, Found now) {
        boolean lost = second.missing.keySet().stream().anyMatch(key -> first.answers.containsKey(key) && !first.missing.containsKey(key));
        if (!lost || second.taskEnded() && !first.taskEnded()) {
            return second;
        }
        if (!first.job.column("script").isEmpty()) {
            ((ObjectNode) second.job.row()).put("script", first.job.column("script"));
        }
        Evidence kept = new Evidence(first, second.job);
        keep(kept, now.rows());
        return kept;
    }

    /**
     * Masks what the logs told, on all cores, and while the files are read: a long job's lines take seconds, and the limit of
     * time for the whole run is for those who answer.
     */
    private void mask(Evidence trace) {
        // What ended an attempt is told even where there are more messages than are kept.
        List<Message> told = Stream.of(trace.messages.stream(), trace.overheard.stream(),
            trace.attempts.stream().map(attempt -> attempt.end).filter(Objects::nonNull)).flatMap(messages -> messages).distinct().toList();
        // Few are done sooner than other threads are started.
        (told.size() < 1_000 ? told.stream() : told.parallelStream()).forEach(message -> message.text = mask.text(message.text));
    }

    /** A job that ends while it is traced would look forgotten: its row is read once more before that is said. */
    private Optional<Found> endedMeanwhile(Evidence trace, Found found) {
        Attempt attempt = trace.attempt();
        boolean suspicious = !trace.job.ended() && trace.job.inDatabase()
            && (trace.nobodyHasIt() || attempt != null && attempt.to != null && !attempt.lost);
        if (!suspicious) {
            return Optional.empty();
        }
        Found now = find(trace.job.id(), "");
        return now.jobs().size() == 1 && now.jobs().get(0).ended() ? Optional.of(now) : Optional.empty();
    }

    private void keep(Evidence trace, Answer answer) {
        trace.answers.put(answer.key(), answer);
        if (answer.problem() != null) {
            trace.missing.put(answer.key(), answer.problem());
        }
    }

    private <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, threads);
    }

    /** What the stages ask, and what else is asked. */
    static Stream<Ask> asks(List<Stage> stages, List<Ask> more) {
        return Stream.concat(stages.stream().flatMap(stage -> stage.asks.stream()), more.stream());
    }

    private Set<Ask> asks(Ask.Kind kind) {
        Map<String, Ask> asks = new LinkedHashMap<>();
        asks(stages, more).filter(ask -> ask.kind() == kind).forEach(ask -> asks.putIfAbsent(ask.key(), ask));
        return new LinkedHashSet<>(asks.values());
    }

    /** The logs to read: `docker compose logs` without a service stands for all the others of the project, in one command. */
    private Set<Ask> logs(Collection<String> services) {
        Set<Ask> logs = new LinkedHashSet<>(asks(Ask.Kind.LOG));
        Set<String> named = logs.stream().map(Ask::service).collect(Collectors.toSet());
        String others = services.stream().filter(service -> Ask.SERVICE.matcher(service).matches() && !named.contains(service))
            .distinct().sorted().collect(Collectors.joining(" "));
        if (logs.removeIf(ask -> ask.service().isEmpty()) && !others.isEmpty()) {
            logs.add(new Ask(Ask.OTHERS, Ask.Kind.LOG, others, Ask.split("docker compose logs " + others)));
        }
        return logs;
    }

    private static Window window(Job job, Evidence trace) {
        Instant created = job.time("created_at");
        if (created == null) {
            return Window.ALL;
        }
        Instant completed = job.time("completed_at");
        // Where the database's clock differs, its times are searched for on both sides.
        Instant clock = job.time("now");
        long off = clock == null ? 0 : Math.abs(Duration.between(trace.now, clock).toSeconds());
        long margin = MARGIN + (off < 5 ? 0 : off);
        return new Window(created.minusSeconds(margin),
            completed == null || !job.ended() ? trace.now : completed.plusSeconds(margin),
            Duration.between(created, trace.now).compareTo(RECENT) < 0);
    }

    /** Which replica a file is read from: the one that ran the job, 0 when there is only one. */
    private static int index(Ask ask, Evidence trace) {
        List<Container> replicas = trace.containers(ask.service());
        return replicas.size() < 2 || trace.attempt() == null ? 0
            : replicas.stream().filter(one -> one.is(trace.attempt().container)).mapToInt(Container::index).findFirst().orElse(0);
    }

    /** What `docker compose ps` lists, by id. */
    private static Map<String, JsonNode> listed(Answer listed) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        for (JsonNode one : Json.list(listed.out())) {
            if (one.path("ID").asText().matches("[0-9a-f]{12,64}")) {
                byId.put(one.path("ID").asText(), one);
            }
        }
        return byId;
    }

    private List<Container> containers(Map<String, JsonNode> listed, Answer state) {
        List<Container> containers = new ArrayList<>();
        for (JsonNode inspected : Json.list(state.out())) {
            String id = inspected.path("Id").asText();
            JsonNode one = listed.entrySet().stream().filter(entry -> id.startsWith(entry.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse(inspected);
            containers.add(new Container(target.specName(one.path("Service").asText()), Container.project(one),
                mask.text(Printable.plain(one.path("Name").asText())),
                inspected.path("Number").asInt(1), mask.text(Printable.plain(inspected.path("Status").asText())), inspected.path("ExitCode").asInt(),
                Times.parse(inspected.path("Created").asText()), Times.parse(inspected.path("StartedAt").asText()),
                Times.parse(inspected.path("FinishedAt").asText()), inspected.path("OOMKilled").asBoolean()));
        }
        return containers;
    }

    /** The rows of the job's log that have a message and a time. */
    private List<Message> messages(Ask ask, Answer answer) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode row : Json.list(answer.out())) {
            Instant time = Times.parse(row.path("created_at").asText());
            if (row.has("message") && time != null) {
                messages.add(new Message(ask.service(), "", time, row.path("level").asText("INFO").toUpperCase(Locale.ROOT), "",
                    mask.text(Printable.lines(row.path("message").asText()))));
            }
        }
        return messages;
    }
}

// ---------------------------------------------------------------------------------------------------------------
// 4. Whose line is it? Every line is placed by a rule, or it is not the job's.
// ---------------------------------------------------------------------------------------------------------------

/**
 * One line of `docker compose logs --timestamps`, without Compose's prefix and whatever could speak to a terminal.
 *
 * @param at Docker's time, UTC; null when the line has none
 */
record LogLine(String container, Instant at, String text) {
    /** Bytes. */
    private static final int DOCKERS_PIECE = 16 * 1024;
    /** Stands for bytes that are no character. */
    static final char BROKEN = '\ufffd';
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}Z ");

    static LogLine of(String raw) {
        String line = raw.indexOf('\u001b') < 0 ? raw : ESCAPE.matcher(raw).replaceAll("");
        int bar = line.indexOf('|');
        String container = bar < 0 ? "" : line.substring(0, bar).strip();
        String rest = bar < 0 ? line : line.substring(Math.min(line.length(), bar + 2));
        Instant at = Times.docker(rest);
        if (at != null) {
            rest = rest.substring(Math.min(rest.length(), rest.indexOf('Z') + 2));
        }
        // A char is three bytes at the most.
        if (at != null && rest.length() > DOCKERS_PIECE / 3) {
            rest = joined(rest, raw.length() - line.length());
        }
        return new LogLine(Printable.plain(container), at, Printable.plain(rest));
    }

    /**
     * Docker keeps a long line in pieces of 16 KB, and writes its time before each of them. The pieces are of bytes: a character
     * that was cut in two is lost, and one sign stands for it.
     *
     * @param escapes how many bytes of the line are gone already
     */
    private static String joined(String text, int escapes) {
        StringBuilder whole = new StringBuilder();
        Matcher time = TIME.matcher(text);
        int from = 0;
        int counted = 0;
        int least = 0;
        int most = escapes;
        while (time.find()) {
            for (; counted < time.start(); counted++) {
                char c = text.charAt(counted);
                int bytes = c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
                least += c == BROKEN ? 1 : bytes;
                most += bytes;
            }
            // A time elsewhere is a word of the line.
            if (least <= DOCKERS_PIECE && DOCKERS_PIECE <= most) {
                whole.append(text, from, time.start());
                from = seam(whole, text, time.end());
                counted = time.end();
                least = 0;
                most = escapes;
            }
        }
        return whole.append(text, from, text.length()).toString();
    }

    /** Puts one sign in the place of the parts of a character on both sides; answers where the text goes on. */
    private static int seam(StringBuilder whole, String text, int next) {
        int end = whole.length();
        while (end > 0 && whole.charAt(end - 1) == BROKEN) {
            end--;
        }
        int start = next;
        while (start < text.length() && text.charAt(start) == BROKEN) {
            start++;
        }
        if (end == whole.length() || start == next) {
            return next;
        }
        whole.setLength(end);
        whole.append(BROKEN);
        return start;
    }
}

/**
 * The head of a message: time, level, process, logger, as one of the services writes them.
 *
 * @param local the application's own time in its own zone; null when the line has none
 * @param depends true for a line that has a head but belongs to the message above (Postgres's STATEMENT and the like)
 */
record Head(Form form, LocalDateTime local, String level, String process, String text, boolean depends) {
    enum Form { APPLICATION, CELERY, WORKER, OTHER }

    private static final String STAMP = "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[,.]\\d{3})";
    private static final String LEVEL = "(DEBUG|INFO|WARNING|ERROR|CRITICAL)";
    /** `2026-01-15 09:30:02,110 - ETL.CCCAPI - INFO - text`; in a job file `log_step:160 - ` stands before the text. */
    private static final Pattern APPLICATION = Pattern.compile(STAMP + " - (\\S+) - " + LEVEL + " - (.*)", Pattern.DOTALL);
    private static final Pattern FUNCTION = Pattern.compile("[\\w<>.]+:\\d+ - ");
    /** `[2026-01-15 09:30:02,110: INFO/ForkPoolWorker-2] text`. */
    private static final Pattern CELERY = Pattern.compile("\\[" + STAMP + ": " + LEVEL + "/([\\w.-]+)\\] ?(.*)", Pattern.DOTALL);
    /** The first line of Celery's banner, and what it says when it is told to stop: the whole worker's, with no head. */
    private static final Pattern WORKER = Pattern.compile("\\s*-{6,} [^\\s@]++@\\S++ v\\d.*|worker: (?:Warm|Cold) shutdown.*");
    /** `2026-01-15 09:30:02.110 UTC [123] ERROR:  text`. */
    private static final Pattern POSTGRES = Pattern.compile(STAMP + " \\w+ \\[\\d+\\] (?:\\S+ )?([A-Z]+):  (.*)", Pattern.DOTALL);
    private static final Pattern UVICORN = Pattern.compile(LEVEL + ":\\s+(.*)", Pattern.DOTALL);
    private static final Pattern DATED = Pattern.compile("\\d{4}[-/]\\d\\d[-/]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d.*|\\d+:[A-Z] \\d\\d .*", Pattern.DOTALL);
    private static final Set<String> POSTGRES_MORE = Set.of("STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION");

    /** The head of a line, or null when the line continues the one above or has a form of its own. */
    static Head of(String line, boolean jobFile) {
        if (line.isEmpty()) {
            return null;
        }
        char first = line.charAt(0);
        if (first == '[') {
            Matcher celery = CELERY.matcher(line);
            return celery.matches() ? new Head(Form.CELERY, local(celery.group(1)), celery.group(2), celery.group(3), celery.group(4), false) : null;
        }
        if (first >= '0' && first <= '9') {
            Matcher form = APPLICATION.matcher(line);
            if (form.matches()) {
                String text = form.group(4);
                Matcher function = FUNCTION.matcher(text);
                return new Head(Form.APPLICATION, local(form.group(1)), form.group(3), "",
                    jobFile && function.lookingAt() ? text.substring(function.end()) : text, false);
            }
            form = POSTGRES.matcher(line);
            if (form.matches()) {
                String level = form.group(2);
                return new Head(Form.OTHER, local(form.group(1)), level.equals("FATAL") || level.equals("PANIC") ? "CRITICAL" : level,
                    "", form.group(3), POSTGRES_MORE.contains(level));
            }
            return DATED.matcher(line).matches() ? new Head(Form.OTHER, null, "", "", line, false) : null;
        }
        Matcher uvicorn = UVICORN.matcher(line);
        if (uvicorn.matches()) {
            return new Head(Form.OTHER, null, uvicorn.group(1), "", uvicorn.group(2), false);
        }
        return WORKER.matcher(line).matches() ? new Head(Form.WORKER, null, "", "", line.strip(), false) : null;
    }

    private static LocalDateTime local(String stamp) {
        try {
            return LocalDateTime.parse(stamp.replace(' ', 'T').replace(',', '.'));
        } catch (DateTimeParseException noDate) {
            return null;
        }
    }
}

/** How much text of the job all its readers keep together: memory is one, however many logs tell of the job. */
final class Room {
    private static final long CHARACTERS = 24 << 20;
    private final AtomicLong taken = new AtomicLong();

    /** False when a text of that length has no room any more. */
    boolean takes(long length) {
        return taken.addAndGet(length) <= CHARACTERS;
    }

    void gives(long length) {
        taken.addAndGet(-length);
    }
}

/**
 * Places the lines of one service's log, in the order in which they stand there. The rules, in this order: the job's id
 * in the line; its Celery task id; the worker process between the first line there that names the job and the end of its
 * task; the twin of such a line; the line above, for what continues a message; and the lines of Celery's main process
 * that tell of the end of a worker. Keeps the job's messages only, and no more of them than its bounds.
 */
final class Placing implements LogReader {
    private static final int MOST_MESSAGES = 60_000;
    /** `Job 2 of 5` names no job. */
    private static final int SHORTEST_ID = 8;
    /** Seconds; less is the way that a line takes to Docker. */
    private static final long A_CLOCK_IS_OFF = 60;
    /** Many times what a system has: more is made up, and would fill the memory. */
    private static final int MOST_ATTEMPTS = 1_000;
    private static final int MOST_PROCESSES = 10_000;
    private static final int MOST_CONTAINERS = 1_000;
    private static final int MOST_SHUTDOWNS = 100;
    private static final int MOST_WAITING = 5_000;
    private static final int MOST_CHARACTERS_WAITING = 2 << 20;
    /** Of one first line at one time. */
    private static final int MOST_TORN = 20;
    /** Of so many lines the middle one tells what the application's clock differs by; they wait until it is known. */
    private static final int CLOCK_LINES = 999;
    private static final int MOST_CHARACTERS_EARLY = 1 << 20;
    private static final int MOST_OVERHEARD = 100;
    /** Characters at the start of a message that are in Docker's first piece, whatever stands before them. */
    private static final int IN_ONE_PIECE = 5_000;
    private static final long TWINS_WAIT = 2_000;
    /** Milliseconds: both copies come from one record of the logger. */
    private static final long TWINS_APART = 3;
    /** The lines that name their job before anything else; what stands after it may come from anywhere. */
    private static final Pattern LABEL = Pattern.compile("(?:Generated table_id for job|Updated job|Executing \\S{1,40} ETL job"
        + "|Job event: \\w{1,40} for job|Job)(?: ID:?)? ([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");
    private static final Pattern TASK = Pattern.compile("Task ([\\w.]{1,200})\\[([\\w-]{1,100})\\] (\\w+)");
    private static final Pattern EXITED = Pattern.compile("Process '([\\w.:-]{1,100})' pid:\\d+ exited with ");
    private static final Pattern LOST = Pattern.compile("Task handler raised error: WorkerLostError");
    private static final Set<String> ENDS = Set.of("succeeded", "raised", "retry", "failed", "ignored", "rejected", "INTERNAL");
    private static final Pattern IN_LOGS = Pattern.compile(
        "(?:[Jj]ob(?: ID)?:? |job_|etl_job\\[|jobs/)([A-Za-z0-9-]{1,64})(?![A-Za-z0-9-])");

    private final String service;
    private final Map<String, String> services;
    private final String job;
    private final Window window;
    private final Mask mask;
    private final Room room;
    private final Predicate<Message> overhears;
    private final List<Message> overheard = new ArrayList<>();
    private final Map<String, Worker> containers = new LinkedHashMap<>();
    private final List<Message> kept = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final Set<String> tasks = new HashSet<>();
    /** Lines that name only a task, by the task, the eldest first. */
    private final Map<String, List<Message>> received = new LinkedHashMap<>();
    private int receivedLines;
    private long receivedCharacters;
    private boolean forgotten;
    private int processes;
    private final Map<String, Integer> placed = new TreeMap<>();
    private long order;
    private long lines;
    private long characters;
    /** What there was too much of, so that the rest is not placed; null when all had room. */
    private String lost;
    private boolean full;

    /** @param services of a log of several services: whose each container is; @param overhears what is kept of nobody's errors */
    Placing(String service, Map<String, String> services, String job, Window window, Mask mask, Room room, Predicate<Message> overhears) {
        this.room = room;
        this.overhears = overhears;
        this.service = service;
        this.services = services;
        this.job = job;
        this.window = window;
        this.mask = mask;
    }

    /** Adds to ids what looks like a job's id in this line and has this part. */
    static void ids(String line, String part, Set<String> ids) {
        Matcher id = IN_LOGS.matcher(line);
        while (id.find()) {
            if (id.group(1).toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT))
                    && id.group(1).chars().anyMatch(Character::isDigit)) {
                ids.add(id.group(1).toLowerCase(Locale.ROOT));
            }
        }
    }

    /** The state of one container: its worker processes, and the lines that wait for their twins. */
    private final class Worker {
        final String container;
        final String service;
        /** Whose a worker process is: an attempt of ours, or OTHERS; absent when nobody's. */
        final Map<String, Attempt> owners = new HashMap<>();
        final Map<String, Deque<Message>> application = new HashMap<>();
        final Map<String, Deque<Message>> celery = new HashMap<>();
        final Set<Message> waiting = new LinkedHashSet<>();
        /** Those of several lines among them, by level and first line. */
        final Map<String, List<Message>> several = new HashMap<>();
        long waitingCharacters;
        final Deque<Attempt> died = new ArrayDeque<>();
        final List<Message> shutdown = new ArrayList<>();
        long lines;
        Instant first;
        /** By how much the application's clock differs from UTC; null until it is known. */
        Duration offset;
        /** The lines from the first that has the application's time, as long as the offset is not known. */
        final List<LogLine> early = new ArrayList<>();
        final List<Long> apart = new ArrayList<>();
        long earlyCharacters;
        Message draft;
        Head.Form form;
        Message torn;
        Head.Form tornForm;

        Worker(String container) {
            this.container = mask.text(container);
            this.service = Placing.this.service.contains(" ") ? services.getOrDefault(container, Placing.this.service) : Placing.this.service;
        }

        void wait(Message message) {
            waiting.add(message);
            waitingCharacters += message.text.length();
            if (message.text.indexOf('\n') >= 0) {
                several.computeIfAbsent(head(message), of -> new ArrayList<>()).add(message);
            }
        }

        void stopWaiting(Message message) {
            waiting.remove(message);
            waitingCharacters -= message.text.length();
            List<Message> same = message.text.indexOf('\n') < 0 ? null : several.get(head(message));
            if (same != null && same.remove(message) && same.isEmpty()) {
                several.remove(head(message));
            }
        }

        /** Keeps a line until the offset is known; false when it is, or when no line has needed it yet. */
        boolean early(LogLine line, Head head) {
            boolean timed = head != null && head.local() != null;
            if (offset != null || early.isEmpty() && !timed) {
                return false;
            }
            early.add(line);
            earlyCharacters += line.text().length() + Recording.LINE_COSTS;
            if (timed && line.at() != null) {
                apart.add(Duration.between(line.at(), head.local().toInstant(ZoneOffset.UTC)).toMillis());
            }
            if (apart.size() >= CLOCK_LINES || earlyCharacters > MOST_CHARACTERS_EARLY) {
                settle();
            }
            return true;
        }

        /**
         * The application's zone is what its lines differ from Docker's time by, in quarters of an hour: by the middle one of many,
         * since single lines can come to Docker late. What waited for it is taken.
         */
        void settle() {
            Collections.sort(apart);
            long seconds = apart.isEmpty() ? 0 : Math.round(apart.get(apart.size() / 2) / 1000.0);
            long zone = Math.round(seconds / 900.0) * 900;
            offset = Duration.ofSeconds(Math.abs(seconds - zone) < A_CLOCK_IS_OFF ? zone : seconds);
            early.forEach(line -> take(this, line, Head.of(line.text(), false)));
            early.clear();
            apart.clear();
        }

        /** The application's time in UTC. */
        Instant utc(LocalDateTime local, Instant docker) {
            return local == null ? docker : local.toInstant(ZoneOffset.UTC).minus(offset);
        }
    }

    private static final Attempt OTHERS = new Attempt("", "", Instant.EPOCH);

    @Override
    public boolean reaches(long tail) {
        return window.since() == null || containers.values().stream()
            .allMatch(one -> one.lines < tail || one.first != null && one.first.isBefore(window.since()));
    }

    @Override
    public Instant earliest() {
        return containers.values().stream().map(one -> one.first).filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse(Instant.now());
    }

    @Override
    public boolean line(String raw) {
        LogLine line = LogLine.of(raw);
        Worker worker = containers.get(line.container());
        if (worker == null && containers.size() >= MOST_CONTAINERS) {
            lose("containers");
            return true;
        }
        worker = containers.computeIfAbsent(line.container(), Worker::new);
        worker.lines++;
        if (worker.first == null) {
            worker.first = line.at();
        }
        if (!window.holds(line.at())) {
            return true;
        }
        lines++;
        Head head = Head.of(line.text(), false);
        if (!worker.early(line, head)) {
            take(worker, line, head);
        }
        return true;
    }

    /** Adds the line to the message above, or begins one. */
    private void take(Worker worker, LogLine line, Head head) {
        if (head == null && worker.torn != null && !worker.draft.unfinished) {
            worker.torn.add(line.text());
            if (!worker.torn.unfinished) {
                mend(worker);
            }
            return;
        }
        if (worker.draft != null && (head == null && worker.form != null || head != null && head.depends())) {
            worker.draft.add(head == null ? line.text() : head.text());
            return;
        }
        if (worker.torn != null && ends(worker.torn, worker.tornForm, head)) {
            mend(worker);
        }
        if (worker.draft != null && worker.draft.unfinished && !ends(worker.draft, worker.form, head)) {
            mend(worker);
            worker.torn = worker.draft;
            worker.tornForm = worker.form;
        } else {
            close(worker);
        }
        worker.form = head == null ? null : head.form();
        worker.draft = head == null ? new Message(worker.service, worker.container, line.at(), "", "", line.text())
            : new Message(worker.service, worker.container, worker.utc(head.local(), line.at()), head.level(), head.process(), head.text());
        worker.draft.order = ++order;
    }

    /** True when this head shows that the message above has ended: nobody else writes for its process, or repeats its words. */
    private static boolean ends(Message message, Head.Form form, Head head) {
        return head != null && (head.form() == Head.Form.CELERY && head.process().equals(message.process)
            || head.form() != form && head.text().equals(message.firstLine()));
    }

    /** The traceback that was torn apart is whole, or as whole as it gets. */
    private void mend(Worker worker) {
        if (worker.torn != null) {
            Message torn = worker.torn;
            worker.torn = null;
            place(worker, torn, worker.tornForm);
        }
    }

    /** Ends the log: what waited is decided, and all that is the job's goes into the trace, not masked yet. */
    void finish(Evidence trace) {
        for (Worker worker : containers.values()) {
            if (!worker.early.isEmpty()) {
                worker.settle();
            }
            close(worker);
            mend(worker);
            while (!worker.waiting.isEmpty()) {
                expire(worker, worker.waiting.iterator().next());
            }
            // Told to stop is not stopped: it may finish the job first. Whether it did stop, its container tells.
            worker.shutdown.forEach(message -> worker.owners.values().stream().filter(owner -> owner != OTHERS).forEach(owner -> {
                keep(message, "worker");
                message.attempt = owner;
            }));
        }
        overheard.stream().filter(message -> !message.time.isBefore(Objects.requireNonNullElse(trace.job.time("created_at"), Instant.MIN))
            && !message.time.isAfter(Objects.requireNonNullElse(trace.job.time("completed_at"), Instant.MAX))).forEach(trace.overheard::add);
        trace.messages.addAll(kept);
        trace.attempts.addAll(attempts);
        placed.forEach((rule, count) -> trace.placed.merge(rule, count, Integer::sum));
        trace.linesRead += lines;
        containers.values().stream().filter(one -> one.offset != null).forEach(one -> {
            trace.zones.put(one.service, one.offset);
            if (one.offset.toSeconds() % 900 != 0) {
                trace.skewed.put(one.service, one.offset);
            }
        });
        if (forgotten && !tasks.isEmpty() && kept.stream().noneMatch(message -> message.placedBy.equals("task"))) {
            lose("waiting tasks");
        }
        if (lost != null) {
            trace.missing.put(service.contains(" ") ? Ask.OTHERS : "log " + service, lost);
        }
    }

    private void lose(String what) {
        lost = lost == null ? "more " + what + " than are kept" : lost;
    }

    private void own(Worker worker, String process, Attempt owner) {
        if (processes >= MOST_PROCESSES && !worker.owners.containsKey(process)) {
            lose("worker processes");
        } else if (worker.owners.put(process, owner) == null) {
            processes++;
        }
    }

    /** Ends what the process was at; null when that was nobody's. */
    private Attempt disown(Worker worker, String process) {
        Attempt owner = worker.owners.remove(process);
        processes -= owner == null ? 0 : 1;
        return owner;
    }

    private void close(Worker worker) {
        Message message = worker.draft;
        worker.draft = null;
        if (message != null && message.time != null) {
            // The empty line before Celery's banner is not the end of the message above it, and its copy lacks it.
            message.text = message.text.stripTrailing();
            place(worker, message, worker.form);
        }
    }

    private void place(Worker worker, Message message, Head.Form form) {
        if (form == Head.Form.WORKER) {
            wholeWorker(worker, message);
        } else if (form == Head.Form.CELERY) {
            String rule = message.process.equals("MainProcess") ? main(worker, message) : process(worker, message);
            pair(worker, message, rule, worker.celery, worker.application);
        } else {
            String label = label(message.text);
            String rule = label != null ? job.equalsIgnoreCase(label) ? "id" : "" : null;
            pair(worker, message, rule, worker.application, worker.celery);
        }
    }

    /** A line of Celery's main process: tasks that were received, and worker processes that died. Null: not the job's. */
    private String main(Worker worker, Message message) {
        Matcher task = TASK.matcher(message.text);
        if (task.lookingAt()) {
            String id = task.group(2);
            if (job.equalsIgnoreCase(id)) {
                return "id";
            }
            if (tasks.contains(id)) {
                return "task";
            }
            if (task.group(3).equals("received")) {
                wait(id, message);
            }
            return null;
        }
        Matcher exited = EXITED.matcher(message.text);
        if (exited.lookingAt()) {
            Attempt owner = disown(worker, exited.group(1));
            if (owner != null && worker.died.size() < MOST_PROCESSES) {
                worker.died.add(owner);
            }
            return end(owner, message, true) ? "worker" : null;
        }
        if (LOST.matcher(message.text).lookingAt()) {
            // It names nobody: it is the one process's that died, when no other died with it.
            boolean sure = worker.died.stream().distinct().count() == 1;
            Attempt owner = worker.died.poll();
            message.attempt = owner;
            return sure && owner != OTHERS ? "worker" : null;
        }
        return named(message.text) ? "id" : null;
    }

    /** Keeps a line that names only a task until it is known whose task that is. */
    private List<Message> wait(String task, Message message) {
        received.computeIfAbsent(task, of -> new ArrayList<>()).add(message);
        receivedLines++;
        receivedCharacters += message.text.length();
        while (receivedLines > MOST_WAITING || receivedCharacters > MOST_CHARACTERS_WAITING) {
            waited(received.keySet().iterator().next());
            forgotten = true;
        }
        return null;
    }

    /** The lines that waited for this task, which wait no longer; null when there are none. */
    private List<Message> waited(String task) {
        List<Message> waited = received.remove(task);
        if (waited != null) {
            receivedLines -= waited.size();
            waited.forEach(message -> receivedCharacters -= message.text.length());
        }
        return waited;
    }

    /** A line of a worker process. Null: not the job's. */
    private String process(Worker worker, Message message) {
        Attempt owner = worker.owners.get(message.process);
        Matcher task = TASK.matcher(message.text);
        if (task.lookingAt() && ENDS.contains(task.group(3))) {
            disown(worker, message.process);
            String id = task.group(2);
            boolean retry = task.group(3).equals("retry");
            boolean ours = end(owner, message, false);
            List<Message> waited = ours || !retry ? waited(id) : wait(id, message);
            if (ours && retry) {
                owner.retries = true;
            }
            if (job.equalsIgnoreCase(id)) {
                return "id";
            }
            if (!ours) {
                return tasks.contains(id) ? "task" : null;
            }
            tasks.add(id);
            worker.shutdown.clear();
            if (waited != null) {
                waited.forEach(before -> keep(before, "task"));
            }
            return "worker";
        }
        String label = task.lookingAt() && (owner == null || job.equalsIgnoreCase(task.group(2))) ? task.group(2) : label(message.text);
        if (owner == null && label == null && named(message.text)) {
            // It speaks of the job, as a task that cleans up does; that is not a beginning.
            return "id";
        }
        if (label != null && job.equalsIgnoreCase(label)) {
            if ((owner == null || owner == OTHERS) && attempts.size() >= MOST_ATTEMPTS) {
                lose("attempts of the job");
                return "id";
            }
            if (owner == null || owner == OTHERS) {
                owner = new Attempt(worker.container, message.process, message.time);
                attempts.add(owner);
                own(worker, message.process, owner);
            }
            message.attempt = owner;
            return "id";
        }
        if (label != null && !tasks.contains(label) && looksLikeId(label)) {
            end(owner, null, false);
            own(worker, message.process, OTHERS);
            return null;
        }
        if (owner == null || owner == OTHERS) {
            return null;
        }
        message.attempt = owner;
        owner.last = message.time;
        return "worker";
    }

    /** Celery's banner is a new start: whoever had a process here has lost it. A shutdown may still let it finish. */
    private void wholeWorker(Worker worker, Message message) {
        if (message.text.startsWith("worker:")) {
            if (worker.shutdown.size() < MOST_SHUTDOWNS) {
                worker.shutdown.add(message);
            }
            return;
        }
        endAll(worker, message);
        worker.shutdown.forEach(before -> endAll(worker, before));
        worker.shutdown.clear();
        processes -= worker.owners.size();
        worker.owners.clear();
        worker.died.clear();
    }

    private void endAll(Worker worker, Message message) {
        for (Attempt owner : worker.owners.values()) {
            if (end(owner, message, true)) {
                keep(message, "worker");
                message.attempt = owner;
            }
        }
    }

    /** Ends an attempt of ours; false for anybody else's. The first end is the one that counts. */
    private static boolean end(Attempt owner, Message message, boolean lost) {
        if (owner == null || owner == OTHERS) {
            return false;
        }
        if (message != null) {
            message.attempt = owner;
            if (owner.to == null) {
                owner.to = lost && owner.last != null && owner.last.isAfter(message.time) ? owner.last : message.time;
                owner.end = message;
                owner.lost = lost;
            }
        }
        return true;
    }

    /**
     * Brings the two copies of a message together, the application's and Celery's, whichever comes first: one event,
     * counted once. Only Celery's says which worker wrote it; the other is placed as its twin.
     *
     * @param rule the rule that places it; empty when it is another job's; null when nothing in it tells
     */
    private void pair(Worker worker, Message message, String rule, Map<String, Deque<Message>> own, Map<String, Deque<Message>> others) {
        boolean ours = rule != null && !rule.isEmpty();
        Message twin = nearest(others.get(key(message)), message);
        if (twin == null) {
            if (ours) {
                keep(message, rule);
            }
            own.computeIfAbsent(key(message), of -> new ArrayDeque<>()).add(message);
            worker.wait(message);
            while (!worker.waiting.isEmpty() && (worker.waiting.size() > MOST_WAITING || worker.waitingCharacters > MOST_CHARACTERS_WAITING
                    || worker.waiting.iterator().next().time.isBefore(message.time.minusMillis(TWINS_WAIT)))) {
                expire(worker, worker.waiting.iterator().next());
            }
            return;
        }
        remove(worker, twin);
        if (twin.placedBy == null && !ours) {
            return;
        }
        Message first = twin.placedBy != null ? twin : message;
        Message second = first == twin ? message : twin;
        if (first.placedBy == null) {
            keep(first, rule);
        }
        first.text = filled(first.text, second.text);
        join(first, second);
        count(second, ours && second == message ? rule : "twin");
    }

    /** Gives the message what only its copy tells. */
    private static void join(Message first, Message second) {
        first.process = first.process.isEmpty() ? second.process : first.process;
        first.attempt = first.attempt == null ? second.attempt : first.attempt;
        first.lines += second.lines;
    }

    private static String head(Message message) {
        return message.level + " " + message.firstLine();
    }

    /**
     * The other copy of a message that has found none with its text: copies come over stdout and stderr, and Docker may put lines
     * of one process into a message of another, or leave them behind it. It has the same first line, and at least half of the
     * lines of the shorter one; null when there is none.
     */
    private static Message tornCopy(Worker worker, Message message) {
        boolean several = message.text.indexOf('\n') >= 0;
        if (!several && worker.several.isEmpty()) {
            return null;
        }
        boolean celery = !message.process.isEmpty();
        Stream<Message> single = !several ? Stream.empty()
            : (celery ? worker.application : worker.celery).getOrDefault(head(message), new ArrayDeque<>()).stream();
        return Stream.concat(single, worker.several.getOrDefault(head(message), List.of()).stream())
            .filter(one -> one.process.isEmpty() == celery && Math.abs(Duration.between(one.time, message.time).toMillis()) <= TWINS_APART)
            .limit(MOST_TORN)
            .filter(one -> 2 * shared(one, message) >= Math.min(one.text.lines().count(), message.text.lines().count()) - 1)
            .max(Comparator.comparingLong(one -> shared(one, message))).orElse(null);
    }

    /** How many lines after the first both have. */
    private static long shared(Message one, Message other) {
        Set<String> lines = other.text.lines().skip(1).collect(Collectors.toSet());
        return one.text.lines().skip(1).filter(lines::contains).count();
    }

    /**
     * Of two torn copies the text that is whole. What one has in its midst beyond the other is another process's; what it has at its
     * end is its own, unless the other has come to its end too.
     */
    private static String whole(Message one, Message other) {
        boolean less = other.text.lines().toList().containsAll(one.text.lines().toList());
        if (!less && !one.text.lines().toList().containsAll(other.text.lines().toList())) {
            return one.text;
        }
        Message shorter = less ? one : other;
        Message longer = less ? other : one;
        return lastLine(shorter).equals(lastLine(longer)) || shorter.text.contains("\nTraceback (most recent call last)") && !shorter.unfinished ? shorter.text : longer.text;
    }

    private static String lastLine(Message message) {
        return message.text.substring(message.text.lastIndexOf('\n') + 1);
    }

    /** Makes one of a message and its torn copy, where one of them is the job's; false when neither is. */
    private boolean joined(Worker worker, Message message, Message copy) {
        Message first = message.placedBy != null ? message : copy;
        Message second = first == message ? copy : message;
        if (first.placedBy == null) {
            return false;
        }
        remove(worker, copy);
        if (second.placedBy == null) {
            count(second, "twin");
        } else if (kept.remove(second)) {
            characters -= second.text.length();
            room.gives(second.text.length());
        }
        first.text = whole(first, second);
        join(first, second);
        return true;
    }

    /** The same for both copies of a message, also where Docker cut them in pieces at other characters. */
    private static String key(Message message) {
        String text = message.text;
        return message.level + " " + (text.length() <= IN_ONE_PIECE ? text
            : (text.length() < Message.LONGEST ? text.codePointCount(0, text.length()) : "cut") + " " + text.substring(0, IN_ONE_PIECE));
    }

    /** True for texts that differ in nothing but characters that are lost. */
    private static boolean same(String text, String other) {
        if (text.length() <= IN_ONE_PIECE || text.equals(other)) {
            return text.equals(other);
        }
        int at = 0;
        for (int i = 0; at < text.length() && i < other.length(); i = other.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(at);
            int d = other.codePointAt(i);
            if (c != d && c != LogLine.BROKEN && d != LogLine.BROKEN) {
                return false;
            }
            at = text.offsetByCodePoints(at, 1);
        }
        return true;
    }

    /** The text with what it has lost, where its copy still has it. */
    private static String filled(String text, String copy) {
        if (text.indexOf(LogLine.BROKEN) < 0 || text.length() <= IN_ONE_PIECE) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text.length());
        int at = 0;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            int other = at < copy.length() ? copy.codePointAt(at) : c;
            whole.appendCodePoint(c == LogLine.BROKEN ? other : c);
            at = Math.min(copy.length(), at + Character.charCount(other));
        }
        return whole.toString();
    }

    /** The message with the same text that is nearest in time, and in the log when times are equal; null when none is near. */
    private static Message nearest(Deque<Message> copies, Message message) {
        Message nearest = null;
        long distance = TWINS_APART + 1;
        if (copies != null) {
            for (Message one : copies) {
                if (!same(one.text, message.text)) {
                    continue;
                }
                long apart = Math.abs(Duration.between(one.time, message.time).toMillis());
                if (apart < distance || apart == distance && nearest != null && one.order > nearest.order) {
                    distance = apart;
                    nearest = one;
                }
            }
        }
        return nearest;
    }

    /** No twin came: a line that names the job somewhere is the job's after all. */
    private void expire(Worker worker, Message message) {
        remove(worker, message);
        Message copy = tornCopy(worker, message);
        if (copy != null && joined(worker, message, copy)) {
            return;
        }
        if (message.placedBy == null && message.process.isEmpty() && label(message.text) == null && named(message.text)) {
            keep(message, "id");
        } else if (message.placedBy == null && message.error() && label(message.text) == null
                && overheard.size() < MOST_OVERHEARD && overhears.test(message)) {
            overheard.add(message);
        }
    }

    private static void remove(Worker worker, Message message) {
        worker.stopWaiting(message);
        for (Map<String, Deque<Message>> copies : List.of(worker.application, worker.celery)) {
            Deque<Message> same = copies.get(key(message));
            if (same != null && same.remove(message) && same.isEmpty()) {
                copies.remove(key(message));
            }
        }
    }

    private void keep(Message message, String rule) {
        if (message.placedBy != null) {
            return;
        }
        message.placedBy = rule;
        count(message, rule);
        if (!mine(message)) {
            characters += message.text.length();
            full |= kept.size() >= MOST_MESSAGES || !room.takes(message.text.length());
            if (full) {
                lose("lines of the job");
            } else {
                kept.add(message);
            }
        }
    }

    /** Gives the room back: the log is read anew, from further back. */
    void forget() {
        room.gives(characters);
    }

    /** The hand-run page's own SELECT and ours stand in Postgres's log with the id in them: a trace must not find itself. */
    private static boolean mine(Message message) {
        return message.text.contains("/* trace-job */") || message.text.contains("id::text LIKE '%");
    }

    private void count(Message message, String rule) {
        placed.merge(rule, 1, Integer::sum);
        if (message.lines > 1) {
            placed.merge("continuation", message.lines - 1, Integer::sum);
        }
    }

    /** The id that the message is labelled with; null when it has no label. */
    private static String label(String text) {
        Matcher label = LABEL.matcher(text);
        return label.lookingAt() && (looksLikeId(label.group(1))) ? label.group(1) : null;
    }

    /** True for a line that names another job as its own. */
    static boolean labelledWithAnother(String text, String job) {
        String label = label(text);
        return label != null && !label.equalsIgnoreCase(job);
    }

    private static boolean looksLikeId(String word) {
        return word.length() >= SHORTEST_ID && word.chars().anyMatch(Character::isDigit);
    }

    /** True when the id stands in the text as a word of its own. */
    private boolean named(String text) {
        String small = job.toLowerCase(Locale.ROOT);
        return named(text, job) || !small.equals(job.toUpperCase(Locale.ROOT)) && named(text.toLowerCase(Locale.ROOT), small);
    }

    private static boolean named(String text, String job) {
        for (int at = text.indexOf(job); at >= 0; at = text.indexOf(job, at + 1)) {
            int end = at + job.length();
            if ((at == 0 || !idLetter(text.charAt(at - 1))) && (end == text.length() || !idLetter(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean idLetter(char c) {
        return c == '-' || c < 128 && Character.isLetterOrDigit(c);
    }
}

/** Brings together what several sources say of one event: it counts once, with the console's time where it has one. */
final class Copies {
    /** Milliseconds: a row is written after its line, and the database's clock may be another. */
    private static final long SOONER = 1_000;
    private static final long LATER = 10_000;
    private final Evidence trace;

    Copies(Evidence trace) {
        this.trace = trace;
    }

    /** Those that say the same, in the order of time. */
    private static Map<Long, Deque<Message>> same(List<Message> messages) {
        Map<Long, Deque<Message>> same = new HashMap<>();
        messages.stream().sorted(Evidence.IN_TIME).forEach(message -> same.computeIfAbsent(key(message), of -> new ArrayDeque<>()).add(message));
        return same;
    }

    /**
     * The first line without the signs that stand before its words: job_logs may hold it without them. As a number, since a
     * second copy of all texts has no room.
     */
    private static long key(Message message) {
        String line = message.firstLine();
        int start = 0;
        while (start < line.length() && !Character.isLetterOrDigit(line.charAt(start))) {
            start++;
        }
        String words = line.substring(start).strip();
        return (long) words.hashCode() << 32 | words.length();
    }

    /** Milliseconds from a line to its row, by the middle one of those that stand once on both sides: so much do the clocks differ. */
    private static long lag(Map<Long, Deque<Message>> known, Map<Long, Deque<Message>> added) {
        List<Long> lags = added.entrySet().stream().filter(one -> one.getValue().size() == 1 && known.getOrDefault(one.getKey(), NONE).size() == 1)
            .map(one -> apart(known.get(one.getKey()).peek(), one.getValue().peek())).filter(apart -> Math.abs(apart) <= LATER).sorted().toList();
        return lags.isEmpty() ? 0 : lags.get(lags.size() / 2);
    }

    private static final Deque<Message> NONE = new ArrayDeque<>();

    private static long apart(Message line, Message row) {
        return Duration.between(line.time, row.time).toMillis();
    }

    /**
     * Adds the messages of one more source; each is a copy of at most one that is known, or an event of its own. The same
     * words come again with every batch, and the log may lack the first ones: they are matched in order, and none with a
     * line that was written after it.
     */
    void add(List<Message> source, String rule) {
        if (source.isEmpty()) {
            return;
        }
        Map<Long, Deque<Message>> known = same(trace.messages);
        long lag = lag(known, same(source));
        for (Message row : source.stream().sorted(Evidence.IN_TIME).toList()) {
            row.placedBy = rule;
            trace.placed.merge(rule, 1, Integer::sum);
            Deque<Message> lines = known.getOrDefault(key(row), NONE);
            while (!lines.isEmpty() && apart(lines.peek(), row) - lag > LATER) {
                lines.remove();
            }
            if (!lines.isEmpty() && apart(lines.peek(), row) - lag >= -SOONER) {
                lines.remove().lines++;
            } else {
                trace.messages.add(row);
            }
        }
    }
}

/**
 * Reads the job's own log file. Its handler is never removed: lines of later jobs of the same worker process follow
 * those of this one, so that it is read to the job's end and no further, and between two attempts not at all.
 */
final class JobFile implements LineSink {
    private static final int MOST = 50_000;
    private static final long AFTER_END = 1_000;
    private final String service;
    private final Evidence trace;
    private final Mask mask;
    private final List<Message> messages = new ArrayList<>();
    private final Room room;
    /** A line that is logged twice has one time and one text; of both only a number is kept. */
    private final Set<Long> seen = new HashSet<>();
    private boolean full;
    /** How many lines are from where the console tells: they are no events of their own, the file may hold lines of other jobs. */
    private int known;
    /** What a line without a head continues; null after a line that is not the job's. */
    private Message draft;
    private long order;

    JobFile(String service, Evidence trace, Mask mask, Room room) {
        this.room = room;
        this.service = service;
        this.trace = trace;
        this.mask = mask;
    }

    @Override
    public boolean line(String raw) {
        String line = Printable.plain(raw);
        Head head = Head.of(line, true);
        if (head == null || head.local() == null) {
            if (draft != null) {
                draft.add(line);
            }
            return true;
        }
        complete();
        if (Placing.labelledWithAnother(head.text(), trace.job.id())) {
            return trace.attempts.size() > 1;
        }
        Instant time = head.local().toInstant(ZoneOffset.UTC).minus(trace.zones.getOrDefault(service, Duration.ZERO));
        Instant end = trace.ended();
        if (end != null && time.isAfter(end.plusMillis(trace.attempt() != null && trace.attempt().to != null ? 0 : AFTER_END))) {
            return false;
        }
        boolean ours = trace.attempts.size() < 2 || trace.attempts.stream().anyMatch(attempt ->
            !time.isBefore(attempt.from) && (attempt.to == null || !time.isAfter(attempt.to)));
        if (ours && trace.begun() != null && !time.isBefore(trace.begun())) {
            known++;
        } else if (ours && seen.add((long) line.hashCode() << 32 ^ time.toEpochMilli())) {
            draft = new Message(service, "", time, head.level(), "", head.text());
            draft.order = ++order;
        }
        return !full;
    }

    /** Masks the message that has come to its end: a person or a password can stand in any of its lines, or across two. */
    private void complete() {
        full |= draft != null && (messages.size() >= MOST || !room.takes(draft.text.length()));
        if (draft != null && !full) {
            draft.text = mask.text(draft.text);
            messages.add(draft);
        }
        draft = null;
    }

    boolean full() {
        return full;
    }

    /** Ends the file; answers what only it tells. */
    List<Message> finish() {
        complete();
        if (known > 0) {
            trace.placed.merge(Message.JOB_FILE, known, Integer::sum);
        }
        return messages;
    }
}

// ---------------------------------------------------------------------------------------------------------------
// 5. How it is judged: a pure function of what was collected.
// ---------------------------------------------------------------------------------------------------------------

/** Walks through the job's messages, gives each stage its own, and asks it for its finding. */
final class Judging {
    private final Trace trace;
    private final List<Stage> stages;
    private final Map<Stage, Sight> sights = new LinkedHashMap<>();
    private final Map<Stage, Instant> lastEnd = new HashMap<>();
    private final Map<Stage, Integer> unclosed = new HashMap<>();
    private final Set<Word> armed = new HashSet<>();
    private Instant consoleFrom;
    private Instant consoleTo;
    /** The stage whose turn it is: the last that began, or ended without a beginning. */
    private Stage turn;

    private Judging(Trace trace, List<Stage> stages) {
        this.trace = trace;
        this.stages = stages;
        stages.forEach(stage -> sights.put(stage, new Sight(stage, trace)));
        stages.forEach(stage -> trace.titles.add(stage.title));
    }

    /**
     * Fills the trace's findings, verdict and issues. All stages take part, so that each sees its own lines only; the
     * findings of those that were asked for stay.
     */
    static void judge(Trace trace, List<Stage> stages, Collection<Stage> asked, List<Check> checks) {
        trace.settle();
        Judging judging = new Judging(trace, stages);
        judging.findConsole();
        trace.messages.forEach(judging::see);
        judging.closeAll();
        for (Stage stage : stages) {
            trace.findings.put(stage.title, judging.find(stage));
        }
        trace.verdict = Verdicts.of(trace);
        checks.stream().sorted(Comparator.comparing(check -> !check.first)).forEach(check -> trace.issues.addAll(judging.look(check)));
        if (trace.verdict.state().equals("completed")) {
            trace.issues.stream().filter(issue -> issue.severity() == Status.FAIL).findFirst().ifPresent(issue ->
                trace.verdict = new Verdict("completed but degraded", issue.symptom(), trace.ended(), List.of(issue.symptom())));
        }
        judging.unexplained();
        trace.findings.values().removeIf(finding -> !asked.contains(finding.stage()));
        trace.issues.sort(Issue.WORST_FIRST);
    }

    /** From when to when the console tells of the pipeline: there it alone counts, and other sources only fill in around it. */
    private void findConsole() {
        List<Instant> times = new ArrayList<>();
        trace.messages.stream().filter(message -> fromConsole(message) && stages.stream().noneMatch(stage -> stage.keeps(message))
            && stages.stream().anyMatch(stage -> stage.flows() && stage.marks(message))).forEach(message -> times.add(message.time));
        if (!times.isEmpty()) {
            trace.attempts.forEach(attempt -> Stream.of(attempt.from, attempt.to).filter(Objects::nonNull).forEach(times::add));
            consoleFrom = Collections.min(times);
            consoleTo = Collections.max(times);
        }
    }

    private static boolean fromConsole(Message message) {
        return !message.placedBy.equals("database") && !message.placedBy.equals(Message.JOB_FILE);
    }

    /** A line of the job file or a row of job_logs that says in its own words what the console says in others counts once. */
    private boolean repeats(Message message) {
        return consoleFrom != null && !fromConsole(message) && !message.time.isBefore(consoleFrom) && !message.time.isAfter(consoleTo);
    }

    private void see(Message message) {
        Optional<Stage> keeper = stages.stream().filter(stage -> stage.keeps(message)).findFirst();
        List<Stage> audience = keeper.map(List::of).orElse(stages).stream()
            .filter(stage -> !stage.flows() || trace.ofLastAttempt(message) && !repeats(message)).toList();
        boolean known = keeper.isPresent();
        for (Word.Role role : List.of(Word.Role.END, Word.Role.BEGIN, Word.Role.BREAK, Word.Role.SHOW)) {
            for (Stage stage : audience) {
                for (Word word : stage.words) {
                    if (word.role == role) {
                        known |= match(stage, word, message);
                    }
                }
            }
        }
        for (Stage stage : audience) {
            for (Word word : stage.words) {
                if (word.until != null && word.until.matcher(message.text).find()) {
                    armed.remove(word);
                }
                if (word.after != null && word.after.matcher(message.text).find()) {
                    armed.add(word);
                }
            }
        }
        if (!known && stages.stream().anyMatch(stage -> harmless(stage, message))) {
            trace.harmless.add(message);
            known = true;
        }
        if (!known && (message.error() || message.level.equals("WARNING")) && !repeats(message)) {
            trace.unrecognised.add(message);
        }
        if (!known && message.error() && turn != null && trace.ofLastAttempt(message) && !repeats(message) && !turn.recovers(message)
                && atWork(message)) {
            sights.get(turn).errors.add(message);
        }
    }

    private static boolean harmless(Stage stage, Message message) {
        return stage.words.stream().anyMatch(word -> word.role == Word.Role.HARMLESS
            && stands(word, word.pattern.matcher(message.text), message));
    }

    /** True for what was written where the job ran: an error elsewhere that names the job is no error of the stage that has its turn. */
    private boolean atWork(Message message) {
        return !fromConsole(message) || (trace.attempt() != null ? message.container.equals(trace.attempt().container)
            : turn.asks.stream().anyMatch(ask -> ask.kind() == Ask.Kind.LOG && ask.service().equals(message.service)));
    }

    /** True when the message is this stage's by this word. */
    private boolean match(Stage stage, Word word, Message message) {
        Matcher found = word.pattern.matcher(message.text);
        if (word.inTurn && turn != stage || word.after != null && !armed.contains(word) || !(stage.flows() ? stands(word, found, message) : found.find())) {
            return false;
        }
        Sight sight = sights.get(stage);
        boolean begun = !sight.begins.isEmpty() || !sight.ends.isEmpty();
        switch (word.role) {
            case END:
                if (sight.openSince == null && turn != stage && begun && stage.flows()) {
                    return false;
                }
                end(sight, message, begun);
                sight.ends.add(message);
                break;
            case BEGIN:
                if (stage.once && begun && turn != stage) {
                    return false;
                }
                begin(sight, message);
                sight.begins.add(message);
                break;
            case BREAK:
                if (stage.recovers(message) || stage.flows() && !word.anywhere && turn != stage) {
                    return stage.recovers(message);
                }
                sight.breaks.add(message);
                break;
            default:
                sight.shows.add(message);
        }
        numbers(sight, word, found);
        return true;
    }

    /** Signs, and the label of the form in which every line names its job. */
    private static final Pattern BEFORE_WORDS = Pattern.compile("[^\\p{Alnum}]*(?:Job [A-Za-z0-9-]{1,64}: )?");

    /**
     * The engine's words stand at the start of a message: further in, they may be part of a script's or a person's name.
     * Only what is logged as a warning or an error while the stage has its turn may hold what broke it further in.
     */
    private static boolean stands(Word word, Matcher found, Message message) {
        if (word.role == Word.Role.BREAK && !word.anywhere && (message.error() || message.level.equals("WARNING"))) {
            return found.find();
        }
        Matcher before = BEFORE_WORDS.matcher(message.text);
        return found.region(before.lookingAt() ? before.end() : 0, message.text.length()).lookingAt();
    }

    private static void numbers(Sight sight, Word word, Matcher found) {
        for (String name : word.numbers) {
            if (found.group(name) != null && found.group(name).matches("\\d{1,15}(\\.\\d{1,9})?")) {
                sight.add(name, Double.parseDouble(found.group(name)));
            }
        }
        if (word.counts != null) {
            sight.add(word.counts, 1);
        }
    }

    private void begin(Sight sight, Message message) {
        if (!sight.stage.flows() || sight.openSince != null) {
            return;
        }
        for (Sight other : sights.values()) {
            if (other.openSince != null && other != sight) {
                close(other, message.time);
                unclosed.merge(other.stage, 1, Integer::sum);
            }
        }
        sight.visits.add(new Visit(new HashMap<>()));
        sight.openSince = sight.stage.once && lastEnd.containsKey(sight.stage) ? lastEnd.get(sight.stage) : message.time;
        turn = sight.stage;
    }

    private void end(Sight sight, Message message, boolean begun) {
        if (!sight.stage.flows()) {
            return;
        }
        if (sight.openSince != null) {
            close(sight, message.time);
        } else if (begun && lastEnd.containsKey(sight.stage)) {
            sight.millis = Math.max(0, sight.millis) + Math.max(0, Duration.between(lastEnd.get(sight.stage), message.time).toMillis());
        }
        lastEnd.put(sight.stage, message.time);
        turn = sight.stage;
    }

    private void close(Sight sight, Instant at) {
        sight.millis = Math.max(0, sight.millis) + Math.max(0, Duration.between(sight.openSince, at).toMillis());
        sight.openSince = null;
        lastEnd.put(sight.stage, at);
    }

    private void closeAll() {
        Attempt attempt = trace.attempt();
        Instant end = trace.gone != null ? trace.messages.get(trace.messages.size() - 1).time
            : attempt != null && attempt.to != null ? attempt.to : trace.over() ? trace.ended() : null;
        for (Sight sight : sights.values()) {
            if (sight.openSince != null) {
                Instant since = sight.openSince;
                close(sight, end != null ? end : trace.now);
                sight.openSince = since;
            } else if (sight.millis < 0 && sight.has("took")) {
                sight.millis = Math.round(sight.numbers.get("took") * 1000);
            }
            sight.numbers.remove("took");
        }
    }

    /** A stage's finding. A stage that throws is a finding too: the others still stand. */
    private Finding find(Stage stage) {
        Sight sight = sights.get(stage);
        try {
            if (!stage.flows()) {
                return stage.judge(sight);
            }
            if (sight.begins.isEmpty() && sight.ends.isEmpty() && sight.breaks.isEmpty()) {
                return absent(sight);
            }
            return trace.lost() && sight.openSince != null ? open(sight) : proved(sight, sight.openSince != null ? open(sight) : stage.judge(sight));
        } catch (RuntimeException | StackOverflowError | LinkageError fault) {
            return new Finding(stage, Status.FAIL, "crashed: " + Printable.plain(fault.toString()), Set.of(), sight.numbers, -1, sight.seen(), List.of(),
                stackTrace(fault));
        }
    }

    private static List<String> stackTrace(Throwable fault) {
        return Stream.concat(Stream.of(fault.toString()), Arrays.stream(fault.getStackTrace()).limit(20).map(at -> "  at " + at))
            .map(Printable::plain).toList();
    }

    /** No word of the stage was seen: it was not reached, it had nothing to do, or the evidence is missing. */
    private Finding absent(Sight sight) {
        Stage stage = sight.stage;
        Finding before = stage.after.isEmpty() ? null : trace.finding(stage.after);
        String why = missing(stage);
        boolean done = trace.over() || trace.lost() || trace.taskEnded();
        if (before != null && before.status() == Status.FAIL) {
            return sight.skip(done ? "not reached" : "not reached yet");
        }
        if (before != null && before.status() == Status.OK && !stage.given.isEmpty() && before.numbers().getOrDefault(stage.given, -1.0) == 0) {
            return sight.skip("nothing to do").because(Finding.Reason.NOTHING_TO_DO);
        }
        boolean nothing = before != null && before.reasons().contains(Finding.Reason.NOTHING_TO_DO);
        if (before != null && before.status() == Status.SKIP && (nothing || why == null)) {
            return nothing ? sight.skip(before.summary()).because(Finding.Reason.NOTHING_TO_DO) : sight.skip(before.summary());
        }
        if (why != null && (trace.over() || trace.attempts.isEmpty() && trace.job.time("started_at") != null)) {
            return sight.unknown(why);
        }
        if (trace.job.preview()) {
            return sight.skip("no line tells of it: a preview runs in backend, where lines carry no job id");
        }
        if (!trace.over()) {
            return sight.skip(done ? "not reached" : "not reached yet");
        }
        return trace.messages.isEmpty() || before != null && before.status() == Status.UNKNOWN ? sight.unknown("no line tells of it")
            : trace.job.status().equals("completed") ? stage.unseen(sight) : sight.skip("not reached");
    }

    /** The stage has begun and not ended. */
    private Finding open(Sight sight) {
        String took = Times.duration(sight.millis);
        if (trace.lost()) {
            return sight.fail("broken off after " + took + ": the worker was lost").because(Finding.Reason.BROKEN_OFF);
        }
        if (trace.attempt() != null && trace.attempt().retries && !trace.over()) {
            return sight.warn("broken off after " + took + ", to be tried again").because(Finding.Reason.BROKEN_OFF);
        }
        if (trace.over() || trace.taskEnded()) {
            return sight.broken() ? sight.stage.judge(sight)
                : trace.job.status().equals("cancelled") ? sight.warn("broken off after " + took + ": the job was cancelled")
                : sight.fail("begun, and never finished").because(Finding.Reason.BROKEN_OFF);
        }
        return (sight.broken() ? sight.fail("running for " + took + ", and could not do all of its work so far")
            : sight.ok("running for " + took)).because(Finding.Reason.RUNNING);
    }

    /** Lowers an OK that is not wholly proved, that hides errors, or that took too long. */
    private Finding proved(Sight sight, Finding finding) {
        Stage stage = sight.stage;
        List<Message> seen = sight.seen();
        boolean onlyDatabase = seen.stream().allMatch(message -> "database".equals(message.placedBy));
        // What a line shows is shown; what no line shows may stand in the part that was not read.
        if (finding.status() == Status.SKIP || finding.status() != Status.OK && sight.broken()) {
            return finding;
        }
        if (onlyDatabase) {
            String why = missing(stage);
            return finding.as(Status.UNKNOWN, "only the database tells of it: " + (why == null ? "the log has no line of it" : why));
        }
        for (Message message : seen) {
            String why = trace.missing.get("log " + message.service);
            if (why != null) {
                return finding.as(Status.UNKNOWN, "log of " + message.service + " not read to its end: " + why);
            }
        }
        if (sight.begins.stream().anyMatch(Judging::fromConsole)
                && stages.stream().anyMatch(other -> other.order >= stage.order && beganBeforeTheLog(other))) {
            return finding.as(Status.UNKNOWN, "its first lines are lost: the log begins later");
        }
        if (unclosed.containsKey(stage) && sight.openSince == null && finding.status() != Status.FAIL) {
            return finding.as(Status.UNKNOWN, "begun, but no line says that it ended");
        }
        if (finding.status() != Status.OK) {
            return finding;
        }
        if (!sight.errors.isEmpty()) {
            return finding.as(Status.WARN, finding.summary() + ", with " + Times.count(sight.errors.size(), "error") + " on the way")
                .quoting(List.of(sight.errors.get(0)));
        }
        double concern = stage.concern * (stage.per > 0 ? Math.max(1, sight.number(stage.unit) / stage.per) : 1);
        if (concern > 0 && finding.seconds() > concern) {
            return finding.as(Status.WARN, finding.summary() + ", in " + Times.duration(finding.millis()) + ": concern is over "
                + Times.number(concern) + "s").because(Finding.Reason.SLOW).noting("typical: " + stage.typical);
        }
        return finding;
    }

    /** True for a stage that, by the database alone, began before the log tells of the job: an earlier one did so too. */
    private boolean beganBeforeTheLog(Stage stage) {
        return consoleFrom != null && stage.flows() && sights.get(stage).begins.stream()
            .anyMatch(message -> "database".equals(message.placedBy) && message.time.isBefore(consoleFrom));
    }

    /** Why the logs that this stage names do not tell all; null when they were read whole. */
    private String missing(Stage stage) {
        List<String> reasons = new ArrayList<>();
        for (Ask ask : stage.asks) {
            if (ask.kind() == Ask.Kind.LOG) {
                String why = trace.missing.get(ask.key());
                if (why != null) {
                    reasons.add("log of " + ask.service() + ": " + why);
                } else {
                    lostWithContainer(ask.service()).ifPresent(reasons::add);
                }
            }
        }
        return reasons.isEmpty() ? null : reasons.get(0);
    }

    private Optional<String> lostWithContainer(String service) {
        if (trace.containers.isEmpty() || trace.job.time("created_at") == null) {
            return Optional.empty();
        }
        List<Container> replicas = trace.containers(service);
        if (replicas.isEmpty()) {
            return Optional.of("there is no container of " + service);
        }
        return replicas.stream().allMatch(one -> one.created() != null && one.created().isAfter(trace.job.time("created_at")))
            ? Optional.of("the container of " + service + " was made at " + Times.iso(replicas.get(0).created())
                + ", after the job: the log before is lost") : Optional.empty();
    }

    private List<Issue> look(Check check) {
        try {
            return check.look(trace).map(List::of).orElse(List.of());
        } catch (RuntimeException | StackOverflowError | LinkageError fault) {
            trace.crashes.put(check.id(), stackTrace(fault));
            return List.of(new Issue(check.id(), Status.UNKNOWN, "The check " + check.id() + " crashed: " + Printable.plain(fault.toString()),
                "a fault of the check", List.of(), List.of(), null, List.of()));
        }
    }

    /** What is wrong with a stage and no check accounts for is an issue of its own. */
    private void unexplained() {
        List<Finding> wrong = trace.findings.values().stream().filter(finding -> finding.status().wrong()).filter(finding -> trace.issues.stream()
            .noneMatch(issue -> issue.explains().contains(finding.stage().title) && issue.severity().compareTo(finding.status()) >= 0)).toList();
        List<Finding> causes = wrong.stream().filter(finding -> !finding.stage().sumsUp).toList();
        causes.forEach(finding -> unexplained(finding, finding.quotes()));
        boolean failed = !wrong.isEmpty() && wrong.get(0).status() == Status.FAIL
            && trace.issues.stream().noneMatch(issue -> issue.severity() == Status.FAIL);
        if (!wrong.isEmpty() && (trace.issues.isEmpty() || failed)) {
            unexplained(wrong.get(0), wrong.stream().flatMap(finding -> finding.quotes().stream()).distinct().toList());
        }
    }

    private void unexplained(Finding finding, List<Message> shown) {
        trace.issues.add(new Issue(finding.stage().id(), finding.status(), finding.stage().title + ": " + finding.summary(), "",
            finding.stage().remedy, List.of(finding.stage().title), shown.isEmpty() ? null : shown.get(0).time, shown));
    }
}

/** Says in one word where the job is. */
interface Verdicts {
    /** How Celery's end line says when a task is tried again. */
    Pattern RETRY = Pattern.compile("\\bRetry in (\\d{1,9})s");
    /** Seconds; before, a busy worker may be late. */
    long OVERDUE = 300;

    static Verdict of(Trace trace) {
        Job job = trace.job;
        Attempt attempt = trace.attempt();
        if (job.status().equals("cancelled")) {
            return new Verdict("cancelled", "", trace.ended(), List.of());
        }
        if (trace.lost()) {
            return attempt == null ? new Verdict("lost", "it was begun, and the container that ran it is gone", trace.gone, List.of())
                : new Verdict("lost", attempt.why, attempt.to, attempt.end == null ? List.of() : List.of(attempt.end.firstLine()));
        }
        if (trace.over()) {
            return ended(trace);
        }
        return attempt == null ? waiting(trace) : begun(trace, attempt);
    }

    private static List<String> summaries(Trace trace, Predicate<Finding> which) {
        return trace.findings.values().stream().filter(which).map(finding -> finding.stage().title + ": " + finding.summary()).toList();
    }

    /** The job's file only repeats what the log tells: without it no stage is in doubt. */
    private static List<String> unproved(Trace trace) {
        return summaries(trace, finding -> finding.status() == Status.UNKNOWN && !finding.stage().repeats);
    }

    private static Verdict ended(Trace trace) {
        List<String> broken = Stream.of(Status.FAIL, Status.WARN).flatMap(status -> summaries(trace, finding -> finding.status() == status
            && finding.degrades()).stream()).toList();
        List<String> unproved = unproved(trace);
        if (trace.job.inDatabase() && !trace.job.status().equals("completed")) {
            return new Verdict(trace.job.status(), "", trace.ended(), broken);
        }
        boolean failed = !trace.job.inDatabase() && trace.attempt().end.error();
        return failed ? new Verdict("failed", "", trace.ended(), broken)
            : !broken.isEmpty() ? new Verdict("completed but degraded", broken.get(0), trace.ended(), broken)
            : !unproved.isEmpty() ? new Verdict("unknown", unproved.get(0), trace.ended(), unproved)
            : new Verdict("completed", "", trace.ended(), List.of());
    }

    private static Verdict begun(Trace trace, Attempt attempt) {
        if (trace.taskEnded()) {
            return new Verdict("zombie", "its task has ended, and the row does not say so", attempt.to, List.of(attempt.end.firstLine()));
        }
        if (attempt.retries) {
            return retried(trace, attempt);
        }
        Optional<Container> paused = trace.containers(Container.WORKER).stream()
            .filter(one -> one.is(attempt.container) && one.state().equals("paused")).findFirst();
        if (paused.isPresent()) {
            return new Verdict("stuck", "its container " + paused.get().name() + " is paused", trace.lastSeen(), List.of());
        }
        if (trace.nobodyHasIt()) {
            return new Verdict("zombie", "the row says " + trace.job.status() + ", and no worker has it", trace.lastSeen(), List.of());
        }
        String stage = trace.findings.values().stream().filter(finding -> finding.reasons().contains(Finding.Reason.RUNNING))
            .map(finding -> finding.stage().title).findFirst().orElse("");
        String progress = trace.job.column("progress").matches("\\d{1,3}") ? ", " + trace.job.column("progress") + "%" : "";
        return new Verdict("running", stage.isEmpty() ? "" : "in " + stage + progress, trace.started(), List.of());
    }

    /** A task that waits for its retry stands in no queue, and in no answer of the workers: only a time long past tells that it is gone. */
    private static Verdict retried(Trace trace, Attempt attempt) {
        Matcher wait = RETRY.matcher(attempt.end.text);
        Instant due = wait.find() ? attempt.to.plusSeconds(Long.parseLong(wait.group(1))) : attempt.to;
        boolean overdue = due.plusSeconds(OVERDUE).isBefore(trace.now);
        List<String> evidence = List.of(attempt.end.firstLine());
        return overdue && trace.nobodyHasIt() && trace.queueLength() == 0
            ? new Verdict("zombie", "it was to be tried again at " + Times.iso(due) + ", and no worker has it", due, evidence)
            : new Verdict("queued", "to be tried again" + (overdue ? ", overdue since " + Times.iso(due) : ""), attempt.to, evidence);
    }

    private static Verdict waiting(Trace trace) {
        Instant since = trace.job.time("created_at");
        List<Container> workers = trace.containers(Container.WORKER);
        if (!trace.containers.isEmpty() && !trace.job.preview() && workers.stream().noneMatch(one -> one.state().equals("running"))) {
            String why = workers.isEmpty() ? "there is no container of " + Container.WORKER : workers.get(0).name() + " is " + workers.get(0).state();
            return new Verdict("stuck", "no worker is up: " + why, since, List.of());
        }
        List<String> unproved = unproved(trace);
        if (!unproved.isEmpty()) {
            return new Verdict("unknown", unproved.get(0), since, unproved);
        }
        List<Container> anew = trace.containers(Container.BACKEND).stream().filter(one -> one.started() != null && one.started().isAfter(since)).toList();
        if (trace.job.preview() && !anew.isEmpty() && anew.size() == trace.containers(Container.BACKEND).size()) {
            return new Verdict("lost", "it ran in " + Container.BACKEND + ", which was started anew at " + Times.iso(anew.get(0).started()),
                anew.get(0).started(), List.of());
        }
        if (trace.job.preview() || trace.holds("active tasks")) {
            return new Verdict("running", "", trace.started(), List.of());
        }
        if (trace.nobodyHasIt() && trace.queueLength() == 0) {
            return new Verdict("zombie", "no worker has it, and the queue is empty", since, List.of());
        }
        return new Verdict("queued", trace.holds("reserved tasks") ? "a worker has received it, and its processes are busy"
            : trace.queueLength() > 0 ? "tasks in the queue: " + trace.queueLength() : "no worker process has begun it", since, List.of());
    }
}

/**
 * One problem that a job can have: a file in checks/ that says how to see it, why it comes and what to do. A check is
 * found by being compiled in, like a stage.
 */
abstract class Check {
    final String symptom;
    final List<Ask> asks = new ArrayList<>();
    String sees = "";
    boolean first;
    private Status severity = Status.WARN;
    private String cause = "";
    private List<String> resolution = List.of();
    private List<String> explains = List.of();

    Check(String symptom) {
        this.symptom = symptom;
    }

    /** The symptom in lower case with hyphens: the name in --only and --skip. */
    String id() {
        return symptom.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** What it looks for, for --list-checks. */
    Check sees(String sees) {
        this.sees = sees;
        return this;
    }

    /** WARN unless said otherwise. */
    Check severity(Status severity) {
        this.severity = severity;
        return this;
    }

    /** Its issue stands before all others of its severity. */
    Check first() {
        first = true;
        return this;
    }

    /** The likely cause, in our words. */
    Check cause(String cause) {
        this.cause = cause;
        return this;
    }

    /** A sentence, then the commands to type; {job} stands for the job's id. */
    Check resolution(String... sentenceAndCommands) {
        resolution = List.of(sentenceAndCommands);
        return this;
    }

    /** The stages whose findings an issue of this check accounts for. */
    Check explains(String... titles) {
        explains = List.of(titles);
        return this;
    }

    /** Commands that this check needs besides those of the stages. */
    Check runs(String... commands) {
        Arrays.stream(commands).map(Ask::of).forEach(asks::add);
        return this;
    }

    /** An issue, or nothing. */
    abstract Optional<Issue> look(Trace trace);

    /** All is well, as far as this check can see. */
    static Optional<Issue> nothing() {
        return Optional.empty();
    }

    /** @param what our own words and numbers, never foreign text; @param evidence the messages that show it */
    Optional<Issue> found(String what, List<Message> evidence) {
        return found(what, cause, evidence);
    }

    /** With a cause of its own, where the check can tell causes apart. */
    Optional<Issue> found(String what, String cause, List<Message> evidence) {
        return Optional.of(new Issue(id(), severity, symptom + ": " + what, cause, resolution, explains,
            evidence.isEmpty() ? null : evidence.get(0).time, evidence));
    }
}

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

/**
 * What a check outside of Java answered, as monitoring plugins do: the exit code is the status, the first line the text.
 *
 * @param text foreign text
 */
record PluginAnswer(String name, Status status, String text) {
    /** Characters; monitoring systems keep no more of one answer either. */
    private static final int LONGEST = 8 * 1024;
    private static final List<Status> BY_EXIT_CODE = List.of(Status.OK, Status.WARN, Status.FAIL, Status.UNKNOWN);

    static PluginAnswer of(String name, Answer answer) {
        String first = answer.out().isEmpty() ? "" : answer.out().get(0);
        first = first.length() > LONGEST ? first.substring(0, LONGEST) : first;
        String text = Printable.plain(first.contains("|") ? first.substring(0, first.indexOf('|')) : first).strip();
        boolean plugin = answer.exitCode() >= 0 && answer.exitCode() < BY_EXIT_CODE.size() && !text.isEmpty() && !answer.timedOut();
        return plugin ? new PluginAnswer(name, BY_EXIT_CODE.get(answer.exitCode()), text)
            : new PluginAnswer(name, Status.UNKNOWN, answer.timedOut() || answer.exitCode() < 0 ? answer.problem()
                : "it ended with exit code " + answer.exitCode() + (text.isEmpty() ? " and said nothing" : ": " + text));
    }
}

// ---------------------------------------------------------------------------------------------------------------
// 6. How it is told: masked, as the boxed report, as JSON, as a list; and all that goes to stderr.
// ---------------------------------------------------------------------------------------------------------------

/** Makes foreign text safe to print, and takes people and secrets out of it. Masking twice changes nothing more. */
final class Mask {
    private static final String SECRET = "[\\w-]{0,30}(?:password|passwd|passphrase|secret|api[_-]?key"
        + "|access[_-]?key|private[_-]?key|auth[_-]?key)|(?:[\\w-]{0,30}[_-])?(?:pwd|loginId|ssn)";
    private static final String TOKEN = "(?:[a-z]{1,20}[_-])?token|(?:proxy-)?authorization|credentials?"
        + "|signature|session_?id|cookie|x-[\\w-]{0,20}key";
    private static final String WHOSE = "first|last|middle|full|maiden|given|family|owner|borrower|co_?borrower"
        + "|contact|person|customer|lead|applicant|client|homeowner|spouse";
    private static final String NAME = "(?:(?:" + WHOSE + ")_?\\s?name|co_?borrower|surname)(?:_?\\d)?";
    private static final String NAME_IN_QUOTES = NAME + "|name|owner|borrower|first|last|middle";
    private static final String ADDRESS = "(?:[a-z]{1,20}_)?(?:address|street|addr|city|zip|zip_?code|postal_?code)(?:_?(?:line)?_?\\d)?";
    private static final String PHONE = "(?:[a-z]{1,20}_)?(?:phone_?list|phones?|phone_?numbers?|mobile|dnis|tel|telephone)(?:_?\\d)?";
    private static final String STREET = "St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Pl|Place|Way|Ter|Terrace|Cir|Circle"
        + "|Pkwy|Parkway|Hwy|Highway|Loop|Trl|Trail|Sq|Square";
    private static final String UNIT = "(?:,? (?:Apt|Unit|Suite|Ste|Fl|#)\\.? ?\\w{1,6})";
    /** What rules need: every match has one of the words. Most lines have few, and looking for them costs a hundredth of matching. */
    private static final String[] SECRETS = {"passw", "passp", "secret", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key",
        "privatekey", "private_key", "private-key", "authkey", "auth_key", "auth-key", "pwd", "loginid", "ssn"};
    private static final String[] TOKENS = {"token", "authori", "credential", "signature", "session", "cookie", "x-"};
    private static final String[] SECRETS_AND_TOKENS = Stream.of(SECRETS, TOKENS).flatMap(Stream::of).toArray(String[]::new);
    private static final String[] NAMES = {"name", "borrower", "owner", "first", "last", "middle"};
    private static final String[] ADDRESSES = {"addr", "street", "city", "zip", "postal"};
    static final List<Rule> RULES = List.of(
        new Rule("://[^\\s/:@'\"]{0,100}:[^\\s/@'\"]{1,200}@", "://[password]@", "://"),
        inQuotes("['\"](?:" + SECRET + "|" + TOKEN + ")['\"]|(?<![\\w-])(?:" + SECRET + ")", "secret", SECRETS_AND_TOKENS),
        new Rule("(?i)((?<![\\w-])(?:" + SECRET + ")\\\\?['\"]?\\s{0,3}[:=]\\s{0,3})(?!\\\\?['\"]?\\[)\\\\?['\"]?[^\\s,;&'\"})\\]]{1,500}",
            "$1[secret]", SECRETS),
        new Rule("(?i)(\\bpassword\\s{1,3})'[^']{1,200}'", "$1'[secret]'", "password"),
        new Rule("(?i)(\\b(?:" + TOKEN + ")\\\\?['\"]?\\s{0,3}[:=]\\s{0,3}(?:(?:Bearer|Basic|Token)\\s+)?)"
            + "(?!\\[)(?=[^\\s]{0,60}\\d)[^\\s,;&'\"})\\]]{8,2000}", "$1[secret]", TOKENS),
        new Rule("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}", "$1 [secret]", "bearer", "basic"),
        new Rule("\\beyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]+){0,2}|\\b(?:AKIA|ASIA)[A-Z0-9]{12,}\\b"
            + "|\\b(?:sk|pk|ghp|xox[bp])[-_][A-Za-z0-9_-]{12,}", "[secret]", "eyj", "akia", "asia", "sk-", "sk_", "pk-", "pk_", "ghp", "xox"),
        new Rule("(?<![\\w.%+-])[\\w.%+-]{1,128}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){0,4}\\.[A-Za-z]{2,24}\\b",
            "[email]", "@", "%40"),
        inQuotes("['\"](?:" + NAME_IN_QUOTES + ")['\"]|\\b" + NAME, "name", NAMES),
        inQuotes("['\"](?:" + ADDRESS + ")['\"]|\\b" + ADDRESS, "address", ADDRESSES),
        new Rule("(?i)(['\"]" + ADDRESS + "['\"]\\s{0,3}:\\s{0,3}|\\bzip(?:_?code)?=)\\d{5}\\b", "$1[address]", ADDRESSES),
        new Rule("(?i)(Key \\([^)]{0,60}(?:name|address|street|city|zip|phone|email)[^)]{0,60}\\)=\\()(?!\\[)[^)]{1,300}", "$1[person]", "key ("),
        new Rule("(?<=[|] )[A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30}){0,2}(?= {1,60}[|])", "[name]", "|"),
        new Rule("(?i)((?:[?&](?:name|owner|borrower)|\\b" + NAME + ")=)(?!['\"\\[])[^&\\s,;)'\"]{1,200}", "$1[name]", NAMES).with("="),
        new Rule("((?<=[,(] )name: )[A-Z][\\p{L}'-]{1,30}(?: [A-Z][\\p{L}'-]{1,30}){1,3}", "$1[name]", "name: "),
        new Rule("(\\b(?i:" + NAME + "): )\\p{Lu}[\\p{L}'-]{0,30}(?: \\p{Lu}[\\p{L}'-]{0,30}){0,3}", "$1[name]", "name", "borrower").with(":"),
        new Rule("(?i)([?&]" + ADDRESS + "=)(?!\\[)[^&\\s'\"]{1,200}", "$1[address]", ADDRESSES).with("="),
        new Rule("(?i)(\\b" + ADDRESS + "=)(?!['\"\\[])[^,;)&'\"]{1,100}", "$1[address]", ADDRESSES).with("="),
        new Rule("([Ll]ooking up phones for )(?!\\[)([^:\\n]{1,120}?)(?=: |$|\\n)", "$1[name]", "looking up phones for "),
        new Rule("((?:[Bb]reaker open|[Ll]ookup failed|[Nn]o phones found|[Ee]nrichment failed) for )"
            + "(?!\\[)([^:\\n]{1,120}?)(?=: |, |$|\\n| after | \\(|; )", "$1[name]", " for "),
        new Rule("(?i)(\\b" + PHONE + "=)(?!['\"\\[])[^&\\s'\"]{1,100000}", "$1[phone]", "phone", "mobile", "dnis", "tel").with("="),
        new Rule("(?<![\\w.-])(?:(?:\\+|%2B|00)?1[ .-]?)?\\(?\\s{0,3}[2-9]\\d{2}\\s{0,3}\\)?[ ./-]{0,3}\\d{3}[ .-]{0,3}\\d{4}"
            + "(?![\\w-]|\\.\\d| bytes| [kMG]?B\\b| rows| ms| ns)", "[phone]"),
        new Rule("(?<![\\w.-])\\d{3}-\\d{2}-\\d{4}(?![\\w-])", "[ssn]", "-"),
        new Rule("\\b\\d{1,6} (?:[NSEW]\\.? |North |South |East |West )?(?:[A-Z0-9][A-Za-z0-9']{0,20} ){1,3}"
            + "(?:" + STREET + ")\\b\\.?" + UNIT + "?", "[address]"),
        new Rule("(?i)\\b\\d{1,6} (?:north |south |east |west )?[a-z0-9']{2,20} (?:street|avenue|boulevard|lane|road)\\b"
            + UNIT + "?|\\bP\\.?O\\.? Box \\d{1,6}\\b", "[address]", "street", "avenue", "boulevard", "lane", "road", "box"),
        new Rule("\\b\\d{1,6} (?:[A-Z0-9][A-Za-z0-9']{0,20} ){1,4}(?:Apt|Suite|Ste|Unit)\\.? ?\\w{1,6}\\b",
            "[address]", "apt", "suite", "ste", "unit"));
    private static final int LONGEST_ROW = 8_000;
    private static final Pattern CELL = Pattern.compile(
        "(?<=\\|) {0,3}(?!\\[(?:name|address|email|phone)\\]|NULL )(?=[^|]{0,60}\\p{L})[^|:\\[]{1,60}(?=\\|)");
    private static final Pattern PERSON = Pattern.compile("\\| {0,3}\\d[\\d-]{0,12} {0,3}\\|[^\n]{0,500}?\\[(?:name|address|email|phone)\\]");
    private final boolean on;

    /** @param on false for --no-redact: then only what is not printable goes */
    Mask(boolean on) {
        this.on = on;
    }

    /**
     * @param needs words of which one stands, in lower case, in all that it matches; none when it can be anything
     * @param signs characters of which one stands there too; none when it can be anything
     */
    record Rule(Pattern pattern, String replacement, List<String> needs, String signs) {
        Rule(String regex, String replacement, String... needs) {
            this(Pattern.compile(regex), replacement, List.of(needs), "");
        }

        Rule with(String signs) {
            return new Rule(pattern, replacement, needs, signs);
        }

        boolean canMatch(String small) {
            return (signs.isEmpty() || signs.chars().anyMatch(sign -> small.indexOf(sign) >= 0))
                && (needs.isEmpty() || needs.stream().anyMatch(small::contains));
        }
    }

    /** The value of such a key in a Python dict, in JSON or in SQL; the quotes stay, so that it still can be read as one. */
    private static Rule inQuotes(String keys, String what, String... needs) {
        return new Rule("(?i)((?:" + keys + ")\\s{0,3}[:=]\\s{0,3}b?)(['\"])(?!\\[)(?:\\\\.|(?!\\2)[^\\\\]){0,2000}+\\2",
            "$1$2[" + what + "]$2", needs).with("'\"");
    }

    boolean on() {
        return on;
    }

    /** Without names, phones, e-mail and street addresses, tokens and passwords. */
    String text(String text) {
        if (!on || text == null) {
            return text;
        }
        String masked = text;
        String small = text.toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            if (rule.canMatch(small)) {
                masked = rule.pattern.matcher(masked).replaceAll(rule.replacement);
            }
        }
        // A row of a table that holds one thing of a person holds more of them, in whatever writing.
        boolean person = masked.length() < LONGEST_ROW && masked.contains("] ") && PERSON.matcher(masked).find();
        return person ? CELL.matcher(masked).replaceAll(" [name] ") : masked;
    }

    /** The fields of a row, each by itself: a column's name says nothing about a person. */
    JsonNode row(JsonNode row) {
        ObjectNode masked = Json.NODES.objectNode();
        row.properties().forEach(field -> {
            JsonNode value = field.getValue();
            String name = field.getKey().matches("\\w{1,63}") ? field.getKey() : text(Printable.plain(field.getKey()));
            masked.set(name, value.isTextual() ? masked.textNode(text(Printable.lines(value.asText())))
                : value.isContainerNode() ? masked.textNode(text(value.toString())) : value);
        });
        return masked;
    }
}

/** Makes foreign text safe to print: what speaks to a terminal, turns text around or is never shown. */
interface Printable {
    /** Several lines, each without anything that speaks to a terminal. */
    static String lines(String text) {
        return text.lines().map(Printable::plain).collect(Collectors.joining("\n"));
    }

    /** One line without anything that speaks to a terminal: control characters, those that turn text around, those that nobody sees. */
    static String plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (speaks(text, i)) {
                return scrub(text, i);
            }
        }
        return text;
    }

    private static boolean speaks(CharSequence text, int i) {
        char c = text.charAt(i);
        if (c < 0xAD) {
            return c < 0x20 || c >= 0x7F && c < 0xA0;
        }
        if (!Character.isSurrogate(c)) {
            return c != 0x200D && (c == 0x2028 || c == 0x2029 || Character.getType(c) == Character.FORMAT);
        }
        // Half a character, or one of those that tag text and are never shown; the other half of that stands alone then.
        int whole = Character.codePointAt(text, i);
        boolean half = Character.isLowSurrogate(c) ? i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)) : whole == c;
        return half || whole >= 0xE0000 && whole <= 0xE0FFF || Character.getType(whole) == Character.FORMAT;
    }

    private static String scrub(String text, int from) {
        StringBuilder plain = new StringBuilder(text);
        for (int i = from; i < plain.length(); i++) {
            if (speaks(plain, i)) {
                plain.setCharAt(i, plain.charAt(i) == '\t' ? ' ' : '\uFFFD');
            }
        }
        return plain.toString();
    }
}

/** Everything that goes to stderr: notes, and progress when a run takes long. */
final class Teller {
    private static final long QUIET = 3_000;
    private final PrintWriter err;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    Teller(PrintWriter err) {
        this.err = err;
    }

    synchronized void note(String line) {
        if (said.add(line)) {
            err.println("trace-job: " + line);
            err.flush();
        }
    }

    /** Says every few seconds that the work goes on; nothing when it is done before the first time. */
    <T> T patiently(String what, Callable<T> work) throws Exception {
        Thread progress = new Thread(() -> {
            try {
                for (long waited = QUIET; ; waited += QUIET) {
                    Thread.sleep(QUIET);
                    note(what + " … " + waited / 1000 + " s");
                }
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            }
        }, "progress");
        progress.setDaemon(true);
        progress.start();
        try {
            return work.call();
        } finally {
            progress.interrupt();
        }
    }
}

/** The boxed report, in the format of the hand-run page. */
final class TextReport {
    private static final String RULE = "=".repeat(44);
    private static final int MOST_SHOWN = 10;
    private static final int LONGEST = 240;
    private final Trace trace;
    private final boolean verbose;
    private final int width;
    private final CommandLine.Help.Ansi ansi;
    private final StringBuilder out = new StringBuilder();

    /** @param width of the terminal in characters, 0 for none */
    TextReport(Trace trace, boolean verbose, int width, CommandLine.Help.Ansi ansi) {
        this.trace = trace;
        this.verbose = verbose;
        this.width = width;
        this.ansi = ansi;
    }

    String render(List<String> next) {
        line(RULE);
        line("ETL JOB TRACE: " + trace.job.id());
        line(RULE);
        line("");
        jobInfo();
        pipeline();
        performance();
        issues();
        if (verbose) {
            plugins();
            evidence();
            commands();
        }
        if (!next.isEmpty()) {
            line("Next:");
            next.forEach(command -> out.append("  ").append(command).append('\n'));
            line("");
        }
        line(RULE);
        return out.toString();
    }

    private void jobInfo() {
        line("Job Info:");
        line("  Status: " + status(trace));
        line("  Created: " + Times.iso(trace.job.time("created_at")));
        line("  Started: " + Times.iso(trace.started()));
        line("  Completed: " + Times.iso(trace.completed()));
        line("  Duration: " + (trace.totalMillis() < 0 ? "-"
            : Times.duration(trace.totalMillis()) + (trace.over() || trace.ended() != null ? "" : " so far")));
        line("");
    }

    /** The row's status alone when it is the truth, else what is, beside it. */
    static String status(Trace trace) {
        Verdict verdict = trace.verdict;
        String row = trace.job.inDatabase() ? trace.job.status() : null;
        String why = verdict.because().isEmpty() ? "" : ": " + verdict.because();
        if (row == null) {
            return verdict.state() + " (the database did not answer)" + why;
        }
        return row.equals(verdict.state()) ? row + (row.equals("running") && !why.isEmpty() ? " " + verdict.because() : "")
            : row + " (row) - " + verdict.state() + why;
    }

    private void pipeline() {
        line("Pipeline Trace:");
        for (Finding finding : trace.findings.values()) {
            if (finding.stage().sumsUp && finding.stage().quiet && finding.summary().isEmpty()) {
                continue;
            }
            if (!finding.stage().quiet || finding.status().wrong() || verbose) {
                line("  ", finding.status(), " " + finding.stage().title + " - " + finding.summary());
                finding.quotes().stream().limit(1).forEach(message -> quote(message.text, "         ", 3));
            }
        }
        line("");
    }

    private void performance() {
        line("Performance:");
        line("  Total Duration: " + (trace.totalMillis() < 0 ? "-" : Times.duration(trace.totalMillis())));
        for (Finding finding : trace.findings.values()) {
            Stage stage = finding.stage();
            if (!stage.row.isEmpty() && finding.millis() >= 0 && (!stage.rowWhenSlow || finding.slow() || verbose)) {
                line("  " + stage.row + ": " + Times.duration(finding.millis()) + (stage.title.equals(trace.bottleneck) ? " (bottleneck)" : "")
                    + (verbose && !stage.typical.isEmpty() ? " (typical " + stage.typical + ", concern over " + Times.number(stage.concern) + "s"
                        + (stage.per > 0 ? " per " + Times.number(stage.per) + " " + stage.unit : "") + ")" : ""));
            }
        }
        line("");
    }

    private void issues() {
        line("Issues Found:");
        if (trace.issues.isEmpty()) {
            line("  None");
        }
        int number = 0;
        for (Issue issue : trace.issues) {
            line("  " + ++number + ". ", issue.severity(), " " + issue.symptom());
            if (issue.since() != null) {
                line("     Since: " + Times.iso(issue.since()));
            }
            issue.evidence().stream().limit(verbose ? MOST_SHOWN : 2).forEach(message -> quote(message.text, "     ", verbose ? 40 : 5));
            if (!issue.cause().isEmpty()) {
                line("     Likely cause: " + issue.cause());
            }
            if (!issue.resolution().isEmpty()) {
                line("     Resolution: " + issue.resolution().get(0));
            }
            if (verbose) {
                trace.crashes.getOrDefault(issue.id(), List.of()).forEach(at -> line("     " + at));
            }
        }
        line("");
    }

    private void evidence() {
        line("Lines:");
        line("  " + trace.linesRead + " read, placed: " + trace.placed.entrySet().stream().map(rule -> rule.getKey() + " " + rule.getValue())
            .collect(Collectors.joining(", ")));
        for (Attempt attempt : trace.attempts) {
            line("  attempt: " + attempt.process + " in " + attempt.container + " from " + Times.MILLIS.format(attempt.from)
                + (attempt.to == null ? "" : " to " + Times.MILLIS.format(attempt.to))
                + (attempt.lost ? ", lost" : attempt.retries ? ", to be tried again" : ""));
        }
        trace.missing.forEach((key, why) -> line("  not read: " + key + ": " + why));
        line("");
        line("Evidence:");
        for (Finding finding : trace.findings.values()) {
            if (finding.evidence().isEmpty() && finding.notes().isEmpty()) {
                continue;
            }
            String numbers = finding.numbers().entrySet().stream()
                .map(number -> number.getKey() + " " + Times.number(number.getValue())).collect(Collectors.joining(", "));
            line("  " + finding.stage().title + ", step " + finding.stage().step + (numbers.isEmpty() ? "" : " (" + numbers + ")"));
            finding.notes().forEach(note -> line("     " + note));
            placed(finding.evidence());
        }
        line("");
        if (!trace.unrecognised.isEmpty()) {
            line("Warnings and errors that no stage knows (" + trace.unrecognised.size() + "):");
            placed(trace.unrecognised);
            line("");
        }
    }

    private void placed(List<Message> messages) {
        messages.stream().limit(MOST_SHOWN).forEach(message -> quote(Times.MILLIS.format(message.time) + " " + message.service
            + (message.process.isEmpty() ? "" : "/" + message.process) + " [" + message.placedBy + "] " + message.text, "     ", 5));
        if (messages.size() > MOST_SHOWN) {
            line("     and " + (messages.size() - MOST_SHOWN) + " more");
        }
    }

    private void plugins() {
        if (!trace.plugins.isEmpty()) {
            line("Checks:");
            for (PluginAnswer plugin : trace.plugins) {
                line("  ", plugin.status(), " " + plugin.name());
                quote(plugin.text(), "       ", 1);
            }
            line("");
        }
    }

    private void commands() {
        line("Commands:");
        for (Answer answer : trace.answers.values()) {
            line("  " + String.format(Locale.ROOT, "%.2fs", answer.seconds()) + " exit " + answer.exitCode()
                + (answer.timedOut() ? ", timed out" : "") + ", " + Times.count(answer.lines(), "line"));
            quote(answer.command(), "     ", 1);
        }
        line("");
    }

    /** Foreign text stands behind a bar and an indent, so that it cannot pass for a line of ours. */
    private void quote(String text, String indent, int most) {
        String[] lines = text.split("\n");
        int first = lines.length <= most ? lines.length : (most + 1) / 2;
        for (int i = 0; i < lines.length; i++) {
            if (i == first) {
                i = lines.length - most / 2;
                line(indent + "| … " + Times.count(lines.length - most, "line") + " more");
            }
            String line = lines[i].length() > LONGEST ? lines[i].substring(0, LONGEST) + "…" : lines[i];
            wrap(indent + "| " + Printable.plain(line), indent + "|   ");
        }
    }

    /** A line with a status, which is coloured when the line is wrapped: its codes have no width. */
    private void line(String before, Status status, String after) {
        String tag = "[" + status + "]";
        int start = out.length() + before.length();
        line(before + tag + after);
        String colour = Map.of(Status.OK, "green", Status.WARN, "yellow", Status.FAIL, "red", Status.UNKNOWN, "magenta")
            .getOrDefault(status, "faint");
        if (ansi.enabled()) {
            out.replace(start, start + tag.length(), ansi.string("@|" + colour + " " + tag + "|@"));
        }
    }

    private void line(String text) {
        wrap(text, " ".repeat(Math.min(20, text.length() - text.stripLeading().length() + 5)));
    }

    private void wrap(String text, String indent) {
        String rest = text;
        while (width > 40 && rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int cut = space > indent.length() + 2 ? space : width;
            out.append(rest, 0, cut).append('\n');
            rest = indent + rest.substring(cut).stripLeading();
        }
        out.append(rest).append('\n');
    }
}

/** The same as one JSON document, schema trace-job/1. */
interface JsonReport {
    static String render(Trace trace) {
        ObjectNode root = Json.NODES.objectNode().put("schema", "trace-job/1");
        ObjectNode job = root.putObject("job");
        job.put("id", trace.job.id());
        text(job, "name", trace.job.name());
        job.put("status", trace.job.status());
        time(job, "createdAt", trace.job.time("created_at"));
        time(job, "startedAt", trace.started());
        time(job, "completedAt", trace.completed());
        seconds(job, "durationSeconds", trace.totalMillis());
        text(job, "error", trace.job.column("error_message"));
        Set<String> told = Set.of("id", "name", "script", "status", "created_at", "started_at", "completed_at", "error_message",
            "preview_data", "matches", "now");
        trace.job.row().properties().forEach(field -> {
            if (!told.contains(field.getKey())) {
                job.set(field.getKey(), field.getValue());
            }
        });
        ObjectNode verdict = root.putObject("verdict").put("state", trace.verdict.state());
        text(verdict, "because", trace.verdict.because());
        time(verdict, "since", trace.verdict.since());
        trace.verdict.evidence().forEach(verdict.putArray("evidence")::add);
        ArrayNode stages = root.putArray("stages");
        for (Finding finding : trace.findings.values()) {
            ObjectNode stage = stages.addObject().put("id", finding.stage().id()).put("title", finding.stage().title)
                .put("status", finding.status().name()).put("summary", finding.summary());
            ObjectNode numbers = stage.putObject("numbers");
            finding.numbers().forEach((name, value) -> {
                if (value == Math.rint(value)) {
                    numbers.put(name, value.longValue());
                } else {
                    numbers.put(name, value);
                }
            });
            seconds(stage, "durationSeconds", finding.millis());
            stage.put("bottleneck", finding.stage().title.equals(trace.bottleneck));
            finding.notes().forEach(stage.putArray("notes")::add);
            evidence(stage, "evidence", trace, finding.evidence());
        }
        evidence(root, "unrecognised", trace, trace.unrecognised);
        ArrayNode issues = root.putArray("issues");
        for (Issue issue : trace.issues) {
            ObjectNode one = issues.addObject().put("id", issue.id()).put("severity", issue.severity().name()).put("symptom", issue.symptom());
            text(one, "cause", issue.cause());
            time(one, "since", issue.since());
            issue.resolution().forEach(one.putArray("resolution")::add);
            evidence(one, "evidence", trace, issue.evidence());
        }
        ArrayNode checks = root.putArray("checks");
        trace.plugins.forEach(plugin ->
            checks.addObject().put("name", plugin.name()).put("status", plugin.status().name()).put("text", plugin.text()));
        ArrayNode commands = root.putArray("commands");
        for (Answer answer : trace.answers.values()) {
            commands.addObject().put("command", answer.command()).put("exitCode", answer.exitCode()).put("seconds", answer.seconds())
                .put("lines", answer.lines()).put("timedOut", answer.timedOut());
        }
        return root.toPrettyString() + "\n";
    }

    private static void evidence(ObjectNode node, String name, Trace trace, List<Message> messages) {
        ArrayNode evidence = node.putArray(name);
        for (Message message : messages.subList(0, Math.min(messages.size(), 100))) {
            // A line that no rule placed is the row's own error, or one of a log.
            String log = "log " + message.service;
            String source = "database".equals(message.placedBy) ? "rows of job_logs"
                : Message.JOB_FILE.equals(message.placedBy) ? "file " + message.service + ":"
                : "check".equals(message.placedBy) || trace.answers.containsKey(log) ? log
                : message.placedBy == null ? "rows of etl_jobs" : Ask.OTHERS;
            ObjectNode one = evidence.addObject().put("command", trace.answers.values().stream().filter(answer -> answer.key().startsWith(source))
                .map(Answer::command).findFirst().orElse("")).put("service", message.service).put("container", message.container);
            one.put("time", Times.MILLIS.format(message.time)).put("text", message.text).put("placedBy", message.placedBy);
        }
    }

    private static void text(ObjectNode node, String name, String text) {
        node.put(name, text.isEmpty() ? null : text);
    }

    private static void time(ObjectNode node, String name, Instant time) {
        node.put(name, time == null ? null : Times.MILLIS.format(time));
    }

    private static void seconds(ObjectNode node, String name, long millis) {
        if (millis < 0) {
            node.putNull(name);
        } else {
            node.put(name, millis / 1000.0);
        }
    }
}
