/**
 * GGUF files, read and written.
 *
 * <p>Entry points: {@link io.shearling.formats.gguf.GgufFile#open} maps a file, or all parts of a split one, and checks
 * it strictly; {@link io.shearling.formats.gguf.GgufWriter#to} plans and writes one. Every refusal is a
 * {@link io.shearling.formats.gguf.GgufException}. Values, metadata and open files are immutable and thread-safe; a
 * writer belongs to one thread.
 */
@NullMarked
package io.shearling.formats.gguf;

import org.jspecify.annotations.NullMarked;
