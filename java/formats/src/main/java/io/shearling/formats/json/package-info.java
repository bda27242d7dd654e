/**
 * How the JSON files of checkpoints are read. Entry point: {@link io.shearling.formats.json.StrictJson}. Thread-safe.
 */
@NullMarked
package io.shearling.formats.json;

import org.jspecify.annotations.NullMarked;
