import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the tests of lines have in common: lines as the two handlers write them, and what becomes of a log of them. */
abstract class LinesInput {
    static final String JOB = "11111111-1111-4111-8111-111111111111";
    static final String OTHER = "22222222-2222-4222-8222-222222222222";
    static final String TASK = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
    private int second;

    static JobFold fold(TextBudget budget) {
        return new JobFold(JOB, KnownLines.of(List.of(Tracing.everyLine())), budget, Integer.MAX_VALUE);
    }

    static Attribution attribution(String service, TextBudget budget) {
        return new Attribution(service, Map.of(), TimeWindow.ALL, new Redactor(false), new Folds(new JobIds(List.of(JOB)), id -> fold(budget), KnownLines.of(List.of())));
    }

    static Attribution attribution() {
        return attribution("celery-worker", new TextBudget());
    }

    /** What the log shows of the job. */
    static Trace finish(Attribution attribution) {
        Trace trace = new Trace(new Job(JOB, Json.NODES.objectNode(), true), Instant.EPOCH);
        attribution.of(trace.job).addTo(trace);
        trace.messages.sort(Trace.IN_TIME);
        return trace;
    }

    Trace place(String... lines) {
        Attribution attribution = attribution();
        for (String line : lines) {
            attribution.line("w  | " + String.format("2026-01-15T09:30:%02d.000000000Z ", second++) + line);
        }
        return finish(attribution);
    }

    String celery(int second, String process, String text) {
        return String.format("[2026-01-15 09:30:%02d,000: INFO/%s] %s", second, process, text);
    }

    String application(int second, String text) {
        return String.format("2026-01-15 09:30:%02d,000 - ETL - INFO - %s", second, text);
    }

    static List<String> told(Trace trace) {
        return trace.messages.stream().map(message -> message.placedBy + " " + message.text).toList();
    }
}
