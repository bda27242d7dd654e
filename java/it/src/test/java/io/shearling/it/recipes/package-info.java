/** Steps of recipes on models, with native kernels, and beside upstream's own tools. */
@NullMarked
package io.shearling.it.recipes;

import org.jspecify.annotations.NullMarked;
