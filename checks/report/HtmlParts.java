import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** What the page of a trace and that of an audit have in common. */
interface HtmlParts {
    /** Characters of one text. */
    int LONGEST = 2_000;
    int MOST_COMMANDS = 100;

    /** The beginning of a foreign text. */
    static String brief(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /** A name of ours and its value, in a list of such; nothing where there is no value. @param value markup */
    static String fact(String name, String value) {
        return value.isEmpty() ? "" : "<div><dt>" + name + "</dt><dd>" + value + "</dd></div>";
    }

    /** A message, where it comes from and how it was placed. */
    static String line(Message message) {
        return Times.MILLIS.format(message.time) + " " + message.service + (message.process.isEmpty() ? "" : "/" + message.process) + " ["
            + message.placedBy + "] "
            + brief(message.text);
    }

    /** A paragraph that begins with a name of ours; nothing where there is no content. @param content markup */
    static String paragraph(String name, String content) {
        return content.isEmpty() ? "" : "<p>" + name + ": " + content + "</p>\n";
    }

    /** The commands that ran, and what they did not tell. @param missing why, by what was queried */
    static String commands(Collection<CommandResult> answers, Map<String, String> missing) {
        StringBuilder rows = new StringBuilder();
        for (CommandResult answer : answers.stream().limit(MOST_COMMANDS).toList()) {
            rows.append("<tr><td class=\"number\">").append(Times.number(answer.seconds())).append("s</td><td>").append(answer.exitCode())
                .append(answer.timedOut() ? ", timed out" : "").append("</td><td class=\"number\">").append(answer.lines()).append("</td><td><code>")
                .append(Html.text(brief(answer.command()))).append("</code></td></tr>\n");
        }
        String lost = missing.entrySet().stream().limit(MOST_COMMANDS).map(one -> "<li>" + Html.text(brief(one.getKey() + ": " + one.getValue())) + "</li>\n")
            .collect(Collectors.joining());
        return (lost.isEmpty() ? "" : "<h3>Not read</h3>\n<ul>\n" + lost + "</ul>\n")
            + Html.folded("", false, Times.count(answers.size(), "command"),
                "<table class=\"commands\">\n<thead><tr><th scope=\"col\">Took</th><th scope=\"col\">Exit</th><th scope=\"col\">Lines</th><th scope=\"col\">Command</th></tr></thead>\n"
            + "<tbody>\n" + rows + "</tbody>\n</table>\n");
    }

    /** @param now when it was traced, UTC; @param masked people and secrets are */
    static String footer(Instant now, boolean masked) {
        return "<footer><p>Traced at " + Times.iso(now) + " by trace-job; times are UTC. "
            + (masked ? "Names, phones, addresses, tokens and passwords are masked."
                : "<strong>Nothing is masked: names, phones, addresses and secrets are as they were.</strong>")
            + "</p></footer>\n";
    }
}
