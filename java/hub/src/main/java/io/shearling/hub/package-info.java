/**
 * Finds a model by name, path or hub address and puts its file into the cache of this user.
 *
 * <p>The entry point is {@link io.shearling.hub.ModelHub}: {@code ModelHub.standard().resolve("smollm2-135m", listener)}
 * gives the path of a file whose sha256 has been checked. {@link io.shearling.hub.Catalogue} holds the known names,
 * {@link io.shearling.hub.ModelReference} the three ways to name a model, {@link io.shearling.hub.ModelCache} what is
 * already on this machine.
 *
 * <p>All types are immutable or thread-safe; two threads or two processes that want the same model fetch it once.
 * A call blocks until the file is there; interrupting its thread cancels it and keeps what has arrived for the next call.
 */
@NullMarked
package io.shearling.hub;

import org.jspecify.annotations.NullMarked;
