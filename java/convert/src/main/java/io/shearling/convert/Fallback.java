package io.shearling.convert;

import io.shearling.formats.tensor.TensorType;

/**
 * A tensor whose rows are no whole number of blocks of the type that it should get.
 *
 * @param tensor its name in the output
 * @param wanted the type that the mix has for it
 * @param type what it gets instead
 */
public record Fallback(String tensor, TensorType wanted, TensorType type) {}
