package io.shearling.recipes.recipe;

import java.nio.file.Path;

/**
 * A model on its way through a recipe. Immutable: the next step makes another one.
 *
 * @param model its file, or the first of its parts
 * @param key checksum, in hexadecimal, of all that it was made of: what has the same key is the same model
 */
public record Artifact(Path model, String key) {}
