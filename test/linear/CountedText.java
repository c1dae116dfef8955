import java.util.regex.Pattern;

/** A text that counts how many of its characters were read, and stops a matcher that reads far too many. */
final class CountedText implements CharSequence {
    static final long STOPPED = Long.MAX_VALUE;
    private final String text;
    private final long most;
    private long reads;

    CountedText(String text, long most) {
        this.text = text;
        this.most = most;
    }

    static long reads(Pattern pattern, LinearTest.How how, String text, double most) {
        CountedText counted = new CountedText(text, (long) most);
        try {
            how.use(pattern, counted);
        } catch (TooMany stopped) {
            return STOPPED;
        } catch (StackOverflowError deep) {
            return STOPPED;
        }
        return counted.reads;
    }

    @Override
    public char charAt(int index) {
        read(1);
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int from, int to) {
        read(to - from);
        return text.substring(from, to);
    }

    @Override
    public String toString() {
        read(text.length());
        return text;
    }

    private void read(int characters) {
        reads += characters;
        if (reads > most) {
            throw new TooMany();
        }
    }

    private static final class TooMany extends RuntimeException {
        TooMany() {
            super("too many reads", null, false, false);
        }
    }
}
