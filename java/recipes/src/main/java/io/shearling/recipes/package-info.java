/**
 * What all steps of a recipe share. The steps are in packages of their own: {@link io.shearling.recipes.quantize} makes models smaller.
 */
@NullMarked
package io.shearling.recipes;

import org.jspecify.annotations.NullMarked;
