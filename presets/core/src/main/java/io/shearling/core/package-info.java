/**
 * The native core as its headers have it: {@code Core} has a static method for each function and a constant for each
 * enumerator, and each struct is a class of its own. All of it is generated from {@code include/shearling/*.h} while
 * the module is built; the headers say what each function does, who owns what, and which threads may call.
 *
 * <p>Text goes in and out as {@code String} and is UTF-8 on the native side, whatever the platform's charset is; a
 * {@code char} array in a struct is read with {@code getString(UTF_8)}. Handles are pointers without a deallocator: free
 * each with its function. The first use of {@code Core} loads the native code; call
 * {@code NativeLibraries.load()} before to get its exception with one sentence instead of an
 * {@link UnsatisfiedLinkError}.
 *
 * <p>Nothing here says what may be null: as in C, the headers do.
 */
@NullUnmarked
package io.shearling.core;

import org.jspecify.annotations.NullUnmarked;
