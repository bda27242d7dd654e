/** Measuring and making models smaller, with the natives, and beside llama.cpp's own tools. */
@NullMarked
package io.shearling.it.recipes;

import org.jspecify.annotations.NullMarked;
