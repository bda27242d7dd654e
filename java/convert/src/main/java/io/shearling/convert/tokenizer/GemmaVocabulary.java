package io.shearling.convert.tokenizer;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.gguf.GgufValue;
import java.util.Set;

/** What Gemma's models say of their tokenizers beyond what others do. */
final class GemmaVocabulary {
    private static final String END_OF_TURN = "<end_of_turn>";

    /** Upstream's number of the token that ends a turn, whatever the vocabulary. */
    private static final int UPSTREAM_END_OF_TURN = 107;

    /** Those that a reader of Gemma 4's answers needs to see. */
    private static final Set<String> SHOWN = Set.of(
            "<|channel>",
            "<channel|>",
            "<|tool_call>",
            "<tool_call|>",
            "<|tool_response>",
            "<tool_response|>",
            "<|\"|>");

    private GemmaVocabulary() {}

    /** That of the first Gemma. */
    static TokenizerPlan one(VocabularyKeys keys) {
        TokenizerPlan plan = keys.sentencePiece();
        int end = keys.upstream() ? UPSTREAM_END_OF_TURN : endOfTurn(plan);
        return noSpace(end < 0 ? plan : plan.with(VocabularyKeys.GGML + "eot_token_id", GgufValue.u32(end)));
    }

    private static int endOfTurn(TokenizerPlan plan) {
        return plan.keys().get(VocabularyKeys.GGML + "tokens") instanceof GgufArray tokens
                ? tokens.strings().indexOf(END_OF_TURN)
                : -1;
    }

    /** That of Gemma 3 and 3n; some models have put byte-level BPE in its place. */
    static TokenizerPlan three(VocabularyKeys keys) {
        return keys.hasPieces() ? noSpace(keys.sentencePiece()) : keys.bytePairs(keys.requireJson());
    }

    /** That of Gemma 4. */
    static TokenizerPlan four(VocabularyKeys keys) {
        return noSpace(keys.bytesAndMerges("gemma4", SHOWN))
                .with(VocabularyKeys.GGML + "add_bos_token", new GgufBool(true));
    }

    private static TokenizerPlan noSpace(TokenizerPlan plan) {
        return plan.with(VocabularyKeys.GGML + "add_space_prefix", new GgufBool(false));
    }
}
