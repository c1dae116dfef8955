import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Keeps the evidence of an audit, masked, one job a line: the logs themselves have no room. It is written as it comes, beside the
 * file, which it replaces at the end.
 */
final class AuditRecorder implements AutoCloseable {
    /** Keeps nothing. */
    static final AuditRecorder NONE = new AuditRecorder(null, null, null);
    /** Characters of one job. */
    static final int LONGEST = 4 << 20;
    private final Path file;
    private final Path draft;
    private final Redactor mask;
    private Writer out;
    /** Why it cannot be written; it is said after the report. */
    private IOException failed;
    private Evidence common;

    private AuditRecorder(Path file, Path draft, Redactor mask) {
        this.file = file;
        this.draft = draft;
        this.mask = mask;
    }

    /** @param file null for none */
    static AuditRecorder of(Path file, AuditScope scope, ComposeTarget target, Redactor mask) {
        if (file == null) {
            return NONE;
        }
        Path draft = file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
        AuditRecorder recorder = new AuditRecorder(file, draft, mask);
        recorder.write(() -> {
            // Whatever stands there was left by a run that was killed.
            Files.deleteIfExists(draft);
            var bytes = Files.newOutputStream(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            recorder.out = new OutputStreamWriter(file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes, StandardCharsets.UTF_8);
        });
        ObjectNode head = Json.NODES.objectNode().put("recording", AuditRecording.SCHEMA).put("from", scope.from().toString()).put("to", scope.to().toString())
            .put("now", scope.now().toString()).put("narrowed", mask.text(scope.narrowed())).put("matches", scope.matches()).put("read", scope.read())
            .put("masked", mask.on());
        Recording.note(target, head);
        recorder.line(head);
        return recorder;
    }

    /** Keeps what all jobs have in common, before it is handed on. */
    Consumer<Evidence> before(Consumer<Evidence> next) {
        return shared -> {
            common = shared;
            if (file != null) {
                line(Json.NODES.objectNode().set("common", RecordedEvidence.common(shared, mask)));
            }
            next.accept(shared);
        };
    }

    /** Keeps the evidence of a job, before it is handed on and judged. */
    Consumer<Evidence> beforeEach(Consumer<Evidence> next) {
        return trace -> {
            if (file != null) {
                line(Json.NODES.objectNode().set("job", RecordedEvidence.json(trace, common, mask, LONGEST)));
            }
            next.accept(trace);
        };
    }

    /** Ends the recording. Throws KnownFailure when it could not be written. */
    void finish() {
        if (file == null) {
            return;
        }
        line(Json.NODES.objectNode().put("end", true));
        write(() -> {
            out.close();
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        });
        if (failed != null) {
            throw new KnownFailure(4, "the recording could not be written to " + file + ": " + KnownFailure.why(failed));
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            if (out != null) {
                out.close();
            }
            Files.deleteIfExists(draft);
        }
    }

    private void line(ObjectNode entry) {
        write(() -> {
            out.write(entry.toString());
            out.write('\n');
        });
    }

    private interface Writing {
        void run() throws IOException;
    }

    /** After the first failure nothing more is written. */
    private void write(Writing writing) {
        try {
            if (failed == null) {
                writing.run();
            }
        } catch (IOException full) {
            failed = full;
        }
    }
}
