/**
 * Tools for tests of the runtime and of what stands on it.
 *
 * <p>Begin with {@link io.shearling.testkit.TinyModels} for models that load in a millisecond, and put {@link
 * io.shearling.testkit.NativeLeakCheck} on every test class that touches native code. The classes are thread-safe unless
 * they say otherwise.
 */
@NullMarked
package io.shearling.testkit;

import org.jspecify.annotations.NullMarked;
