/** The operations on tensors against plain definitions of what they do. */
@NullMarked
package io.shearling.convert.architecture;

import org.jspecify.annotations.NullMarked;
