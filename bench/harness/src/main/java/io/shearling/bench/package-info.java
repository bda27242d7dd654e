/**
 * Speed, load time and memory of the Java API beside llama.cpp's own tools, taken in turn on the same machine.
 *
 * <p>Entry point: {@link io.shearling.bench.Benchmark}. A figure is a ratio of pairs with its 95 % interval, and every
 * round is kept. Records are immutable; a benchmark belongs to one thread, and nothing else should run meanwhile.
 */
@NullMarked
package io.shearling.bench;

import org.jspecify.annotations.NullMarked;
