import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One thing that a process said once, however often it is printed. */
final class ModelLine {
    String service;
    String container;
    String process = "";
    /** Milliseconds of the application's clock in UTC; Docker's clock where the line has none. */
    long time;
    String level = "INFO";
    String logger = "";
    String text;
    /** Printed by the application's handler, by Celery's, or as it is. */
    boolean application;
    boolean celery;
    /** An access line of uvicorn, without a time of its own. */
    boolean access;
    ModelJob owner;
    int attempt = -1;
    /** Jobs that may count it as theirs without being wrong. */
    final Set<ModelJob> shared = new HashSet<>();
    /** A row of job_logs. */
    boolean step;
    /** Of which stage it marks the beginning, the end, or a breakdown. */
    String begins = "";
    String ends = "";
    String breaks = "";
    final Map<String, Long> numbers = new TreeMap<>();
    /** Destroyed by another process's writing in the middle of it, or by it in the middle of another's. */
    boolean garbled;

    ModelLine number(String name, long value) {
        numbers.merge(name, value, Long::sum);
        return this;
    }

    ModelLine begins(String stage) {
        begins = stage;
        return this;
    }

    ModelLine ends(String stage) {
        ends += " " + stage;
        return this;
    }

    ModelLine breaks(String stage) {
        breaks = stage;
        return this;
    }

    int copies() {
        return application && celery ? 2 : 1;
    }

    int lines() {
        return copies() * text.split("\n", -1).length;
    }
}
