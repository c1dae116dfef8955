import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is asked before it is known which job it is for: once each, and nothing that was read too early counts. */
class AskedAheadTest {
    private static final String ENDS = "ends of the logs";

    /** The demo's stack, which notes what it is asked. */
    private static class Stack extends DemoStack {
        final List<String> asked = Collections.synchronizedList(new ArrayList<>());

        Stack() throws IOException {}

        @Override
        public CommandResult ask(Command ask, Map<String, String> fill) {
            asked.add(ask.key());
            return demo.ask(ask, fill);
        }

        @Override
        public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
            asked.add(ask.key());
            return demo.stream(ask, fill, replica, sink);
        }

        @Override
        public CommandResult log(Command ask, TimeWindow window, Supplier<LogHandler> reader) {
            asked.add(ask.key());
            return ask.key().equals(ENDS) ? ends(ask, reader.get()) : demo.log(ask, window, reader);
        }

        CommandResult ends(Command ask, LogHandler lines) {
            for (String log : List.of("log backend", "log celery-worker", Command.OTHERS)) {
                demo.log(new Command(log, Command.Kind.LOG, "", List.of()), TimeWindow.ALL, () -> lines);
            }
            return new CommandResult(ask.key(), "", 0, 0, 1, false, List.of(), null);
        }
    }

    private static Trace trace(Stack stack) {
        Collector gathering = Tracing.collector(new AskedAhead(stack, new ComposeTarget()), Tracing.stages(), List.of(), new Redactor(true), new ComposeTarget());
        gathering.askAhead = true;
        Collector.Found found = gathering.find(Demo.JOB, "");
        Trace trace = new Trace(gathering.trace(found.jobs().get(0), found));
        Judge.judge(trace, Tracing.stages(), Tracing.stages(), List.of());
        return trace;
    }

    @Test
    void aJobWhoseWholeIdIsKnownIsToldByOneAskingForEach() throws IOException {
        Stack stack = new Stack();
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace(stack)));
        assertEquals(List.of("containers", ENDS, "file celery-worker:logs/jobs/{job}.log", "rows of etl_jobs", "rows of job_logs", "rows of sql_scripts",
            "state of containers"), stack.asked.stream().sorted().toList());
    }

    @Test
    void ofAJobThatGoesOnLogsAndFileAreReadAfterItsRow() throws IOException {
        Stack stack = new Stack() {
            @Override
            public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
                return super.stream(ask, fill, replica, !ask.key().equals("rows of etl_jobs") ? sink : line -> {
                    ObjectNode row = (ObjectNode) Json.read(line);
                    return sink.line(row.put("status", "running").putNull("completed_at").put("message", "").toString());
                });
            }
        };
        trace(stack);
        int row = stack.asked.indexOf("rows of etl_jobs");
        assertTrue(stack.asked.indexOf(ENDS) > row, stack.asked.toString());
        assertTrue(stack.asked.lastIndexOf("file celery-worker:logs/jobs/{job}.log") > Math.max(row, stack.asked.indexOf("file celery-worker:logs/jobs/{job}.log")),
            stack.asked.toString());
    }

    @Test
    void aFileThatIsLongIsReadFromItsBeginningOnceTheLogsAreRead() throws IOException {
        Stack stack = new Stack() {
            @Override
            public CommandResult stream(Command ask, Map<String, String> fill, Container replica, LineHandler sink) {
                CommandResult whole = super.stream(ask, fill, replica, sink);
                // What belongs to no job stands behind it.
                for (int line = 0; ask.kind() == Command.Kind.FILE && line < 20_000 && sink.line("2026-01-15 09:40:00,000 - another job's"); line++) {
                    continue;
                }
                return whole;
            }
        };
        Trace trace = trace(stack);
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace));
        assertEquals(trace(new Stack()).events, trace.events);
        assertEquals(2, stack.asked.stream().filter(asked -> asked.startsWith("file ")).count(), stack.asked.toString());
    }

    @Test
    void whereTheEndsOfTheLogsAreNotShownEachLogIsAskedForByItself() throws IOException {
        Stack stack = new Stack() {
            @Override
            CommandResult ends(Command ask, LogHandler lines) {
                return super.ends(ask, lines).without("configured logging driver does not support reading");
            }
        };
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace(stack)));
        assertTrue(stack.asked.containsAll(List.of("log backend", "log celery-worker", Command.OTHERS)), stack.asked.toString());
    }

    @Test
    void anEndThatDoesNotReachBackToTheJobIsNotAll() throws IOException {
        Stack stack = new Stack() {
            @Override
            CommandResult ends(Command ask, LogHandler lines) {
                for (int line = 0; line < LiveSource.FIRST_TAIL; line++) {
                    lines.line("p1lending-new-celery  | 2026-01-15T09:40:00.000000000Z a line of another job");
                }
                return new CommandResult(ask.key(), "", 0, 0, LiveSource.FIRST_TAIL, false, List.of(), null);
            }
        };
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace(stack)));
        assertTrue(stack.asked.contains("log celery-worker"), stack.asked.toString());
    }

    @Test
    void aContainerThatWasNotListedMakesTheEndsOfNoUse() throws IOException {
        Stack stack = new Stack() {
            @Override
            CommandResult ends(Command ask, LogHandler lines) {
                lines.line("p1lending-new-worker-2  | 2026-01-15T09:30:20.000000000Z it was started just now");
                return super.ends(ask, lines);
            }
        };
        assertEquals(Demo.FROM_THE_PIPELINE_ON, DemoStack.told(trace(stack)));
        assertTrue(stack.asked.containsAll(List.of("log backend", "log celery-worker")), stack.asked.toString());
    }
}
