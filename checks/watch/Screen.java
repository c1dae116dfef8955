import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;

/** A terminal on which each frame is drawn over the one before, in one piece, and never taller than the screen. */
final class Screen implements Display {
    private static final String ESCAPE = "\u001b[";
    private static final String HIDE_CURSOR = ESCAPE + "?25l";
    private static final String SHOW_CURSOR = ESCAPE + "?25h";
    private static final String CLEAR_LINE = ESCAPE + "K";
    private static final String CLEAR_BELOW = ESCAPE + "J";
    private static final String HOME = ESCAPE + "H";
    private final PrintWriter out;
    private final Function<Trace, Clock> clock;
    private final CommandLine.Help.Ansi ansi;
    /** How many lines the last frame has. */
    private int drawn;
    private Terminal.Size size;
    private boolean ended;

    /** @param clock how the times of a frame are told */
    Screen(PrintWriter out, Function<Trace, Clock> clock, CommandLine.Help.Ansi ansi) {
        this.out = out;
        this.clock = clock;
        this.ansi = ansi;
        Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
    }

    @Override
    public void show(Trace trace, List<String> notes) {
        Terminal.Size now = Terminal.size();
        now = now.columns() < 2 || now.lines() < 2 ? new Terminal.Size(24, 80) : now;
        // What fills a line to its end puts the cursor on the next one in some terminals.
        List<String> lines = new Frame(trace, notes, clock.apply(trace), ansi).lines(now.lines(), now.columns() - 1);
        draw(lines, now);
    }

    private synchronized void draw(List<String> lines, Terminal.Size now) {
        if (ended) {
            return;
        }
        StringBuilder frame = new StringBuilder(drawn == 0 ? HIDE_CURSOR : "");
        // A terminal that has another size wraps the lines of the last frame elsewhere.
        frame.append(drawn > 0 && !now.equals(size) ? HOME : start()).append(String.join(CLEAR_LINE + "\n", lines)).append(CLEAR_LINE).append(CLEAR_BELOW);
        out.print(frame);
        out.flush();
        drawn = lines.size();
        size = now;
    }

    /** Puts the cursor where the last frame begins. */
    private String start() {
        return "\r" + (drawn > 1 ? ESCAPE + (drawn - 1) + "A" : "");
    }

    @Override
    public synchronized void end() {
        if (!ended && drawn > 0) {
            out.print(start() + CLEAR_BELOW + SHOW_CURSOR);
            out.flush();
        }
        ended = true;
    }

    /** Leaves the last frame as it is, and the terminal as it was. */
    private synchronized void leave() {
        if (!ended && drawn > 0) {
            out.print(SHOW_CURSOR + "\n");
            out.flush();
        }
        ended = true;
    }
}
