package io.shearling.runtime;

/**
 * How many tokens a generation took.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedTokens how many of those were in memory already, from the turn before
 * @param generatedTokens tokens generated, the one that ended the text included
 */
public record Usage(int promptTokens, int cachedTokens, int generatedTokens) {}
