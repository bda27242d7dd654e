/**
 * What activations do to a model's matrices: statistics that are collected over a text, kept in a file and given to the steps that
 * quantize, prune or factorize.
 *
 * <p>Entry points: {@link io.shearling.recipes.statistics.ImportanceFile} reads and writes the files that {@code llama-imatrix}
 * makes and {@code llama-quantize} takes. What is read is immutable.
 */
@NullMarked
package io.shearling.recipes.statistics;

import org.jspecify.annotations.NullMarked;
