/** Tests. */
@NullMarked
package io.shearling.recipes.states;

import org.jspecify.annotations.NullMarked;
