package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The tokens of a file that is to be written: text, kind and score by number. */
final class TokenTable {
    private static final Set<String> CONTROLS = Set.of("<pad>", "<mask>", "<2mass>", "[@BOS@]");

    private final @Nullable String[] texts;
    private final TokenType[] types;
    private final float[] scores;

    /** So many unused tokens, each with a text of its own. */
    TokenTable(int size, float score) {
        texts = new String[size];
        types = new TokenType[size];
        scores = new float[size];
        Arrays.fill(types, TokenType.UNUSED);
        Arrays.fill(scores, score);
    }

    int size() {
        return texts.length;
    }

    /** Says what a number stands for. */
    void set(int id, String text, TokenType type, float score) {
        texts[id] = text;
        types[id] = type;
        scores[id] = score;
    }

    String text(int id) {
        String text = texts[id];
        return text == null ? "[PAD" + id + "]" : text;
    }

    TokenType type(int id) {
        return types[id];
    }

    float score(int id) {
        return scores[id];
    }

    /** A token that some tokenizers do not call special though it is. */
    static boolean looksSpecial(String text) {
        return CONTROLS.contains(text)
                || (text.startsWith("<|") && text.endsWith("|>"))
                || (text.startsWith("<｜") && text.endsWith("｜>"))
                || (text.startsWith("<unused") && text.endsWith(">"));
    }

    /** The tokens' texts. */
    GgufValue textValues(String file) {
        List<String> all = IntStream.range(0, size()).mapToObj(this::text).toList();
        // llama.cpp ends the process when it loads two tokens with one text.
        Set<String> seen = new HashSet<>(2 * size());
        for (int id = 0; id < all.size(); id++) {
            String text = all.get(id);
            if (!seen.add(text)) {
                throw new ConvertException(
                        Kind.TOKENIZER,
                        file,
                        "the tokens " + all.indexOf(text) + " and " + id + " have the same text \"" + Shown.of(text)
                                + "\", which llama.cpp does not load",
                        "give one of them another text");
            }
        }
        try {
            return GgufArray.ofStrings(all);
        } catch (IllegalArgumentException e) {
            throw new ConvertException(
                    Kind.TOKENIZER, file, "a token's text is not Unicode", "fetch the checkpoint again", e);
        }
    }

    /** The tokens' kinds. */
    GgufValue typeValues() {
        return GgufArray.ofInts(Arrays.stream(types).mapToInt(TokenType::code).toArray());
    }

    /** The tokens' scores. */
    GgufValue scoreValues() {
        return GgufArray.ofFloats(scores);
    }
}
