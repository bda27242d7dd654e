package io.shearling.bench;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The result of a benchmark.
 *
 * @param taken when it ended
 * @param machine where
 * @param build with which software
 * @param model with which model
 * @param threads threads of both sides
 * @param comparisons one a measure
 * @param neighbours generation beside busy threads, when it was asked for
 * @param memory memory of both sides
 */
public record BenchReport(
        Instant taken,
        Machine machine,
        Build build,
        ModelFacts model,
        int threads,
        List<Comparison> comparisons,
        Optional<NeighbourFigures> neighbours,
        MemoryFigures memory) {
    public BenchReport {
        comparisons = List.copyOf(comparisons);
    }
}
