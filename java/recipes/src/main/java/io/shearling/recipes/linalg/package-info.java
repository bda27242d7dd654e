/** Linear algebra of recipe steps, by LAPACK: what is not worth a kernel of our own. Nothing here has state. */
@NullMarked
package io.shearling.recipes.linalg;

import org.jspecify.annotations.NullMarked;
