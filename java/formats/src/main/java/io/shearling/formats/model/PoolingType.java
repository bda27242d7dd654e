package io.shearling.formats.model;

import java.util.Optional;

/** How an embedding model makes one vector of the vectors of all tokens; numbered as llama.cpp does. */
public enum PoolingType {
    /** A vector for each token. */
    NONE(0),
    /** The mean of all tokens. */
    MEAN(1),
    /** The first token. */
    CLS(2),
    /** The last token. */
    LAST(3),
    /** A score from a classification head, for reranking. */
    RANK(4);

    private final int code;

    PoolingType(int code) {
        this.code = code;
    }

    /** The number in the metadata. */
    public int code() {
        return code;
    }

    /** The pooling with this number, or nothing. */
    public static Optional<PoolingType> fromCode(long code) {
        for (PoolingType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
