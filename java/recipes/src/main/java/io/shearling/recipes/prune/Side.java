package io.shearling.recipes.prune;

/** What the rows or the columns of a tensor are. */
enum Side {
    /** Of the feed-forward part. */
    NEURONS,
    /** Elements of the heads' queries. */
    QUERIES,
    /** Elements of the heads' keys. */
    KEYS,
    /** Elements of the heads' values. */
    VALUES,
    /** What the heads give: as many values as there are query heads. */
    RESULTS,
    /** Elements of the state between the layers; the same in all of them. */
    HIDDEN
}
