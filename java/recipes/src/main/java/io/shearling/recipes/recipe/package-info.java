/**
 * Recipes: what makes a model smaller, step by step, as immutable data that is read from YAML. Begin with
 * {@link io.shearling.recipes.recipe.RecipeReader}; {@link io.shearling.recipes.compress.Compression} does what a recipe says.
 */
@NullMarked
package io.shearling.recipes.recipe;

import org.jspecify.annotations.NullMarked;
