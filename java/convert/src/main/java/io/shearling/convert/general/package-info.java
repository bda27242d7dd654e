/** The keys that say what a model is and whose: names, sizes, sampling. */
@NullMarked
package io.shearling.convert.general;

import org.jspecify.annotations.NullMarked;
