import java.util.List;
import java.util.regex.Pattern;

/**
 * Why a stage could not do its work, in our words.
 *
 * @param where what the reason in a line has then; null where any reason will do
 * @param resolution what to do about it: a sentence, then the commands to type; empty where there is nothing special to do
 */
record Cause(String sentence, Pattern where, List<String> resolution) {
    /** Seen wherever the reason in a line, which is what stands after the declared words, has this. */
    Cause where(String regex) {
        return new Cause(sentence, Pattern.compile(regex), resolution);
    }

    /** What to do about it: a sentence, then the commands to type; without commands those of the check that tells of it. */
    Cause resolution(String... sentenceAndCommands) {
        return new Cause(sentence, where, List.of(sentenceAndCommands));
    }

    boolean isSeenIn(String reason) {
        return where == null || where.matcher(reason).find();
    }
}
