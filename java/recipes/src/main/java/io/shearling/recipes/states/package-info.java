/** What goes from one layer of a model to the next, kept while the layers are computed one after the other. Not for callers. */
@NullMarked
package io.shearling.recipes.states;

import org.jspecify.annotations.NullMarked;
