@NullMarked
package io.shearling.recipes.budget;

import org.jspecify.annotations.NullMarked;
