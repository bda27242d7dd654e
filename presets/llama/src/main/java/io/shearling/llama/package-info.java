/**
 * llama.cpp and ggml as their own headers have them: {@code llama.h}, {@code ggml.h}, {@code ggml-alloc.h},
 * {@code ggml-backend.h}, {@code ggml-opt.h} and {@code gguf.h} of the release that Shearling is built with. The entry
 * point is the class {@code Llama}, with a static method for each function and a constant for each enumerator; each
 * struct is a class. All of it is generated while the module is built and changes when upstream's headers do.
 *
 * <p>This is C without a net. What upstream's header says about ownership and threads holds; a wrong argument can end
 * the JVM, because ggml aborts on a failed assertion. {@code String} arguments cross as UTF-8; text that comes back is a
 * pointer, read with {@code getString(UTF_8)}. A callback object must stay referenced as long as C may call it, and
 * must not throw: an exception cannot pass through C and ends the process.
 *
 * <p>Left out: {@code ggml_abort}; the headers of single back ends, {@code ggml-cpu.h} among them, because their
 * functions live in plug-ins that are chosen at run time, so that there is nothing to link. What a plug-in offers is
 * reached as in C, through {@code ggml_backend_reg_get_proc_address}. A handle type such as {@code ggml_backend_t} is
 * the class of what it points to, here {@code ggml_backend}.
 *
 * <p>The first use of {@code Llama} loads the native code; call {@code NativeLibraries.load()} before any of these
 * classes is used, so that JavaCPP does not count mapped weights against the Java heap.
 *
 * <p>Nothing here says what may be null: as in C, the headers do.
 */
@NullUnmarked
package io.shearling.llama;

import org.jspecify.annotations.NullUnmarked;
