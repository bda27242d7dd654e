package io.shearling.convert.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Regular expressions of Oniguruma, which tokenizers are written in, in the words of {@link Pattern}.
 *
 * <p>What differs: names of properties, classes in brackets, {@code \h} and {@code \v}, the flag {@code m}, and
 * {@code {1,3}+}, which repeats there and is possessive here.
 */
final class OnigSyntax {
    private static final Pattern INTERVAL = Pattern.compile("\\{(\\d*)(,?)(\\d*)\\}");
    private static final Pattern FLAGS = Pattern.compile("\\(\\?([imx]*)(-[imx]*)?([:)])");
    private static final Pattern POSIX = Pattern.compile("\\[:(\\^?)([a-z]+):\\]");
    private static final Pattern PROPERTY = Pattern.compile("\\\\([pP])(?:\\{(\\^?)([A-Za-z_ &-]+)\\}|([A-Z]))");

    private static final Map<String, String> POSIX_CLASSES = Map.of(
            "alpha", "\\p{IsAlphabetic}",
            "digit", "\\d",
            "alnum", "\\p{IsAlphabetic}\\d",
            "upper", "\\p{IsUppercase}",
            "lower", "\\p{IsLowercase}",
            "space", "\\s",
            "word", "\\w",
            "xdigit", "0-9a-fA-F",
            "punct", "\\p{P}$+<=>^`|~",
            "cntrl", "\\p{Cc}");
    private static final Map<String, String> PROPERTIES = Map.of(
            "letter", "L",
            "mark", "M",
            "number", "N",
            "punctuation", "P",
            "symbol", "S",
            "alpha", "IsAlphabetic",
            "digit", "Nd",
            "space", "IsWhite_Space",
            "upper", "IsUppercase",
            "lower", "IsLowercase");

    private final String source;
    private final StringBuilder out = new StringBuilder();
    /** Where in the output the thing begins that a quantifier would repeat. */
    private int atom;

    private int at;

    private OnigSyntax(String source) {
        this.source = source;
    }

    /** The same expression for Java. */
    static String toJava(String regex) {
        OnigSyntax syntax = new OnigSyntax(regex);
        syntax.translate();
        return syntax.out.toString();
    }

    private void translate() {
        Deque<Integer> groups = new ArrayDeque<>();
        while (at < source.length()) {
            char letter = source.charAt(at);
            switch (letter) {
                case '\\' -> {
                    atom = out.length();
                    escape(false);
                }
                case '[' -> {
                    atom = out.length();
                    characterClass();
                }
                case '(' -> {
                    groups.push(out.length());
                    group();
                }
                case ')' -> {
                    atom = groups.isEmpty() ? out.length() : groups.pop();
                    copy();
                }
                case '{' -> interval();
                case '*', '+', '?' -> copy();
                default -> {
                    atom = out.length();
                    out.appendCodePoint(source.codePointAt(at));
                    at = source.offsetByCodePoints(at, 1);
                }
            }
        }
    }

    private void copy() {
        out.append(source.charAt(at++));
    }

    private void group() {
        Matcher flags = matcher(FLAGS);
        if (flags.lookingAt()) {
            out.append("(?").append(flags.group(1).replace('m', 's'));
            if (flags.group(2) != null) {
                out.append(flags.group(2).replace('m', 's'));
            }
            out.append(flags.group(3));
            at = flags.end();
            return;
        }
        copy();
        while (at < source.length() && "?<>=!".indexOf(source.charAt(at)) >= 0) {
            copy();
        }
    }

    private void interval() {
        Matcher interval = matcher(INTERVAL);
        boolean counts = interval.lookingAt()
                && (!interval.group(1).isEmpty() || !interval.group(3).isEmpty());
        if (!counts) {
            atom = out.length();
            out.append("\\{");
            at++;
            return;
        }
        out.append('{').append(interval.group(1).isEmpty() ? "0" : interval.group(1));
        out.append(interval.group(2)).append(interval.group(3)).append('}');
        at = interval.end();
        if (at < source.length() && source.charAt(at) == '+') {
            out.insert(atom, "(?:").append(')');
        }
    }

    private void characterClass() {
        copy();
        if (at < source.length() && source.charAt(at) == '^') {
            copy();
        }
        if (at < source.length() && source.charAt(at) == ']') {
            out.append("\\]");
            at++;
        }
        while (at < source.length() && source.charAt(at) != ']') {
            Matcher posix = matcher(POSIX);
            if (posix.lookingAt() && POSIX_CLASSES.containsKey(posix.group(2))) {
                out.append('[')
                        .append(posix.group(1))
                        .append(POSIX_CLASSES.get(posix.group(2)))
                        .append(']');
                at = posix.end();
            } else if (source.charAt(at) == '[') {
                characterClass();
            } else if (source.charAt(at) == '\\') {
                escape(true);
            } else {
                copy();
            }
        }
        if (at < source.length()) {
            copy();
        }
    }

    private void escape(boolean inClass) {
        Matcher property = matcher(PROPERTY);
        if (property.lookingAt()) {
            boolean not = property.group(1).equals("P") != "^".equals(property.group(2));
            String name = property.group(3) == null ? property.group(4) : property.group(3);
            out.append(not ? "\\P{" : "\\p{").append(property(name)).append('}');
            at = property.end();
            return;
        }
        if (at + 1 == source.length()) {
            copy();
            return;
        }
        char letter = source.charAt(at + 1);
        at += 2;
        switch (letter) {
            case 'h' -> out.append(inClass ? "0-9a-fA-F" : "[0-9a-fA-F]");
            case 'H' -> out.append("[^0-9a-fA-F]");
            case 'v' -> out.append("\\x0B");
            default -> {
                boolean plain = Character.isLetter(letter) && "sSdDwWbBrntfeaAzZGRXkxu".indexOf(letter) < 0;
                out.append(plain ? "" : "\\").append(letter);
            }
        }
    }

    private static String property(String name) {
        String known = PROPERTIES.get(name.toLowerCase(Locale.ROOT));
        if (known != null) {
            return known;
        }
        return name.length() <= 2 || name.startsWith("Is") || name.startsWith("In") ? name : "Is" + name;
    }

    private Matcher matcher(Pattern pattern) {
        return pattern.matcher(source).region(at, source.length());
    }
}
