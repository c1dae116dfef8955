import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** A known failure: one line for stderr and an exit code. */
final class KnownFailure extends RuntimeException {
    final int code;

    KnownFailure(int code, String line) {
        super(line, null, false, false);
        this.code = code;
    }

    /** Why a file cannot be read or written, in a few words. */
    static String why(IOException failed) {
        return failed instanceof NoSuchFileException ? "no such folder" : failed instanceof AccessDeniedException ? "permission denied"
            : failed instanceof FileSystemException ? ((FileSystemException) failed).getReason() : failed.getMessage();
    }
}
