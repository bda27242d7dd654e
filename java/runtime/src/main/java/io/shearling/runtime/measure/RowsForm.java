package io.shearling.runtime.measure;

/** How rows of a base's logits are kept in a file. */
public enum RowsForm {
    /** llama-perplexity's: every logarithm in 16 bits. */
    STORED,
    /** A twentieth of that: the likeliest tokens as they are, of the others their mass, their entropy and a sample. */
    COMPACT
}
