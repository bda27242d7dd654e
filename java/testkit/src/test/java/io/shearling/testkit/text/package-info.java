@NullMarked
package io.shearling.testkit.text;

import org.jspecify.annotations.NullMarked;
