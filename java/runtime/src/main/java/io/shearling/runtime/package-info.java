/**
 * Runs GGUF models inside a Java program.
 *
 * <p>Begin with {@link io.shearling.runtime.Model#load}. A {@code Model} is the weights and the vocabulary; an {@link
 * io.shearling.runtime.Engine} is memory and threads to compute with; a {@link io.shearling.runtime.Session} is one
 * conversation in it; a {@link io.shearling.runtime.TokenStream} is one reply as it comes. An {@link
 * io.shearling.runtime.Embedder} turns texts into vectors.
 *
 * <p>Model, tokenizer, engine and embedder may be used from any thread; a session serves one generation at a time. Whatever
 * is opened should be closed, in any order: a model's weights stay until the last engine over it is closed.
 */
@NullMarked
package io.shearling.runtime;

import org.jspecify.annotations.NullMarked;
