/** Back ends chosen, tried and left out, each in a JVM of its own. */
@NullMarked
package io.shearling.it.backends;

import org.jspecify.annotations.NullMarked;
