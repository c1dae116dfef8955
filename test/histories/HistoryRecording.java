import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A history as a recording that the tool replays: the row, the containers, the logs, the job's file. */
final class HistoryRecording {
    private final History history;
    private final ModelJob job;

    HistoryRecording(History history, ModelJob job) {
        this.history = history;
        this.job = job;
    }

    byte[] bytes() {
        StringBuilder out = new StringBuilder();
        out.append("{\"recording\": \"trace-job/1\", \"job\": \"").append(job.id).append("\", \"now\": \"").append(Instant.ofEpochMilli(history.now))
            .append("\", \"masked\": false, \"docker\": [\"docker\"], \"compose\": [], \"services\": {}}\n");
        String status = job.over >= 0 ? job.outcome : job.cancelled ? "cancelled" : "running";
        entry(out, "rows of etl_jobs", "{\"id\": \"" + job.id + "\", \"job_type\": \"single_script\", \"script_id\": \"" + job.scriptId
            + "\", \"status\": \"" + status + "\", \"error_message\": " + (job.over >= 0 && job.error != null ? quoted(job.error) : "null")
            + ", \"started_by\": \"admin\", \"created_at\": " + at(job.created) + ", \"started_at\": " + at(job.created + 12)
            + ", \"completed_at\": " + (job.over >= 0 ? at(job.over) : "null")
            + counts()
            + (history.specForm ? ", \"name\": " + quoted(job.script) : "") + ", \"matches\": 1}");
        end(out, "rows of etl_jobs");
        List<String> names = new ArrayList<>(List.of("postgres", "redis", "backend"));
        history.replicas.forEach(replica -> names.add("celery-worker"));
        int number = 0;
        StringBuilder states = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            String service = names.get(i);
            boolean worker = service.equals("celery-worker");
            number = worker ? i - 2 : 1;
            String name = worker ? history.replicas.get(number - 1).name : service.equals("backend") ? history.backend : service + "-1";
            String host = name.substring(0, Math.max(0, name.indexOf('/')));
            String local = name.substring(name.indexOf('/') + 1);
            String full = local.startsWith("p1lending") ? local : "p1lending-" + local;
            String id = String.format("%012x", 0xa1b2c3d4e5L + i);
            entry(out, "containers", "{\"ID\": \"" + id + "\", \"Name\": \"" + full + "\", \"Service\": \"" + service
                + (host.isEmpty() ? "" : "\", \"Host\": \"" + host) + "\", \"State\": \"running\", \"ExitCode\": 0, \"Health\": \"\"}");
            entry(states, "state of containers", "{\"Id\": \"" + id + "0".repeat(52) + "\", \"Created\": \"2026-01-12T06:00:01.5Z\","
                + " \"StartedAt\": \"2026-01-12T06:00:03.25Z\","
                + " \"FinishedAt\": \"0001-01-01T00:00:00Z\", \"OOMKilled\": false, \"ExitCode\": 0, \"Status\": \"running\","
                + " \"RestartCount\": 0, \"Name\": \"/" + full
                + "\", \"Service\": \"" + service + "\", \"Number\": \"" + (host.isEmpty() ? number : 1) + "\"}");
        }
        end(out, "containers");
        out.append(states);
        end(out, "state of containers");
        out.append(history.logs);
        file(out);
        int row = 100;
        for (ModelLine line : job.said) {
            if (line.step) {
                entry(out, "rows of job_logs", "{\"id\": " + row++ + ", \"job_id\": \"" + job.id + "\", \"level\": \"" + line.level
                    + "\", \"message\": " + quoted(line.text) + ", \"created_at\": " + at(line.time + 1) + "}");
            }
        }
        end(out, "rows of job_logs");
        entry(out, "rows of sql_scripts", "{\"id\": \"" + job.scriptId + "\", \"script\": " + quoted(job.script) + "}");
        end(out, "rows of sql_scripts");
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What the row counts, known when the job has completed. */
    private String counts() {
        EngineLines.Totals totals = job.over >= 0 ? job.totals : null;
        return totals == null ? "" : ", \"total_rows_processed\": " + totals.named + ", \"litigator_count\": " + totals.litigators
            + ", \"dnc_count\": " + totals.listed + ", \"both_count\": " + totals.both + ", \"clean_count\": " + totals.clean();
    }

    /** The job's own file: in the container of its last attempt, with what the same process wrote later for others. */
    private void file(StringBuilder out) {
        String key = history.specForm ? "file backend:logs/etl_job_{job}.log" : "file celery-worker:logs/jobs/{job}.log";
        String none = history.specForm ? "file celery-worker:logs/jobs/{job}.log" : "file backend:logs/etl_job_{job}.log";
        missing(out, none);
        if (history.specForm) {
            job.said.stream().filter(line -> line.application && line.service.equals("backend"))
                .sorted(Comparator.comparingLong(line -> line.time))
                .forEach(line -> entry(out, key, HistoryLog.printed(line, false, history.zone)));
            end(out, key);
            return;
        }
        ModelRun last = job.runs.isEmpty() ? null : job.runs.get(job.runs.size() - 1);
        record Line(long time, String text) {}
        List<Line> lines = new ArrayList<>();
        for (ModelRun opened : job.runs) {
            boolean silent = job.said.stream().noneMatch(line -> line.attempt == opened.number && line.application);
            if (silent || opened.slot.replica != last.slot.replica) {
                continue;
            }
            long ended = ended(opened);
            for (ModelLine line : history.said) {
                // A process's name comes again after a restart of its container; the process does not.
                if (line.application && line.container.equals(opened.slot.replica.name) && line.process.equals(opened.process)
                        && line.time >= opened.from && line.time < ended) {
                    lines.add(new Line(line.time, HistoryLog.printed(line, false, history.zone)
                        .replace(" - " + line.text, " - " + (line.step ? "log_step:160" : "run:42") + " - " + line.text)));
                }
            }
        }
        if (lines.isEmpty()) {
            missing(out, key);
            return;
        }
        lines.sort(Comparator.comparingLong(Line::time));
        lines.forEach(line -> Arrays.stream(line.text.split("\n", -1)).forEach(text -> entry(out, key, text)));
        end(out, key);
    }

    /** When the process of this attempt died: at its own end if it was lost, else with the first that was lost there later. */
    private long ended(ModelRun run) {
        return history.jobs.stream().flatMap(job -> job.runs.stream())
            .filter(other -> other.slot.replica == run.slot.replica && other.to != Long.MAX_VALUE && other.to >= run.from
                && (other.process.equals(run.process) || other.job.fate != ModelJob.Fate.KILLED
                    || other.death != null && other.death.text.startsWith(" ")))
            .mapToLong(other -> other.to).min().orElse(Long.MAX_VALUE);
    }

    private static String at(long millis) {
        return "\"" + Instant.ofEpochMilli(millis).toString().replace("Z", "+00:00") + "\"";
    }

    private static void missing(StringBuilder out, String key) {
        out.append("{\"of\": \"").append(key).append("\", \"command\": \"docker compose exec …\","
            + " \"exit\": 1, \"seconds\": 0.1, \"timedOut\": false, \"problem\": "
            + "\"cat: no such file: No such file or directory\"}\n");
    }

    /** The end of an answer that came whole. */
    static void end(StringBuilder out, String key) {
        out.append("{\"of\": \"").append(key).append("\", \"command\": \"docker compose …\","
            + " \"exit\": 0, \"seconds\": 0.1, \"timedOut\": false, \"problem\": null}\n");
    }

    /** One line of an answer. */
    static void entry(StringBuilder out, String key, String line) {
        out.append("{\"of\": \"").append(key).append("\", \"out\": ").append(quoted(line)).append("}\n");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 20).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

}
