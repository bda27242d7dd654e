/**
 * Texts to calibrate and to evaluate with: published prose, fetched from packages, pinned by checksum, split into two parts that
 * have no document in common (docs/texts.md). Entry point: {@link io.shearling.testkit.text.Corpus}. Thread-safe; other processes
 * may fetch at the same time.
 */
@NullMarked
package io.shearling.testkit.text;

import org.jspecify.annotations.NullMarked;
