/**
 * Mixes of tensor types by name, as {@code q4_k_m}: which tensor of a model gets which type. Start with {@link
 * io.shearling.formats.preset.QuantizationPreset}. The rules are those of llama-quantize in llama.cpp v0.5.0 ({@code
 * src/llama-quant.cpp}), so that a file has the types that its users know. Immutable and thread-safe, but for {@link
 * io.shearling.formats.preset.TypePlan}'s making.
 */
@NullMarked
package io.shearling.formats.preset;

import org.jspecify.annotations.NullMarked;
