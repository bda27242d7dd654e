/** GGUF files as the checkpoints that they could have come from: the way of a conversion back. */
@NullMarked
package io.shearling.convert.export;

import org.jspecify.annotations.NullMarked;
