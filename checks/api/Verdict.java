import java.time.Instant;
import java.util.List;

/** Where the job is, with the evidence for it: `completed`, `running`, `failed`, `lost` and so on. */
record Verdict(String state, String because, Instant since, List<String> evidence) {}
