/**
 * Models become smaller: their weights get other tensor types, GGUF in, GGUF out. Begin with {@link
 * io.shearling.recipes.quantize.Quantization}. The same model and options give the same bytes, those of llama-quantize in llama.cpp
 * v0.5.0, for any number of threads. A {@code Quantization} belongs to one thread; the rest is immutable.
 */
@NullMarked
package io.shearling.recipes.quantize;

import org.jspecify.annotations.NullMarked;
