package io.shearling.hub;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a file before it has arrived.
 *
 * @param sizeBytes its size, or -1
 * @param sha256 its checksum, or null
 */
record Expectation(long sizeBytes, @Nullable String sha256) {
    static final Expectation NOTHING = new Expectation(-1, null);
}
