/**
 * How the next token is chosen: a {@link io.shearling.runtime.sampling.SamplerChain} of {@link
 * io.shearling.runtime.sampling.Sampler} steps, each one of llama.cpp's samplers. Immutable values, thread-safe.
 */
@NullMarked
package io.shearling.runtime.sampling;

import org.jspecify.annotations.NullMarked;
