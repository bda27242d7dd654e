package io.shearling.convert.tokenizer;

/** Which files of a tokenizer are looked for, and in which order. */
public enum TokenizerKind {
    /** Byte-level BPE, from tokenizer.json. */
    BPE,
    /** SentencePiece, else BPE with byte fallback, else byte-level BPE. */
    LLAMA,
    /** SentencePiece. */
    SENTENCE_PIECE,
    /** SentencePiece, with the token that ends a turn of Gemma. */
    GEMMA,
    /** SentencePiece, else byte-level BPE; no space before a text. */
    GEMMA_3,
    /** BPE with byte fallback as Gemma 4 has it, from tokenizer.json. */
    GEMMA_4,
    /** SentencePiece, with the added tokens of tokenizer.json over it, all as they are written. */
    PHI,
    /** WordPiece. */
    WORD_PIECE,
    /** Unigram, as XLM-RoBERTa has it. */
    UNIGRAM,
    /** WordPiece, Unigram, BPE of words or byte-level BPE: what tokenizer.json is. */
    AS_FILED
}
