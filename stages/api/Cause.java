import java.util.List;
import java.util.regex.Pattern;

/**
 * Why a stage could not do its work, in our words.
 *
 * @param where what the reason in a line has then; null where any reason will do
 * @param resolution what to do about it: a sentence, then the commands to type; empty where there is nothing special to do
 */
record Cause(String sentence, Pattern where, List<String> resolution) {
    /** What a service that is asked over HTTP can fail with, in the order in which it is looked for. */
    static Cause[] ofCalls(String service) {
        return new Cause[] {
            refused(service).where("Auth failed|credentials|\\b40[13]\\b"),
            Stage.cause("API rate limit").where("\\b429\\b|Rate limit").resolution("Check the circuit breaker and the API's rate limit."),
            Stage.cause(service + " did not answer in time").where("timed out|[Tt]imeout").resolution("See whether " + service + " answers, and how fast."),
            Stage.cause(service + " could not be reached").where("Connection refused|Max retries exceeded|ConnectionError|resolve")
                .resolution("Check the way to " + service + ".")};
    }

    /** What a service that is asked for a token can fail with. */
    static Cause[] ofTokens(String service) {
        return new Cause[] {
            Stage.cause(service + " gives out no token").where("\\(HTTP 5|timed out|[Tt]imeout|Connection|resolve")
                .resolution("See whether " + service + " answers, and how fast."),
            refused(service)};
    }

    /** What a service says to credentials that are missing or wrong, whatever the reason. */
    static Cause refused(String service) {
        return Stage.cause(service + " refused the credentials").resolution("Check " + service + "'s credentials.");
    }

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
