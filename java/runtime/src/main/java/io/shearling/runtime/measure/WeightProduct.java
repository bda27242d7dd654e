package io.shearling.runtime.measure;

import io.shearling.formats.tensor.TensorType;

/**
 * A product of weights with activations.
 *
 * @param type of the weights
 * @param columns of a row of them, a multiple of the type's block
 * @param rows of a matrix
 * @param matrices of a stack of experts; else 1
 * @param used matrices that each token is multiplied with
 * @param tokens that are multiplied at once: 1 in generation
 */
public record WeightProduct(TensorType type, long columns, long rows, int matrices, int used, int tokens) {}
