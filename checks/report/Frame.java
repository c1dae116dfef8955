import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** One look at a job that goes on: what fits on the screen, the most important first. A line is never wider than that. */
final class Frame {
    private static final String HINT = "Ctrl-C stops watching; the job goes on";
    private static final Map<Status, String> COLOURS = Map.of(Status.OK, "green", Status.RUN, "cyan", Status.WARN, "yellow", Status.FAIL, "red",
        Status.UNKNOWN, "magenta", Status.SKIP, "faint");
    private final Trace trace;
    private final List<String> notes;
    private final Clock clock;
    private final CommandLine.Help.Ansi ansi;

    /** A line, with its status in front of it; null for none. */
    private record Row(Status status, String text) {}

    /** @param notes what could not be asked */
    Frame(Trace trace, List<String> notes, Clock clock, CommandLine.Help.Ansi ansi) {
        this.trace = trace;
        this.notes = notes;
        this.clock = clock;
        this.ansi = ansi;
    }

    /** At most so many lines, none of them with more columns. */
    List<String> lines(int lines, int columns) {
        List<Row> head = head();
        List<Row> stages = stages();
        List<Row> below = below();
        int room = lines - head.size() - below.size() - 1;
        stages = stages.size() <= room ? wrapped(stages, room, columns) : folded(folded(stages, Status.OK, room), Status.SKIP, room);
        List<Row> rows = new ArrayList<>(head);
        rows.addAll(stages);
        rows.addAll(below);
        rows = rows.subList(0, Math.max(1, Math.min(rows.size(), lines - 1)));
        List<String> shown = rows.stream().map(row -> shown(row, columns)).collect(Collectors.toCollection(ArrayList::new));
        if (lines > 1 && !trace.over()) {
            shown.add(cut(HINT, columns));
        }
        return shown;
    }

    private List<Row> head() {
        List<Row> head = new ArrayList<>();
        head.add(new Row(null, "ETL job " + trace.job.id()));
        head.add(new Row(null, "  " + TextReport.status(trace) + (trace.totalMillis() < 0 ? "" : ", " + Times.duration(trace.totalMillis()))));
        head.add(new Row(null, "  Created " + clock.time(trace.job.time("created_at"))));
        WaitReason waits = WaitReason.of(trace);
        if (waits != null) {
            waits.lines(clock::time).forEach(line -> head.add(new Row(null, "  " + line)));
        }
        return head;
    }

    private List<Row> stages() {
        return trace.findings.values().stream().filter(finding -> !finding.stage().hiddenWhenOk)
            .map(finding -> new Row(finding.status(), finding.stage().title + " - " + finding.summary())).toList();
    }

    private List<Row> below() {
        List<Row> below = new ArrayList<>();
        trace.issues.forEach(issue -> below.add(new Row(issue.severity(), issue.symptom())));
        notes.forEach(note -> below.add(new Row(null, note)));
        return below;
    }

    /** What is at work is told whole where there is room. */
    private static List<Row> wrapped(List<Row> rows, int room, int columns) {
        List<Row> wrapped = new ArrayList<>();
        int spare = room - rows.size();
        for (Row row : rows) {
            int cut = row.status == Status.RUN && spare > 0 && row.text.length() > columns - 8 ? row.text.lastIndexOf(' ', columns - 8) : -1;
            wrapped.add(cut < 1 ? row : new Row(row.status, row.text.substring(0, cut)));
            if (cut > 0) {
                wrapped.add(new Row(null, "        " + row.text.substring(cut + 1)));
                spare--;
            }
        }
        return wrapped;
    }

    /** Those of this status that follow one another in one line, where there is no room for all. */
    private static List<Row> folded(List<Row> rows, Status status, int room) {
        List<Row> folded = new ArrayList<>();
        int spare = rows.size() - room;
        for (Row row : rows) {
            Row last = folded.isEmpty() ? null : folded.get(folded.size() - 1);
            if (spare > 0 && row.status == status && last != null && last.status == status) {
                folded.set(folded.size() - 1, new Row(status, title(last) + ", " + title(row)));
                spare--;
            } else {
                folded.add(row);
            }
        }
        return folded;
    }

    private static String title(Row row) {
        int says = row.text.indexOf(" - ");
        return says < 0 ? row.text : row.text.substring(0, says);
    }

    private String shown(Row row, int columns) {
        if (row.status == null) {
            return cut(clock.local(row.text), columns);
        }
        String tag = "[" + row.status + "]";
        String line = cut("  " + tag + " " + clock.local(row.text), columns);
        return ansi.enabled() && line.contains(tag) ? line.replace(tag, ansi.string("@|" + COLOURS.get(row.status) + " " + tag + "|@")) : line;
    }

    private static String cut(String text, int columns) {
        String plain = Printable.plain(text);
        return plain.length() <= columns ? plain : plain.substring(0, Math.max(0, columns - 1)) + "…";
    }
}
