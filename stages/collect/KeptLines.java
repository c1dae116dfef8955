import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps the lines of an answer that is small by nature; of one that is not it keeps the first, and says so. */
final class KeptLines implements LineHandler {
    static final int MOST = 25_000;
    private static final int MOST_CHARACTERS = 8 << 20;
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong size = new AtomicLong();

    @Override
    public boolean line(String line) {
        return out.size() < MOST && size.addAndGet(line.length()) <= MOST_CHARACTERS && out.add(line);
    }

    /** The answer with these lines. */
    CommandResult of(CommandResult answer) {
        return (answer.lines() > out.size() ? answer.without("its answer is longer than is kept") : answer).with(out);
    }
}
