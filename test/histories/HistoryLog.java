import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A history as the containers' logs hold it: two copies of a line, torn writes, containers in any order. */
final class HistoryLog {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private final History history;
    private final Random random;

    HistoryLog(History history) {
        this.history = history;
        this.random = history.random;
    }

    /** What one process hands to the pipe in one write, or a piece of it. */
    private record Piece(long at, int order, byte[] bytes, ModelLine of) {}

    private record Copy(ModelLine line, boolean celery) {}

    /** The recorded answers of all logs; marks the lines that another process tore. */
    String text() {
        Map<String, List<ModelLine>> processes = new TreeMap<>();
        List<ModelLine> inTime = new ArrayList<>(history.said);
        inTime.sort(Comparator.comparingLong(line -> line.time));
        for (ModelLine line : inTime) {
            processes.computeIfAbsent(line.container + " " + line.process, of -> new ArrayList<>()).add(line);
        }
        Map<String, List<Piece>> containers = new TreeMap<>();
        Map<String, String> services = new HashMap<>();
        int order = 0;
        for (List<ModelLine> process : processes.values()) {
            List<Copy> copies = new ArrayList<>();
            for (ModelLine line : process) {
                services.put(line.container, line.service);
                boolean celeryFirst = history.chance(0.5);
                for (int copy = 0; copy < line.copies(); copy++) {
                    copies.add(new Copy(line, line.celery && (!line.application || (copy == 0) == celeryFirst)));
                }
            }
            // Threads of one process that log in the same millisecond come between each other's copies.
            for (int i = 1; i < copies.size(); i++) {
                if (copies.get(i - 1).line.time == copies.get(i).line.time && history.chance(0.3)) {
                    Collections.swap(copies, i - 1, i);
                }
            }
            long clock = 0;
            for (Copy copy : copies) {
                clock = Math.max(clock + 5 + random.nextInt(40), copy.line.time * 1_000 + 60 + random.nextInt(900));
                byte[] bytes = (printed(copy.line, copy.celery, history.zone) + "\n").getBytes(StandardCharsets.UTF_8);
                for (int from = 0; from < bytes.length; from += 4_096) {
                    containers.computeIfAbsent(copy.line.container, of -> new ArrayList<>())
                        .add(new Piece(clock, order++, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 4_096)), copy.line));
                    clock += bytes.length > 4_096 ? 1 + random.nextInt(30_000) : 0;
                }
            }
        }
        Map<String, List<List<String>>> blocks = new TreeMap<>();
        containers.forEach((container, pieces) -> blocks.computeIfAbsent(services.get(container), of -> new ArrayList<>())
            .add(lines(container, pieces)));
        StringBuilder out = new StringBuilder();
        for (String service : List.of("celery-worker", "backend")) {
            List<List<String>> parts = blocks.getOrDefault(service, List.of());
            merge(parts).forEach(line -> HistoryRecording.entry(out, "log " + service, line));
            HistoryRecording.end(out, "log " + service);
        }
        for (ModelJob job : history.jobs) {
            HistoryRecording.entry(out, "log postgres", prefix("postgres-1") + docker(job.created * 1_000 + 700)
                + " 2026-01-15 09:30:00.000 UTC [27] ERROR:  column \"name\" does not exist at character 12");
            HistoryRecording.entry(out, "log postgres", prefix("postgres-1") + docker(job.created * 1_000 + 710)
                + " 2026-01-15 09:30:00.000 UTC [27] STATEMENT:  SELECT id, name, status, created_at, started_at, completed_at,"
                + " error_message FROM etl_jobs WHERE id::text LIKE '%" + job.id + "%';");
        }
        HistoryRecording.end(out, "log postgres");
        HistoryRecording.end(out, "log redis");
        return out.toString();
    }

    /** A line as one of the handlers prints it. */
    static String printed(ModelLine line, boolean celery, long zone) {
        if (!line.application && !line.celery) {
            return (line.access ? "INFO:     " : "") + line.text;
        }
        String time = SECONDS.format(Instant.ofEpochMilli(line.time + zone)) + String.format(Locale.ROOT, ",%03d", line.time % 1_000);
        return celery ? "[" + time + ": " + line.level + "/" + line.process + "] " + line.text
            : time + " - " + line.logger + " - " + line.level + " - " + line.text;
    }

    /** The pieces in the order in which the pipe took them, cut into lines as Docker cuts them. */
    private List<String> lines(String container, List<Piece> pieces) {
        pieces.sort(Comparator.comparingLong(Piece::at).thenComparingInt(Piece::order));
        List<String> lines = new ArrayList<>();
        ModelLine open = null;
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            ModelLine line = piece.of;
            if (open != null && open != line) {
                open.garbled = true;
                line.garbled = true;
            }
            text.append(new String(piece.bytes, StandardCharsets.UTF_8));
            boolean whole = text.charAt(text.length() - 1) == '\n';
            boolean rest = piece.bytes.length == 4_096;
            open = rest ? line : open == line ? null : open;
            for (int newline = text.indexOf("\n"); newline >= 0; newline = text.indexOf("\n")) {
                lines.add(prefix(container) + docker(piece.at) + " " + text.substring(0, newline));
                text.delete(0, newline + 1);
            }
            if (!whole && !rest) {
                throw new IllegalStateException("a whole message ends its line");
            }
        }
        return lines;
    }

    private String prefix(String container) {
        int draw = random.nextInt(20);
        return (draw == 0 ? "" : draw == 1 ? "\u001b[2K\u001b[2K" : "\u001b[2K") + container + "  | ";
    }

    private static String docker(long micros) {
        return Instant.ofEpochSecond(micros / 1_000_000).toString().replace("Z", "")
            + String.format(Locale.ROOT, ".%06d%03dZ", micros % 1_000_000, micros % 997);
    }

    /** Containers come one after the other, or in turns of a random length. */
    private List<String> merge(List<List<String>> parts) {
        List<String> merged = new ArrayList<>();
        List<Integer> next = new ArrayList<>(Collections.nCopies(parts.size(), 0));
        boolean blocks = history.chance(0.5);
        List<Integer> open = new ArrayList<>(IntStream.range(0, parts.size()).filter(part -> !parts.get(part).isEmpty()).boxed().toList());
        while (!open.isEmpty()) {
            int part = open.get(random.nextInt(open.size()));
            int from = next.get(part);
            int to = blocks ? parts.get(part).size() : Math.min(parts.get(part).size(), from + 1 + random.nextInt(30));
            merged.addAll(parts.get(part).subList(from, to));
            next.set(part, to);
            if (to == parts.get(part).size()) {
                open.remove(Integer.valueOf(part));
            }
        }
        return merged;
    }
}
