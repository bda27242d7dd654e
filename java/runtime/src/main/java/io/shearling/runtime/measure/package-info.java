/**
 * Measures models token by token, for {@code io.shearling.recipes} alone. Begin with {@link
 * io.shearling.runtime.measure.Scorer} or {@link io.shearling.runtime.measure.StatisticsCollector}; what is not said to be thread-safe
 * is for one thread.
 */
@NullMarked
package io.shearling.runtime.measure;

import org.jspecify.annotations.NullMarked;
