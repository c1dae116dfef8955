import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** The boxed report, in the format of the hand-run page. */
final class TextReport {
    private static final String RULE = "=".repeat(44);
    private static final int MOST_SHOWN = 10;
    private static final int LONGEST = 240;
    private final Trace trace;
    private final boolean verbose;
    private final int width;
    private final CommandLine.Help.Ansi ansi;
    private final Clock clock;
    private final StringBuilder out = new StringBuilder();
    /** Where the time went, when that is asked for; null when it is not. */
    private Waterfall waterfall;

    /** @param width of the terminal in characters, 0 for none */
    TextReport(Trace trace, boolean verbose, int width, CommandLine.Help.Ansi ansi) {
        this(trace, verbose, width, ansi, Clock.utc(trace.now));
    }

    /** @param clock how times are told */
    TextReport(Trace trace, boolean verbose, int width, CommandLine.Help.Ansi ansi, Clock clock) {
        this.clock = clock;
        this.trace = trace;
        this.verbose = verbose;
        this.width = width;
        this.ansi = ansi;
    }

    TextReport(Trace trace, ReportOptions options) {
        this(trace, options.verbose(), options.width(), options.ansi(), options.clock());
        waterfall = options.waterfall() ? new Waterfall(trace, width, options.ascii(), ansi) : null;
    }

    String render(List<String> next) {
        line(RULE);
        line("ETL JOB TRACE: " + trace.job.id());
        line(RULE);
        line("");
        jobInfo();
        waiting();
        pipeline();
        performance();
        if (waterfall != null) {
            out.append(waterfall.render()).append('\n');
        }
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
        line("  Created: " + clock.time(trace.job.time("created_at")));
        line("  Started: " + clock.time(trace.started()));
        line("  Completed: " + clock.time(trace.completed()));
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
        return row.equals(verdict.state().toString()) ? row + (row.equals("running") && !why.isEmpty() ? " " + verdict.because() : "")
            : verdict.state() + (verdict.because().isEmpty() ? "" : " - " + verdict.because()) + " (database says: " + row + ")";
    }

    /** Why a job waits: its place, and who holds the workers. */
    private void waiting() {
        WaitReason waiting = WaitReason.of(trace);
        if (waiting == null || waiting.lines(clock::time).isEmpty()) {
            return;
        }
        line("Waiting:");
        waiting.lines(clock::time).forEach(line -> line("  " + line));
        line("");
    }

    private void pipeline() {
        line("Pipeline Trace:");
        for (Finding finding : trace.findings.values()) {
            if (finding.stage().isSummary && finding.stage().hiddenWhenOk && finding.summary().isEmpty()) {
                continue;
            }
            if (!finding.stage().hiddenWhenOk || finding.status().isProblem() || verbose) {
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
            if (finding.stage() instanceof PipelineStage stage && !stage.performanceRow.isEmpty() && finding.millis() >= 0
                    && (!stage.onlyWhenSlow || finding.slow() || verbose)) {
                line("  " + stage.performanceRow + ": " + Times.duration(finding.millis()) + (stage.title.equals(trace.bottleneck) ? " (bottleneck)" : "")
                    + (verbose && !stage.typical.isEmpty() ? " (typical " + stage.typical + ", concern over " + stage.limit() + ")" : ""));
            }
        }
        long unaccounted = Timeline.of(trace).unaccountedMillis();
        if (unaccounted > 0) {
            line("  No stage accounts for " + Times.duration(unaccounted));
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
                line("     Since: " + clock.time(issue.since()));
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
        trace.missing.forEach((key, why) -> line("  not read: " + key.replace("{job}", trace.job.id()) + ": " + why));
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
            line("Warnings and errors that no stage knows (" + Observation.count(trace.unrecognised) + "):");
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
            for (PluginResult plugin : trace.plugins) {
                line("  ", plugin.status(), " " + plugin.name());
                quote(plugin.text(), "       ", 1);
            }
            line("");
        }
    }

    private void commands() {
        line("Commands:");
        for (CommandResult answer : trace.answers.values()) {
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
        if (ansi.enabled()) {
            out.replace(start, start + tag.length(), ansi.string("@|" + colour(status) + " " + tag + "|@"));
        }
    }

    /** The colour that says a status. */
    static String colour(Status status) {
        return Map.of(Status.OK, "green", Status.RUN, "cyan", Status.WARN, "yellow", Status.FAIL, "red", Status.UNKNOWN, "magenta")
            .getOrDefault(status, "faint");
    }

    private void line(String text) {
        wrap(clock.local(text), " ".repeat(Math.min(20, text.length() - text.stripLeading().length() + 5)));
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
