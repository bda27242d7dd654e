/** Tests that look at all modules at once. */
@NullMarked
package io.shearling.it;

import org.jspecify.annotations.NullMarked;
