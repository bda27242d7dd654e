package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the ways in which llama.cpp cuts a text before it merges byte pairs ({@code llm_tokenizer_bpe}): expressions, each for
 * what those before it have left.
 *
 * @param names those that mean this way, the commonest first
 */
record SplitProgram(List<String> names, List<Pattern> expressions) {
    private static final StrictJson JSON = StrictJson.within(2, 1 << 14);

    /** All of them. */
    static List<SplitProgram> all() {
        Map<String, String> patterns = new LinkedHashMap<>();
        List<SplitProgram> programs = new ArrayList<>();
        for (String[] row : Resource.rows("split-programs.tsv")) {
            if (row[0].equals("pattern")) {
                patterns.put("<" + row[1] + ">", filled(row[2], patterns));
                continue;
            }
            List<Pattern> expressions = Arrays.stream(row)
                    .skip(1)
                    .map(regex -> Pattern.compile(filled(regex, patterns), Pattern.UNICODE_CHARACTER_CLASS))
                    .toList();
            programs.add(new SplitProgram(List.of(row[0].split(",", -1)), expressions));
        }
        return programs;
    }

    /** The texts by which two ways are told apart: many languages, code, numbers, signs, white space. */
    static List<String> corpus() {
        byte[] bytes = Resource.text("split-corpus.json").getBytes(StandardCharsets.UTF_8);
        try {
            List<String> texts = new ArrayList<>();
            texts.add(CheckHash.text());
            JsonTree.read(JSON, new ByteArrayInputStream(bytes))
                    .items()
                    .orElseThrow()
                    .forEach(text -> texts.add(text.text().orElseThrow()));
            return List.copyOf(texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String filled(String regex, Map<String, String> patterns) {
        String filled = regex;
        for (Map.Entry<String, String> pattern : patterns.entrySet()) {
            filled = filled.replace(pattern.getKey(), pattern.getValue());
        }
        return filled;
    }

    /** The pieces of a text, none empty. */
    List<String> split(String text) {
        List<String> pieces = List.of(text);
        for (Pattern expression : expressions) {
            List<String> next = new ArrayList<>();
            pieces.forEach(piece -> split(piece, expression, next));
            pieces = next;
        }
        return pieces;
    }

    private static void split(String piece, Pattern expression, List<String> pieces) {
        Matcher matcher = expression.matcher(plainWhite(piece));
        int last = 0;
        while (matcher.find()) {
            add(piece.substring(last, matcher.start()), pieces);
            add(piece.substring(matcher.start(), matcher.end()), pieces);
            last = matcher.end();
        }
        add(piece.substring(last), pieces);
    }

    /** To llama.cpp's expressions all white space beyond ASCII is a vertical tab. */
    private static String plainWhite(String piece) {
        StringBuilder plain = new StringBuilder(piece);
        for (int i = 0; i < plain.length(); i++) {
            if (plain.charAt(i) > 0x7F && Letters.white(plain.charAt(i))) {
                plain.setCharAt(i, '\u000B');
            }
        }
        return plain.toString();
    }

    private static void add(String piece, List<String> pieces) {
        if (!piece.isEmpty()) {
            pieces.add(piece);
        }
    }
}
