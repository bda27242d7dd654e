package io.shearling.bench;

import java.util.OptionalLong;

/**
 * One round: each side once.
 *
 * @param javaNanos time of the Java API
 * @param referenceNanos time of llama.cpp's tool, when there is one
 */
public record Round(long javaNanos, OptionalLong referenceNanos) {
    public Round {
        if (javaNanos <= 0 || referenceNanos.orElse(1) <= 0) {
            throw new IllegalArgumentException("A round that takes no time was not measured.");
        }
    }
}
