/**
 * Files that nobody's converter writes: a healthy model is taken apart, damaged in a seeded way and put together again, and
 * whatever comes of it is a sentence or a model that works. A seed says it all: the same one gives the same bytes.
 */
@NullMarked
package io.shearling.it.fuzz;

import org.jspecify.annotations.NullMarked;
