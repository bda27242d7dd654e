/**
 * The native libraries for linux-x86_64: llama.cpp, ggml with its CPU plug-ins, Shearling's core, and the glue of both
 * bindings. {@link io.shearling.platform.PlatformBundle} is the entry point, for the loader only. Thread-safe.
 */
@NullMarked
package io.shearling.platform;

import org.jspecify.annotations.NullMarked;
