package io.shearling.recipes.prune;

/** Which layers go, as a text tells. */
public enum MeasuredRule {
    /**
     * One after the other the layer that changes the hidden state least: whose 1 minus the mean cosine between what goes in and what
     * comes out is the least (ShortGPT, arXiv 2403.03853). What the others do is measured anew after each.
     */
    INFLUENCE,
    /**
     * The run of layers behind which the state has turned least: the least mean, over all tokens, of arccos(cos) / π between what goes
     * into the first and what comes out of the last (arXiv 2403.17887, which looks at the last token only). The first layer stays.
     */
    ANGULAR,
    /** One after the other the layer without which the perplexity is the least. */
    PERPLEXITY
}
