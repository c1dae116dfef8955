import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes texts from a pattern's own source: what it begins with, then a part of it again and again, then something that fits nothing. */
final class Attacks {
    private final Random random;
    private final String regex;
    private final List<String> alphabet;
    private int at;

    Attacks(String regex, long seed) {
        this.regex = regex;
        this.random = new Random(seed);
        Set<String> signs = new LinkedHashSet<>(List.of("a", "1", " ", "A", "-", "_"));
        regex.chars().filter(c -> c < 128 && !Character.isLetter(c)).forEach(c -> signs.add(Character.toString(c)));
        alphabet = List.copyOf(signs);
    }

    static Set<String> of(String regex, int size) {
        Set<String> texts = new LinkedHashSet<>();
        for (int variant = 0; variant < 8; variant++) {
            Attacks attacks = new Attacks(regex, variant);
            List<String> pieces = attacks.branch();
            for (int from = 0; from < pieces.size(); from++) {
                for (int to = from + 1; to <= Math.min(pieces.size(), from + 2); to++) {
                    texts.add(repeated(pieces, from, to, size));
                }
            }
            texts.add(repeated(pieces, 0, pieces.size(), size));
            texts.add(repeated(pieces, 0, Math.max(0, pieces.size() - 1), size));
        }
        return texts;
    }

    private static String repeated(List<String> pieces, int from, int to, int size) {
        String unit = String.join("", pieces.subList(from, to));
        String head = String.join("", pieces.subList(0, from));
        return unit.isEmpty() ? head : head + unit.repeat(Math.max(1, (size - head.length()) / unit.length())) + "\u0001";
    }

    /** One of the alternatives from here to the end of the group. */
    private List<String> branch() {
        List<List<String>> branches = new ArrayList<>(List.of(new ArrayList<>()));
        while (at < regex.length() && regex.charAt(at) != ')') {
            if (regex.charAt(at) == '|') {
                at++;
                branches.add(new ArrayList<>());
                continue;
            }
            List<String> pieces = atom();
            quantifier();
            branches.get(branches.size() - 1).addAll(pieces);
        }
        return branches.get(random.nextInt(branches.size()));
    }

    private List<String> atom() {
        char c = regex.charAt(at++);
        if (c == '(') {
            boolean looks = regex.startsWith("?=", at) || regex.startsWith("?!", at)
                || regex.startsWith("?<=", at) || regex.startsWith("?<!", at);
            if (regex.startsWith("?", at)) {
                at = looks ? at + (regex.charAt(at + 1) == '<' ? 3 : 2)
                    : at + regex.substring(at).replaceAll("(?s)^(\\?<\\w+>|\\?[a-z]*:|\\?[a-z]+(?=\\))).*", "$1").length();
            }
            List<String> inside = branch();
            at++;
            return looks ? List.of() : inside;
        }
        if (c == '[') {
            int end = at;
            for (int depth = 1; depth > 0; end++) {
                depth += regex.charAt(end) == '[' ? 1 : regex.charAt(end) == ']' && end > at ? -1 : 0;
                end += regex.charAt(end) == '\\' ? 1 : 0;
            }
            String charClass = regex.substring(at - 1, end);
            at = end;
            return List.of(sample(charClass));
        }
        if (c == '\\') {
            char escaped = regex.charAt(at++);
            if (escaped == 'p' || escaped == 'P') {
                int end = regex.indexOf('}', at) + 1;
                String property = "\\" + escaped + regex.substring(at, end);
                at = end;
                return List.of(sample(property));
            }
            return "bBAzZ".indexOf(escaped) >= 0 ? List.of() : "dDwWsS".indexOf(escaped) >= 0 ? List.of(sample("\\" + escaped))
                : Character.isDigit(escaped) ? List.of("1") : List.of(Character.toString(escaped == 'n' ? '\n' : escaped));
        }
        return c == '^' || c == '$' ? List.of() : c == '.' ? List.of(sample(".")) : List.of(Character.toString(c));
    }

    /** A character of the class, if it can be one that the pattern names elsewhere too. */
    private String sample(String charClass) {
        List<String> fitting = alphabet.stream().filter(Pattern.compile(charClass).asMatchPredicate()).toList();
        return fitting.isEmpty() ? "é" : fitting.get(random.nextInt(fitting.size()));
    }

    private void quantifier() {
        if (at < regex.length() && regex.charAt(at) == '{') {
            at = regex.indexOf('}', at) + 1;
        } else if (at < regex.length() && "*+?".indexOf(regex.charAt(at)) >= 0) {
            at++;
        } else {
            return;
        }
        if (at < regex.length() && "+?".indexOf(regex.charAt(at)) >= 0) {
            at++;
        }
    }


    /** What no derivation would think of. */
    static List<String> byHand(int size) {
        List<String> texts = new ArrayList<>();
        for (String[] one : new String[][] {{"------ a", "@"}, {"------ a", "@a"}, {"Task a", "["}, {"Task a[", "a"},
                {"'name': '", "a"}, {"'name': '", "\\'"}, {"://a:", "a"}, {"password='", "\""},
                {"2026-01-15 09:30:02,110 - ", "a"}, {"2026-01-15 09:30:02,110 - a - INFO", " - INFO"},
                {"2026-01-15 09:30:02.110 UTC [1] ", "A"}, {"INFO:", " "}, {"[2026-01-15 09:30:02,110: INFO/", "a"},
                {"/* ", "a "}, {"attempt 1/", "1"}, {"attempt ", "1"}, {"Job ", "a"}, {"| 1 |", "[a"}, {"Key (", "name"},
                {"'", "password"}}) {
            texts.add(one[0] + one[1].repeat((size - one[0].length()) / one[1].length()));
            texts.add(texts.get(texts.size() - 1) + "\u0001");
        }
        Stream.of(" ", "a", "1", "-", "@", "[", "]", "(", "'", "\"", "\\", "\\'", "|", "| ", ": ", "a:", "=", "{", ".", "a.",
                "://", "://:", "%40", "a@", "a@a.", "a-", "A ", "1 A ", "12 A1 ", "1-", "2 ", "(2", "00", "+1", "|1|", "| 1 |",
                "Key (", "Key (name", "password", "password=", "password='", "password=\\'", "password=\"'", "'name': '",
                "name: A", "first_name=", "phone=", "phone_", "token=a", "token: Bearer ", "authorization: token ", "bearer ",
                "bearer a", "eyJ", "AKIA", "AKIAAAAAAAAAAAAA_", "sk-", "Looking up phones for ", "breaker open for ",
                "lookup failed for a ", "Attempt 1/", "Attempt 1", "attempt 11/11", "Job ", "Job a", "job_", "jobs/",
                "Task a[a] ", "Task a[", "[a]", "------ ", "------ @", "\u001b[", "\u001b[1;",
                "Traceback (most recent call last)", "P.O. Box ", "1 a road", "a_", "a_address", "\t", "\n", "\r\n", "é", "𝒜",
                "[name] ", "|[name]")
            .map(unit -> unit.repeat(size / unit.length())).forEach(texts::add);
        return texts;
    }
}
