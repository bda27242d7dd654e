// A context: the memory of N sequences over one model, and the threads that compute. One thread at a time may call into
// a context, except for shl_context_cancel, which any thread may call at any time before the context is freed.
#ifndef SHEARLING_CONTEXT_H
#define SHEARLING_CONTEXT_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct shl_context shl_context;

enum shl_pooling {
    SHL_POOLING_MODEL = -1, // what the model says
    SHL_POOLING_NONE = 0, // one embedding a token
    SHL_POOLING_MEAN = 1,
    SHL_POOLING_CLS = 2,
    SHL_POOLING_LAST = 3,
    SHL_POOLING_RANK = 4, // the classifier's outputs
};

struct shl_context_params {
    int32_t context_tokens; // for each sequence; 0: the model's; no more than a model's table of positions has
    int32_t sequence_count; // 1 or more
    int32_t batch_tokens; // most tokens of one shl_context_decode
    int32_t micro_batch_tokens; // most tokens computed at once; sets the size of the compute buffers
    int32_t threads; // for one token a sequence; 0: one a core, fewer while other programs keep the cores busy
    int32_t threads_batch; // for prompts; 0: as `threads`
    int32_t poll; // how long idle threads spin for work, 0 (not at all) to 100: some 2 ms each; default 2
    int32_t priority; // of the threads, the one that decodes too: 0 normal, 1 medium, 2 high, 3 real time, -1 low
    int32_t type_k; // tensor type of the K cache (ggml's number); default f16
    int32_t type_v;
    int32_t flash_attention; // -1 where it helps, 0 never, 1 always
    int32_t pooling; // enum shl_pooling, for embeddings
    int32_t attention; // -1 what the model says, 0 causal, 1 not causal
    float rope_frequency_base; // 0: the model's
    float rope_frequency_scale; // 0: the model's
    bool embeddings; // give embeddings instead of logits, and of every token
    bool offload_kv; // keep the memory on the GPU with its layers
    bool unified; // sequences share one pool of cells instead of equal parts
};

SHL_API void shl_context_params_default(struct shl_context_params * out) SHL_NOEXCEPT;

// What is out of range is SHL_INVALID_ARGUMENT, what the model or this process cannot do SHL_UNSUPPORTED. A context
// with pooled embeddings always has one pool of cells (`unified`).
SHL_API enum shl_status shl_context_new(
    shl_model * model, const struct shl_context_params * params, shl_context ** out) SHL_NOEXCEPT;
SHL_API void shl_context_free(shl_context * context) SHL_NOEXCEPT;

// Threads that compute the step that runs, or computed the last. Thread-safe.
SHL_API int32_t shl_context_threads(const shl_context * context) SHL_NOEXCEPT;

// The llama_context inside, for the low-level binding. Borrowed.
SHL_API void * shl_context_native(const shl_context * context) SHL_NOEXCEPT;

struct shl_context_info {
    int64_t memory_bytes; // KV cache or recurrent state
    // Buffers for intermediate results and outputs. Address space: pages that were never used take no memory.
    int64_t compute_bytes;
    int32_t context_tokens; // the most that one sequence can have, as granted; the whole pool when it is shared
    int32_t sequence_count;
    int32_t batch_tokens;
    int32_t micro_batch_tokens;
    int32_t threads;
    int32_t threads_batch;
    int32_t pooling; // as granted
    bool can_shift; // positions can be left out and the others moved: a full context can slide
    bool has_memory; // false for encoders: nothing is kept between two calls
};

SHL_API enum shl_status shl_context_read(const shl_context * context, struct shl_context_info * out) SHL_NOEXCEPT;

// Which tokens of an added run give an output (logits or an embedding).
enum shl_outputs {
    SHL_OUTPUTS_NONE = 0,
    SHL_OUTPUTS_LAST = 1,
    SHL_OUTPUTS_ALL = 2,
};

// Empties the batch.
SHL_API void shl_batch_clear(shl_context * context) SHL_NOEXCEPT;

// Adds a run of tokens of a sequence at consecutive positions. *first (may be NULL) is the index in the batch of the
// first of them; an output is later fetched by a token's index. SHL_INVALID_ARGUMENT, with nothing added, when the
// batch has no room, a token is not in the vocabulary, sequence or position are out of range, or the sequence is in the
// batch already and would go on at another position.
SHL_API enum shl_status shl_batch_add(shl_context * context, int32_t sequence, int32_t position, const int32_t * tokens,
    int32_t count, int32_t outputs, int32_t * first) SHL_NOEXCEPT;

// Computes the batch; it stays as it is until it is cleared. SHL_INVALID_ARGUMENT: it is empty, or a sequence does not
// go on where its memory ends, or it is larger than micro_batch_tokens where all of it must be computed at once
// (encoders, models that are not causal, pooled embeddings). SHL_NO_ROOM: nothing happened, there are no cells for it.
// SHL_CANCELLED: shl_context_cancel was called; a part of the batch may be in memory: shl_memory_range tells. A context
// without memory (an encoder) forgets after each call.
SHL_API enum shl_status shl_context_decode(shl_context * context) SHL_NOEXCEPT;

// Stops the shl_context_decode that runs now, or the next one, within a few milliseconds on the CPU. Thread-safe.
SHL_API void shl_context_cancel(shl_context * context) SHL_NOEXCEPT;

// Forgets a cancel that no decode has seen.
SHL_API void shl_context_cancel_clear(shl_context * context) SHL_NOEXCEPT;

// Logits of token `index` of the last decoded batch: [vocabulary]. Writes min(capacity, vocabulary) floats.
SHL_API enum shl_status shl_logits(shl_context * context, int32_t index, float * out, int32_t capacity) SHL_NOEXCEPT;

// Embedding of token `index` of the last decoded batch (pooling none): [embedding_length_out].
SHL_API enum shl_status shl_embedding_token(
    shl_context * context, int32_t index, float * out, int32_t capacity) SHL_NOEXCEPT;

// Pooled embedding of a sequence of the last decoded batch: [embedding_length_out], or [class_count] with
// SHL_POOLING_RANK.
SHL_API enum shl_status shl_embedding_sequence(
    shl_context * context, int32_t sequence, float * out, int32_t capacity) SHL_NOEXCEPT;

// Smallest and largest position in memory of a sequence; both -1 when it is empty.
SHL_API enum shl_status shl_memory_range(
    const shl_context * context, int32_t sequence, int32_t * first, int32_t * last) SHL_NOEXCEPT;

// Forgets positions [from, to) of a sequence; to < 0: to the end. *removed is false when this memory cannot forget just
// a part (recurrent models): then forget from 0.
SHL_API enum shl_status shl_memory_remove(
    shl_context * context, int32_t sequence, int32_t from, int32_t to, bool * removed) SHL_NOEXCEPT;

// Moves positions [from, to) of a sequence by delta; to < 0: to the end; what would get a negative position is
// forgotten. A token that several sequences share moves for all of them. SHL_UNSUPPORTED when the memory cannot shift.
SHL_API enum shl_status shl_memory_shift(
    shl_context * context, int32_t sequence, int32_t from, int32_t to, int32_t delta) SHL_NOEXCEPT;

// Makes positions [from, to) of one sequence also belong to another, which has to be empty; to < 0: to the end. Where
// sequences do not share a pool, only a whole sequence can be copied; else SHL_UNSUPPORTED.
SHL_API enum shl_status shl_memory_copy(
    shl_context * context, int32_t source, int32_t target, int32_t from, int32_t to) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
