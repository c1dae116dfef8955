import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a report to a file: whole, or not at all. */
interface ReportFile {
    /** To the file, or as `trace-job-ID` with the format's ending into the folder. Throws IOException when it cannot be written. */
    static void write(Path target, String job, ReportFormat format, String report) throws IOException {
        Path file = Files.isDirectory(target) ? target.resolve("trace-job-" + job + format.ending()) : target;
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A device or a pipe cannot be replaced.
            Files.writeString(file, report, StandardOpenOption.WRITE);
            return;
        }
        // What is replaced is the file that a link names, not the link.
        Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path draft = real.resolveSibling("." + real.getFileName() + "." + ProcessHandle.current().pid());
        Files.writeString(draft, "", StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            if (Files.exists(real) && Files.getFileStore(real).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(real));
            }
            Files.writeString(draft, report, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
            Files.move(draft, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
