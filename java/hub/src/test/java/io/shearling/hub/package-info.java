/** Tests of the hub: a server and a package folder on this machine, no network. */
@NullMarked
package io.shearling.hub;

import org.jspecify.annotations.NullMarked;
