package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression of a tokenizer: as Oniguruma reads it, but with an end to its patience. */
final class BoundedRegex implements TextPattern {
    /** Lines end with a line feed alone, and the classes are those of Unicode. */
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

    private static final int MAX_CHARS = 1 << 16;
    private static final long LOOKS = 4_000_000;
    private static final long LOOKS_A_CHAR = 2_000;

    private final Pattern pattern;
    private final String shown;
    private final JsonPart where;

    private BoundedRegex(Pattern pattern, String shown, JsonPart where) {
        this.pattern = pattern;
        this.shown = shown;
        this.where = where;
    }

    /**
     * A regular expression.
     *
     * @param where what names it
     */
    static BoundedRegex of(String regex, JsonPart where) {
        if (regex.length() > MAX_CHARS) {
            throw where.fault("has a regular expression of " + regex.length() + " characters");
        }
        try {
            return new BoundedRegex(Pattern.compile(OnigSyntax.toJava(regex), FLAGS), Shown.of(regex), where);
        } catch (PatternSyntaxException | StackOverflowError e) {
            throw new ConvertException(
                    Kind.TOKENIZER,
                    where.file(),
                    where.path() + " has the regular expression \"" + Shown.of(regex) + "\", which cannot be read",
                    "convert this checkpoint with another converter",
                    e);
        }
    }

    @Override
    public List<Span> spans(String text) {
        try {
            return find(text);
        } catch (CountedText.Exhausted | StackOverflowError e) {
            throw new ConvertException(
                    Kind.TOKENIZER,
                    where.file(),
                    where.path() + " has the regular expression \"" + shown + "\", which does not come to an end",
                    "fetch the checkpoint from another place",
                    e);
        }
    }

    /** The text with each match replaced by the same other text. */
    String replaceAll(String text, String other) {
        StringBuilder replaced = new StringBuilder(text.length());
        for (Span span : spans(text)) {
            replaced.append(span.match() ? other : text.substring(span.start(), span.end()));
        }
        return replaced.toString();
    }

    private List<Span> find(String text) {
        List<Span> spans = new ArrayList<>();
        Matcher matcher = pattern.matcher(new CountedText(text, LOOKS + LOOKS_A_CHAR * text.length()));
        int last = 0;
        while (matcher.find()) {
            if (matcher.end() == matcher.start() && matcher.end() == last && !spans.isEmpty()) {
                // An empty match right behind another is none.
                continue;
            }
            if (last < matcher.start()) {
                spans.add(new Span(last, matcher.start(), false));
            }
            last = matcher.end();
            spans.add(new Span(matcher.start(), last, true));
        }
        if (last < text.length()) {
            spans.add(new Span(last, text.length(), false));
        }
        return spans;
    }
}
