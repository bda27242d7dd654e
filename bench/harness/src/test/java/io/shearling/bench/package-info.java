/** Tests of the harness without a model. */
@NullMarked
package io.shearling.bench;

import org.jspecify.annotations.NullMarked;
