/**
 * Text made of token bytes: whole code points out of bytes that break anywhere ({@link
 * io.shearling.runtime.text.Utf8Assembler}) and stop strings across token borders ({@link
 * io.shearling.runtime.text.StopMatcher}). Pure Java; each object serves one generation and one thread.
 */
@NullMarked
package io.shearling.runtime.text;

import org.jspecify.annotations.NullMarked;
