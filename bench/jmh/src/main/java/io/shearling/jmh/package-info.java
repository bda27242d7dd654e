/**
 * Micro-benchmarks: what a native call, a chosen and a streamed token, a tokenized text, an opened file and an event that nobody
 * records cost. Run the jar {@code bench/jmh/target/benchmarks.jar}; {@code -h} lists JMH's options. Nothing depends on this
 * package, and no test asserts its figures. JMH gives each benchmark a JVM of its own; a state belongs to one thread.
 */
@NullMarked
package io.shearling.jmh;

import org.jspecify.annotations.NullMarked;
