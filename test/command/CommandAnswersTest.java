import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a stack answers, and what becomes of it: rows of a check, a reader with a fault, a job that ends while it is traced. */
class CommandAnswersTest {
    /** A check that asks for rows of its own; they look like those of job_logs, and tell of another job. */
    private static final class Notes extends Check {
        Notes() {
            super("Notes");
            runs("docker compose exec -T postgres psql -U p1lending -c \"SELECT to_jsonb(n) FROM notes n\"");
        }

        @Override
        Issue inspect(Trace trace) {
            return nothing();
        }
    }

    @Test
    void rowsAreLinesOfTheJobOnlyWhereAStageDeclaresThem() throws IOException {
        Source stack = new DemoStack() {
            @Override
            public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
                if (!ask.key().equals("rows of notes")) {
                    return super.stream(ask, fill, replica, sink);
                }
                sink.line("{\"message\": \"Error querying DNC chunk 1: database is locked\", \"level\": \"ERROR\", \"created_at\": \"2026-01-15T09:30:38Z\"}");
                return new CommandResult(ask.key(), "psql", 0, 0.1, 1, false, List.of(), null);
            }
        };
        Trace trace = DemoStack.judged(stack, Tracing.stages(), List.of(new Notes()));
        assertTrue(trace.answered("rows of notes"), "nobody asked for them");
        assertEquals(List.of(), trace.messages(message -> message.text.startsWith("Error querying DNC")));
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace));
        // Those of job_logs are: each is a copy of a line, or an event of its own.
        assertEquals(11, trace.placed.get(PlacedBy.DATABASE));
    }

    /** A stage in which something is wrong with the lines of one service. */
    private static final class Broken extends Stage {
        private final String service;

        Broken(String service) {
            super("Broken", 200);
            hideWhenOk();
            this.service = service;
        }

        @Override
        boolean overhears(Message message) {
            if (message.service.equals(service)) {
                throw new IllegalStateException("no such line");
            }
            return false;
        }
    }

    private static Trace withABrokenReader(String service, String container) throws IOException {
        List<Stage> stages = new ArrayList<>(Tracing.stages());
        stages.add(new Broken(service));
        return DemoStack.judged(new DemoStack() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                return demo.log(ask, window, !ask.service().equals(service) ? reader : () -> {
                    LogHandler lines = reader.get();
                    lines.line(container + "  | 2026-01-15T09:29:50.000000000Z 2026-01-15 09:29:50,000 - ETL.X - ERROR - nobody's");
                    lines.line(container + "  | 2026-01-15T09:29:55.000000000Z 2026-01-15 09:29:55,000 - ETL.X - INFO - much later");
                    return lines;
                });
            }
        }, stages, Scripts.all(Check.class));
    }

    @Test
    void aFaultInTheReaderOfOneLogCostsThatLogAlone() throws IOException {
        String why = "a fault of trace-job: java.lang.IllegalStateException: no such line at CommandAnswersTest$Broken.overhears(CommandAnswersTest.java:";
        Trace backend = withABrokenReader("backend", "p1lending-new-backend");
        assertTrue(backend.missing.get("log backend").startsWith(why), backend.missing.toString());
        assertTrue(DemoStack.told(backend).startsWith(Demo.ALL_IS_WELL.stripTrailing()), DemoStack.told(backend));
        assertEquals("UNKNOWN not every log could be read", backend.findings.get("Error Analysis").status() + " " + backend.findings.get("Error Analysis").summary());
        Trace worker = withABrokenReader("celery-worker", "p1lending-new-celery");
        for (String stage : new String[] {"Snowflake Query", "idiCORE Enrichment", "CCC Litigator Check", "DNC Check", "Results Upload"}) {
            Finding finding = worker.findings.get(stage);
            assertEquals(Status.UNKNOWN, finding.status(), stage);
            assertTrue(finding.summary().contains(": " + why), finding.summary());
        }
        assertEquals(Status.OK, worker.findings.get("Job Created").status());
    }

    /** The demo's job ends while it is traced: the row says running the first time, and all is read twice. */
    private static class EndsMeanwhile extends DemoStack {
        private final Map<String, Integer> times = new ConcurrentHashMap<>();

        EndsMeanwhile() throws IOException {
            super();
        }

        int time(Command ask) {
            return times.merge(ask.key(), 1, Integer::sum);
        }

        static CommandResult tooLate(Command ask) {
            return new CommandResult(ask.key(), "", -1, 0, 0, true, List.of(), "not asked: the time of the whole run is over");
        }

        @Override
        public CommandResult ask(Command ask, Map<String, String> fill) {
            if (ask.key().endsWith(" tasks")) {
                return new CommandResult(ask.key(), "", 0, 0, 1, false, List.of("{\"worker\":\"celery@w\"}"), null);
            }
            CommandResult answer = demo.ask(ask, fill);
            if (!ask.key().equals("rows of etl_jobs") || time(ask) > 1) {
                return answer;
            }
            ObjectNode row = (ObjectNode) Json.read(answer.out().get(0));
            return answer.with(List.of(row.put("status", "running").putNull("completed_at").put("message", "").toString()));
        }
    }

    @Test
    void aJobThatEndsWhileItIsTracedIsNotToldByAPoorerSecondLook() throws IOException {
        Trace trace = DemoStack.judged(new EndsMeanwhile() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                return time(ask) == 1 ? demo.log(ask, window, reader) : tooLate(ask);
            }

            @Override
            public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
                return time(ask) == 1 ? demo.stream(ask, fill, replica, sink) : tooLate(ask);
            }
        }, Tracing.stages(), List.of());
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace));
        assertEquals("completed", TextReport.status(trace));
        assertEquals("Refinance leads, Ohio", trace.job.name());
    }

    /** The worker takes the demo's job after its log was read, and before its file and the rows of job_logs are. */
    @Test
    void aJobThatIsBegunWhileItIsTracedHasLostNothing() throws IOException {
        Trace trace = DemoStack.judged(new EndsMeanwhile() {
            @Override
            public Instant now() {
                return Instant.parse("2026-01-15T09:30:00Z");
            }

            @Override
            public CommandResult ask(Command ask, Map<String, String> fill) {
                CommandResult answer = demo.ask(ask, fill);
                return !ask.key().equals("rows of etl_jobs") ? super.ask(ask, fill)
                    : answer.with(List.of(((ObjectNode) Json.read(answer.out().get(0))).put("status", "running").putNull("completed_at").toString()));
            }

            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                boolean early = ask.service().equals("celery-worker") && time(ask) == 1;
                return demo.log(ask, window, !early ? reader : () -> {
                    LogHandler lines = reader.get();
                    return line -> !line.contains(" 09:29:") || lines.line(line);
                });
            }
        }, Tracing.stages(), Scripts.all(Check.class));
        assertEquals("OK Worker picked up job", trace.findings.get("Task Started").status() + " " + trace.findings.get("Task Started").summary());
        assertEquals(List.of(), trace.findings.values().stream().filter(finding -> finding.status() == Status.UNKNOWN).toList());
    }

    @Test
    void aSecondLookThatSawTheEndIsTakenThoughItLostAFile() throws IOException {
        Trace trace = DemoStack.judged(new EndsMeanwhile() {
            @Override
            public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
                boolean cut = ask.service().equals("celery-worker") && time(ask) == 1;
                return demo.log(ask, window, !cut ? reader : () -> {
                    LogHandler lines = reader.get();
                    return line -> line.contains("09:30:4") || lines.line(line);
                });
            }

            @Override
            public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
                return time(ask) == 1 ? demo.stream(ask, fill, replica, sink) : tooLate(ask);
            }
        }, Tracing.stages(), List.of());
        assertTrue(DemoStack.told(trace).startsWith(Demo.ALL_IS_WELL.stripTrailing()), DemoStack.told(trace));
        assertEquals(Status.UNKNOWN, trace.findings.get("Job Log File").status());
    }
}
