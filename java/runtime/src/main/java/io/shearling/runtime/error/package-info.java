/**
 * What goes wrong, in one place: {@link io.shearling.runtime.error.ShearlingException} with an {@link
 * io.shearling.runtime.error.ErrorCode}. What a program must expect in normal use (the context is full, the reader
 * cancelled, the text ended) is a value and never one of these. Immutable, thread-safe.
 */
@NullMarked
package io.shearling.runtime.error;

import org.jspecify.annotations.NullMarked;
