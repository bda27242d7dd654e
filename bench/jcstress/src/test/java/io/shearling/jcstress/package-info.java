/** Runs the stress tests. */
@NullMarked
package io.shearling.jcstress;

import org.jspecify.annotations.NullMarked;
