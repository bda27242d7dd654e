package io.shearling.recipes.statistics;

/**
 * How much a block and its parts change the hidden state: 1 minus the mean cosine between what goes in and what comes out
 * (ShortGPT, arXiv 2403.03853). 0: it only scales. NaN where llama.cpp's graph of the model does not name the states.
 *
 * @param block the whole block
 * @param attention from the block's input to the input of its feed-forward part
 * @param feedForward from there to the block's output
 */
public record BlockInfluence(double block, double attention, double feedForward) {}
