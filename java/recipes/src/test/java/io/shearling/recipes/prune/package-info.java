/** Tests. */
@NullMarked
package io.shearling.recipes.prune;

import org.jspecify.annotations.NullMarked;
