package io.shearling.convert.tokenizer;

/**
 * A part of a text.
 *
 * @param start the index of its first character
 * @param end the index behind its last
 * @param match whether a pattern matched it, or it lies between matches
 */
record Span(int start, int end, boolean match) {}
