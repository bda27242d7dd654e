/** Conversions against those of upstream's converter. */
@NullMarked
package io.shearling.convert.golden;

import org.jspecify.annotations.NullMarked;
