package io.shearling.convert.tokenizer;

/**
 * A part of a text on its way through the pre-tokenizers.
 *
 * @param text as far as it has been changed
 * @param first whether the given text began with it
 */
record Piece(String text, boolean first) {}
