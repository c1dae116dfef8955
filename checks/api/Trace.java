import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is said of one job: the evidence, and what was concluded from it. */
final class Trace extends Evidence {
    final List<Issue> issues = new ArrayList<>();
    final List<PluginAnswer> plugins = new ArrayList<>();
    /** The stack traces of checks that crashed, by their ids. */
    final Map<String, List<String>> crashes = new LinkedHashMap<>();
    Verdict verdict;

    Trace(Job job, Instant now) {
        super(job, now);
    }

    Trace(Evidence collected) {
        super(collected, collected.job);
    }
}
