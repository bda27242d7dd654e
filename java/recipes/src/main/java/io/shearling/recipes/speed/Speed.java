package io.shearling.recipes.speed;

/**
 * How fast a model is, in tokens a second.
 *
 * @param generation of tokens one after the other, at the beginning of a context
 * @param prompt read at once, 512 where the context has room for them
 */
public record Speed(double generation, double prompt) {}
