/** A known failure: one line for stderr and an exit code. */
final class KnownFailure extends RuntimeException {
    final int code;

    KnownFailure(int code, String line) {
        super(line, null, false, false);
        this.code = code;
    }
}
