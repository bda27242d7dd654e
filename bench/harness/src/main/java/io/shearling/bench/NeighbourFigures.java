package io.shearling.bench;

import java.util.Optional;

/**
 * Generation beside busy threads, and without them, each side against itself.
 *
 * @param neighbours busy threads
 * @param java the Java API: {@link Round#javaNanos} beside the neighbours, {@link Round#referenceNanos} without them
 * @param reference llama.cpp's tool, in the same way, when there is one
 */
public record NeighbourFigures(int neighbours, Comparison java, Optional<Comparison> reference) {}
