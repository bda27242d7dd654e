/**
 * How good a model is, and how much of another one it has kept: perplexity, KL divergence and what belongs to them, each with
 * its standard error, by llama-perplexity's protocol. Begin with {@link io.shearling.recipes.evaluate.Evaluation}. Values are
 * immutable and thread-safe; the rest is for one thread.
 */
@NullMarked
package io.shearling.recipes.evaluate;

import org.jspecify.annotations.NullMarked;
