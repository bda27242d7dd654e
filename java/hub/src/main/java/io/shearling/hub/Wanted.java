package io.shearling.hub;

import java.util.List;

/**
 * A model file that is to be on this machine.
 *
 * @param what the model in words, at the start of a sentence
 * @param key its place in the cache
 * @param expected what is known of the file
 * @param sources where to get it, in order
 */
record Wanted(String what, CacheKey key, Expectation expected, List<ModelLocation> sources) {}
