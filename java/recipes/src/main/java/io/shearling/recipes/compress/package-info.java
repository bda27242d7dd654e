/** Does what recipes say: step after step in a workspace, every loss measured. Begin with {@link io.shearling.recipes.compress.Compression}. */
@NullMarked
package io.shearling.recipes.compress;

import org.jspecify.annotations.NullMarked;
