package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;

/**
 * A type that a tensor may get, and what it costs.
 *
 * @param bytes of the tensor in a file, padding included
 * @param error sum of the squares of all its weights' errors, each times the importance of its column; infinite where the values do
 *     not fit the type
 */
record Candidate(TensorType type, long bytes, double error) {}
