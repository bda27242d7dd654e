package io.shearling.convert.quantized;

/**
 * Elements that share a scale.
 *
 * @param rows of the weight
 * @param columns of the weight
 */
record Block(long rows, long columns) {}
