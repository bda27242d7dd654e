package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;

/**
 * A type that a tensor may get, and what it costs.
 *
 * @param bytes of the tensor in a file, padding included
 * @param error of what the tensor puts out, by its squares: those of its weights' errors, each times the importance of its column, as a
 *     share of those of its weights. A share, because the few tokens at which some tensors put out a thousand times what their
 *     neighbours do are hardly changed by an error there, and would hide the neighbours. Infinite where the values do not fit the type
 */
record Candidate(TensorType type, long bytes, double error) {}
