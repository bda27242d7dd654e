/**
 * What was chosen on this machine and why, and what does not work and what to do about it, as values. {@link
 * io.shearling.runtime.diagnosis.Diagnosis} looks at the machine, {@link io.shearling.runtime.diagnosis.ModelDiagnosis} at a
 * model file. Neither throws for what it finds, and both work where native code does not load.
 *
 * <p>All values are immutable; the methods may be called from any thread.
 */
@NullMarked
package io.shearling.runtime.diagnosis;

import org.jspecify.annotations.NullMarked;
