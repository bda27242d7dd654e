// Statistics of what a model's weights are multiplied with, collected while it reads text in chunks. One thread at a
// time may call into one, except for shl_statistics_cancel. The same tokens give the same numbers for any count of
// threads.
#ifndef SHEARLING_STATISTICS_H
#define SHEARLING_STATISTICS_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct shl_statistics shl_statistics;

struct shl_statistics_params {
    int32_t chunk_tokens; // most tokens of a chunk: 16 or more; default 512
    int32_t threads; // 0: one a core
    bool process_output; // also of output.weight, where the model has one of its own
    bool blocks; // cosines of what goes into the blocks and comes out; default true
    bool grams_only; // nothing but the Gram matrices: a chunk is computed no further than to the last of their weights
    int32_t last_block; // computes no further than to the end of this block, whose states shl_statistics_step gives;
                        // -1: all
};

SHL_API void shl_statistics_params_default(struct shl_statistics_params * out) SHL_NOEXCEPT;

// The model has to outlive it. SHL_UNSUPPORTED for models that give no logits.
SHL_API enum shl_status shl_statistics_new(
    shl_model * model, const struct shl_statistics_params * params, shl_statistics ** out) SHL_NOEXCEPT;

// NULL is allowed.
SHL_API void shl_statistics_free(shl_statistics * statistics) SHL_NOEXCEPT;

// Has the Gram matrix of what this weight (a matrix, not a stack of them) is multiplied with collected as well:
// columns^2 floats. Before the first chunk.
SHL_API enum shl_status shl_statistics_want_gram(shl_statistics * statistics, const char * weight) SHL_NOEXCEPT;

// Of a weight whose Gram matrix is wanted, before the first chunk: also the sum of (exact - x) x^T over what it is
// multiplied with in chunks that go in twice, first with `exact`: columns^2 floats more.
SHL_API enum shl_status shl_statistics_want_cross(shl_statistics * statistics, const char * weight) SHL_NOEXCEPT;

// Reads a chunk, which has nothing to do with the one before: `count` tokens, 16 to chunk_tokens. SHL_NOT_FINITE names
// the weight when an activation is not finite; after that, and after SHL_CANCELLED, the statistics are of no use.
SHL_API enum shl_status shl_statistics_add(
    shl_statistics * statistics, const int32_t * tokens, int32_t count) SHL_NOEXCEPT;

// The same, for a model that is cut into blocks. Either tokens, or what goes into the first block in the place of their
// embeddings, is NULL; states: [count, embedding_length]. exact: nothing is summed, but what goes into the weights with
// a cross matrix is kept and compared with that of the next call, which has to be of as many tokens. out: NULL, or what
// comes out of the last block, [count, embedding_length]. SHL_UNSUPPORTED for models whose tokens have several
// positions.
SHL_API enum shl_status shl_statistics_step(shl_statistics * statistics, const int32_t * tokens, const float * states,
    int32_t count, bool exact, float * out) SHL_NOEXCEPT;

// Where the states of a block are looked at.
enum shl_block_place {
    SHL_BLOCK_FEED_FORWARD = 0, // what its feed-forward part adds to: what went into the block and what attention added
    SHL_BLOCK_END = 1, // what comes out of it
};

// Has the states of a block at this place kept, those of one chunk at a time. Before the first chunk.
SHL_API enum shl_status shl_statistics_want_states(
    shl_statistics * statistics, int32_t block, int32_t place) SHL_NOEXCEPT;

// Those of the last chunk that was read: [tokens of the chunk, embedding_length]. capacity: so many floats or more.
// SHL_UNSUPPORTED when the model's graph does not name them, or not for every token.
SHL_API enum shl_status shl_statistics_states(
    const shl_statistics * statistics, int32_t block, int32_t place, float * out, int64_t capacity) SHL_NOEXCEPT;

// Stops the shl_statistics_add that runs now, or the next one. Thread-safe.
SHL_API void shl_statistics_cancel(shl_statistics * statistics) SHL_NOEXCEPT;

struct shl_statistics_info {
    int64_t columns; // of the weight: elements of an activation
    int64_t values; // sums: columns times matrices
    int32_t counts; // 1, or one for each expert
    int32_t input; // number of the first weight that is multiplied with the same activations: itself, or an earlier one
    bool gram; // a Gram matrix was collected
    char name[128]; // of the weight
};

// How many weights were seen; numbered in the order in which they were computed first.
SHL_API int32_t shl_statistics_count(const shl_statistics * statistics) SHL_NOEXCEPT;
SHL_API enum shl_status shl_statistics_read(
    const shl_statistics * statistics, int32_t index, struct shl_statistics_info * out) SHL_NOEXCEPT;

enum shl_statistic {
    SHL_STATISTIC_SQUARES = 0, // sum of x^2: [matrices, columns]
    SHL_STATISTIC_SUMS = 1, // sum of x: [matrices, columns]
    SHL_STATISTIC_COUNTS = 2, // how many x: [counts]
};

// Writes min(capacity, size) numbers of a weight.
SHL_API enum shl_status shl_statistics_values(
    const shl_statistics * statistics, int32_t index, int32_t statistic, double * out, int32_t capacity) SHL_NOEXCEPT;

// The Gram matrix of a weight: [columns, columns], the sums of x x^T, symmetric. capacity: columns^2 or more.
SHL_API enum shl_status shl_statistics_gram(
    const shl_statistics * statistics, int32_t index, float * out, int64_t capacity) SHL_NOEXCEPT;

// Its cross matrix, once: the sums are freed. Row i belongs to column i of exact - x. capacity: columns^2 or more.
SHL_API enum shl_status shl_statistics_take_cross(
    shl_statistics * statistics, int32_t index, float * out, int64_t capacity) SHL_NOEXCEPT;

// Mean cosines between the hidden state before and after a part of a block; NaN where the model does not name it.
struct shl_block_cosines {
    double block; // before the block, after it
    double attention; // before the block, after its attention was added
    double feed_forward; // before the feed-forward part, after the block
};

SHL_API int32_t shl_statistics_blocks(const shl_statistics * statistics) SHL_NOEXCEPT;
SHL_API enum shl_status shl_statistics_block(
    const shl_statistics * statistics, int32_t block, struct shl_block_cosines * out) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
