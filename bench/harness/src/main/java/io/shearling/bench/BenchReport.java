package io.shearling.bench;

import java.time.Instant;
import java.util.List;

/**
 * The result of a benchmark.
 *
 * @param taken when it ended
 * @param machine where
 * @param build with which software
 * @param model with which model
 * @param threads threads of both sides
 * @param comparisons one a measure
 * @param memory memory of both sides
 */
public record BenchReport(
        Instant taken,
        Machine machine,
        Build build,
        ModelFacts model,
        int threads,
        List<Comparison> comparisons,
        MemoryFigures memory) {
    public BenchReport {
        comparisons = List.copyOf(comparisons);
    }
}
