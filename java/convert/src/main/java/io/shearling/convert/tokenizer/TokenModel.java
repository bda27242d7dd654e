package io.shearling.convert.tokenizer;

/** Turns a piece of a text into tokens. */
@FunctionalInterface
interface TokenModel {
    /** Adds the tokens of a piece. */
    void encode(String piece, Ids ids);

    /** The model of a file. */
    static TokenModel of(TokenizerJson json) {
        return switch (json.type()) {
            case BPE -> BpeModel.of(json);
            case WORDPIECE -> WordPieceModel.of(json);
            case UNIGRAM -> UnigramModel.of(json);
        };
    }
}
