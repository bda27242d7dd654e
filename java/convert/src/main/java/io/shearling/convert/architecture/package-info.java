/** What is known of each architecture: the names of its models, its keys, its tensors, and what has to be done with them. */
@NullMarked
package io.shearling.convert.architecture;

import org.jspecify.annotations.NullMarked;
