/**
 * The only place where the runtime meets native code: handles and leases, status codes to exceptions, options to structs,
 * log lines to {@link System.Logger}. Not exported. Each class says its threads.
 */
@NullMarked
package io.shearling.runtime.bridge;

import org.jspecify.annotations.NullMarked;
