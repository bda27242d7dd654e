/**
 * What a model is, as its GGUF metadata and tensors tell it.
 *
 * <p>Entry points: {@link io.shearling.formats.model.ModelShape#of} for the numbers that memory and checks need, and
 * {@link io.shearling.formats.model.ModelSummary#of} for a description of a file. All types are immutable and
 * thread-safe.
 */
@NullMarked
package io.shearling.formats.model;

import org.jspecify.annotations.NullMarked;
