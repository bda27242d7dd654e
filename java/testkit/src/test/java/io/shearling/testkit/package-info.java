/** Tests of the testkit itself. */
@NullMarked
package io.shearling.testkit;

import org.jspecify.annotations.NullMarked;
