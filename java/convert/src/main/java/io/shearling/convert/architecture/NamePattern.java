package io.shearling.convert.architecture;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of tensors that play the same part: {@code model.layers.{b}.mlp.experts.{e}.{p}}, where {@code {b}} is the number of a
 * block, {@code {e}} that of an expert, {@code {p}} one word and {@code {any}} anything. A name may go on with {@code .weight} or
 * {@code .bias}.
 */
final class NamePattern {
    private static final Pattern WILD = Pattern.compile("\\{(b|e|p|any)}");

    private final String text;
    private final Pattern regex;
    private final boolean blocks;
    private final boolean parts;

    private NamePattern(String text, Pattern regex, boolean blocks, boolean parts) {
        this.text = text;
        this.regex = regex;
        this.blocks = blocks;
        this.parts = parts;
    }

    static NamePattern of(String text) {
        StringBuilder regex = new StringBuilder();
        Matcher wild = WILD.matcher(text);
        int at = 0;
        while (wild.find()) {
            regex.append(Pattern.quote(text.substring(at, wild.start())))
                    .append("(?<")
                    .append(wild.group(1))
                    .append('>')
                    .append(regex(wild.group(1)))
                    .append(')');
            at = wild.end();
        }
        regex.append(Pattern.quote(text.substring(at))).append("(?<end>\\.weight|\\.bias)?");
        return new NamePattern(text, Pattern.compile(regex.toString()), text.contains("{b}"), text.contains("{p}"));
    }

    /** The pattern as it was written. */
    String text() {
        return text;
    }

    private static String regex(String wild) {
        return switch (wild) {
            case "p" -> "[^.]+";
            case "any" -> ".*";
            default -> "\\d{1,6}";
        };
    }

    /** What a name says where it is one of these. */
    Optional<Match> match(String name) {
        Matcher matcher = regex.matcher(name);
        return matcher.matches() ? Optional.of(new Match(matcher, blocks, parts)) : Optional.empty();
    }

    /** The parts of a name. */
    static final class Match {
        private final Matcher matcher;
        private final boolean blocks;
        private final boolean parts;

        private Match(Matcher matcher, boolean blocks, boolean parts) {
            this.matcher = matcher;
            this.blocks = blocks;
            this.parts = parts;
        }

        OptionalInt block() {
            return blocks ? OptionalInt.of(Integer.parseInt(matcher.group("b"))) : OptionalInt.empty();
        }

        int expert() {
            return Integer.parseInt(matcher.group("e"));
        }

        /** The word, empty where the pattern has none. */
        String part() {
            return parts ? matcher.group("p") : "";
        }

        /** The target with the number of the block and the end of the name, unless it has the end already. */
        String fill(String target) {
            String end = matcher.group("end");
            String filled = blocks ? target.replace("{b}", matcher.group("b")) : target;
            return end == null || filled.endsWith(end) ? filled : filled + end;
        }
    }
}
