import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * The timeline as text: a row for each stage, a column for each part of the job's time. How dark a column is says how much of
 * it the stage took, so that hundreds of batches stay readable.
 */
final class Waterfall {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final String BOTTLENECK = "  (bottleneck)";
    /** Columns where no terminal says how many it has, and the fewest that bars are drawn in. */
    private static final int WIDTH = 80;
    private static final int FEWEST = 10;
    private static final int MOST_MARKS = 10;
    /** What `✗ 20:39:21Z` needs. */
    private static final int MARK = 11;
    private static final int MOST_OTHER_JOBS = 5;
    /** Milliseconds; less is not told in tenths of a second. */
    private static final long SHORT = 100;

    /** A row: its entries, and what stands behind them; no entries where nothing was measured. */
    private record Row(String name, List<TimelineEntry> entries, String duration, boolean bottleneck, Status status) {}

    private final Trace trace;
    private final Timeline timeline;
    private final boolean ascii;
    private final CommandLine.Help.Ansi ansi;
    private final int width;
    private final StringBuilder out = new StringBuilder();
    private int names;
    private int columns;

    /** @param width of the terminal in characters, 0 for none; @param ascii without any other character */
    Waterfall(Trace trace, int width, boolean ascii, CommandLine.Help.Ansi ansi) {
        this.trace = trace;
        this.timeline = Timeline.of(trace);
        this.width = width > 0 ? width : WIDTH;
        this.ascii = ascii;
        this.ansi = ansi;
    }

    /** Ends with a line end. */
    String render() {
        if (timeline.from() == null) {
            return "Timeline: nothing was measured\n";
        }
        List<Row> rows = rows();
        List<TimelineEntry> marks = timeline.entries().stream().filter(entry -> entry.kind().moment()).toList();
        names = 2 + Math.max(marks.isEmpty() ? 0 : MARK, rows.stream().mapToInt(row -> row.name.length()).max().orElse(0));
        int durations = rows.stream().mapToInt(row -> row.duration.length()).max().orElse(0);
        columns = Math.max(FEWEST, width - 2 - names - 1 - durations - (rows.stream().anyMatch(Row::bottleneck) ? BOTTLENECK.length() : 0));
        head();
        rows.forEach(row -> line(row.name, coloured(bar(row.entries), row.status) + " " + " ".repeat(durations - row.duration.length()) + row.duration
            + (row.bottleneck ? BOTTLENECK : "")));
        timeline.entries(TimelineEntry.Kind.ATTEMPT).forEach(attempt -> line("worker", worker(attempt)));
        marks.stream().limit(MOST_MARKS).forEach(this::mark);
        if (marks.size() > MOST_MARKS) {
            line("", "and " + (marks.size() - MOST_MARKS) + " more");
        }
        return out.toString();
    }

    private void head() {
        boolean oneDay = LocalDate.ofInstant(timeline.from(), ZoneOffset.UTC).equals(LocalDate.ofInstant(timeline.to(), ZoneOffset.UTC));
        DateTimeFormatter clock = oneDay ? CLOCK : Times.SECONDS;
        long column = Math.round(whole() / (double) columns);
        out.append("Timeline: ").append(clock.format(timeline.from())).append(" to ").append(clock.format(timeline.to()))
            .append(", 1 column = ").append(column < SHORT ? column + "ms" : Times.duration(column)).append('\n');
    }

    private long whole() {
        return Math.max(1, Duration.between(timeline.from(), timeline.to()).toMillis());
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("Queued", timeline.entries(TimelineEntry.Kind.QUEUED)));
        List<TimelineEntry> others = timeline.entries(TimelineEntry.Kind.OTHER_JOB);
        others.stream().limit(MOST_OTHER_JOBS).forEach(other ->
            rows.add(row("job " + other.name().substring(0, Math.min(8, other.name().length())), List.of(other))));
        if (others.size() > MOST_OTHER_JOBS) {
            rows.add(row(others.size() - MOST_OTHER_JOBS + " other jobs", others.subList(MOST_OTHER_JOBS, others.size())));
        }
        for (Finding finding : trace.findings.values()) {
            if (finding.stage() instanceof PipelineStage stage && finding.status() != Status.SKIP) {
                List<TimelineEntry> visits = timeline.entries(TimelineEntry.Kind.STAGE).stream().filter(entry -> entry.stage() == stage).toList();
                rows.add(new Row(stage.performanceRow.isEmpty() ? stage.title : stage.performanceRow, visits,
                    finding.millis() < 0 ? "-" : Times.duration(finding.millis()), stage.title.equals(trace.bottleneck), finding.status()));
            }
        }
        Stream.of(TimelineEntry.Kind.RETRY, TimelineEntry.Kind.GAP).forEach(kind -> {
            List<TimelineEntry> entries = timeline.entries(kind);
            if (!entries.isEmpty()) {
                rows.add(row(kind == TimelineEntry.Kind.GAP ? "no stage" : "wait for retry", entries));
            }
        });
        return rows;
    }

    private static Row row(String name, List<TimelineEntry> entries) {
        return new Row(name, entries, entries.isEmpty() ? "-" : Times.duration(entries.stream().mapToLong(TimelineEntry::millis).sum()), false, Status.SKIP);
    }

    /** How much of each column these took, from 0 to 1; negative where none of them was. */
    private double[] taken(List<TimelineEntry> entries) {
        double[] taken = new double[columns];
        java.util.Arrays.fill(taken, -1);
        for (TimelineEntry entry : entries) {
            double from = at(entry.from());
            double to = at(entry.to());
            for (int i = column(from); i <= Math.max(column(from), (int) Math.ceil(to) - 1); i++) {
                taken[i] = Math.max(0, taken[i]) + Math.max(0, Math.min(to, i + 1) - Math.max(from, i));
            }
        }
        return taken;
    }

    /** Where a time is, in columns. */
    private double at(Instant time) {
        return Math.min(columns, Duration.between(timeline.from(), time).toMillis() * (double) columns / whole());
    }

    private int column(double at) {
        return Math.min(columns - 1, (int) at);
    }

    private String bar(List<TimelineEntry> entries) {
        StringBuilder bar = new StringBuilder();
        for (double part : taken(entries)) {
            int shade = part < 0 ? 0 : part < 0.25 ? 1 : part < 0.5 ? 2 : part < 0.75 ? 3 : 4;
            bar.append((ascii ? " .-+#" : " ░▒▓█").charAt(shade));
        }
        return bar.toString();
    }

    /** An attempt: the worker process in front of its line, or where there is room; one that was lost ends with a cross. */
    private String worker(TimelineEntry attempt) {
        boolean lost = timeline.entries(TimelineEntry.Kind.LOST).stream().anyMatch(one -> one.attempt() == attempt.attempt());
        int first = column(at(attempt.from()));
        int last = Math.max(first, (int) Math.ceil(at(attempt.to())) - 1);
        String name = ascii ? ascii(attempt.name()) : attempt.name();
        boolean inside = last - first > name.length() + 1;
        StringBuilder line = new StringBuilder(" ".repeat(columns));
        for (int i = first; i <= last; i++) {
            line.setCharAt(i, ascii ? '-' : '─');
        }
        if (lost) {
            line.setCharAt(last, ascii ? 'x' : '✗');
        }
        int at = inside ? first : last + 2 + name.length() <= columns ? last + 2 : first - 1 - name.length();
        if (at >= 0) {
            line.replace(at, at + name.length(), name);
            if (inside) {
                line.setCharAt(at + name.length(), ' ');
            }
        }
        return line.toString().stripTrailing();
    }

    private void mark(TimelineEntry mark) {
        boolean bad = mark.kind() != TimelineEntry.Kind.RESTART;
        String where = mark.stage() instanceof PipelineStage stage && !stage.performanceRow.isEmpty() ? stage.performanceRow : mark.name();
        boolean batches = mark.visit() > 0 && timeline.entries(TimelineEntry.Kind.STAGE).stream()
            .anyMatch(one -> one.stage() == mark.stage() && one.visit() > 1);
        String text = where + (batches ? ", batch " + mark.visit() : "") + (mark.times() > 1 ? ", " + mark.times() + " times" : "") + " | "
            + Printable.plain(mark.text());
        text = ascii ? ascii(text) : text;
        int room = Math.max(FEWEST, width - 2 - names);
        String cut = text.codePointCount(0, text.length()) <= room ? text
            : text.substring(0, text.offsetByCodePoints(0, room - (ascii ? 3 : 1))) + (ascii ? "..." : "…");
        String sign = bad ? ascii ? "x" : "✗" : "!";
        line((bad ? coloured(sign, Status.FAIL) : sign) + " " + CLOCK.format(mark.from()), MARK, cut);
    }

    private static String ascii(String text) {
        return text.codePoints().mapToObj(c -> c < 0x7F ? Character.toString(c) : "?").collect(Collectors.joining());
    }

    private String coloured(String text, Status status) {
        return ansi.enabled() ? ansi.string("@|" + TextReport.colour(status) + " " + text + "|@") : text;
    }

    private void line(String name, String rest) {
        line(name, name.length(), rest);
    }

    /** @param length of the name as it is seen */
    private void line(String name, int length, String rest) {
        out.append("  ").append(name).append(" ".repeat(names - length)).append(rest.stripTrailing()).append('\n');
    }
}
