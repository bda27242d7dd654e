package io.shearling.testkit;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The vocabulary of the tiny decoders, in the form that SentencePiece models have in GGUF: three control tokens, the 256 bytes,
 * single characters, and words with the space before them. Every text has tokens, because of the bytes.
 */
final class SentencePieceVocabulary {
    static final int UNKNOWN = 0;
    static final int BEGIN = 1;
    static final int END = 2;

    private static final int FIRST_BYTE = 3;
    private static final int FIRST_PIECE = FIRST_BYTE + 256;
    private static final String SPACE = "\u2581";

    private static final int TYPE_NORMAL = 1;
    private static final int TYPE_UNKNOWN = 2;
    private static final int TYPE_CONTROL = 3;
    private static final int TYPE_BYTE = 6;

    private static final List<String> WORDS = List.of(
            "the", "of", "and", "to", "in", "is", "a", "that", "it", "for", "on", "with", "as", "was", "sheep", "wool",
            "grass", "field", "river", "stone", "cloud", "rain", "sun", "day", "night", "small", "large", "one", "two",
            "three", "hello", "world", "model");

    /** The roles in brackets, each turn closed by the end token: enough to tell a rendered prompt from plain text. */
    private static final String TEMPLATE = "{% for message in messages %}"
            + "{{ '[' + message['role'] + '] ' + message['content'] + eos_token + '\\n' }}"
            + "{% endfor %}"
            + "{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}";

    private static final List<String> PIECES = pieces();

    private SentencePieceVocabulary() {}

    static int size() {
        return FIRST_PIECE + PIECES.size();
    }

    static boolean isControl(int token) {
        return token < FIRST_BYTE;
    }

    static boolean isByte(int token) {
        return token >= FIRST_BYTE && token < FIRST_PIECE;
    }

    /** Adds the vocabulary and the chat template. */
    static void addTo(ModelDraft draft) {
        List<String> texts = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int i = 0; i < 256; i++) {
            texts.add(String.format("<0x%02X>", i));
        }
        texts.addAll(PIECES);
        float[] scores = new float[texts.size()];
        int[] types = new int[texts.size()];
        for (int token = 0; token < texts.size(); token++) {
            types[token] = type(token);
            // the longer a piece, the sooner it is merged
            scores[token] =
                    types[token] == TYPE_NORMAL ? 100f * texts.get(token).length() - token : 0;
        }
        draft.put("tokenizer.ggml.model", GgufValue.string("llama"))
                .put("tokenizer.ggml.pre", GgufValue.string("default"))
                .put("tokenizer.ggml.tokens", GgufArray.ofStrings(texts))
                .put("tokenizer.ggml.scores", GgufArray.ofFloats(scores))
                .put("tokenizer.ggml.token_type", GgufArray.ofInts(types))
                .put("tokenizer.ggml.unknown_token_id", GgufValue.u32(UNKNOWN))
                .put("tokenizer.ggml.bos_token_id", GgufValue.u32(BEGIN))
                .put("tokenizer.ggml.eos_token_id", GgufValue.u32(END))
                .put("tokenizer.ggml.add_bos_token", GgufValue.bool(true))
                .put("tokenizer.ggml.add_eos_token", GgufValue.bool(false))
                .put("tokenizer.ggml.add_space_prefix", GgufValue.bool(true))
                .put("tokenizer.chat_template", GgufValue.string(TEMPLATE));
    }

    private static int type(int token) {
        if (token == UNKNOWN) {
            return TYPE_UNKNOWN;
        }
        if (isControl(token)) {
            return TYPE_CONTROL;
        }
        return isByte(token) ? TYPE_BYTE : TYPE_NORMAL;
    }

    /** Words are merged from left to right, so each of their beginnings is a piece too. */
    private static List<String> pieces() {
        Set<String> pieces = new LinkedHashSet<>();
        pieces.add(SPACE);
        for (char c = '!'; c <= '~'; c++) {
            pieces.add(String.valueOf(c));
        }
        pieces.addAll(List.of("\u00e9", "\u00fc", "\u00df", "\u4f60", "\u597d"));
        for (String word : WORDS) {
            for (int end = 1; end <= word.length(); end++) {
                pieces.add(SPACE + word.substring(0, end));
            }
        }
        return List.copyOf(pieces);
    }
}
