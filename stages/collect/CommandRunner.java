//SOURCES AskedAhead.java
//SOURCES AuditRecorder.java
//SOURCES AuditRecording.java
//SOURCES ComposeTarget.java
//SOURCES DockerHost.java
//SOURCES DockerTrouble.java
//SOURCES FoldedLog.java
//SOURCES ForwardingSource.java
//SOURCES Guarded.java
//SOURCES HeldLines.java
//SOURCES KeptLines.java
//SOURCES KnownFailure.java
//SOURCES LineHandler.java
//SOURCES LiveSource.java
//SOURCES LogLine.java
//SOURCES OnePsql.java
//SOURCES LogTails.java
//SOURCES Period.java
//SOURCES Progress.java
//SOURCES RecordedEvidence.java
//SOURCES Recorder.java
//SOURCES Recording.java
//SOURCES Redactor.java
//SOURCES Settings.java
//SOURCES SeveralHosts.java
//SOURCES SideBySide.java
//SOURCES Source.java
//SOURCES SourceTemplate.java
//SOURCES Stamps.java
//SOURCES StackContainers.java
//SOURCES StackOfFile.java
//SOURCES SwarmStack.java
//SOURCES SwarmStacks.java
//SOURCES SwarmTask.java
//SOURCES SwarmWords.java
//SOURCES TargetOptions.java
//SOURCES TemplateSource.java
//SOURCES TimeWindow.java

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.StartedProcess;
import org.zeroturnaround.exec.stream.PumpStreamHandler;
import org.zeroturnaround.exec.stream.StreamPumper;

/** Runs commands as argument lists, each with a time limit, and leaves none of them behind. */
final class CommandRunner {
    private static final int LONGEST_LINE = 256 * 1024;
    /** The exit code of a command that SIGINT ended. */
    private static final int INTERRUPTED = 130;
    private static final long OWN_END = 500;
    private static final int LONGEST_COMPLAINT = 300;
    private static final int MOST_COMPLAINTS = 200;
    /** Seconds. */
    private static final double FOR_EVER = 1e9;
    /** What docker says of `docker compose …` without its plugin: the usage of its own, after a flag that it does not know. */
    private static final Pattern NO_COMPOSE = Pattern.compile("^Usage:\\s+docker \\[OPTIONS\\] COMMAND"
        + "|^docker: (?:unknown command: docker compose|'compose' is not a docker command)");
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile long deadline;
    private final double limit;
    /** Held while a command is started, and at the end for good: a command is either among those that run, or never starts. */
    private final ReadWriteLock starts = new ReentrantReadWriteLock();
    private volatile boolean closed;

    /** @param limit seconds for one command; a whole run has twice that and 5 more */
    CommandRunner(double limit) {
        this(limit, 2 * limit + 5);
    }

    /** @param limit seconds for one command; @param all seconds for all of them */
    CommandRunner(double limit, double all) {
        this.limit = limit;
        this.deadline = System.nanoTime() + (long) (all * 1e9);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            closed = true;
            starts.writeLock().lock();
            running.forEach(CommandRunner::kill);
        }));
    }

    /** From now on commands have the time of a whole run again: what goes on for long asks now and then. */
    void renew() {
        deadline = System.nanoTime() + (long) ((2 * limit + 5) * 1e9);
    }

    /** Runs a command that has no end of its own. @param begun is given what kills it */
    CommandResult follow(String key, List<String> command, LineHandler sink, Consumer<Runnable> begun) {
        return run(key, command, Map.of(), new byte[0], sink, Streams.STDOUT, FOR_EVER, begun);
    }

    /** As `log`, of a log that has no end of its own. @param begun is given what kills it */
    CommandResult followLog(String key, List<String> command, LineHandler sink, Consumer<Runnable> begun) {
        return run(key, command, Map.of(), new byte[0], sink, Streams.LOG, FOR_EVER, begun);
    }

    /**
     * Runs a log command of docker's own, with `--timestamps`: unlike Compose it hands on over its stderr what a container wrote
     * to stderr, as Celery does. Whatever begins with a time is the log's, anything else is a complaint.
     */
    CommandResult log(String key, List<String> command, LineHandler sink) {
        return run(key, command, Map.of(), new byte[0], sink, Streams.LOG, left(), stop -> {});
    }

    /** Runs a command whose answer is small by nature. */
    CommandResult ask(String key, List<String> command) {
        KeptLines kept = new KeptLines();
        return kept.of(run(key, command, Map.of(), kept));
    }

    /** Runs a log command of docker's own for its first line alone. */
    CommandResult firstOfLog(String key, List<String> command) {
        List<String> first = new ArrayList<>();
        return log(key, command, line -> {
            first.add(line);
            return false;
        }).with(first);
    }

    CommandResult run(String key, List<String> command, Map<String, String> env, LineHandler sink) {
        return run(key, command, env, new byte[0], sink);
    }

    /** @param env added to the environment; its values are printed nowhere; @param input what the command reads */
    CommandResult run(String key, List<String> command, Map<String, String> env, byte[] input, LineHandler sink) {
        return run(key, command, env, input, sink, Streams.STDOUT, left(), stop -> {});
    }

    /** Seconds that a command has. */
    private double left() {
        return Math.min(limit, (deadline - System.nanoTime()) / 1e9);
    }

    /** Which of a command's lines are its answer: those of stdout, or of both streams, in their order, those that begin with a time. */
    private enum Streams { STDOUT, LOG }

    private CommandResult run(String key, List<String> command, Map<String, String> env, byte[] input, LineHandler sink, Streams streams, double seconds,
            Consumer<Runnable> begun) {
        long start = System.nanoTime();
        String shown = shown(command);
        List<String> complaints = new ArrayList<>();
        Consumer<String> complain = line -> {
            if (complaints.size() < MOST_COMPLAINTS) {
                complaints.add(line);
            }
        };
        Lines out = new Lines(sink, streams == Streams.LOG ? Stamps::begins : line -> true, complain);
        Lines err = new Lines(line -> true, line -> false, complain);
        if (closed || seconds <= 0) {
            return new CommandResult(key, shown, -1, 0, 0, true, List.of(), "not asked: the time of the whole run is over");
        }
        StartedProcess started;
        starts.readLock().lock();
        try {
            started = new ProcessExecutor().command(command).environment(env).environment("DOCKER_CLI_HINTS", "false")
                .redirectErrorStream(streams == Streams.LOG).streams(new Pump(out, err, input)).start();
            running.add(started.getProcess());
        } catch (IOException cannotStart) {
            return new CommandResult(key, shown, -1, 0, 0, false, List.of(), Printable.plain(command.get(0)) + " " + absent(command.get(0)));
        } finally {
            starts.readLock().unlock();
        }
        Process process = started.getProcess();
        out.stop = () -> kill(process);
        begun.accept(out.stop);
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
        if (code == INTERRUPTED && !out.stopped) {
            awaitOwnEnd();
        }
        double took = (System.nanoTime() - start) / 1e9;
        boolean wanted = out.stopped && !timedOut;
        String problem = timedOut ? String.format(Locale.ROOT, "timed out after %.0f s", seconds)
            : wanted ? null : code == 0 ? null : complaint(complaints, code);
        return new CommandResult(key, shown, wanted ? 0 : code, took, out.count, timedOut, List.of(), problem);
    }

    /** Why it cannot start, as its file tells: zt-exec's message holds the whole environment, passwords included. */
    private static String absent(String program) {
        Path file = Path.of(program);
        return !program.contains("/") ? "is not installed here" + (Files.exists(file) ? "; for the file in this folder type ./" + file : "")
            : !Files.exists(file) ? "does not exist" : !Files.isExecutable(file) ? "is not executable (chmod +x makes it so)" : "cannot be run: look at its first line";
    }

    /** Ctrl-C reaches a command and us alike: ours is the answer, and comes within so many milliseconds. */
    private static void awaitOwnEnd() {
        try {
            Thread.sleep(OWN_END);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
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
        return new Redactor(true).text(Printable.plain(brief));
    }

    /** The command as a person would type it. */
    static String shown(List<String> command) {
        return command.stream().map(word -> word.matches("[\\w@%+=:,./-]+") ? word
            : "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }

    /** Reads what a command writes in large pieces. */
    private static final class Pump extends PumpStreamHandler {
        /** Bytes: as much as a pipe holds. */
        private static final int MOST_AT_ONCE = 64 * 1024;

        Pump(Lines out, Lines err, byte[] input) {
            super(out, err, new ByteArrayInputStream(input));
        }

        @Override
        protected Thread createPump(InputStream from, OutputStream to, boolean close, boolean flush) {
            return newThread(new StreamPumper(from, to, close, MOST_AT_ONCE, flush));
        }
    }

    /** Cuts a stream into lines of UTF-8, each of bounded length. */
    private static final class Lines extends OutputStream {
        /** Bytes. */
        private static final int SMALL_PIECE = 16 * 1024;
        private static final int FEW_PIECES = 100;
        /** Nanoseconds. docker writes each line by itself: to wait a moment for more costs less than to wake up for each. */
        private static final long REST = 1_000_000;
        private final LineHandler sink;
        private final Predicate<String> wanted;
        private final Consumer<String> others;
        private byte[] line = new byte[8192];
        private int length;
        private int pieces;
        long count;
        volatile boolean stopped;
        volatile Throwable fault;
        volatile Runnable stop = () -> {};

        /** @param sink takes the lines that are wanted; @param others takes the rest */
        Lines(LineHandler sink, Predicate<String> wanted, Consumer<String> others) {
            this.sink = sink;
            this.wanted = wanted;
            this.others = others;
        }

        @Override
        public void write(int single) {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int size) {
            if (size < SMALL_PIECE && ++pieces > FEW_PIECES) {
                LockSupport.parkNanos(REST);
            }
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
            if (!wanted.test(text)) {
                others.accept(text);
                return;
            }
            count++;
            if (!sink.line(text)) {
                stopped = true;
                stop.run();
            }
        }
    }
}
