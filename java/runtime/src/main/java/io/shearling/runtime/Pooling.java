package io.shearling.runtime;

/** How the vectors of a text's tokens become one. */
public enum Pooling {
    /** As the model says. */
    MODEL(-1),
    /** Not at all: one vector a token. */
    NONE(0),
    /** Their mean. */
    MEAN(1),
    /** The first token's, as BERT's [CLS]. */
    CLS(2),
    /** The last token's. */
    LAST(3),
    /** The classifier head's outputs, for rerankers. */
    RANK(4);

    final int code;

    Pooling(int code) {
        this.code = code;
    }

    static Pooling of(int code) {
        for (Pooling pooling : values()) {
            if (pooling.code == code) {
                return pooling;
            }
        }
        throw new IllegalArgumentException("no pooling has the number " + code);
    }
}
