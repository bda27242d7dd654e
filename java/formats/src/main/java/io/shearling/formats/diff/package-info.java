/**
 * What differs between two GGUF files.
 *
 * <p>Entry point: {@link io.shearling.formats.diff.GgufDiff}; {@link io.shearling.formats.diff.DiffText} prints it. All results are
 * immutable.
 */
@NullMarked
package io.shearling.formats.diff;

import org.jspecify.annotations.NullMarked;
