/** Conversion together with what else there is: native kernels, the runtime, upstream's own tools. */
@NullMarked
package io.shearling.it.convert;

import org.jspecify.annotations.NullMarked;
