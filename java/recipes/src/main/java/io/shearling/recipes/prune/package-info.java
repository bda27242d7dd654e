/** Takes parts out of models: what is left is an ordinary GGUF file that any llama.cpp runs. */
@NullMarked
package io.shearling.recipes.prune;

import org.jspecify.annotations.NullMarked;
