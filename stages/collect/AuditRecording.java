import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** The recorded evidence of an audit, in JSON Lines: a head, what all jobs have in common, one line for each job, an end. */
final class AuditRecording {
    static final String SCHEMA = "trace-job-audit/1";
    /** Characters. */
    private static final long LARGEST = 512L << 20;
    private final String name;
    private final BufferedReader lines;
    private final KnownLines known;
    private final JsonNode head;
    private long size;

    private AuditRecording(String name, InputStream bytes, KnownLines known) throws IOException {
        this.name = name;
        this.known = known;
        lines = new BufferedReader(new InputStreamReader(name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8));
        head = next();
    }

    /** True for a recording of an audit, by its first line. */
    static boolean is(String name, InputStream bytes) {
        try {
            return new AuditRecording(name, bytes, null).head.path("recording").asText().equals(SCHEMA);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Throws KnownFailure when its head says no times. */
    static AuditRecording of(String name, InputStream bytes, KnownLines known) throws IOException {
        AuditRecording recording = new AuditRecording(name, bytes, known);
        if (recording.time("from") == null || recording.time("to") == null || recording.time("now") == null) {
            throw new KnownFailure(2, name + " is not the recording of an audit: its first line must hold the period and the time");
        }
        return recording;
    }

    AuditScope scope() {
        return new AuditScope(time("from"), time("to"), time("now"), Printable.plain(head.path("narrowed").asText()), head.path("matches").asLong(),
            head.path("read").asLong());
    }

    /** Lets the commands of the report be those of the stack that was recorded. */
    void aim(ComposeTarget target) {
        Recording.aim(head, target);
    }

    /** @param mask masks once more: a recording can have been edited, or made without; @param first takes what all jobs have in common; @param each takes the evidence of one job after the other */
    void read(Redactor mask, Consumer<Evidence> first, Consumer<Evidence> each) {
        try {
            JsonNode entry = next();
            if (!entry.path("common").isObject()) {
                throw new IOException("what its jobs have in common is missing");
            }
            Evidence common = RecordedEvidence.common(entry.path("common"), time("now"));
            first.accept(common);
            for (entry = next(); !entry.path("end").asBoolean(); entry = next()) {
                if (!entry.path("job").isObject()) {
                    throw new IOException("it does not come to its end");
                }
                each.accept(RecordedEvidence.of(entry.path("job"), common, known, mask));
            }
        } catch (IOException unreadable) {
            throw new KnownFailure(2, name + " cannot be read as a recording: " + Printable.plain(String.valueOf(unreadable.getMessage())));
        }
    }

    /** The next line; a missing node at the end. */
    private JsonNode next() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c >= 0 && c != '\n'; c = lines.read()) {
            if (++size > LARGEST || line.length() > 2 * AuditRecorder.LONGEST) {
                throw new IOException("it is larger than a recording can be");
            }
            line.append((char) c);
        }
        return Json.read(line.toString());
    }

    private Instant time(String field) {
        return Times.parse(head.path(field).asText());
    }
}
