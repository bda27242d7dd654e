/** Turns Hugging Face checkpoints into GGUF files: a conversion is planned from headers alone, then carried out. */
@NullMarked
package io.shearling.convert;

import org.jspecify.annotations.NullMarked;
