import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** A reader whose fault costs what it reads, not the run. It takes all lines all the same: a recording of them shows the fault again. */
final class Guarded<T extends LineHandler> implements LogHandler {
    final T reader;
    private volatile Throwable fault;

    Guarded(T reader) {
        this.reader = reader;
    }

    @Override
    public boolean line(String line) {
        try {
            return fault != null || reader.line(line);
        } catch (RuntimeException | StackOverflowError broken) {
            fault = broken;
            return true;
        }
    }

    @Override
    public boolean coversWindow(long tail) {
        return fault != null || !(reader instanceof LogHandler) || ((LogHandler) reader).coversWindow(tail);
    }

    @Override
    public Instant earliest() {
        return reader instanceof LogHandler ? ((LogHandler) reader).earliest() : Instant.MIN;
    }

    /** Lets it finish; answers nothing when it fails. */
    <R> Optional<R> finish(Function<T, R> work) {
        try {
            return Optional.of(work.apply(reader));
        } catch (RuntimeException | StackOverflowError broken) {
            fault = fault == null ? broken : fault;
            return Optional.empty();
        }
    }

    /** The answer that it read; without one, and with the reason, when it failed. */
    CommandResult judge(CommandResult answer) {
        if (fault == null) {
            return answer;
        }
        String where = Arrays.stream(fault.getStackTrace()).findFirst().map(frame -> " at " + frame).orElse("");
        return answer.without("a fault of trace-job: " + CommandRunner.brief(fault.toString()) + where);
    }
}
