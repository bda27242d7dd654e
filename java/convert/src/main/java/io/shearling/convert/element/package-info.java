/**
 * The elements of an output tensor as an expression over the tensors of a checkpoint: slices, joins, gathered rows, transposition,
 * arithmetic. Any range of elements can be asked for by itself, so that no tensor is ever held whole.
 */
@NullMarked
package io.shearling.convert.element;

import org.jspecify.annotations.NullMarked;
