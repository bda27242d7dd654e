/**
 * Types and shapes of tensors as ggml stores them.
 *
 * <p>Entry points: {@link io.shearling.formats.tensor.TensorType} and {@link io.shearling.formats.tensor.TensorShape}.
 * All types are immutable and thread-safe.
 */
@NullMarked
package io.shearling.formats.tensor;

import org.jspecify.annotations.NullMarked;
