package io.shearling.testkit;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The vocabulary of the tiny BERT, in the form that WordPiece has in GGUF: a piece that begins a word has a mark before it,
 * and one that continues a word has none. Characters beyond ASCII are unknown to it.
 */
final class WordPieceVocabulary {
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    private static final int TYPE_NORMAL = 1;
    private static final int TYPE_CONTROL = 3;
    private static final String WORD_BEGINS = "\u2581";

    private static final List<String> WORDS =
            List.of("the", "a", "of", "and", "is", "in", "sheep", "wool", "grass", "river", "rain", "hello", "world");
    private static final List<String> ENDINGS = List.of("s", "ing", "ed", "ly", "er");

    private static final List<String> TEXTS = texts();

    private WordPieceVocabulary() {}

    static int size() {
        return TEXTS.size();
    }

    static void addTo(ModelDraft draft) {
        int[] types = new int[TEXTS.size()];
        for (int token = 0; token < types.length; token++) {
            types[token] = token < SPECIAL.size() ? TYPE_CONTROL : TYPE_NORMAL;
        }
        draft.put("tokenizer.ggml.model", GgufValue.string("bert"))
                .put("tokenizer.ggml.token_type_count", GgufValue.u32(2))
                .put("tokenizer.ggml.tokens", GgufArray.ofStrings(TEXTS))
                .put("tokenizer.ggml.token_type", GgufArray.ofInts(types))
                .put("tokenizer.ggml.padding_token_id", GgufValue.u32(SPECIAL.indexOf("[PAD]")))
                .put("tokenizer.ggml.unknown_token_id", GgufValue.u32(SPECIAL.indexOf("[UNK]")))
                .put("tokenizer.ggml.bos_token_id", GgufValue.u32(SPECIAL.indexOf("[CLS]")))
                .put("tokenizer.ggml.cls_token_id", GgufValue.u32(SPECIAL.indexOf("[CLS]")))
                // the misspelling is the format's
                .put("tokenizer.ggml.seperator_token_id", GgufValue.u32(SPECIAL.indexOf("[SEP]")))
                .put("tokenizer.ggml.mask_token_id", GgufValue.u32(SPECIAL.indexOf("[MASK]")));
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>(SPECIAL);
        for (char c = '!'; c <= '~'; c++) {
            // text is put in lower case before it is cut
            if (!Character.isUpperCase(c)) {
                texts.add(WORD_BEGINS + c);
            }
            if (Character.isDigit(c) || Character.isLowerCase(c)) {
                texts.add(String.valueOf(c));
            }
        }
        WORDS.stream()
                .map(word -> WORD_BEGINS + word)
                .filter(text -> !texts.contains(text))
                .forEach(texts::add);
        ENDINGS.stream().filter(text -> !texts.contains(text)).forEach(texts::add);
        return List.copyOf(texts);
    }
}
