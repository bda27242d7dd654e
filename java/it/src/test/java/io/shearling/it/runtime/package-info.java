/** The runtime on real and tiny models, alone and beside upstream's own tools. */
@NullMarked
package io.shearling.it.runtime;

import org.jspecify.annotations.NullMarked;
