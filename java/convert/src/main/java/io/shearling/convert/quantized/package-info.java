/**
 * Checkpoints whose weights are quantized already. A {@link io.shearling.convert.quantized.Scheme} says which tensors together are one
 * weight and what its elements are; behind {@link io.shearling.convert.quantized.Quantization} a checkpoint looks as if it never had
 * been quantized. All of it is planned from headers, but for single numbers and notes of some bytes.
 */
@NullMarked
package io.shearling.convert.quantized;

import org.jspecify.annotations.NullMarked;
