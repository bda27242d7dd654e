/** How fast a model of some types is on this machine: measured product by product, and foretold from that. */
@NullMarked
package io.shearling.recipes.speed;

import org.jspecify.annotations.NullMarked;
