@NullMarked
package io.shearling.recipes.statistics;

import org.jspecify.annotations.NullMarked;
