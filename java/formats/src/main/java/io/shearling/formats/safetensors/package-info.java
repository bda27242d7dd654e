/**
 * Checkpoints in the safetensors format, read as strictly as by its reference library.
 *
 * <p>Entry points: {@link io.shearling.formats.safetensors.SafetensorsFile#open} for a file,
 * {@link io.shearling.formats.safetensors.ShardIndex#read} for the index of several. Records are immutable; an open file is
 * thread-safe.
 */
@NullMarked
package io.shearling.formats.safetensors;

import org.jspecify.annotations.NullMarked;
