/**
 * A model gets types by a budget: so many bytes, bits a weight, or so much divergence, with the type of each tensor chosen by what
 * was measured on a text. Begin with {@link io.shearling.recipes.budget.BudgetSearch}. A search belongs to one thread; the rest is
 * immutable. The same model, text and options give the same types for any number of threads, unless a speed is wanted: then models are
 * timed, each time anew.
 */
@NullMarked
package io.shearling.recipes.budget;

import org.jspecify.annotations.NullMarked;
