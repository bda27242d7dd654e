/**
 * The tools of an unpatched llama.cpp, as the truth to compare with. Begin with {@link
 * io.shearling.testkit.reference.ReferenceTools#find}. The classes are thread-safe.
 */
@NullMarked
package io.shearling.testkit.reference;

import org.jspecify.annotations.NullMarked;
