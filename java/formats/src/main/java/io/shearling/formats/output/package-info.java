/** How files appear whole or not at all: written beside their place, synced, renamed. Not exported. */
@NullMarked
package io.shearling.formats.output;

import org.jspecify.annotations.NullMarked;
