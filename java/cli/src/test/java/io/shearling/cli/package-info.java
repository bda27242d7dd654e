/** Tests of the command: within this JVM, and as a child process from the executable jar. */
@NullMarked
package io.shearling.cli;

import org.jspecify.annotations.NullMarked;
