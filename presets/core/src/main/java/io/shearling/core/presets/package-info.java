/**
 * How the binding of the core is generated. For JavaCPP only; {@link io.shearling.core.presets.CorePresets} is the entry
 * point, used by one thread at build time.
 */
@NullMarked
package io.shearling.core.presets;

import org.jspecify.annotations.NullMarked;
