/**
 * The one loader of native code. {@link io.shearling.natives.NativeLibraries} is the entry point: it takes the files of
 * every {@link io.shearling.natives.NativeBundle} for this platform, puts them into one folder whose name is a hash of
 * their contents, and loads them in order of dependency. What happened is a value,
 * {@link io.shearling.natives.NativeState}, as well as an exception with one sentence.
 *
 * <p>Everything here is thread-safe, and safe between processes that share a cache.
 */
@NullMarked
package io.shearling.natives;

import org.jspecify.annotations.NullMarked;
