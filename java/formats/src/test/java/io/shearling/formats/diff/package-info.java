/** Differences between files that are made for it. */
@NullMarked
package io.shearling.formats.diff;

import org.jspecify.annotations.NullMarked;
