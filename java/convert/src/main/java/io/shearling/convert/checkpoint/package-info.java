/** The folder of a Hugging Face checkpoint: its configuration and its tensors. */
@NullMarked
package io.shearling.convert.checkpoint;

import org.jspecify.annotations.NullMarked;
