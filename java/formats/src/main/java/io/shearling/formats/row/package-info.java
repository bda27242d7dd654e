/**
 * Rows of floats encoded to, and decoded from, the tensor types.
 *
 * <p>Entry points: {@link io.shearling.formats.row.RowEncoder#forType} and
 * {@link io.shearling.formats.row.RowDecoder#forType}. Plain Java serves the float types, q8_0 and, for decoding, q4_0
 * and q4_1; other modules add the rest as services. Encoders and decoders are thread-safe.
 */
@NullMarked
package io.shearling.formats.row;

import org.jspecify.annotations.NullMarked;
