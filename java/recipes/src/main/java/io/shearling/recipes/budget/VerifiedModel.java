package io.shearling.recipes.budget;

import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.speed.Speed;
import java.util.Optional;

/**
 * A choice of types that was measured on text that the search had not seen.
 *
 * @param name of the preset, or what was chosen by
 * @param sizeBytes of the file
 * @param bitsPerWeight of all tensors
 * @param predicted the divergence that was foretold, in nats a token
 * @param kl the mean divergence from the original, in nats a token, with its standard error
 * @param predictedSpeed that was foretold; there where the budget has a speed
 * @param speed that was measured, in the same way
 */
public record VerifiedModel(
        String name,
        long sizeBytes,
        double bitsPerWeight,
        double predicted,
        Estimate kl,
        Optional<Speed> predictedSpeed,
        Optional<Speed> speed) {}
