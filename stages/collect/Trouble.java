/** A known failure: one line for stderr and an exit code. */
final class Trouble extends RuntimeException {
    final int code;

    Trouble(int code, String line) {
        super(line, null, false, false);
        this.code = code;
    }
}
