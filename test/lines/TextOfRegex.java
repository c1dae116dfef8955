import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

/** A text that a regex finds, made at random from the regex itself: of the regexes that stages have. */
final class TextOfRegex {
    private static final String LETTERS = "aZ09 _-.:/,é🚀";
    private static final int MOST_TIMES = 3;
    private final String regex;
    private final Random random;
    private final Map<Integer, String> groups = new HashMap<>();
    private int group;
    private int at;

    TextOfRegex(String regex, Random random) {
        this.regex = regex;
        this.random = random;
    }

    String text() {
        return alternatives();
    }

    private boolean next(String what) {
        boolean stands = regex.startsWith(what, at);
        at += stands ? what.length() : 0;
        return stands;
    }

    /** All are read, and one is taken. */
    private String alternatives() {
        List<String> all = new ArrayList<>();
        do {
            StringBuilder text = new StringBuilder();
            while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
                text.append(repeated());
            }
            all.add(text.toString());
        } while (next("|"));
        return all.get(random.nextInt(all.size()));
    }

    private String repeated() {
        int from = at;
        String one = atom();
        int least = 1;
        int most = 1;
        if (next("?")) {
            least = 0;
        } else if (next("*")) {
            least = 0;
            most = MOST_TIMES;
        } else if (next("+")) {
            most = MOST_TIMES;
        } else if (next("{")) {
            String[] counts = regex.substring(at, regex.indexOf('}', at)).split(",");
            at = regex.indexOf('}', at) + 1;
            least = Integer.parseInt(counts[0]);
            most = counts.length > 1 ? Math.min(Integer.parseInt(counts[1]), least + MOST_TIMES) : least;
        }
        if (!next("?")) {
            next("+");
        }
        int to = at;
        StringBuilder text = new StringBuilder();
        for (int times = least + random.nextInt(most - least + 1); times > 0; times--) {
            at = from;
            text.append(atom());
        }
        at = to;
        return text.toString();
    }

    private String atom() {
        char c = regex.charAt(at++);
        switch (c) {
            case '^', '$':
                return "";
            case '.':
                return letter();
            case '[':
                return ofClass();
            case '(':
                return group();
            case '\\':
                return escaped();
            default:
                return String.valueOf(c);
        }
    }

    private String letter() {
        int[] all = LETTERS.codePoints().toArray();
        return Character.toString(all[random.nextInt(all.length)]);
    }

    private String group() {
        boolean looks = next("?!") || next("?=");
        boolean plain = next("?:") || next("?i:");
        boolean counts = !looks && !plain;
        if (next("?<")) {
            at = regex.indexOf('>', at) + 1;
        }
        int number = counts ? ++group : 0;
        String text = alternatives();
        at++;
        groups.put(number, text);
        return looks ? "" : text;
    }

    private String escaped() {
        char c = regex.charAt(at++);
        if (c == 'Q') {
            String words = regex.substring(at, regex.indexOf("\\E", at));
            at += words.length() + 2;
            return words;
        }
        return switch (c) {
            case 'd' -> String.valueOf(random.nextInt(10));
            case 'w' -> "a";
            case 'S' -> "s";
            case 's' -> " ";
            case 'W' -> "-";
            case 'b' -> "";
            case '1' -> groups.getOrDefault(1, "");
            default -> String.valueOf(c);
        };
    }

    /** Any letter of the class that begins here. */
    private String ofClass() {
        int to = at + 1;
        while (regex.charAt(to) != ']') {
            to += regex.charAt(to) == '\\' ? 2 : 1;
        }
        Pattern one = Pattern.compile(regex.substring(at - 1, to + 1));
        at = to + 1;
        for (int tries = 0; tries < 1000; tries++) {
            String letter = tries % 2 == 0 ? letter() : String.valueOf((char) (' ' + random.nextInt(95)));
            if (one.matcher(letter).matches()) {
                return letter;
            }
        }
        throw new IllegalStateException("no letter for " + one);
    }
}
