import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes foreign text safe to print, and takes people and secrets out of it. Masking twice changes nothing more. */
final class Redactor {
    private static final String SECRET = "[\\w-]{0,30}(?:password|passwd|passphrase|secret"
        + "|(?:secret|api|access|private|auth|encryption|signing)[_-]?key)|(?:[\\w-]{0,30}[_-])?(?:pwd|loginId|ssn)";
    private static final String TOKEN = "(?:[a-z]{1,20}[_-])?token|(?:proxy-)?authorization|credentials?"
        + "|signature|session_?id|cookie|x-[\\w-]{0,20}key";
    private static final String WHOSE = "first|last|middle|full|maiden|given|family|owner|borrower|co_?borrower"
        + "|contact|person|customer|lead|applicant|client|homeowner|spouse";
    private static final String NAME = "(?:(?:(?:" + WHOSE + ")_){0,2}(?:" + WHOSE + ")_?\\s?name|co_?borrower|surname)(?:_?\\d)?";
    private static final String NAME_IN_QUOTES = NAME + "|name|owner|borrower|first|last|middle";
    private static final String ADDRESS = "(?:[a-z]{1,20}_)?(?:address|street|addr|city|zip|zip_?code|postal_?code)(?:_?(?:line)?_?\\d)?";
    private static final String PHONE = "(?:[a-z]{1,20}_)?(?:phone_?list|phones?|phone_?numbers?|mobile|dnis|tel|telephone)(?:_?\\d)?";
    private static final String STREET = "St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Pl|Place|Way|Ter|Terrace|Cir|Circle"
        + "|Pkwy|Parkway|Hwy|Highway|Loop|Trl|Trail|Sq|Square";
    private static final String UNIT = "(?:,? (?:Apt|Unit|Suite|Ste|Fl|#)\\.? ?\\w{1,6})";
    /** What rules need: every match has one of the words. Most lines have few, and looking for them costs a hundredth of matching. */
    private static final String[] SECRETS = {"passw", "passp", "secret", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key",
        "privatekey", "private_key", "private-key", "authkey", "auth_key", "auth-key", "encryption", "signing", "pwd", "loginid", "ssn"};
    private static final String[] TOKENS = {"token", "authori", "credential", "signature", "session", "cookie", "x-"};
    private static final String[] SECRETS_AND_TOKENS = Stream.of(SECRETS, TOKENS).flatMap(Stream::of).toArray(String[]::new);
    private static final String[] NAMES = {"name", "borrower", "owner", "first", "last", "middle"};
    private static final String[] ADDRESSES = {"addr", "street", "city", "zip", "postal"};
    static final List<Rule> RULES = List.of(
        new Rule("://[^\\s/:@'\"]{0,100}:[^\\s/@'\"]{1,200}@", "://[password]@", "://"),
        new Rule("(?i)(\\bssn\\\\?['\"]?\\s{0,3}[:=]?\\s{0,3}\\\\?['\"]?)\\d{3}[ -]\\d{2}[ -]\\d{4}\\b", "$1[secret]", "ssn"),
        // What follows an end of a key that is cut or has no end is masked as far as a key can go.
        new Rule("-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}+", "[secret]", "private key"),
        inQuotes("['\"](?:" + SECRET + "|" + TOKEN + ")['\"]|(?<![\\w-])(?:" + SECRET + ")", "secret", SECRETS_AND_TOKENS),
        new Rule("(?i)((?<![\\w-])(?:" + SECRET + ")\\\\?['\"]?\\s{0,3}[:=]\\s{0,3})(?!\\\\?['\"]?\\[|required variable )\\\\?['\"]?[^\\s,;&'\"})\\]]{1,20000}",
            "$1[secret]", SECRETS),
        new Rule("(?i)(\\bpassword\\s{1,3})'[^']{1,200}'", "$1'[secret]'", "password"),
        new Rule("(?i)(\\b(?:" + TOKEN + ")\\\\?['\"]?\\s{0,3}[:=]\\s{0,3}\\\\?['\"]?(?:(?:Bearer|Basic|Token)\\s+)?)"
            + "(?!\\[)(?=[^\\s]{0,60}\\d)[^\\s,;&'\"})\\]]{8,2000}", "$1[secret]", TOKENS),
        new Rule("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}", "$1 [secret]", "bearer", "basic"),
        new Rule("\\beyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]+){0,2}|\\b(?:AKIA|ASIA)[A-Z0-9]{12,}\\b"
            + "|\\b(?:sk|pk|ghp|xox[bp])[-_][A-Za-z0-9_-]{12,}", "[secret]", "eyj", "akia", "asia", "sk-", "sk_", "pk-", "pk_", "ghp", "xox"),
        new Rule("(?<![\\w.%+-])[\\w.%+-]{1,128}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){0,4}\\.[A-Za-z]{2,24}\\b",
            "[email]", "@", "%40"),
        inQuotes("['\"](?:" + NAME_IN_QUOTES + ")['\"]|\\b" + NAME, "name", NAMES),
        inQuotes("['\"](?:" + ADDRESS + ")['\"]|\\b" + ADDRESS, "address", ADDRESSES),
        new Rule("(?i)(['\"]" + ADDRESS + "['\"]\\s{0,3}:\\s{0,3}|\\bzip(?:_?code)?=)\\d{5}\\b", "$1[address]", ADDRESSES),
        new Rule("(?i)(Key \\([^)]{0,60}(?:name|address|street|city|zip|phone|email)[^)]{0,60}\\)=\\()(?!\\[)[^)]{1,300}", "$1[person]", "key ("),
        new Rule("(?i)(Failing row contains \\()(?!\\[)[^)\n]{1,4000}", "$1[person]", "failing row"),
        new Rule("(?<=[|] )[A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30}){0,2}(?= {1,60}[|])", "[name]", "|"),
        new Rule("(?i)((?:[?&](?:name|owner|borrower)|\\b" + NAME + ")=)(?!['\"\\[])[^&\\s,;)'\"]{1,200}(?-i: \\p{Lu}[\\p{L}'-]{0,30}(?![\\w=])){0,3}", "$1[name]", NAMES).with("="),
        new Rule("((?<=[,(] )name: )[A-Z][\\p{L}'-]{1,30}(?: [A-Z][\\p{L}'-]{1,30}){1,3}", "$1[name]", "name: "),
        new Rule("(\\b(?i:" + NAME + "): )\\p{Lu}[\\p{L}'-]{0,30}(?: \\p{Lu}[\\p{L}'-]{0,30}){0,3}", "$1[name]", "name", "borrower").with(":"),
        new Rule("(?i)(\\b(?:(?:" + WHOSE + ")_){1,3}name(?:_?\\d)?: )(?!\\[)[\\p{L}'-]{1,30}(?: [\\p{L}'-]{1,30}){0,2}(?![\\w:=])", "$1[name]", "name").with(":"),
        new Rule("(?i)([?&]" + ADDRESS + "=)(?!\\[)[^&\\s'\"]{1,200}", "$1[address]", ADDRESSES).with("="),
        new Rule("(?i)(\\b" + ADDRESS + "=)(?!['\"\\[])[^,;)&'\"]{1,100}", "$1[address]", ADDRESSES).with("="),
        new Rule("((?:[Ll]ooking up phones for|[Pp]rocessing individual (?:person|request for)) )(?!\\[)([^:\\n]{1,120}?)(?=: |$|\\n)", "$1[name]", "looking up phones for ", "processing individual "),
        new Rule("((?:[Bb]reaker open|[Ll]ookup failed|[Nn]o phones found|[Ee]nrichment failed) for )"
            + "(?!\\[)([^:\\n]{1,120}?)(?=: |, |$|\\n| after | \\(|; )", "$1[name]", " for "),
        new Rule("(?i)(\\b" + PHONE + "=)(?!['\"\\[])[^&\\s'\"]{1,100000}", "$1[phone]", "phone", "mobile", "dnis", "tel").with("="),
        new Rule("(?<![\\w.-])(?:(?:\\+|%2B|00)?1[ .-]?)?\\(?\\s{0,3}[2-9]\\d{2}\\s{0,3}\\)?[ ./-]{0,3}\\d{3}[ .-]{0,3}\\d{4}"
            + "(?![\\w-]|\\.\\d| bytes| [kMG]?B\\b| rows| ms| ns| seconds| s\\b)", "[phone]"),
        new Rule("(?<![\\w.-])\\d{3}-\\d{2}-\\d{4}(?![\\w-])", "[ssn]", "-"),
        new Rule("\\b\\d{1,6} (?:[NSEW]\\.? |North |South |East |West )?(?:[\\p{Lu}0-9][\\p{L}0-9']{0,20} ){1,3}"
            + "(?:" + STREET + ")\\b\\.?" + UNIT + "?", "[address]"),
        new Rule("(?i)\\b\\d{1,6} (?:north |south |east |west )?[a-z0-9']{2,20} (?:street|avenue|boulevard|lane|road)\\b"
            + UNIT + "?|\\bP\\.?O\\.? Box \\d{1,6}\\b", "[address]", "street", "avenue", "boulevard", "lane", "road", "box"),
        new Rule("\\b\\d{1,6} (?:[A-Z0-9][A-Za-z0-9']{0,20} ){1,4}(?:Apt|Suite|Ste|Unit)\\.? ?\\w{1,6}\\b",
            "[address]", "apt", "suite", "ste", "unit"));
    private static final int LONGEST_ROW = 8_000;
    private static final Pattern CELL = Pattern.compile(
        "(?<=\\|) {0,3}(?!\\[(?:name|address|email|phone)\\]|NULL )(?=[^|]{0,60}\\p{L})[^|:\\[]{1,60}(?=\\|)");
    private static final Pattern PERSON = Pattern.compile("\\| {0,3}\\d[\\d-]{0,12} {0,3}\\|[^\n]{0,500}?\\[(?:name|address|email|phone)\\]");
    private final boolean on;

    /** @param on false for --no-redact: then only what is not printable goes */
    Redactor(boolean on) {
        this.on = on;
    }

    /**
     * @param needs words of which one stands, in lower case, in all that it matches; none when it can be anything
     * @param signs characters of which one stands there too; none when it can be anything
     */
    record Rule(Pattern pattern, String replacement, List<String> needs, String signs) {
        Rule(String regex, String replacement, String... needs) {
            this(Pattern.compile(regex), replacement, List.of(needs), "");
        }

        Rule with(String signs) {
            return new Rule(pattern, replacement, needs, signs);
        }

        boolean canMatch(String small) {
            return (signs.isEmpty() || signs.chars().anyMatch(sign -> small.indexOf(sign) >= 0))
                && (needs.isEmpty() || needs.stream().anyMatch(small::contains));
        }
    }

    /** The value of such a key in a Python dict, in JSON or in SQL; the quotes stay, so that it still can be read as one. */
    private static Rule inQuotes(String keys, String what, String... needs) {
        return new Rule("(?i)((?:" + keys + ")\\s{0,3}[:=]\\s{0,3}b?)(['\"])(?!\\[)(?:\\\\.|(?!\\2)[^\\\\]){0,2000}+\\2",
            "$1$2[" + what + "]$2", needs).with("'\"");
    }

    boolean on() {
        return on;
    }

    /** Without names, phones, e-mail and street addresses, tokens and passwords. */
    String text(String text) {
        if (!on || text == null) {
            return text;
        }
        String masked = text;
        String small = text.toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            if (rule.canMatch(small)) {
                masked = rule.pattern.matcher(masked).replaceAll(rule.replacement);
            }
        }
        // A row of a table that holds one thing of a person holds more of them, in whatever writing.
        boolean person = masked.length() < LONGEST_ROW && masked.contains("] ") && PERSON.matcher(masked).find();
        return person ? CELL.matcher(masked).replaceAll(" [name] ") : masked;
    }

    /** Masks what a trace keeps of the logs, on all cores: a long job's lines take seconds. */
    void evidence(Evidence trace) {
        // What ended an attempt is told even where there are more messages than are kept.
        List<Message> told = Stream.of(trace.messages.stream(), trace.overheard.stream(),
            trace.attempts.stream().flatMap(attempt -> Stream.of(attempt.end, attempt.limit)).filter(Objects::nonNull))
            .flatMap(messages -> messages).distinct().toList();
        // Few are done sooner than other threads are started.
        (told.size() < 1_000 ? told.stream() : told.parallelStream()).forEach(message -> message.text = text(message.text));
    }

    /** The fields of a row, each by itself: a column's name says nothing about a person. */
    JsonNode row(JsonNode row) {
        ObjectNode masked = Json.NODES.objectNode();
        row.properties().forEach(field -> {
            JsonNode value = field.getValue();
            String name = field.getKey().matches("\\w{1,63}") ? field.getKey() : text(Printable.plain(field.getKey()));
            masked.set(name, value.isTextual() ? masked.textNode(text(Printable.lines(value.asText())))
                : value.isContainerNode() ? masked.textNode(text(value.toString())) : value);
        });
        return masked;
    }
}
