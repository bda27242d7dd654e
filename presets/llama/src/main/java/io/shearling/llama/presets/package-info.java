/**
 * How the binding of llama.cpp is generated. For JavaCPP only; {@link io.shearling.llama.presets.LlamaPresets} is the
 * entry point, used by one thread at build time.
 */
@NullMarked
package io.shearling.llama.presets;

import org.jspecify.annotations.NullMarked;
