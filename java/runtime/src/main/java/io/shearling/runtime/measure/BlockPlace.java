package io.shearling.runtime.measure;

/** Where the states of a block are looked at. */
public enum BlockPlace {
    /** What its feed-forward part adds to: what went into the block and what attention added. */
    FEED_FORWARD,
    /** What comes out of it. */
    END
}
