/**
 * The tokenizers of Hugging Face checkpoints, turned into the keys of GGUF. Entry point:
 * {@link io.shearling.convert.tokenizer.TokenizerFiles}. Everything here is immutable once made, and thread-safe then.
 */
@NullMarked
package io.shearling.convert.tokenizer;

import org.jspecify.annotations.NullMarked;
