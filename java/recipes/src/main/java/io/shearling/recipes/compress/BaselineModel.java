package io.shearling.recipes.compress;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.recipe.Figures;

/**
 * A mix of the original, measured beside the result. Its file is not kept.
 *
 * @param sizeBytes of the file
 */
public record BaselineModel(QuantizationPreset mix, long sizeBytes, Figures figures) {}
