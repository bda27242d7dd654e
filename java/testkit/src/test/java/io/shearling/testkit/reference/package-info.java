/** Tests of how the reference tools are found and spoken to. */
@NullMarked
package io.shearling.testkit.reference;

import org.jspecify.annotations.NullMarked;
