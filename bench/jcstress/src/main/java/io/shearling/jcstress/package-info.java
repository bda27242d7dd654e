/**
 * Stress tests of the runtime's ownership, for jcstress: each states which outcomes of two or three threads are right, and the
 * tool looks for others. {@code ./shearling test -Psoak -pl bench/jcstress -am} runs them. The queue's tests lie in the package of
 * the runtime, because the queue is not public.
 */
@NullMarked
package io.shearling.jcstress;

import org.jspecify.annotations.NullMarked;
