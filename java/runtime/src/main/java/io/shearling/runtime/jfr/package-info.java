/**
 * What the runtime tells Java Flight Recorder: {@code io.shearling.ModelLoad}, {@code Prompt}, {@code DecodeStep} and {@code
 * Generation}. Begin with {@link io.shearling.runtime.jfr.Jfr}, which alone is loaded where there is no module {@code jdk.jfr}.
 * Not exported: events are read by name. An event object belongs to one thread at a time.
 */
@NullMarked
package io.shearling.runtime.jfr;

import org.jspecify.annotations.NullMarked;
